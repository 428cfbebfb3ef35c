"""Indexes that point to indexes: in the same bytes, and to be loaded one by one."""

import struct
from pathlib import Path

import pytest

from player.errors import PlayerError
from player.manifest.dash.sidx import HEAD
from player.manifest.face import resolve_index
from player.manifest.resolved import ResolvedIndex
from player.model.presentation import Representation
from player.model.segment import ListedIndex
from player.units import micros, seconds
from tests.unit.manifest.mpd_made import NOW, URL, only, static, video

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus" / "playable" / "mp4ff"
MEDIA = 1_000
"""Bytes and milliseconds of each made segment."""


def box(entries: list[tuple[bool, int, int]], time: int = 0) -> bytes:
    """A sidx of (nested, size, duration) entries, timescale 1000."""
    head = struct.pack(">B3xIIII", 0, 1, 1000, time, 0) + struct.pack(">HH", 0, len(entries))
    body = b"".join(
        struct.pack(">III", size | (nested << 31), duration, 0x90000000)
        for nested, size, duration in entries
    )
    return struct.pack(">I4s", 8 + len(head) + len(body), b"sidx") + head + body


def leaf(time: int, count: int) -> bytes:
    """A sidx and the media that it tells of."""
    return box([(False, MEDIA, 1000)] * count, time) + bytes(MEDIA * count)


def rung(index_range: str) -> Representation:
    """A representation in one file."""
    inner = f'<SegmentBase indexRange="{index_range}"/>'
    return only(static(video(inner, "<BaseURL>v.mp4</BaseURL>"), "PT1H"))


def follow(one: Representation, body: bytes) -> tuple[ResolvedIndex, int]:
    """Load an index as the store does; the number of loads too."""
    source, loads = one.source, 0
    while source is not None:
        reach = source.resource.byte_range
        assert reach is not None
        part = body[reach.offset : reach.last + 1]
        result = resolve_index(one, part, url=URL, now=NOW, source=source)
        source, loads = result.more, loads + 1
    return result, loads


def whole_file(leaves: list[bytes]) -> bytes:
    """A root sidx that points to each of `leaves`, which follow it."""
    counts = [(len(one) // MEDIA) for one in leaves]
    root = box([(True, len(one), n * 1000) for one, n in zip(leaves, counts, strict=True)])
    return root + b"".join(leaves)


def check(result: ResolvedIndex, body: bytes, count: int) -> None:
    """Each segment is media only, where it should be in time."""
    assert isinstance(result.index, ListedIndex)
    assert result.index.ended
    assert [one.number for one in result.index.segments] == list(range(1, count + 1))
    for place, one in enumerate(result.index.segments):
        assert one.start == micros(place)
        reach = one.resource.byte_range
        assert reach is not None
        assert body[reach.offset : reach.last + 1] == bytes(MEDIA)


def test_nested_boxes_are_loaded_one_by_one() -> None:
    body = whole_file([leaf(0, 3), leaf(3000, 2), leaf(5000, 4)])
    one = rung("0-67")
    first = resolve_index(one, body[:68], url=URL, now=NOW)
    assert first.more is not None
    assert first.more.resource.byte_range is not None
    assert first.more.resource.byte_range.offset == 68
    assert not first.index.ended
    result, loads = follow(one, body)
    assert loads == 4
    check(result, body, 9)


def test_what_lies_in_the_same_bytes_needs_no_further_load() -> None:
    body = whole_file([leaf(0, 3), leaf(3000, 2)])
    result, loads = follow(rung(f"0-{len(body) - 1}"), body)
    assert loads == 1
    check(result, body, 5)
    ignored = resolve_index(rung("0-55"), body, url=URL, now=NOW)  # the range was not heeded
    assert ignored.more is None
    check(ignored, body, 5)


def test_a_daisy_chain() -> None:
    last = leaf(4000, 2)
    middle = box([(False, MEDIA, 1000)] * 2 + [(True, len(last), 2000)], 2000)
    tail = middle + bytes(MEDIA * 2) + last
    root = box([(False, MEDIA, 1000)] * 2 + [(True, len(tail), 4000)])
    body = root + bytes(MEDIA * 2) + tail
    result, loads = follow(rung(f"0-{len(root) - 1}"), body)
    assert loads == 2  # the last box lies in what was asked for of the one before
    check(result, body, 6)


def test_a_nested_box_longer_than_asked_for_is_asked_for_again() -> None:
    count = HEAD // 12 + 10
    body = whole_file([leaf(0, count)])
    result, loads = follow(rung("0-43"), body)
    assert loads == 3
    check(result, body, count)


def test_a_truncated_nested_box_is_an_error() -> None:
    body = whole_file([leaf(0, 3)])
    one = rung("0-43")
    more = resolve_index(one, body[:44], url=URL, now=NOW).more
    assert more is not None
    for part in (body[44:60], bytes(100), body[44:47]):
        with pytest.raises(PlayerError):
            resolve_index(one, part, url=URL, now=NOW, source=more)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside the checkout")
@pytest.mark.parametrize(
    ("name", "place", "count", "lasts"),
    [
        ("multi_sidx_segment.m4s", "24-127", 1, 5.125),
        ("interleaved_sidxs_segment.m4s", "24-75", 1, 1 / 30),
        ("interleaved_sidxs_segment.m4s", "24-27133", 3, 4 / 30),
        ("bbb5s_aac_sidx.mp4", "815-882", 3, 240640 / 48000),
    ],
)
def test_files_of_others(name: str, place: str, count: int, lasts: float) -> None:
    body = (CORPUS / "mp4" / "testdata" / name).read_bytes()
    result, _ = follow(rung(place), body)
    assert isinstance(result.index, ListedIndex)
    segments = result.index.segments
    assert len(segments) == count
    assert seconds(segments[-1].end) - seconds(segments[0].start) == pytest.approx(lasts, abs=1e-4)
    for one in segments:
        reach = one.resource.byte_range
        assert reach is not None
        assert body[reach.offset + 4 : reach.offset + 8] == b"moof"
