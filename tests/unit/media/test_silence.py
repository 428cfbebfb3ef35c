"""Silence and ADTS: what an independent decoder makes of them."""

import av
import numpy as np
import pytest

from player.media.adts import HEADER, adts_header, describes
from player.media.silence import silent_frame
from player.model.presentation import TrackKind
from player.model.sample import StreamHead

CHANNELS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6, 7: 8}
RATES = {48_000: 3, 44_100: 4, 24_000: 6}


def _aac(layout: int, rate: int = 48_000) -> StreamHead:
    bits = 2 << 11 | RATES[rate] << 7 | layout << 3
    return StreamHead(
        stream=0, kind=TrackKind.AUDIO, codec="aac", config=bits.to_bytes(2, "big"),
        sample_rate=rate, channels=CHANNELS[layout],
    )  # fmt: skip


@pytest.mark.parametrize("layout", CHANNELS)
@pytest.mark.parametrize("rate", RATES)
def test_a_silent_frame_of_every_layout_decodes_to_silence(layout: int, rate: int) -> None:
    head = _aac(layout, rate)
    frame = silent_frame(head)
    decoder = av.CodecContext.create("aac", "r")
    found = []
    for _ in range(3):
        found += decoder.decode(av.Packet(adts_header(head, len(frame)) + frame))
    found += decoder.decode(None)
    assert {one.sample_rate for one in found} == {rate}
    assert {len(one.layout.channels) for one in found} == {CHANNELS[layout]}
    if CHANNELS[layout] < 8:  # PyAV 18 crashes on the eighth plane
        assert all(np.abs(one.to_ndarray()).max() == 0 for one in found)


def test_no_silence_is_known_of_other_codecs() -> None:
    assert silent_frame(StreamHead(stream=0, kind=TrackKind.AUDIO, codec="opus")) == b""
    assert silent_frame(StreamHead(stream=0, kind=TrackKind.AUDIO, codec="aac")) == b""


def test_what_a_header_can_tell() -> None:
    assert describes(_aac(2))
    explicit = StreamHead(
        stream=0, kind=TrackKind.AUDIO, codec="aac", config=bytes.fromhex("2b118800")
    )
    assert describes(explicit), "SBR told in front of its core"
    strange = StreamHead(stream=0, kind=TrackKind.AUDIO, codec="aac", config=b"\xfa\x08")
    assert not describes(strange)
    assert len(adts_header(_aac(2), 100)) == HEADER
