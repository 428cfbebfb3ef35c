"""Shape of a pixel, interlacing, colour and mastering display, wherever they are written."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.media import av1, avc, hevc
from player.media.bits import BitReader
from player.media.closed_captions import CaptionTrackStream, registered_captions
from player.media.elementary import open_stream
from player.media.gather import CAPTIONS, SampleGatherer, Unit
from player.media.hevc_sps import skip_to_vui
from player.media.mpeg2 import Mpeg2Stream
from player.media.nal import join_prefixed
from player.media.vui import read_vui, sei_messages
from player.model.presentation import TrackKind
from player.model.sample import ColorInfo, StreamHead
from tests.unit.media.conftest import FRAGMENTED
from tests.unit.media.decoding import demux, heads, runs

Made = Callable[..., bytes]
Options = tuple[tuple[str, str], ...]
HDR = (
    "log-level=none:pools=1:hdr10=1:sar=4:repeat-headers=1:"
    "colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:max-cll=1000,400:"
    "master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,500)"
)
X264 = "sar=12/11:colorprim=bt709:transfer=bt709:colormatrix=bt709"
DISPLAY = (0.68, 0.32, 0.265, 0.69, 0.15, 0.06, 0.3127, 0.329, 1000.0, 0.05)
X265: Options = (("preset", "ultrafast"), ("x265-params", HDR))


def head_of(made: Made, container: str, video: str, options: Options) -> StreamHead:
    flags = FRAGMENTED + "+delay_moov+write_colr"
    data = made(container=container, video=video, options=options, frames=3, movflags=flags)
    return heads(demux([data]), TrackKind.VIDEO)[0]


@pytest.mark.parametrize("container", ["mpegts", "mp4", "matroska"])
def test_h264_tells_shape_and_colour(made: Made, container: str) -> None:
    head = head_of(made, container, "libx264", (("x264-params", X264),))
    assert head.aspect == (12, 11)
    assert head.color == ColorInfo(primaries=1, transfer=1, matrix=1)
    assert not head.interlaced


@pytest.mark.parametrize("container", ["mpegts", "mp4", "matroska"])
def test_h265_tells_shape_colour_and_mastering_display(made: Made, container: str) -> None:
    head = head_of(made, container, "libx265", X265)
    assert head.aspect == (16, 11)
    assert head.color == ColorInfo(
        primaries=9,
        transfer=16,
        matrix=9,
        mastering=DISPLAY,
        max_content_light=1000,
        max_frame_average_light=400,
    )


@pytest.mark.parametrize("container", ["mpegts", "mp4"])
def test_fields_are_told(made: Made, container: str) -> None:
    options = (("x264-params", "interlaced=1:tff=1"),)
    assert head_of(made, container, "libx264", options).interlaced


@pytest.mark.parametrize(("container", "video"), [("mp4", "libsvtav1"), ("webm", "libvpx-vp9")])
def test_colour_of_av1_and_vp9(made: Made, container: str, video: str) -> None:
    told = (("color_primaries", "9"), ("color_trc", "16"), ("colorspace", "9"))
    fast = (("preset", "12"), ("svtav1-params", "lp=1")) if video == "libsvtav1" else ()
    head = head_of(made, container, video, told + fast)
    assert head.color == ColorInfo(primaries=9, transfer=16, matrix=9)


def test_mpeg2_tells_shape_and_fields() -> None:
    sequence = b"\x00\x00\x01\xb3" + bytes((0x2D, 0x02, 0x40, 0x33)) + bytes(4)
    extension = b"\x00\x00\x01\xb5" + bytes((0x14, 0x82, 0, 1, 0, 0))
    stream = Mpeg2Stream(StreamHead(stream=0, kind=TrackKind.VIDEO, codec="mpeg2video"))
    stream.take(sequence + extension)
    assert stream.head is not None
    assert (stream.head.width, stream.head.height) == (720, 576)
    # 16:9 on 720 x 576.
    assert stream.head.aspect == (64, 45)
    assert stream.head.interlaced
    stream.take(sequence + extension[:5] + bytes((0x8A,)) + extension[6:])
    assert not stream.head.interlaced


TRIPLETS = b"\xfc\x94\x20\xfd\x80\x80"
GA94 = b"GA94\x03\x42\xff" + TRIPLETS + b"\xff"


@pytest.mark.parametrize(
    ("payload", "found"),
    [
        (b"\xb5\x00\x31" + GA94, TRIPLETS),
        (b"\xb5\x00\x2f\x03\x0a\x42\xff" + TRIPLETS + b"\xff", TRIPLETS),
        (b"\xb5\x00\x31" + GA94.replace(b"\x42", b"\x02"), b""),
        (b"\xb5\x00\x31DTG1\x03\x42\xff" + TRIPLETS, b""),
        (b"\xb5\x00\x3c\x00\x01\x04\x00\x00", b""),
        (b"", b""),
    ],
)
def test_captions_in_pictures(payload: bytes, found: bytes) -> None:
    assert registered_captions(payload) == found


@pytest.mark.parametrize(("video", "options"), [("libx264", ()), ("libx265", X265)])
def test_captions_stand_at_their_pictures_time(made: Made, video: str, options: Options) -> None:
    data = made(video=video, options=options, frames=6)
    ((head, pictures),) = runs(demux([data]), TrackKind.VIDEO)
    stream = open_stream(head, annexb=False)
    assert stream is not None
    payload = b"\xb5\x00\x31" + GA94
    start = b"\x06" if video == "libx264" else b"\x4e\x01"
    # Another message before it, and a long size.
    sei = start + b"\x05\x02\x00\x01\x04" + bytes((len(payload),)) + payload + b"\x80"
    gatherer = SampleGatherer()
    for picture in pictures:
        unit = Unit(
            pts=picture.pts,
            dts=picture.dts,
            duration=picture.duration,
            key=picture.key,
            data=picture.data,
        )
        if picture.pts >= pictures[0].pts + 80_000:
            unit.data = join_prefixed([sei]) + unit.data
        gatherer.push(stream, unit)
    ((told, captions),) = runs(list(gatherer.take()), TrackKind.TEXT)
    assert (told.codec, told.stream) == ("cea", CAPTIONS + head.stream)
    assert {caption.data for caption in captions} == {TRIPLETS}
    late = [picture.pts for picture in pictures if picture.pts >= pictures[0].pts + 80_000]
    assert [caption.pts for caption in captions] == late


def test_captions_in_mpeg2_pictures() -> None:
    stream = Mpeg2Stream(StreamHead(stream=0, kind=TrackKind.VIDEO, codec="mpeg2video"))
    stream.take(b"\x00\x00\x01\x00\x12\x34\x00\x00\x01\xb2" + GA94 + b"\x00\x00\x01\x01")
    assert stream.captions == TRIPLETS


def test_captions_in_tracks_of_their_own() -> None:
    stream = CaptionTrackStream(StreamHead(stream=9, kind=TrackKind.TEXT, codec="cea"))
    c608 = b"\x00\x00\x00\x0ccdat\x94\x20\x94\x2f" + b"\x00\x00\x00\x0acdt2\x80\x80"
    assert stream.take(c608) == b"\xfc\x94\x20\xfc\x94\x2f\xfd\x80\x80"
    packet = b"\x96\x69\x13\x4f\x43\x00\x01\x72\xe2" + TRIPLETS + b"\x74\x00\x01\x00"
    assert stream.take((8 + len(packet)).to_bytes(4, "big") + b"ccdp" + packet) == TRIPLETS


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=80))
def test_no_bytes_upset_the_readers(data: bytes) -> None:
    avc.parse_sps(b"\x67\x64" + data)
    hevc.parse_sps(b"\x42\x01" + data)
    read_vui(BitReader(data))
    skip_to_vui(BitReader(data), 7)
    list(sei_messages(b"\x06" + data, 1))
    av1.find_sequence_header(data)
    av1.find_sequence_header(b"\x0a\x40" + data)
    registered_captions(b"\xb5\x00\x31" + data)
    head = StreamHead(stream=0, kind=TrackKind.VIDEO, codec="mpeg2video")
    Mpeg2Stream(head).take(b"\x00\x00\x01\xb3" + data)
    CaptionTrackStream(head).take(data)
