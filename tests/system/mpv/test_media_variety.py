"""Every codec that television comes in, through demuxer, feeder and a real libmpv."""

import io
import subprocess
from collections import Counter
from dataclasses import replace
from pathlib import Path

import av
import pytest

from player.media.demux import open_demuxer
from player.media.matroska import MatroskaWriter
from player.model.presentation import Container, TrackKind
from player.model.sample import ColorInfo, Sample, StreamHead
from player.ports import EpochStart, SinkState
from player.units import Micros, micros
from tests.fakes.sink_rig import Ears
from tests.system.mpv.fed_media import epochs, piece, play
from tests.system.mpv.sink_bench import Rig
from tests.unit.media.conftest import Recipe, make

pytestmark = pytest.mark.system

VIDEO, AUDIO = TrackKind.VIDEO, TrackKind.AUDIO
QUIET = (("preset", "ultrafast"), ("x265-params", "log-level=none:pools=1"))
OPTIONS = {
    "libx265": QUIET,
    "libvpx-vp9": (("deadline", "realtime"), ("cpu-used", "8")),
    "libsvtav1": (("preset", "12"),),
}
LATE = "frag_keyframe+delay_moov+default_base_moof"
"""Some heads are known with the first frame only."""

NAMES = {"libx264": "264", "libx265": "hevc", "libvpx-vp9": "vp9", "libsvtav1": "av1"}


def _ffmpeg(path: Path, *arguments: str) -> bytes:
    command = ["ffmpeg", "-v", "error", "-nostdin", "-threads", "1", *arguments, str(path)]
    subprocess.run(command, check=True, timeout=60)
    return path.read_bytes()


def _ended(rig: Rig, epoch: int = 1) -> bool:
    return rig.until(lambda: rig.ears.heard(epoch, SinkState.ENDED))


@pytest.mark.parametrize("codec", NAMES)
def test_pictures(rig: Rig, codec: str) -> None:
    muxer = "mpegts" if codec == "libx264" else "mp4"
    data = make(Recipe(video=codec, frames=25, options=OPTIONS.get(codec, ()), container=muxer))
    play(rig, epochs({VIDEO: [piece(0, data, start=0, duration=1)]}))
    assert _ended(rig)
    assert NAMES[codec] in rig.ears.statuses[-1].decoder.lower()
    assert rig.ears.statuses[-1].hardware == ""
    assert rig.ears.statuses[-1].position == pytest.approx(micros(1), abs=100_000)
    assert rig.complaints() == []


@pytest.mark.parametrize(
    ("codec", "container"),
    [
        ("aac", "mp4"),
        ("aac", "mpegts"),
        ("aac", "adts"),
        ("libmp3lame", "mp3"),
        ("libmp3lame", "mpegts"),
        ("mp2", "mpegts"),
        ("ac3", "mpegts"),
        ("ac3", "mp4"),
        ("eac3", "mp4"),
        ("eac3", "mpegts"),
        ("libopus", "mp4"),
        ("flac", "mp4"),
    ],
)
def test_a_radio_channel(rig: Rig, codec: str, container: str) -> None:
    data = make(Recipe(video="", audio=codec, container=container, frames=40, movflags=LATE))
    begun = epochs({AUDIO: [piece(0, data, start=0, duration=1.6)]})
    play(rig, begun)
    assert _ended(rig)
    assert rig.ears.states(1) == [SinkState.FIRST_PICTURE, SinkState.ENDED]
    took = rig.ears.times[1, SinkState.ENDED] - rig.ears.times[1, SinkState.FIRST_PICTURE]
    assert 1.1 < took < 3  # ao_null lets the last 0.4 s go
    assert rig.ears.position is not None
    assert rig.complaints() == []


