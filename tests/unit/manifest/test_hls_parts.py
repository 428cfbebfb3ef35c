"""Low-latency HLS (RFC 8216bis): each tag, what stands in it, and what cannot be."""

import pytest

from player.manifest.face import next_reload, resolve_index
from player.manifest.hls.delta import blocking_resource, reload_resource, reported_resource
from player.manifest.hls.playlist import Report
from player.manifest.hls.playlist_index import PlaylistIndex
from player.manifest.resolved import ResolvedIndex
from player.model.location import IndexSource
from player.model.presentation import Representation
from player.model.resource import ByteRange, Resource
from player.model.segment import SegmentIndex
from player.units import BitsPerSecond, ByteCount, Micros, micros

URL = "https://tv.example/v.m3u8?t=1"
NOW = micros(1_700_000_000)
RUNG = Representation(
    id="0", bandwidth=BitsPerSecond(1), source=IndexSource(resource=Resource(uri=URL))
)
HEAD = (
    "#EXTM3U\n#EXT-X-TARGETDURATION:4\n"
    "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=3,CAN-SKIP-UNTIL=24\n"
    "#EXT-X-PART-INF:PART-TARGET=1\n#EXT-X-MEDIA-SEQUENCE:10\n"
)
WHOLE = "#EXTINF:4,\n10.mp4\n"
PARTS = '#EXT-X-PART:DURATION=1,URI="11.0",INDEPENDENT=YES\n#EXT-X-PART:DURATION=1,URI="11.1"\n'
HINT = '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="11.2"\n'


def resolved(text: str, known: SegmentIndex | None = None) -> ResolvedIndex:
    return resolve_index(RUNG, text.encode(), url=URL, now=NOW, known=known)


def load(text: str, known: SegmentIndex | None = None) -> PlaylistIndex:
    index = resolved(text, known).index
    assert isinstance(index, PlaylistIndex)
    return index


def told(text: str) -> str:
    return " ".join(one.text for one in resolved(text).warnings)


def test_the_segment_at_the_end_is_in_the_making() -> None:
    index = load(HEAD + WHOLE + PARTS + HINT)
    whole, making = index.segments
    assert not whole.making
    assert (making.number, making.making, making.start) == (11, True, micros(4))
    assert [part.independent for part in making.parts] == [True, False]
    assert making.made_until(NOW) == micros(6)
    assert making.hint == Resource(uri="https://tv.example/11.2")
    assert (index.blocking, index.part_target) == (True, micros(1))
    assert whole.step == making.step == micros(1)


def test_its_address_makes_it_whole_with_the_parts_it_came_in() -> None:
    first = load(HEAD + WHOLE + PARTS + HINT)
    second = load(HEAD + WHOLE + PARTS + "#EXTINF:3.5,\n11.mp4\n" + HINT, first)
    one = second.segments[1]
    assert (one.making, one.duration, len(one.parts)) == (False, micros(3.5), 2)
    assert second.segments[2].start == micros(7.5), "what was guessed of its end is corrected"


def test_a_hint_alone_begins_a_segment() -> None:
    index = load(HEAD + WHOLE + '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="11.0"\n')
    assert index.segments[-1].making
    assert index.segments[-1].made_until(NOW) == index.segments[-1].start


def test_without_parts_and_hints_nothing_is_in_the_making() -> None:
    assert not load(HEAD + WHOLE).segments[-1].making
    ended = load(HEAD + WHOLE + PARTS + "#EXT-X-ENDLIST\n")
    assert not ended.segments[-1].making
    assert not ended.blocking


@pytest.mark.parametrize(
    ("tag", "byte_range"),
    [
        ('URI="f",BYTERANGE="10@0"', (0, 10)),
        ('URI="f",BYTERANGE="7@30"', (30, 7)),
    ],
)
def test_parts_may_be_byte_ranges(tag: str, byte_range: tuple[int, int]) -> None:
    text = f'#EXT-X-PART:DURATION=1,{tag}\n#EXT-X-PART:DURATION=1,URI="f",BYTERANGE="5"\n'
    first, second = load(HEAD + WHOLE + text).segments[-1].parts
    offset, length = byte_range
    assert first.resource.byte_range == ByteRange(
        offset=ByteCount(offset), length=ByteCount(length)
    )
    assert second.resource.byte_range == ByteRange(
        offset=ByteCount(offset + length), length=ByteCount(5)
    )


@pytest.mark.parametrize(
    ("told_range", "offset", "length"),
    [
        ("BYTERANGE-START=10,BYTERANGE-LENGTH=5", 10, 5),
        ("BYTERANGE-START=10", 10, 1 << 40),
        ("BYTERANGE-LENGTH=5", 0, 5),
    ],
)
def test_a_hint_may_be_a_byte_range(told_range: str, offset: int, length: int) -> None:
    text = f'#EXT-X-PRELOAD-HINT:TYPE=PART,URI="f",{told_range}\n'
    hint = load(HEAD + WHOLE + text).segments[-1].hint
    assert hint is not None
    assert hint.byte_range == ByteRange(offset=ByteCount(offset), length=ByteCount(length))


def test_a_part_may_be_a_gap_and_an_init_section_hinted_at() -> None:
    gap = '#EXT-X-PART:DURATION=1,URI="x",GAP=YES\n#EXT-X-PRELOAD-HINT:TYPE=MAP,URI="i"\n'
    index = load(HEAD + WHOLE + gap)
    assert index.segments[-1].parts[0].gap
    assert index.hinted_init == Resource(uri="https://tv.example/i")


