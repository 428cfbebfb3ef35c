"""Transport streams that change on the way, wrap, hold several programmes, or are scrambled."""

import io
from collections.abc import Callable
from itertools import pairwise

import av
import numpy as np
import pytest
from av.audio.stream import AudioStream

from player.errors import ErrorCode, PlayerError
from player.model.presentation import Container, TrackKind
from player.model.sample import Sample, StreamHead
from player.ports import Demuxed
from tests.unit.media.conftest import Recipe, make
from tests.unit.media.decoding import decoded, demux, heads, reference, runs, same_sound
from tests.unit.media.ts_made import PACKET, moved, packets, pat, pes, pid_of, pmt, split

Made = Callable[..., bytes]
AAC = ((0x1B, 0x100, b""), (0x0F, 0x101, b""))
WRAP = 1 << 33


def sound(out: list[Demuxed]) -> list[tuple[StreamHead, list[Sample]]]:
    return runs(out, TrackKind.AUDIO)


def encoded(rate: int, layout: str, codec: str = "aac", frames: int = 30) -> bytes:
    """Encode noise-free sound into a transport stream, with or without pictures."""
    out = io.BytesIO()
    with av.open(out, "w", format="mpegts") as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        assert isinstance(stream, AudioStream)
        count = stream.layout.nb_channels
        for number in range(frames):
            wave = np.sin(np.arange(1024) / 20 + number * 1024 / 20) * 0.3
            data = np.tile(wave.astype(np.float32), (count, 1))
            frame = av.AudioFrame.from_ndarray(data, format="fltp", layout=layout)
            frame.rate, frame.pts = rate, number * 1024
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return out.getvalue()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((44_100, "stereo"), (48_000, "stereo")),
        ((48_000, "stereo"), (48_000, "5.1")),
        ((48_000, "stereo"), (44_100, "mono")),
    ],
)
def test_sound_that_changes_gets_a_new_head_and_loses_nothing(
    first: tuple[int, str], second: tuple[int, str]
) -> None:
    pieces = [encoded(*first), encoded(*second)]
    found = sound(demux(pieces))
    assert [(h.sample_rate, h.channels) for h, _ in found] == [
        (rate, {"mono": 1, "stereo": 2, "5.1": 6}[layout]) for rate, layout in (first, second)
    ]
    for piece, (head, samples) in zip(pieces, found, strict=True):
        assert same_sound(decoded(head, samples), reference(piece, "audio"))
        assert all(
            b.pts - a.pts == pytest.approx(a.duration, abs=12) for a, b in pairwise(samples)
        )


def test_another_codec_on_the_same_pid_goes_on() -> None:
    first, second = encoded(48_000, "stereo"), encoded(48_000, "stereo", "ac3")
    # Another version of the table tells of it.
    changed = b"".join(
        pmt(0x1000, (0x81, 0x100, b"\x05\x04AC-3"), version=3) if pid_of(p) == 0x1000 else p
        for p in split(second)
    )
    found = sound(demux([first, changed]))
    assert [head.codec for head, _ in found] == ["aac", "ac3"]
    assert len(found[1][1]) == len(sound(demux([second]))[0][1])


def test_sound_that_moves_to_another_pid_goes_on(made: Made) -> None:
    plain = made(container="mpegts", audio="aac", frames=10)
    changed = moved(plain, {0x101: 0x180})
    changed = b"".join(
        pmt(0x1000, AAC[0], (0x0F, 0x180, b""), version=1) if pid_of(p) == 0x1000 else p
        for p in split(changed)
    )
    alone = sound(demux([plain]))[0][1]
    found = sound(demux([plain, changed]))
    assert [s.data for _, samples in found for s in samples] == [s.data for s in alone] * 2


def test_the_first_programme_with_pictures_is_the_one(made: Made) -> None:
    radio = moved(made(container="mpegts", video="", audio="mp2"), {0x100: 0x300})
    first = made(container="mpegts", audio="aac", frames=10)
    second = moved(
        made(container="mpegts", audio="aac", width=96, frames=10), {0x100: 0x400, 0x101: 0x401}
    )
    tables = pat((1, 0x1001), (2, 0x1002), (3, 0x1003))
    tables += pmt(0x1001, (3, 0x300, b""), number=1)
    tables += pmt(0x1002, *AAC, number=2)
    tables += pmt(0x1003, (0x1B, 0x400, b""), (0x0F, 0x401, b""), number=3)
    streams = [
        [p for p in split(one) if pid_of(p) >= 0x100 and pid_of(p) != 0x1000]
        for one in (radio, second, first)
    ]
    longest = max(map(len, streams))
    mixed = b"".join(one[n] for n in range(longest) for one in streams if n < len(one))
    out = demux([tables + mixed])
    assert [(h.codec, h.width) for h in heads(out, TrackKind.VIDEO)] == [("h264", 64)]
    assert [h.codec for h in heads(out, TrackKind.AUDIO)] == ["aac"]
    assert [s.data for s in runs(out, TrackKind.VIDEO)[0][1]] == [
        s.data for s in runs(demux([first]), TrackKind.VIDEO)[0][1]
    ]