def test_sound_that_changes_its_codec_goes_on_at_once(rig: Rig) -> None:
    pieces = []
    for number, (codec, muxer) in enumerate((("aac", "mp4"), ("ac3", "mp4"), ("aac", "mp4"))):
        recipe = Recipe(video="", audio=codec, container=muxer, frames=25, movflags=LATE)
        data = make(recipe)
        pieces.append(piece(number, data, start=number, duration=1))
    made = epochs({AUDIO: pieces})
    assert [one.append for one, _ in made] == [False, True, True]
    play(rig, made)
    assert _ended(rig, 3)
    took = rig.ears.times[3, SinkState.ENDED] - rig.ears.times[1, SinkState.FIRST_PICTURE]
    assert 2.4 < took < 5
    assert rig.complaints() == []


def _shaped(shape: str, size: str, path: Path) -> bytes:
    source = f"testsrc2=size={size}:rate=25:duration=1,setsar={shape.replace(':', '/')}"
    movflags = "frag_keyframe+empty_moov+default_base_moof"
    return _ffmpeg(
        path, "-f", "lavfi", "-i", source, "-c:v", "libx264", "-preset", "ultrafast",
        "-pix_fmt", "yuv420p", "-movflags", movflags, "-f", "mp4",
    )  # fmt: skip


def test_pixels_whose_shape_differs_by_rung(rig: Rig, tmp_path: Path) -> None:
    """An SD rung of 16:11 pixels, a square HD one, and back, in one stream, each as wide."""
    rungs = [("64:45", "320x256"), ("1:1", "640x360"), ("64:45", "320x256")]
    pieces = [
        piece(n, _shaped(*one, tmp_path / f"{n}.mp4"), start=n, duration=1, rung=f"r{n}")
        for n, one in enumerate(rungs)
    ]
    made = epochs({VIDEO: pieces})
    play(rig, made)
    assert _ended(rig, made[-1][0].epoch)
    seen = Counter((one.width, one.height) for one in rig.ears.statuses if one.height)
    usual = [size for size, _ in seen.most_common(2)]  # width and height change one by one
    assert sorted(usual) == [(455, 256), (640, 360)]
    assert len(made) == 1
    assert rig.complaints() == []


def test_interlaced_pictures_are_deinterlaced_by_themselves(rig: Rig, tmp_path: Path) -> None:
    source = "testsrc2=size=320x256:rate=50:duration=1,interlace=scan=tff"
    data = _ffmpeg(
        tmp_path / "i.ts", "-f", "lavfi", "-i", source, "-c:v", "libx264", "-preset", "ultrafast",
        "-flags", "+ildct+ilme", "-x264-params", "tff=1", "-pix_fmt", "yuv420p", "-f", "mpegts",
    )  # fmt: skip
    made = epochs({VIDEO: [piece(0, data, start=0, duration=1)]})
    assert made[0][0].interlaced
    play(rig, made)
    assert rig.until(lambda: rig.ears.heard(1, SinkState.FIRST_PICTURE))
    assert rig.sink._core._get_property("deinterlace") is True
    assert _ended(rig)
    progressive = make(Recipe(frames=10))
    rig.sink.open(EpochStart(epoch=9))
    rig.sink.feed(9, epochs({VIDEO: [piece(0, progressive, start=0, duration=0.4)]})[0][1])
    rig.sink.finish(9)
    assert rig.until(lambda: rig.ears.heard(9, SinkState.FIRST_PICTURE))
    assert rig.sink._core._get_property("deinterlace") is False


HDR = ColorInfo(
    primaries=9, transfer=16, matrix=9,
    mastering=(0.708, 0.292, 0.17, 0.797, 0.131, 0.046, 0.3127, 0.329, 1000.0, 0.0001),
    max_content_light=1000, max_frame_average_light=400,
)  # fmt: skip


def _demuxed(data: bytes) -> tuple[StreamHead, list[Sample]]:
    demuxer = open_demuxer(Container.UNKNOWN)
    parts = demuxer.feed(data) + demuxer.flush()
    return parts[0].heads[0], [one for part in parts for one in part.samples]