@pytest.mark.parametrize(
    "bad",
    [
        '#EXT-X-PART:URI="x"',
        "#EXT-X-PART:DURATION=1",
        '#EXT-X-PART:DURATION=-1,URI="x"',
        '#EXT-X-PART:DURATION=9999,URI="x"',
        '#EXT-X-PART:DURATION=1,URI="x",BYTERANGE="5"',
        '#EXT-X-PART:DURATION=1,URI="file:///etc/passwd"',
    ],
)
def test_a_part_that_cannot_be_read_leaves_its_segment_to_come_whole(bad: str) -> None:
    text = HEAD + WHOLE + PARTS + bad + "\n" + HINT
    assert len(load(text).segments) == 1
    assert "EXT-X-PART is unreadable" in told(text)
    later = load(text.replace(HINT, "#EXTINF:4,\n11.mp4\n") + HINT)
    assert later.segments[1].parts == ()
    assert later.segments[2].making


@pytest.mark.parametrize(
    "bad",
    [
        "#EXT-X-PART-INF:PART-TARGET=0",
        "#EXT-X-PART-INF:PART-TARGET=soon",
        '#EXT-X-PRELOAD-HINT:TYPE=PIE,URI="x"',
        "#EXT-X-PRELOAD-HINT:TYPE=PART",
        "#EXT-X-RENDITION-REPORT:LAST-MSN=4",
        '#EXT-X-RENDITION-REPORT:URI="x"',
    ],
)
def test_what_else_cannot_be_read_is_noted(bad: str) -> None:
    assert bad.partition(":")[0][1:] in told(HEAD + WHOLE + PARTS + bad + "\n")


def test_parts_without_a_target_have_the_longest_ones() -> None:
    text = HEAD.replace("#EXT-X-PART-INF:PART-TARGET=1\n", "") + WHOLE + PARTS
    assert load(text).part_target == micros(1)
    assert "EXT-X-PART-INF" in told(text)


def test_of_what_is_encrypted_as_a_whole_no_part_is_taken() -> None:
    text = HEAD + '#EXT-X-KEY:METHOD=AES-128,URI="k"\n' + WHOLE + PARTS + HINT
    assert len(load(text).segments) == 1


@pytest.mark.parametrize(
    ("control", "latency"),
    [("PART-HOLD-BACK=3", 3), ("PART-HOLD-BACK=1.5", 2), ("HOLD-BACK=12", 3)],
)
def test_a_list_of_parts_is_played_as_near_as_it_says(control: str, latency: float) -> None:
    found = resolved(HEAD.replace("PART-HOLD-BACK=3", control) + WHOLE + PARTS)
    assert found.target_latency == found.least_latency == micros(latency)


def test_new_parts_are_news_and_an_older_copy_is_none() -> None:
    first = load(HEAD + WHOLE + PARTS)
    more = PARTS + '#EXT-X-PART:DURATION=1,URI="11.2"\n'
    assert resolved(HEAD + WHOLE + more, first).changed
    assert not resolved(HEAD + WHOLE + PARTS, first).changed
    second = load(HEAD + WHOLE + more + "#EXTINF:4,\n11.mp4\n" + HINT, first)
    assert load(HEAD + WHOLE + more, second).segments == second.segments


def test_a_delta_update_may_hold_parts_alone() -> None:
    text = HEAD + WHOLE + "#EXTINF:4,\n11.mp4\n"
    known = load(text + '#EXT-X-PART:DURATION=1,URI="12.0"\n')
    delta = HEAD + "#EXT-X-SKIP:SKIPPED-SEGMENTS=2\n" + PARTS.replace("11.", "12.")
    found = load(delta, known)
    assert [one.number for one in found.segments] == [10, 11, 12]
    assert len(found.segments[-1].parts) == 2


# ---- how it is asked for again ------------------------------------------------------------------


def test_a_blocking_reload_asks_for_what_comes_next() -> None:
    uri = "https://tv.example/v.m3u8?t=1"
    resource = Resource(uri=uri)
    growing = load(HEAD + WHOLE + PARTS)
    assert blocking_resource(resource, growing).uri == f"{uri}&_HLS_msn=11&_HLS_part=2"
    whole = load(HEAD + WHOLE)
    asked = blocking_resource(resource, whole)
    assert asked.uri == f"{uri}&_HLS_msn=11&_HLS_part=0"
    assert reload_resource(asked, whole, age=Micros(0)).uri == f"{asked.uri}&_HLS_skip=YES"
    plain = load(HEAD.replace("CAN-BLOCK-RELOAD=YES,", "") + WHOLE)
    assert blocking_resource(resource, plain) == resource
    assert blocking_resource(resource, None) == resource


def test_a_report_says_what_to_ask_of_another_list_for() -> None:
    reports = [Report(uri="https://tv.example/w.m3u8?t=2", sequence=12, part=3)]
    there = reported_resource(Resource(uri="https://tv.example/w.m3u8?t=1"), reports)
    assert there.uri == "https://tv.example/w.m3u8?t=1&_HLS_msn=12&_HLS_part=3"
    other = Resource(uri="https://tv.example/x.m3u8")
    assert reported_resource(other, reports) == other
    text = '#EXT-X-RENDITION-REPORT:URI="w.m3u8",LAST-MSN=12,LAST-PART=3\n'
    assert load(HEAD + WHOLE + PARTS + text).reports == (
        Report(uri="https://tv.example/w.m3u8", sequence=12, part=3),
    )


def test_a_list_of_parts_is_looked_at_part_by_part() -> None:
    blocking = load(HEAD + WHOLE + PARTS)
    assert next_reload(blocking, changed=True) == 0
    assert next_reload(blocking, changed=False) == micros(0.5)
    plain = load(HEAD.replace("CAN-BLOCK-RELOAD=YES,", "") + WHOLE + PARTS)
    assert next_reload(plain, changed=True) == micros(1)