def scrambled(data: bytes, *pids: int) -> bytes:
    out = bytearray(data)
    for at in range(0, len(data), PACKET):
        if pid_of(data[at : at + 3]) in pids:
            out[at + 3] |= 0x80
    return bytes(out)


def test_a_scrambled_channel_says_so(made: Made) -> None:
    data = made(container="mpegts", audio="aac", frames=50, width=320, height=240)
    data += made(container="mpegts", audio="aac", frames=50, width=320, height=240) * 8
    whole = scrambled(data, 0x100, 0x101)
    for size in (188 * 7, len(data)):
        with pytest.raises(PlayerError) as raised:
            demux([whole[at : at + size] for at in range(0, len(whole), size)], Container.TS)
        assert raised.value.failure.code is ErrorCode.MEDIA_SCRAMBLED
        assert "scrambled" in raised.value.failure.sentence


def test_scrambled_sound_beside_clear_pictures_is_passed_over(made: Made) -> None:
    data = made(container="mpegts", audio="aac", frames=50) * 8
    out = demux([scrambled(data, 0x101)], Container.TS)
    assert len(runs(out, TrackKind.VIDEO)[0][1]) == 400


@pytest.mark.parametrize("early", [0, 300_000, 700_000])
def test_the_rollover_does_not_show(made: Made, early: int) -> None:
    """Whether it falls into a segment, between the streams' first samples, or between segments."""
    same = {"container": "mpegts", "audio": "aac", "frames": 25}
    plain = demux([made(**same)], Container.TS)
    offset = WRAP * 100 // 9 - early
    data = made(**same, muxing=(("output_ts_offset", f"{offset}us"),))
    cut = len(data) // 376 * 188
    out = demux([data[:cut], data[cut:]], Container.TS)
    for kind in (TrackKind.VIDEO, TrackKind.AUDIO):
        mine, theirs = runs(out, kind)[0][1], runs(plain, kind)[0][1]
        assert [s.data for s in mine] == [s.data for s in theirs]
        shifts = [a.pts - b.pts for a, b in zip(mine, theirs, strict=True)]
        assert max(shifts) - min(shifts) <= 23
    first = min(s.pts for kind in (TrackKind.VIDEO,) for s in runs(out, kind)[0][1])
    assert abs(first - (WRAP * 100 // 9 - early)) < 200_000


def test_without_pcr_and_with_pes_lengths_nothing_changes(made: Made) -> None:
    same = {"container": "mpegts", "audio": "aac", "frames": 25}
    data = bytearray(made(**same, muxing=(("omit_video_pes_length", "0"),)))
    for at in range(0, len(data), PACKET):
        # The flag goes; its six bytes become stuffing.
        if data[at + 3] & 0x20 and data[at + 4] >= 7 and data[at + 5] & 0x10:
            data[at + 5] &= 0xEF
            data[at + 6 : at + 12] = b"\xff" * 6
    plain = demux([made(**same)], Container.TS)
    out = demux([bytes(data)], Container.TS)
    for kind in (TrackKind.VIDEO, TrackKind.AUDIO):
        assert runs(out, kind) == runs(plain, kind)


def test_a_picture_that_runs_over_the_end_of_a_segment_is_whole(made: Made) -> None:
    data = make(Recipe(container="mpegts", frames=12, width=320, height=240))
    plain = runs(demux([data]), TrackKind.VIDEO)
    for cut in range(PACKET * 9, len(data), PACKET * 5):
        assert runs(demux([data[:cut], data[cut:]]), TrackKind.VIDEO) == plain


def test_an_empty_pes_packet_is_no_picture() -> None:
    tables = pat((1, 0x1000)) + pmt(0x1000, *AAC)
    with pytest.raises(PlayerError) as raised:
        demux([tables + packets(0x100, pes(90_000, b"", stream=0xE0))], Container.TS)
    assert raised.value.failure.code is ErrorCode.MEDIA_INVALID


def test_sound_that_begins_later_is_heard(made: Made) -> None:
    silent = made(container="mpegts", frames=10)
    both = made(container="mpegts", audio="aac", frames=10)
    out = demux([silent, both])
    assert runs(out, TrackKind.AUDIO) == runs(demux([both]), TrackKind.AUDIO)
    assert sum(len(found) for _, found in runs(out, TrackKind.VIDEO)) == 20


def test_pictures_that_change_their_codec_go_on(made: Made) -> None:
    old = made(container="mpegts", video="mpeg2video", frames=10)
    new = made(container="mpegts", frames=10)
    found = runs(demux([old, new]), TrackKind.VIDEO)
    assert [(head.codec, len(samples)) for head, samples in found] == [
        ("mpeg2video", 10),
        ("h264", 10),
    ]
