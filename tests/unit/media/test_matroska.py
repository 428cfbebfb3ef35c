"""Our Matroska: every frame once at its time, across renditions, for libav and for mpv."""

import io
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.errors import PlayerError
from player.media.demux import open_demuxer
from player.media.interleave import Interleaver
from player.media.matroska import MatroskaWriter
from player.model.presentation import Container, TrackKind
from player.model.sample import ColorInfo, Sample, StreamHead
from player.units import Micros
from tests.unit.media.conftest import FROM_ZERO

Made = Callable[..., bytes]
SIZES = ((320, 180), (960, 540), (640, 360), (960, 540))
RUN = 12
FRAME = 40_000
OPTIONS = {
    "libx265": (
        ("preset", "ultrafast"),
        ("x265-params", "log-level=none:pools=1:bframes=2:crf=8"),
    ),
    "libvpx-vp9": (("deadline", "realtime"), ("cpu-used", "8")),
    "libsvtav1": (("preset", "12"),),
}
GOLDEN = Path(__file__).parents[2] / "golden" / "media" / "matroska.txt"
CODECS = ["libx264", "libx265", "libvpx-vp9", "libsvtav1"]


@dataclass(frozen=True)
class Timed:
    """A sample and where the epoch wants it."""

    sample: Sample
    pts: Micros


def demux(data: bytes) -> tuple[list[StreamHead], list[Sample]]:
    demuxer = open_demuxer(Container.UNKNOWN)
    parts = demuxer.feed(data) + demuxer.flush()
    return [h for p in parts for h in p.heads], [s for p in parts for s in p.samples]


def run_of(made: Made, codec: str, number: int) -> tuple[StreamHead, list[Sample]]:
    width, height = SIZES[number]
    data = made(
        video=codec,
        width=width,
        height=height,
        first=number * RUN,
        frames=RUN,
        movflags=FROM_ZERO,
        options=OPTIONS.get(codec, ()),
        b_frames=2 if codec in ("libx264", "libx265") else 0,
    )
    heads, samples = demux(data)
    return heads[0], samples


def audio_of(made: Made, codec: str) -> tuple[StreamHead, list[Sample]]:
    container = "mpegts" if codec != "aac" else "mp4"
    heads, samples = demux(
        made(container=container, video="", audio=codec, frames=RUN * len(SIZES))
    )
    start = samples[0].pts
    return heads[0], [
        replace(s, pts=Micros(s.pts - start), dts=Micros(s.dts - start)) for s in samples
    ]


def epoch(made: Made, video: str, audio: str = "aac") -> bytes:
    """Write four renditions one after the other, with the sound beside them."""
    runs = [run_of(made, video, number) for number in range(len(SIZES))]
    sound, frames = audio_of(made, audio)
    writer = MatroskaWriter([runs[0][0], sound])
    order: Interleaver[StreamHead | Timed] = Interleaver([1, 2])
    for number, (head, samples) in enumerate(runs):
        assert writer.accepts(1, head)
        offset = number * RUN * FRAME
        order.push(1, head, Micros(samples[0].dts + offset))
        for sample in samples:
            order.push(1, Timed(sample, Micros(sample.pts + offset)), Micros(sample.dts + offset))
    for sample in frames:
        order.push(2, Timed(sample, sample.pts), sample.dts)
    order.end(1)
    order.end(2)
    out = bytearray(writer.head())
    for track, item in order.pop_ready():
        if isinstance(item, StreamHead):
            writer.begin_run(track, item)
        else:
            out += writer.write(track, item.sample, item.pts)
    return bytes(out)


def grey(frame: av.VideoFrame) -> float:
    plane = frame.planes[0]
    at = frame.height // 2 * plane.line_size + frame.width // 2
    return (bytes(plane)[at] - 20) / 4


@pytest.mark.parametrize("video", CODECS)
def test_every_frame_once_at_its_time_across_renditions(made: Made, video: str) -> None:
    with av.open(io.BytesIO(epoch(made, video))) as container:
        frames = list(container.decode(video=0))
    assert [round((frame.time or 0) * 25, 2) for frame in frames] == list(range(RUN * len(SIZES)))
    assert [round(grey(frame)) for frame in frames] == list(range(RUN * len(SIZES)))
    assert [frame.width for frame in frames] == [w for w, _ in SIZES for _ in range(RUN)]


