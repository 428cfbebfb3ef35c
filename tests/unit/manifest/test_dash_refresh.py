"""A reloaded MPD, and an index loaded later, beside what was known before."""

from typing import Any

import pytest

from player.manifest.face import adopt, refresh, resolve_index
from player.model.presentation import Presentation
from player.model.segment import ListedIndex
from player.units import micros
from tests.unit.manifest.mpd_made import (
    NOW,
    URL,
    brief,
    listed,
    live,
    only,
    read,
    sidx,
    static,
    video,
)


def test_adopt_keeps_periods_apart() -> None:
    part = video('<SegmentBase indexRange="0-99"/>', "<BaseURL>v.mp4</BaseURL>")
    whole = read(
        f'<Period id="a" duration="PT5S">{part}</Period><Period id="b">{part}</Period>',
        mediaPresentationDuration="PT10S",
    )
    second = whole.periods[1].tracks[0].representations[0]
    result = resolve_index(second, sidx(0, [(5, 4000)]), url=URL, now=NOW)
    filled = adopt(whole, second.id, result, period_id="b")
    assert filled.periods[0].tracks[0].representations[0].index is None
    assert filled.periods[1].tracks[0].representations[0].index is result.index
    assert filled.duration == micros(10)
    assert isinstance(result.index, ListedIndex)
    assert result.index.segments[0].start == micros(5)


def timeline(first: int, count: int, **more: Any) -> Presentation:
    """A live timeline of 2 s segments from tick `first`, always numbered from 1 by the server."""
    return live(
        video(
            '<SegmentTemplate media="$Time$" timescale="1"><SegmentTimeline>'
            f'<S t="{first}" d="2" r="{count - 1}"/></SegmentTimeline></SegmentTemplate>'
        ),
        **more,
    )


def test_numbers_stay_when_old_entries_go() -> None:
    first = timeline(0, 5)
    second = refresh(first, timeline(4, 5))
    assert brief(second) == [(3 + step, 4 + 2 * step, 2, f"{4 + 2 * step}") for step in range(5)]
    third = refresh(second, timeline(14, 3))
    assert [one.number for one in listed(third)] == [8, 9, 10]
    slept = refresh(third, timeline(40, 2))
    assert [one.number for one in listed(slept)] == [21, 22]
    index = only(slept).index
    assert index is not None
    assert index.segment(21).start == micros(40)
    with pytest.raises(IndexError):
        index.segment(23)
    with pytest.raises(IndexError):
        index.segment(20)


def test_numbers_of_a_segment_list_stay() -> None:
    def window(first: int) -> Presentation:
        urls = "".join(f'<SegmentURL media="{first + step}"/>' for step in range(3))
        times = f'<SegmentTimeline><S t="{first * 2}" d="2" r="2"/></SegmentTimeline>'
        return live(video(f"<SegmentList>{times}{urls}</SegmentList>"))

    later = refresh(window(0), window(2))
    assert [(one.number, one.resource.uri[-1]) for one in listed(later)] == [
        (3, "2"),
        (4, "3"),
        (5, "4"),
    ]


def test_a_loaded_index_outlives_a_reload() -> None:
    text = video('<SegmentBase indexRange="0-99"/>', "<BaseURL>v.mp4</BaseURL>")
    old, new = static(text), static(text)
    result = resolve_index(only(old), sidx(0, [(5, 4000)]), url=URL, now=NOW)
    period = old.periods[0]
    known = adopt(old, "v", result)
    assert only(refresh(known, new)).index is result.index
    assert refresh(known, new).periods[0].id == period.id


def test_new_periods_come_and_old_ones_go() -> None:
    part = video('<SegmentTemplate media="$Number$" duration="2"/>')
    other = part.replace("mimeType", 'id="9" mimeType')
    old = read(f'<Period id="a" duration="PT8S">{part}</Period>', mediaPresentationDuration="PT8S")
    new = read(
        f'<Period id="b" start="PT8S" duration="PT8S">{other}</Period>',
        mediaPresentationDuration="PT16S",
    )
    assert [one.id for one in refresh(old, new).periods] == ["b"]
