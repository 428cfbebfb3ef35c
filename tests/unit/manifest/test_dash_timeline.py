"""SegmentTimelines and templates at their edges: @n, @k, @r, eptDelta, endNumber, speed."""

import time

import pytest

from player.manifest.dump import describe
from player.manifest.face import refresh
from player.units import Micros, micros
from tests.unit.manifest.mpd_made import AST, NOW, brief, listed, live, only, static, video

GENEROUS = 1.0
"""Seconds; the figures themselves are measured by hand, the machine is shared."""


def timeline(entries: str, **more: str) -> str:
    """A template of timescale 1 with these S elements."""
    told = " ".join(f'{name}="{value}"' for name, value in more.items())
    return video(
        f'<SegmentTemplate media="$Number$-$Time$" timescale="1" {told}><SegmentTimeline>{entries}'
        "</SegmentTimeline></SegmentTemplate>"
    )


def test_numbers_told_in_the_timeline_are_those_of_the_addresses() -> None:
    found = static(timeline('<S t="0" d="2" n="7" r="1"/><S d="3" n="20"/><S d="1"/>'))
    assert brief(found) == [
        (1, 0, 2, "7-0"),
        (2, 2, 2, "8-2"),
        (3, 4, 3, "20-4"),
        (4, 7, 1, "21-7"),
    ]
    capped = static(timeline('<S t="0" d="2" n="7" r="4"/>', endNumber="9"))
    assert [one[3] for one in brief(capped)] == ["7-0", "8-2", "9-4"]


def test_segment_sequences_are_read_as_segments() -> None:
    found = static(timeline('<S t="0" d="5" k="4" r="1"/>'))
    assert [one[1:3] for one in brief(found)] == [(0, 5), (5, 5)]
    assert any("@k" in one.text for one in found.warnings)


def test_a_repeat_of_minus_one_reaches_the_next_entry_or_the_end() -> None:
    found = static(timeline('<S t="0" d="2" r="-1"/><S t="5" d="2" r="-1"/>'))
    assert [one[1] for one in brief(found)] == [0, 2, 4, 5, 7, 9]


@pytest.mark.parametrize(
    "entries",
    ['<S t="x" d="2"/>', '<x:S t="0" d="2"/>', '<S x:t="0" x:d="2"/>', '<S t=" 0" d="+2"/>'],
)
def test_odd_spellings_are_read(entries: str) -> None:
    assert brief(static(timeline(entries)))[0][1:3] == (0, 2)


def test_a_delta_of_the_first_presentation_time() -> None:
    template = (
        '<SegmentTemplate media="$Number$" timescale="10" duration="40" eptDelta="{}" '
        'presentationTimeOffset="100"/>'
    )
    later = static(video(template.format("-5")))
    assert [one[1:3] for one in brief(later)] == [(-0.5, 4), (3.5, 4), (7.5, 2.5)]
    assert listed(later)[0].media_offset == micros(-10)
    assert [one[1] for one in brief(static(video(template.format("5"))))] == [0.5, 4.5, 8.5]


def test_a_known_period_offered_at_any_time() -> None:
    template = (
        '<SegmentTemplate media="$Number$" duration="2" endNumber="500" '
        'availabilityTimeOffset="INF"/>'
    )
    index = only(live(video(template))).index
    assert index is not None
    assert index.numbers(AST)[-1] == 500
    assert index.segment(500).available_at is not None
    assert (index.segment(500).available_at or 0) < Micros(0)


def test_every_attribute_is_inherited() -> None:
    above = (
        '<SegmentTemplate media="$Number$" initialization="i-$RepresentationID$" timescale="10" '
        'startNumber="4" endNumber="6" presentationTimeOffset="20" eptDelta="10">'
        '<SegmentTimeline><S t="20" d="10" r="20"/></SegmentTimeline></SegmentTemplate>'
    )
    found = static(video(above, "<SegmentTemplate/>"))
    assert [one.number for one in listed(found)] == [4, 5, 6]
    assert listed(found)[0].start == 0
    init = only(found).init
    assert init is not None
    assert init.uri.endswith("/i-v")


def test_ten_thousand_entries_shared_by_many_are_read_once() -> None:
    entries = "".join(f'<S t="{one * 9 + one % 2}" d="{9 - one % 3}"/>' for one in range(10_000))
    more = "".join(f'<Representation id="r{one}" bandwidth="{one}"/>' for one in range(9))
    text = timeline(entries).replace("</AdaptationSet>", f"{more}</AdaptationSet>")
    began = time.perf_counter()
    found = live(text)
    assert time.perf_counter() - began < GENEROUS
    began = time.perf_counter()
    assert len(listed(refresh(found, found), NOW)) == 10_000
    assert time.perf_counter() - began < GENEROUS


@pytest.mark.parametrize("entry", ['<S t=" 3 " d="2"/>', '<S t="0" d="1_0"/>', '<S d="٣"/>'])
def test_digits_are_plain_ones(entry: str) -> None:
    found = live(timeline(f'<S t="10" d="2"/>{entry}'))
    starts = [one.duration for one in listed(found)]
    assert micros(10) not in starts
    assert set(starts) <= {micros(2)}


def test_a_run_of_more_segments_than_there_are_is_cut_with_a_note() -> None:
    template = '<SegmentTemplate media="$Number$" duration="1" timescale="4000000000000000000"/>'
    found = static(video(template), "PT10H")
    index = only(found).index
    assert index is not None
    assert len(index.numbers(NOW)) == 2**31
    assert any("cut short" in one.text for one in found.warnings)
    describe(found, NOW)


def test_segments_too_short_to_count_without_an_end_are_left_out() -> None:
    short = '<SegmentTemplate media="$Number$" duration="9" timescale="10000000"/>'
    long = '<SegmentTemplate media="$Number$" duration="2"/>'
    found = live(video(short).replace('id="v"', 'id="s"') + video(long))
    (kept,) = found.periods[0].tracks
    assert [one.id for one in kept.representations] == ["v"]
    assert any("segments a second" in one.text for one in found.warnings)


def test_a_timeline_that_too_many_inherit_is_left_out_with_a_note() -> None:
    lines = '<S t="0" d="1"/>' + '<S d="1"/>' * 999
    rungs = "".join(
        f'<Representation id="{n}" bandwidth="1"><SegmentTemplate startNumber="{n}"/>'
        "</Representation>"
        for n in range(120)
    )
    found = static(
        '<AdaptationSet mimeType="video/mp4"><SegmentTemplate media="$Number$"><SegmentTimeline>'
        f"{lines}</SegmentTimeline></SegmentTemplate>{rungs}</AdaptationSet>",
        "PT1000S",
    )
    assert len(found.periods[0].tracks[0].representations) == 51
    assert any("inherited" in one.text for one in found.warnings)
