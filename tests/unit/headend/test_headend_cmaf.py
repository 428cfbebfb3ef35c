"""Our CMAF, read back by FFmpeg and box by box."""

import io
import struct
from collections.abc import Iterator

import av
import pytest

from headend.asset.model import Asset
from headend.cmaf.fragment import media_segment, media_segment_size
from headend.cmaf.index import indexed_file
from headend.cmaf.init import init_segment
from headend.cmaf.text import text_segment
from headend.live.timeline import timelines_of

LIVE = 897_680_507


def boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The boxes of one level: kind and body; they must fill the data exactly."""
    offset = 0
    while offset < len(data):
        size, kind = struct.unpack_from(">I4s", data, offset)
        yield kind, data[offset + 8 : offset + size]
        offset += size
    assert offset == len(data)


@pytest.mark.parametrize("rendition_id", ["v90", "v180", "a-en", "a-pt"])
@pytest.mark.parametrize("number", [0, 11, 12, LIVE])
def test_ffmpeg_reads_the_times_that_the_segment_has(
    asset: Asset, rendition_id: str, number: int
) -> None:
    timeline = timelines_of(asset)[rendition_id]
    data = init_segment(timeline.rendition) + media_segment(timeline, number)
    segment = timeline.segment(number)
    with av.open(io.BytesIO(data)) as container:
        packets = [packet for packet in container.demux() if packet.size]
    assert [packet.pts for packet in packets] == [s.pts + segment.shift for s in segment.samples]
    assert [packet.dts for packet in packets] == [s.dts + segment.shift for s in segment.samples]
    assert [bytes(p) for p in packets] == [bytes(timeline.payload(s)) for s in segment.samples]
    assert [packet.is_keyframe for packet in packets] == [s.key for s in segment.samples]


def test_a_loop_decodes_to_every_picture_in_order(asset: Asset) -> None:
    timeline = timelines_of(asset)["v90"]
    data = init_segment(timeline.rendition)
    data += b"".join(media_segment(timeline, number) for number in range(11, 25))
    with av.open(io.BytesIO(data)) as container:
        times = [frame.pts for frame in container.decode(video=0)]
    assert times == [11 * 180_000 + 3600 * index for index in range(14 * 50)]


def test_the_decode_time_takes_64_bits(asset: Asset) -> None:
    timeline = timelines_of(asset)["v90"]
    parts = dict(boxes(media_segment(timeline, LIVE)))
    assert list(parts) == [b"styp", b"moof", b"mdat"]
    track = dict(boxes(dict(boxes(parts[b"moof"]))[b"traf"]))
    assert track[b"tfdt"] == struct.pack(">IQ", 1 << 24, LIVE * 180_000)


def test_the_size_is_known_before_the_segment_is_made(asset: Asset) -> None:
    for rendition_id in ("v90", "a-en"):
        timeline = timelines_of(asset)[rendition_id]
        for number in (0, 3, 5, LIVE):
            assert media_segment_size(timeline, number) == len(media_segment(timeline, number))


def test_text_covers_its_segment_without_a_gap(asset: Asset) -> None:
    timeline = timelines_of(asset)["t-pt"]
    parts = dict(boxes(text_segment(timeline, 1)))  # 2 to 4 s; the cue ends at 3.5 s
    track = dict(boxes(dict(boxes(parts[b"moof"]))[b"traf"]))
    rows = struct.unpack(">4I", track[b"trun"][12:])
    assert rows[0::2] == (1500, 500)
    cue, empty = parts[b"mdat"][: rows[1]], parts[b"mdat"][rows[1] :]
    assert dict(boxes(dict(boxes(cue))[b"vttc"]))[b"payl"].decode() == "Português 0"
    assert empty == struct.pack(">I4s", 8, b"vtte")


def test_the_text_track_is_announced_as_webvtt(asset: Asset) -> None:
    init = init_segment(timelines_of(asset)["t-pt"].rendition)
    with av.open(io.BytesIO(init)) as container:
        assert container.streams[0].metadata["language"] == "por"
    assert b"wvtt" in init
    assert b"vttC" + b"WEBVTT" in init


def test_any_range_of_an_indexed_file_equals_the_whole_file_cut() -> None:
    segments = [bytes([65 + index]) * size for index, size in enumerate((5, 1, 7, 3))]
    file = indexed_file(b"<init>", 1000, [len(s) for s in segments], [2000] * 4)
    whole = file.head + b"".join(segments)
    assert file.size == len(whole)
    for first in range(len(whole)):
        for last in range(first, len(whole)):
            made = b"".join(file.pieces(first, last, segments.__getitem__))
            assert made == whole[first : last + 1]


def test_ffmpeg_seeks_in_an_indexed_file(asset: Asset) -> None:
    timeline = timelines_of(asset)["v90"]
    segments = [media_segment(timeline, number) for number in range(12)]
    file = indexed_file(
        init_segment(timeline.rendition), 90_000, [len(s) for s in segments], [180_000] * 12
    )
    with av.open(io.BytesIO(file.head + b"".join(segments))) as container:
        stream = container.streams.video[0]
        container.seek(180_000 * 7 + 90_000, stream=stream)
        assert next(iter(container.demux(stream))).pts == 180_000 * 7
