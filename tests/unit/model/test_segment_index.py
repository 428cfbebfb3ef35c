"""The laws of a written-out index, and the small values beside it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.model.presentation import Period, Track, TrackKind
from player.model.resource import ByteRange, Resource
from player.model.segment import ListedIndex, Segment
from player.units import ByteCount, Micros, micros, rate, scaled, seconds

NOW = Micros(1_000)


def _segment(number: int, start: int, duration: int, available_at: int | None = None) -> Segment:
    return Segment(
        number=number,
        start=Micros(start),
        duration=Micros(duration),
        resource=Resource(uri=f"http://h/{number}"),
        available_at=None if available_at is None else Micros(available_at),
    )


@st.composite
def indexes(draw: st.DrawFn) -> ListedIndex:
    """Consecutive numbers, starts that never go back, holes and overlaps, some still to come."""
    first, start = draw(st.integers(0, 50)), draw(st.integers(-100, 100))
    found: list[Segment] = []
    count = draw(st.integers(0, 8))
    there = draw(st.integers(0, count))
    for place in range(count):
        duration = draw(st.integers(0, 20))
        available = None if draw(st.booleans()) and place < there else NOW
        if place >= there:
            available = Micros(NOW + 1 + place)
        found.append(_segment(first + place, start, duration, available))
        start += draw(st.integers(0, 30))
    return ListedIndex(segments=tuple(found))


@given(indexes())
def test_numbers_are_those_of_the_segments_that_are_there(index: ListedIndex) -> None:
    numbers = index.numbers(NOW)
    for number in numbers:
        found = index.segment(number)
        assert found.number == number
        assert found.available_at is None or found.available_at <= NOW
    assert len(numbers) == sum((one.available_at or NOW) <= NOW for one in index.segments)


@given(indexes(), st.integers(-150, 400))
def test_find_gives_what_covers_the_time_or_the_next_or_the_last(
    index: ListedIndex, time: int
) -> None:
    found = index.find(Micros(time), NOW)
    there = [index.segment(number) for number in index.numbers(NOW)]
    if not there:
        assert found is None
        return
    assert found in there
    covering = [one for one in there if one.start <= time < one.end]
    later = [one for one in there if one.start > time]
    if covering and found.start <= time < found.end:
        assert found in covering
    elif time < found.start:
        assert found == later[0]
        assert all(one.end <= time for one in there if one.number == found.number - 1)
    else:
        assert not later


@given(indexes())
def test_numbers_beyond_both_ends_are_index_errors(index: ListedIndex) -> None:
    first = index.segments[0].number if index.segments else 7
    for number in (first - 1, first + len(index.segments)):
        with pytest.raises(IndexError):
            index.segment(number)


def test_the_ends_of_things() -> None:
    assert _segment(1, 5, 7).end == 12
    assert ByteRange(offset=ByteCount(10), length=ByteCount(5)).last == 14
    video = Track(id="v", kind=TrackKind.VIDEO)
    period = Period(id="p", start=Micros(3), duration=Micros(4), tracks=(video,))
    assert period.end == 7
    assert Period(id="p", start=Micros(3), duration=None, tracks=()).end is None
    assert period.of(TrackKind.VIDEO) == (video,)
    assert period.of(TrackKind.AUDIO) == ()


@given(st.integers(-(10**12), 10**12))
def test_seconds_and_micros_are_inverse(time: int) -> None:
    assert micros(seconds(Micros(time))) == time


def test_units() -> None:
    assert scaled(90_000, 90_000) == 1_000_000
    assert scaled(1, 3) == 333_333
    assert rate(ByteCount(125_000), micros(1)) == 1_000_000
    assert rate(ByteCount(1), Micros(0)) == 8_000_000
