"""SegmentList, SegmentBase by sidx or Cues, and files without any segment information."""

import struct

import pytest

from player.errors import PlayerError
from player.manifest.face import resolve_index
from player.model.presentation import Container, TrackKind
from player.model.resource import ByteRange
from player.model.segment import ListedIndex
from player.units import ByteCount, micros
from tests.unit.manifest.mpd_made import NOW, URL, brief, listed, only, sidx, static, video


def test_segment_lists() -> None:
    found = static(
        video(
            '<SegmentList duration="4"><Initialization sourceURL="i.mp4" range="0-99"/>'
            '<SegmentURL media="1.m4s"/><SegmentURL mediaRange="100-199"/>'
            '<SegmentURL media="3.m4s"/></SegmentList>'
        )
    )
    assert brief(found)[::2] == [(1, 0, 4, "1.m4s"), (3, 8, 2, "3.m4s")]
    second = listed(found)[1]
    assert second.resource.uri == URL
    assert second.resource.byte_range == ByteRange(offset=ByteCount(100), length=ByteCount(100))
    assert second.init is not None
    assert second.init.byte_range is not None
    assert second.init.byte_range.length == 100


@pytest.mark.parametrize("version", [0, 1])
def test_segment_base_is_resolved_by_its_sidx(version: int) -> None:
    found = static(
        video(
            '<SegmentBase indexRange="800-899" presentationTimeOffset="0">'
            '<Initialization range="0-799"/></SegmentBase>',
            "<BaseURL>v.mp4</BaseURL>",
        )
    )
    rung = only(found)
    assert rung.index is None
    assert rung.source is not None
    assert rung.source.resource.uri == "https://tv.example/d/v.mp4"
    box = sidx(version, [(1000, 4000), (2000, 7000)], first_offset=8)
    body = b"\x00\x00\x00\x0cfree...." + box
    result = resolve_index(rung, body, url=URL, now=NOW)
    assert isinstance(result.index, ListedIndex)
    first, second = result.index.segments
    start = 800 + len(body) + 8
    assert first.resource.byte_range == ByteRange(
        offset=ByteCount(start), length=ByteCount(1000)
    )  # fmt: skip
    assert (second.start, second.duration) == (micros(4), micros(6))
    assert result.init == rung.init
    whole = bytes(800) + box  # a server without ranges
    same = resolve_index(rung, whole, url=URL, now=NOW).index
    assert isinstance(same, ListedIndex)
    assert same.segments[0].resource.byte_range == ByteRange(
        offset=ByteCount(800 + len(box) + 8), length=ByteCount(1000)
    )
    for broken in (box[:20], b"", bytes(100), b"\x1a\x45\xdf\xa3"):
        with pytest.raises(PlayerError):
            resolve_index(rung, broken, url=URL, now=NOW)


def element(ident: str, *parts: bytes) -> bytes:
    """An EBML element of a four-byte size."""
    body = b"".join(parts)
    return bytes.fromhex(ident) + (0x10000000 | len(body)).to_bytes(4, "big") + body


def test_segment_base_is_resolved_by_webm_cues() -> None:
    found = static(
        video('<SegmentBase indexRange="50-99"/>', "<BaseURL>v.webm</BaseURL>").replace(
            "video/mp4", "video/webm"
        )
    )
    rung = only(found)
    assert rung.source is not None
    assert rung.source.resource.byte_range == ByteRange(offset=ByteCount(0), length=ByteCount(100))
    points = [
        element("bb", element("b3", time.to_bytes(2, "big")), element("b7", element("f1", place)))
        for time, place in ((0, b"\x01\x00"), (4000, b"\x03\x00"))
    ]
    info = element(
        "1549a966", element("2ad7b1", b"\x0f\x42\x40"), element("4489", struct.pack(">f", 9000))
    )
    head = element("1a45dfa3", b"")
    body = head + element("18538067", info, element("1c53bb6b", *points))
    result = resolve_index(rung, body, url=URL, now=NOW)
    assert isinstance(result.index, ListedIndex)
    first, second = result.index.segments
    base = len(head) + 8
    assert first.resource.byte_range == ByteRange(
        offset=ByteCount(base + 256), length=ByteCount(512)
    )  # fmt: skip
    assert (first.duration, second.start, second.duration) == (micros(4), micros(4), micros(5))
    for cut in range(4, len(body) - 1, 3):
        try:
            resolve_index(rung, body[:cut], url=URL, now=NOW)
        except PlayerError:
            continue


def test_a_sidecar_file_is_one_segment() -> None:
    found = static(
        '<AdaptationSet contentType="text" mimeType="text/vtt" lang="pt"><Role value="subtitle"/>'
        '<Role value="forced-subtitle"/><Label>Sub</Label><Representation id="t" bandwidth="1">'
        "<BaseURL>s.vtt</BaseURL></Representation></AdaptationSet>"
    )
    track = found.periods[0].tracks[0]
    assert (track.kind, track.language, track.name, track.forced) == (
        TrackKind.TEXT,
        "pt",
        "Sub",
        True,
    )
    assert brief(found) == [(1, 0, 10, "s.vtt")]
    assert only(found).container is Container.WEBVTT
