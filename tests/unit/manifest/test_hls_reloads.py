"""Reloads that are not read again in whole: repeated text, delta updates, discontinuities."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.errors import ErrorCode, PlayerError
from player.manifest.face import resolve_index
from player.manifest.hls.delta import reload_resource
from player.manifest.hls.media import read_media
from player.manifest.hls.playlist import MediaPlaylist
from player.manifest.hls.playlist_index import PlaylistIndex
from player.manifest.hls.repeated import Known
from player.model.location import IndexSource
from player.model.notes import Notes
from player.model.presentation import Representation
from player.model.resource import Resource
from player.model.segment import Segment, SegmentIndex
from player.units import BitsPerSecond, micros

URL = "https://tv.example/v.m3u8"
NOW = micros(1_700_000_000)
RUNG = Representation(
    id="0", bandwidth=BitsPerSecond(1), source=IndexSource(resource=Resource(uri=URL))
)
CONTROL = "#EXT-X-SERVER-CONTROL:CAN-SKIP-UNTIL=24\n"


def load(
    text: str, known: SegmentIndex | None = None, sibling: SegmentIndex | None = None
) -> PlaylistIndex:
    body = f"#EXTM3U\n#EXT-X-TARGETDURATION:4\n{text}".encode()
    made = resolve_index(RUNG, body, url=URL, now=NOW, known=known, sibling=sibling).index
    assert isinstance(made, PlaylistIndex)
    return made


def listing(first: int, count: int, *, head: str = "") -> str:
    lines = "".join(f"#EXTINF:4,\n{one}.ts\n" for one in range(first, first + count))
    return f"#EXT-X-MEDIA-SEQUENCE:{first}\n{head}{lines}"


TAGS = st.sampled_from(
    [
        "#EXT-X-DISCONTINUITY\n",
        "#EXT-X-GAP\n",
        '#EXT-X-KEY:METHOD=AES-128,URI="k1"\n',
        '#EXT-X-KEY:METHOD=AES-128,URI="k2",IV=0x9\n',
        "#EXT-X-KEY:METHOD=NONE\n",
        '#EXT-X-MAP:URI="i1.mp4"\n',
        '#EXT-X-MAP:URI="i2.mp4",BYTERANGE="10@5"\n',
        "#EXT-X-BITRATE:900\n",
        "#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:20Z\n",
        "# a note\n",
        "\n",
    ]
)
ONE = st.tuples(st.lists(TAGS, max_size=2), st.integers(1, 9), st.booleans())


def written(entries: list[tuple[list[str], int, bool]], first: int, last: int) -> str:
    """A window of one endless list, with what is in force told again at its head."""
    key = init = ""
    turns = 0
    body = ""
    for number, (tags, length, ranged) in enumerate(entries[:last]):
        if number < first:
            turns += tags.count("#EXT-X-DISCONTINUITY\n")
            key = next((one for one in reversed(tags) if "KEY" in one), key)
            init = next((one for one in reversed(tags) if "MAP" in one), init)
            continue
        part = f"#EXT-X-BYTERANGE:{length}@{number * 10}\n" if ranged else ""
        body += f"{''.join(tags)}#EXTINF:{length},\n{part}{'all' if ranged else number}.ts\n"
    head = f"#EXT-X-MEDIA-SEQUENCE:{first}\n#EXT-X-DISCONTINUITY-SEQUENCE:{turns}\n"
    return f"{head}{init}{key}{body}"


def bare(found: PlaylistIndex) -> list[Segment]:
    """Segments without what a reload keeps from before."""
    kept = {"start": micros(0), "program_date_time": None, "told_size": None}
    return [replace(one, **kept) for one in found.segments]  # type: ignore[arg-type]


def sizes_agree(reloaded: PlaylistIndex, fresh: PlaylistIndex) -> bool:
    """Whether a reload has each size that the text tells; it may know more from before."""
    pairs = zip(reloaded.segments, fresh.segments, strict=True)
    return all(new.told_size in (None, old.told_size) for old, new in pairs)


@settings(max_examples=120, deadline=None)
@given(st.lists(ONE, min_size=2, max_size=14), st.data())
def test_a_reload_reads_the_same_as_a_first_load(
    entries: list[tuple[list[str], int, bool]], data: st.DataObject
) -> None:
    first = last = 0
    known: PlaylistIndex | None = None
    for _ in range(4):
        last = data.draw(st.integers(max(last, first + 1), len(entries)))
        first = data.draw(st.integers(first, last - 1))
        text = written(entries, first, last)
        known = load(text, known)
        assert bare(known) == bare(load(text))
        assert sizes_agree(known, load(text))
        assert known.memory is not None
        assert len(known.memory.ends) == len(known.segments)


def again(text: str, known: PlaylistIndex) -> MediaPlaylist:
    former = Known(segments=known.segments, shift=known.shift, memory=known.memory)
    body = f"#EXTM3U\n#EXT-X-TARGETDURATION:4\n{text}".encode()
    return read_media(body, url=URL, variables={}, notes=Notes(), known=former)


def test_repeated_text_is_not_read_again() -> None:
    known = load(listing(10, 8))
    found = again(listing(12, 8), known)
    assert (found.skipped, found.repeated, len(found.pieces)) == (6, True, 2)
    assert again(listing(12, 8).replace("14.ts", "x.ts"), known).skipped == 2
    assert again(listing(12, 8).replace("12.ts", "x.ts"), known).skipped == 0
    keyed = listing(12, 8, head='#EXT-X-KEY:METHOD=AES-128,URI="k"\n')
    assert again(keyed, known).skipped == 0
    assert again(listing(18, 2), known).skipped == 0
    assert again(listing(2, 9), known).skipped == 0


def test_a_list_cut_short_is_an_older_copy() -> None:
    known = load(listing(10, 4))
    assert load(listing(10, 3), known) is known
    ended = load(f"{listing(10, 3)}#EXT-X-ENDLIST", known)
    assert (len(ended.segments), ended.ended) == (3, True)


def test_what_to_ask_for() -> None:
    plain = Resource(uri="https://tv.example/v.m3u8?a=1#f")
    known = load(CONTROL + listing(0, 3))
    asked = reload_resource(plain, known, age=micros(12))
    assert asked.uri == "https://tv.example/v.m3u8?a=1&_HLS_skip=YES#f"
    assert reload_resource(plain, known, age=micros(12.1)) is plain
    assert reload_resource(plain, None, age=micros(0)) is plain
    assert reload_resource(plain, load(listing(0, 3)), age=micros(0)) is plain
    dates = load(CONTROL.replace("\n", ",CAN-SKIP-DATERANGES=YES\n") + listing(0, 3))
    bare = Resource(uri="https://tv.example/v.m3u8")
    assert reload_resource(bare, dates, age=micros(0)).uri.endswith("v.m3u8?_HLS_skip=v2")


def delta(first: int, skipped: int, names: list[int], more: str = "") -> str:
    lines = "".join(f"#EXTINF:4,\n{one}.ts\n" for one in names)
    return f"#EXT-X-MEDIA-SEQUENCE:{first}\n#EXT-X-SKIP:SKIPPED-SEGMENTS={skipped}{more}\n{lines}"


def test_a_delta_update_goes_on_where_it_left_out() -> None:
    head = '#EXT-X-MAP:URI="i.mp4"\n#EXT-X-KEY:METHOD=AES-128,URI="k"\n#EXT-X-DISCONTINUITY\n'
    known = load(CONTROL + listing(10, 4, head=head))
    for _ in range(2):  # a second one leans on the first
        first, last = known.segments[0].number + 1, known.segments[-1].number + 1
        known = load(CONTROL + delta(first, last - first, [last]), known)
        whole = load(CONTROL + listing(first, 4, head=f"#EXT-X-DISCONTINUITY-SEQUENCE:0\n{head}"))
        assert bare(known) == bare(whole)
    after = load(CONTROL + listing(13, 4, head=head), known)
    assert bare(after)[:3] == bare(known)[1:]


def test_a_delta_that_does_not_fit_is_refused() -> None:
    known = load(CONTROL + listing(10, 4))
    with pytest.raises(PlayerError) as caught:
        load(CONTROL + delta(12, 6, [18]), known)
    assert caught.value.failure.code is ErrorCode.MANIFEST_INVALID
    assert [one.number for one in load(CONTROL + delta(12, 6, [18])).segments] == [18]


def test_a_delta_may_take_date_ranges_back() -> None:
    date = "#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:20Z\n"
    ranges = "".join(
        f'#EXT-X-DATERANGE:ID="{one}",START-DATE="2023-11-14T22:13:21Z"\n' for one in "abc"
    )
    known = load(CONTROL + listing(10, 4, head=date + ranges))
    removed = ',RECENTLY-REMOVED-DATERANGES="a\tc"'
    body = f"#EXTM3U\n#EXT-X-TARGETDURATION:4\n{delta(11, 3, [14], removed)}".encode()
    found = resolve_index(RUNG, body, url=URL, now=NOW, known=known)
    assert [one.id for one in found.events] == ["b"]
    assert found.removed == ("a", "c")


def test_a_forgotten_discontinuity_sequence_is_made_good() -> None:
    known = load(
        "#EXT-X-MEDIA-SEQUENCE:1\n#EXTINF:4,\n1.ts\n#EXT-X-DISCONTINUITY\n#EXTINF:4,\n2.ts\n"
    )
    found = load(
        "#EXT-X-MEDIA-SEQUENCE:2\n#EXTINF:4,\n2.ts\n#EXT-X-DISCONTINUITY\n#EXTINF:4,\n3.ts\n",
        known,
    )
    assert [one.discontinuity for one in found.segments] == [1, 2]


def test_a_server_that_starts_over_is_a_discontinuity() -> None:
    known = load(listing(100, 3))
    found = load(listing(0, 3), known)
    assert [one.discontinuity for one in found.segments] == [1, 1, 1]
    later = load(listing(1, 3), found)
    assert [one.discontinuity for one in later.segments] == [1, 1, 1]


@pytest.mark.parametrize("told", [False, True], ids=["seen here first", "seen beside first"])
def test_a_list_of_long_ago_starts_over_where_its_sibling_does(told: bool) -> None:
    long_ago = load(listing(100, 3))
    other = load(listing(130, 3), sibling=long_ago)
    assert other.segments[0].start == micros(120)
    sibling = load(listing(0, 3), other) if told else other
    found = load(listing(1, 3), long_ago, sibling)
    begin = 136 if told else 132
    assert [one.start for one in found.segments] == [micros(begin + one) for one in (0, 4, 8)]
    assert {one.discontinuity for one in found.segments} == {1}


def test_renditions_without_dates_align_at_a_discontinuity() -> None:
    text = "#EXT-X-MEDIA-SEQUENCE:{}\n#EXT-X-DISCONTINUITY-SEQUENCE:4\n{}#EXT-X-DISCONTINUITY\n{}"
    video = load(text.format(10, "#EXTINF:4,\na.ts\n" * 2, "#EXTINF:4,\nb.ts\n"))
    audio = load(text.format(31, "#EXTINF:2,\nc.ts\n" * 3, "#EXTINF:2,\nd.ts\n"), sibling=video)
    assert [one.start for one in audio.segments] == [micros(one) for one in (2, 4, 6, 8)]


def test_variables_defined_twice_or_oddly() -> None:
    body = (
        '#EXTM3U\n#EXT-X-DEFINE:NAME="a",VALUE="1"\n#EXT-X-DEFINE:NAME="a",VALUE="2"\n'
        '#EXT-X-DEFINE:NAME="b"\n#EXT-X-DEFINE:NAME="c d",VALUE="3"\n#EXT-X-DEFINE:IMPORT="e"\n'
        '#EXT-X-DEFINE:QUERYPARAM="q"\n#EXT-X-DEFINE:QUERYPARAM="z"\n#EXTINF:4,\n{$a}{$b}{$q}.ts\n'
    )
    found = resolve_index(RUNG, body.encode(), url=f"{URL}?q=5%2B", now=NOW)
    index = found.index
    assert isinstance(index, PlaylistIndex)
    assert index.segments[0].resource.uri == "https://tv.example/15+.ts"
    assert [one.line for one in found.warnings] == [3, 4, 5, 6, 8]


def test_bit_rates_that_segments_tell() -> None:
    body = b"#EXTM3U\n#EXT-X-BITRATE:800\n#EXTINF:4,\na.ts\n#EXT-X-BITRATE:x\n#EXTINF:4,\nb.ts\n"
    assert resolve_index(RUNG, body, url=URL, now=NOW).bandwidth == 800_000
    ranged = b"#EXTM3U\n#EXTINF:4,\n#EXT-X-BYTERANGE:5000@0\na.ts\n"
    assert resolve_index(RUNG, ranged, url=URL, now=NOW).bandwidth == 10_000


def there(text: str, known: PlaylistIndex) -> PlaylistIndex:
    """The same list from another pathway."""
    body = f"#EXTM3U\n#EXT-X-TARGETDURATION:4\n{text}".encode()
    url = "https://b.example/x/v.m3u8"
    made = resolve_index(RUNG, body, url=url, now=NOW, known=known).index
    assert isinstance(made, PlaylistIndex)
    return made


def test_another_pathway_that_lags_behind_is_taken_all_the_same() -> None:
    known = load(listing(10, 4))
    found = there(listing(9, 4), known)
    assert [one.number for one in found.segments] == [9, 10, 11, 12]
    assert [one.start for one in found.segments[1:]] == [one.start for one in known.segments[:3]]
    assert found.segments[1].resource.uri == "https://b.example/x/10.ts"
    later = there(listing(10, 4), found)
    assert later.segments[-1].start == known.segments[-1].start


def test_another_pathway_may_number_by_itself_where_dates_tell() -> None:
    date = "#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:{}Z\n"
    known = load(listing(10, 4, head=date.format(20)))
    found = there(listing(70, 4, head=date.format("24.2")), known)
    assert [one.number for one in found.segments] == [11, 12, 13, 14]
    assert found.segments[0].start == known.segments[1].start
    back = load(listing(12, 4, head=date.format(28)), found)
    assert [one.number for one in back.segments] == [12, 13, 14, 15]


def test_a_delta_of_another_place_is_refused() -> None:
    known = load(CONTROL + listing(10, 4))
    with pytest.raises(PlayerError):
        there(CONTROL + delta(11, 3, [14]), known)


@pytest.mark.parametrize("above", [True, False])
def test_a_delta_may_skip_above_the_tags_of_the_whole_list(above: bool) -> None:
    head = '#EXT-X-MAP:URI="i.mp4"\n#EXT-X-KEY:METHOD=AES-128,URI="k"\n#EXT-X-DISCONTINUITY\n'
    numbers = "#EXT-X-DISCONTINUITY-SEQUENCE:3\n"
    known = load(CONTROL + listing(10, 10, head=numbers + head))
    skip = "#EXT-X-SKIP:SKIPPED-SEGMENTS=8\n"
    sequence = f"#EXT-X-MEDIA-SEQUENCE:10\n{numbers}"
    rest = "".join(f"#EXTINF:4,\n{one}.ts\n" for one in range(18, 22))
    made = load(CONTROL + (skip + sequence if above else sequence + skip) + rest, known)
    assert [one.number for one in made.segments] == list(range(10, 22))
    assert {one.discontinuity for one in made.segments} == {4}
    assert all(one.init and one.protection for one in made.segments)
