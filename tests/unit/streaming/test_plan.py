"""What a track does next, by what it has."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from player.model.segment import ListedIndex, Segment
from player.streaming.fetch.load_control import LoadControl
from player.streaming.fetch.plan import (
    IDLE,
    FetchSegment,
    LoadIndex,
    PeriodDone,
    TrackState,
    Wait,
    next_action,
    next_segment,
)
from player.units import Micros, micros
from tests.unit.streaming.streaming_made import index, segment

CONTROL = LoadControl()
NOW = micros(1000)
LIST = index(segment(0), segment(1), segment(2))
LIVE = index(segment(0), segment(1), segment(2), ended=False, reload_after=6)


def _state(**more: object) -> TrackState:
    values: dict[str, object] = {"cursor": Micros(0), "buffered": Micros(0), "index": LIST} | more
    return TrackState(**values)  # type: ignore[arg-type]


def test_without_an_index_it_is_loaded() -> None:
    assert next_action(_state(index=None), CONTROL, NOW) == LoadIndex()


def test_the_segment_at_the_cursor_is_fetched() -> None:
    assert next_action(_state(cursor=micros(7)), CONTROL, NOW) == FetchSegment(segment=segment(1))


def test_a_boundary_that_lies_a_little_apart_in_another_rendition_is_the_same() -> None:
    action = next_action(_state(cursor=micros(5.95)), CONTROL, NOW)
    assert action == FetchSegment(segment=segment(1))


def test_segments_shorter_than_that_are_all_fetched() -> None:
    brief = index(segment(0, 0, 0.04), segment(1, 0.04, 0.04))
    first = next_action(_state(index=brief), CONTROL, NOW)
    assert first == FetchSegment(segment=brief.segment(0))
    second = next_action(_state(index=brief, cursor=micros(0.04)), CONTROL, NOW)
    assert second == FetchSegment(segment=brief.segment(1))


def test_within_a_rendition_the_next_number_follows_whatever_the_times_say() -> None:
    state = _state(cursor=micros(6), after=segment(0))
    assert next_action(state, CONTROL, NOW) == FetchSegment(segment=segment(1))


def test_behind_the_window_the_oldest_is_taken() -> None:
    young = index(segment(8), segment(9))
    state = _state(index=young, after=segment(2), cursor=micros(18))
    assert next_action(state, CONTROL, NOW) == FetchSegment(segment=segment(8))


def test_a_full_buffer_waits_and_keeps_a_live_index_fresh() -> None:
    full = CONTROL.forward
    waits = Wait(longest=IDLE, full=segment(0))
    assert next_action(_state(buffered=full), CONTROL, NOW) == waits
    live = _state(buffered=full, index=LIVE)
    assert next_action(live, CONTROL, NOW) == waits
    assert next_action(replace(live, index_age=micros(6)), CONTROL, NOW) == LoadIndex()


def test_at_the_end_of_a_list_the_period_is_done() -> None:
    assert next_action(_state(after=segment(2)), CONTROL, NOW) == PeriodDone()
    assert next_action(_state(cursor=micros(18)), CONTROL, NOW) == PeriodDone()
    assert next_action(_state(index=index()), CONTROL, NOW) == PeriodDone()


def test_segments_beyond_the_period_are_not_its_own() -> None:
    state = _state(index=LIVE, cursor=micros(12), until=micros(12))
    assert next_segment(state, LIVE, NOW) is None
    assert next_action(state, CONTROL, NOW) == PeriodDone()


def test_at_the_live_edge_the_index_is_loaded_when_it_is_due() -> None:
    edge = _state(index=LIVE, after=segment(2), cursor=micros(18))
    assert next_action(edge, CONTROL, NOW) == Wait(longest=IDLE)
    assert next_action(replace(edge, index_age=micros(4)), CONTROL, NOW) == Wait(longest=micros(2))
    assert next_action(replace(edge, index_age=micros(6)), CONTROL, NOW) == LoadIndex()
    unchanged = replace(edge, index_age=micros(3), index_changed=False)
    assert next_action(unchanged, CONTROL, NOW) == LoadIndex()


def test_an_index_by_arithmetic_waits_for_the_next_segment() -> None:
    later = segment(2, available_at=micros(1002))
    growing = index(segment(0), segment(1), later, ended=False)
    state = _state(index=growing, after=segment(1), cursor=micros(12))
    assert next_action(state, CONTROL, NOW) == Wait(longest=micros(2))
    assert next_action(state, CONTROL, micros(1001.999)) == Wait(longest=micros(0.01))
    assert next_action(state, CONTROL, micros(1003)) == FetchSegment(segment=later)
    by_time = replace(state, after=None)
    assert next_action(by_time, CONTROL, NOW) == Wait(longest=micros(2))


def test_an_empty_live_index_is_waited_for() -> None:
    empty = _state(index=index(ended=False))
    assert next_action(empty, CONTROL, NOW) == Wait(longest=IDLE)


@st.composite
def films(draw: st.DrawFn) -> ListedIndex:
    """A list in which each segment begins where the former ends."""
    durations = draw(st.lists(st.integers(200_000, 9_000_000), min_size=1, max_size=20))
    start, found = draw(st.integers(0, 10**9)), list[Segment]()
    for number, duration in enumerate(durations, draw(st.integers(0, 99))):
        found.append(segment(number, start / 1e6, duration / 1e6))
        start = found[-1].end
    return index(*found)


@given(films(), st.booleans())
def test_an_untroubled_film_is_asked_for_once_and_whole(film: ListedIndex, by_time: bool) -> None:
    asked: list[Segment] = []
    state = _state(index=film, cursor=film.segments[0].start)
    for _ in range(len(film.segments) + 1):
        action = next_action(state, CONTROL, NOW)
        if not isinstance(action, FetchSegment):
            break
        asked.append(action.segment)
        after = None if by_time else action.segment
        state = replace(state, cursor=action.segment.end, after=after)
    assert asked == list(film.segments)
    assert next_action(state, CONTROL, NOW) == PeriodDone()


@given(films(), st.integers(2, 6), st.data())
def test_an_untroubled_live_window_skips_nothing_and_repeats_nothing(
    film: ListedIndex, size: int, data: st.DataObject
) -> None:
    asked: list[int] = []
    edge, state = min(size, len(film.segments)), _state(cursor=film.segments[0].start)
    while True:
        window = film.segments[max(0, edge - size) : edge]
        state = replace(state, index=index(*window, ended=False, reload_after=6))
        action = next_action(state, CONTROL, NOW)
        if isinstance(action, FetchSegment):
            asked.append(action.segment.number)
            same = data.draw(st.booleans())
            after = action.segment if same else None
            state = replace(state, cursor=action.segment.end, after=after)
        elif edge < len(film.segments):
            edge += 1
        else:
            break
    assert asked == [one.number for one in film.segments]


def _of_parts() -> ListedIndex:
    making = replace(segment(3), making=True)
    fields = {"part_target": micros(0.4), "blocking": True, "ended": False}
    whole = index(segment(0), segment(1), segment(2), reload_after=6)
    return replace(whole, segments=(*whole.segments, making), **fields)  # type: ignore[arg-type]


def test_a_segment_in_the_making_is_for_those_who_take_parts() -> None:
    growing = _of_parts()
    near = _state(index=growing, cursor=micros(18), after=segment(2), index_changed=False)
    assert isinstance(next_action(near, CONTROL, NOW), Wait)
    by_parts = next_action(replace(near, parts=True), CONTROL, NOW)
    assert by_parts == FetchSegment(segment=growing.segment(3))


def test_a_list_of_parts_is_followed_part_by_part_only_near_its_end() -> None:
    near = _state(index=_of_parts(), cursor=micros(18), after=segment(2))
    assert next_action(near, CONTROL, NOW) == LoadIndex()
    full = _state(index=_of_parts(), cursor=micros(6), after=segment(0), buffered=micros(99))
    assert isinstance(next_action(full, CONTROL, NOW), Wait)
    assert next_action(replace(full, index_age=micros(3)), CONTROL, NOW) == LoadIndex()


# ---- the store -----------------------------------------------------------------------------


def test_what_only_the_store_has_is_taken_from_it_and_the_list_is_kept_fresh() -> None:
    kept = segment(0)
    state = _state(index=LIVE, index_age=micros(1), kept=kept)
    assert next_action(state, CONTROL, NOW) == FetchSegment(segment=kept, kept=True)
    full = replace(state, buffered=micros(120))
    assert next_action(full, CONTROL, NOW) == Wait(longest=IDLE)
    assert next_action(replace(full, index_age=micros(9)), CONTROL, NOW) == LoadIndex()
    assert next_action(replace(full, index=None), CONTROL, NOW) == LoadIndex()
    assert next_action(replace(state, until=Micros(0)), CONTROL, NOW) == PeriodDone()