def test_hdr_is_told_to_libmpv_and_its_end_is_another_stream(rig: Rig) -> None:
    head, samples = _demuxed(make(Recipe(video="libvpx-vp9", frames=25,
                                         options=OPTIONS["libvpx-vp9"])))  # fmt: skip
    bright = replace(head, color=HDR)
    writer = MatroskaWriter([bright])
    assert not writer.accepts(1, head)
    data = writer.head() + b"".join(writer.write(1, one, one.pts) for one in samples)
    with av.open(io.BytesIO(data)) as container:
        assert container.streams.video[0].codec_context.color_trc == 16
    rig.sink.open(EpochStart(epoch=1, paused=True))
    rig.sink.feed(1, data)
    rig.sink.finish(1)
    assert rig.until(lambda: rig.ears.heard(1, SinkState.FIRST_PICTURE))
    told = rig.sink._core._get_property("video-params")
    assert told["gamma"] == "pq"
    assert told["primaries"] == "bt.2020"
    assert told["sig-peak"] > 4


def test_dvb_subtitles_are_a_track_that_libmpv_shows(rig: Rig) -> None:
    pictures, samples = _demuxed(make(Recipe(frames=50)))
    text = StreamHead(stream=9, kind=TrackKind.TEXT, codec="dvbsub", config=b"\x00\x01\x00\x01",
                      language="por")  # fmt: skip
    page = bytes.fromhex("0f100001000205000f800001000000")
    shown = Sample(stream=9, pts=micros(0.5), dts=micros(0.5), duration=micros(1), key=True,
                   data=b"\x20\x00" + page)  # fmt: skip
    writer = MatroskaWriter([pictures, text])
    data = writer.head() + writer.write(2, shown, shown.pts)
    data += b"".join(writer.write(1, one, one.pts) for one in samples)
    rig.sink.open(EpochStart(epoch=1))
    rig.sink.feed(1, data)
    rig.sink.finish(1)
    assert rig.until(lambda: rig.ears.heard(1, SinkState.FIRST_PICTURE))
    tracks = rig.sink._core._get_property("track-list")
    chosen = [one for one in tracks if one["type"] == "sub" and one["selected"]]
    assert [(one["codec"], one["lang"]) for one in chosen] == [("dvb_subtitle", "por")]
    assert _ended(rig)
    assert rig.complaints() == []


def test_what_can_be_decoded_is_told(rig: Rig) -> None:
    wanted = {"h264", "hevc", "vp9", "av1", "aac", "ac3", "eac3", "mp3", "opus", "flac"}
    assert wanted <= rig.sink.decoders()


def test_pictures_that_no_decoder_understands_are_told_of_soon(rig: Rig) -> None:
    head, samples = _demuxed(make(Recipe(frames=50, gop=1)))
    broken = [replace(one, data=one.data[:5] + bytes(len(one.data) - 5)) for one in samples]
    data = make(Recipe(video="", audio="aac", frames=50))
    sound, frames = _demuxed(data)
    writer = MatroskaWriter([head, sound])
    out = writer.head()
    for picture, frame in zip(broken, frames, strict=False):
        out += writer.write(1, picture, picture.pts) + writer.write(2, frame, frame.pts)
    rig.sink.open(EpochStart(epoch=1))
    rig.sink.feed(1, out)
    rig.sink.finish(1)
    trouble = SinkState.TROUBLE
    assert rig.until(lambda: rig.ears.heard(1, trouble) or rig.ears.heard(1, SinkState.ENDED))
    assert rig.ears.heard(1, trouble), [rig.ears.states(1), rig.log[:5]]
    found = next(one for one in rig.ears.events if one.state is trouble)
    assert found.failure is not None
    assert found.failure.cause.startswith("video: ")


def test_software_alone_on_request(rig: Rig) -> None:
    rig.sink.set_hardware_decoding(False)
    data = epochs({VIDEO: [piece(0, make(Recipe(frames=10)), start=0, duration=0.4)]})
    play(rig, data)
    assert _ended(rig)
    assert isinstance(rig.ears, Ears)
    assert Micros(0) < (rig.ears.position or 0)