@pytest.mark.parametrize("audio", ["aac", "ac3", "eac3", "mp2", "libmp3lame"])
def test_audio_stays_gapless_within_the_tick(made: Made, audio: str) -> None:
    with av.open(io.BytesIO(epoch(made, "libx264", audio))) as container:
        frames = list(container.decode(audio=0))
    assert len(frames) > 20
    ends = [(f.time or 0) + f.samples / 48_000 for f in frames]
    gaps = [abs((b.time or 0) - end) for end, (_, b) in zip(ends, pairwise(frames), strict=False)]
    assert max(gaps) <= 0.000_101


def test_opus_begins_with_its_preskip(made: Made) -> None:
    heads, samples = demux(made(video="", audio="libopus", movflags=FROM_ZERO))
    writer = MatroskaWriter(heads)
    early = [Micros(sample.pts - samples[0].pts - 6500) for sample in samples]
    data = writer.head() + b"".join(
        writer.write(1, sample, pts) for sample, pts in zip(samples, early, strict=True)
    )
    with av.open(io.BytesIO(data)) as container:
        packets = [packet.pts for packet in container.demux() if packet.size]
        assert container.streams.audio[0].sample_rate == 48_000
    assert packets[:2] == [-65, 135]


def test_what_one_stream_can_take(made: Made) -> None:
    small, _ = run_of(made, "libx264", 0)
    large, _ = run_of(made, "libx264", 1)
    other, _ = run_of(made, "libx265", 0)
    sound, _ = audio_of(made, "aac")
    writer = MatroskaWriter([small, sound])
    assert writer.accepts(1, large)
    assert not writer.accepts(1, other)
    assert writer.accepts(2, sound)
    assert writer.accepts(2, replace(sound, config=b"\x12\x08")), "in ADTS"
    assert not writer.accepts(2, replace(sound, config=b"\xfa\x08")), "not in ADTS"
    assert not writer.accepts(1, replace(small, interlaced=True))
    assert not writer.accepts(1, replace(small, color=ColorInfo(transfer=16)))
    assert writer.accepts(1, replace(small, color=ColorInfo(primaries=6)))
    assert not writer.accepts(1, replace(small, aspect=(16, 11))), "its pictures do not tell"
    assert not writer.accepts(2, small)


def test_the_parameter_sets_go_before_the_first_sample_of_a_run_only(made: Made) -> None:
    head, samples = run_of(made, "libx264", 0)
    writer = MatroskaWriter([head])
    writer.begin_run(1, head)
    first, second = (writer.write(1, s, s.pts) for s in samples[:2])
    assert len(first) > len(samples[0].data) + 20
    assert second.endswith(samples[1].data)
    assert len(second) < len(samples[1].data) + 10


def test_a_sample_before_the_epoch_is_a_mistake(made: Made) -> None:
    head, samples = run_of(made, "libx264", 0)
    with pytest.raises(ValueError, match="before its epoch"):
        MatroskaWriter([head]).write(1, samples[0], Micros(-100))


def test_codecs_without_a_mapping_are_refused() -> None:
    with pytest.raises(PlayerError):
        MatroskaWriter([StreamHead(stream=0, kind=TrackKind.AUDIO, codec="aac_latm")])


VP9 = StreamHead(stream=1, kind=TrackKind.VIDEO, codec="vp9", width=64, height=48)
AC3 = StreamHead(stream=2, kind=TrackKind.AUDIO, codec="ac3", sample_rate=48_000, channels=2)
BLOCKS = st.lists(
    st.tuples(
        st.sampled_from([1, 2]),
        st.integers(0, 40_000_000_000),
        st.booleans(),
        st.binary(min_size=1, max_size=300),
    ),
    max_size=30,
)


