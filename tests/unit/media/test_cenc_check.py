"""What a wrong key makes of samples is told apart from what the right one does."""

import io
import random

import av
import numpy as np
import pytest

from player.media.decrypt_check import audio_config, looks_garbled, nal_units
from player.media.decrypt_init import SampleEntry


def key_frame(encoder: str, **options: str) -> tuple[bytes, bytes]:
    """The first picture of some noise as (codec record, sample)."""
    picture = np.random.default_rng(1).integers(0, 255, (96, 160, 3), dtype=np.uint8)
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream(encoder, rate=25, options=options)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuv420p"
        for _ in range(8):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    with av.open(io.BytesIO(file.getvalue())) as container:
        record = container.streams.video[0].codec_context.extradata or b""
        return record, next(bytes(packet) for packet in container.demux() if packet.size)


@pytest.mark.parametrize(
    ("encoder", "format_", "box", "options"),
    [
        ("libx264", "avc1", b"avcC", {"preset": "ultrafast"}),
        ("libx265", "hev1", b"hvcC", {"preset": "ultrafast", "x265-params": "log-level=none"}),
    ],
)
def test_a_garbled_key_frame_is_told_from_a_sound_one(
    encoder: str, format_: str, box: bytes, options: dict[str, str]
) -> None:
    record, sample = key_frame(encoder, **options)
    entry = SampleEntry(format=format_, encryption=None, config={box: record})
    assert looks_garbled(entry, sample) == ""
    dice = random.Random(1)  # noqa: S311 - garbage on purpose
    hidden = len(sample) * 3 // 4
    garbage = dice.randbytes(hidden - 3) + (b"\0\0\2" if box == b"hvcC" else b"\1\1\1")
    assert looks_garbled(entry, sample[:-hidden] + garbage)


def test_what_cannot_be_judged_is_left_alone() -> None:
    nothing = SampleEntry(format="vp09", encryption=None)
    assert looks_garbled(nothing, b"x") is None
    avc = SampleEntry(format="avc1", encryption=None, config={b"avcC": bytes(8)})
    assert looks_garbled(avc, bytes([1, 0x41])) is None
    assert looks_garbled(avc, bytes([9, 0x41])) == "NAL unit lengths do not add up to the sample"


def test_nal_units_of_any_length_size_are_walked() -> None:
    assert nal_units(bytes([0, 2, 7, 1, 0, 0, 0, 1, 5]), 2) == [bytes([7, 1]), bytes([5])]
    assert nal_units(bytes([0, 3, 7]), 2) is None


@pytest.mark.parametrize("esds", [b"", bytes(4), bytes(4) + b"\x03\x80", bytes(40)])
def test_an_esds_that_is_none_gives_nothing(esds: bytes) -> None:
    assert audio_config(esds) == b""