@settings(max_examples=60, deadline=None)
@given(BLOCKS)
def test_an_independent_reading_gives_back_what_was_written(
    blocks: list[tuple[int, int, bool, bytes]],
) -> None:
    writer = MatroskaWriter([VP9, AC3])
    out = bytearray(writer.head())
    for track, pts, key, data in blocks:
        sample = Sample(
            stream=track, pts=Micros(0), dts=Micros(0), duration=Micros(0), key=key, data=data
        )
        out += writer.write(track, sample, Micros(pts))
    read = read_blocks(bytes(out))
    assert [(track, key, data) for track, _, key, data in read] == [
        (track, key, data) for track, _, key, data in blocks
    ]
    assert all(abs(a[1] - b[1]) <= 50 for a, b in zip(read, blocks, strict=True))


def test_the_bytes_are_those_of_the_golden_file() -> None:
    writer = MatroskaWriter([VP9, AC3])
    lines = [writer.head().hex(" ", 4)]
    for track, pts in ((1, 0), (2, 21_333), (1, 40_000), (1, 2_040_000), (2, 2_000_000)):
        sample = Sample(
            stream=track,
            pts=Micros(pts),
            dts=Micros(pts),
            duration=Micros(0),
            key=track == 2 or pts == 0,
            data=b"data",
        )
        lines.append(writer.write(track, sample, Micros(pts)).hex(" ", 4))
    assert "\n".join(lines) + "\n" == GOLDEN.read_text()


def vint(data: bytes, at: int, *, marker: bool) -> tuple[int, int]:
    length = 9 - data[at].bit_length()
    value = int.from_bytes(data[at : at + length], "big")
    return (value if marker else value & ((1 << 7 * length) - 1)), at + length


def read_blocks(data: bytes) -> list[tuple[int, int, bool, bytes]]:
    """Read (track, microseconds, key, data) of each SimpleBlock, by RFC 8794 and RFC 9559."""
    masters = {0x18538067, 0x1F43B675, 0x1549A966}
    out: list[tuple[int, int, bool, bytes]] = []
    at = cluster = scale = 0
    while at < len(data):
        name, at = vint(data, at, marker=True)
        size, at = vint(data, at, marker=False)
        if name in masters:
            continue
        body = data[at : at + size]
        at += size
        if name == 0x2AD7B1:
            scale = int.from_bytes(body, "big") // 1000
        elif name == 0xE7:
            cluster = int.from_bytes(body, "big")
        elif name == 0xA3:
            track, rest = vint(body, 0, marker=False)
            tick = cluster + int.from_bytes(body[rest : rest + 2], "big", signed=True)
            out.append((track, tick * scale, bool(body[rest + 2] & 0x80), body[rest + 3 :]))
    return out


def mpv(data: bytes, *options: str) -> tuple[int, bytes]:
    """Let mpv read `data` from a pipe: its exit status and all that it says from "warn" up."""
    command = ["mpv", "--no-config", "--msg-level=all=warn", *options, "-"]
    ran = subprocess.run(command, input=data, capture_output=True, timeout=60, check=False)
    return ran.returncode, (ran.stdout + ran.stderr).strip()


@pytest.mark.system
@pytest.mark.parametrize("video", CODECS)
def test_mpv_plays_each_frame_once_and_says_nothing(
    made: Made, video: str, tmp_path: Path
) -> None:
    out = tmp_path / "out.nut"
    options = ["--vf=scale=32:18", f"--o={out}", "--of=nut", "--ovc=rawvideo", "--oac=pcm_s16le"]
    assert mpv(epoch(made, video), *options) == (0, b"")
    with av.open(str(out)) as container:
        frames = list(container.decode(video=0))
    assert [round((f.time or 0) * 25, 2) for f in frames] == list(range(RUN * len(SIZES)))
    assert [round(grey(f)) for f in frames] == list(range(RUN * len(SIZES)))
    with av.open(str(out)) as container:
        sound = list(container.decode(audio=0))
    assert all((a.pts or 0) + a.samples == b.pts for a, b in pairwise(sound))


@pytest.mark.system
@pytest.mark.parametrize("audio", ["ac3", "eac3", "mp2", "libmp3lame", "libopus"])
def test_mpv_is_silent_about_each_audio_codec(made: Made, audio: str) -> None:
    data = epoch(made, "libx264", audio)
    options = ["--vo=null", "--ao=null", "--untimed"]
    assert mpv(data, *options) == (0, b"")
