"""Gate, LoadControl, windows and the timeline: small, pure, and easy to get wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.model.presentation import Period, Presentation, PresentationType
from player.streaming.feed.timeline import WRAP, MediaTimeline
from player.streaming.fetch.load_control import LoadControl
from player.streaming.gate import BufferState, Gate, GateChange
from player.streaming.presentation.live import (
    LAST_LOOK,
    Window,
    join_position,
    latest_period,
    live_point,
    period_at,
    rejoin_position,
    seek_position,
    target_latency,
    window_of,
)
from player.units import Micros, micros
from tests.unit.streaming.streaming_made import index, period, presentation, segment

LIVE, EVENT = PresentationType.LIVE, PresentationType.EVENT
NOW = micros(1000)


def _state(buffered: float, *, all_fetched: bool = False, now: float = 0) -> BufferState:
    return BufferState(buffered=micros(buffered), all_fetched=all_fetched, now=micros(now))


def test_the_gate_opens_at_the_start_with_enough() -> None:
    gate = Gate(LoadControl())
    assert gate.look(_state(0.9)) is None
    assert gate.shut
    assert gate.look(_state(1)) is GateChange.STARTED
    assert not gate.shut


def test_a_running_picture_runs_dry_once_and_goes_on_with_more() -> None:
    gate = Gate(LoadControl())
    gate.look(_state(5))
    assert gate.look(_state(0.5)) is None
    assert gate.look(_state(0.3)) is GateChange.RAN_DRY
    assert gate.look(_state(1.5)) is None
    assert gate.look(_state(2)) is GateChange.WENT_ON
    assert gate.look(_state(2)) is None


def test_the_last_of_a_film_is_played_out() -> None:
    gate = Gate(LoadControl())
    assert gate.look(_state(0.1, all_fetched=True)) is GateChange.STARTED
    assert gate.look(_state(0, all_fetched=True)) is None
    assert not gate.shut


def test_after_a_seek_waiting_is_no_rebuffer() -> None:
    gate = Gate(LoadControl())
    gate.look(_state(5))
    gate.look(_state(0))
    gate.restart()
    assert gate.shut
    assert gate.look(_state(1)) is GateChange.STARTED


def _run_dry(gate: Gate, now: float) -> float:
    """Let it run dry; gives the seconds of media with which it goes on."""
    assert gate.look(_state(0, now=now)) is GateChange.RAN_DRY
    tenths = (n / 10 for n in range(1, 100))
    return next(one for one in tenths if gate.look(_state(one, now=now)) is GateChange.WENT_ON)


def test_each_rebuffer_is_waited_out_longer_until_a_calm_minute_forgives_one() -> None:
    gate = Gate(LoadControl())
    gate.look(_state(5))
    assert [_run_dry(gate, now) for now in (10, 20, 30)] == [2, 3, 4.5]
    assert gate.look(_state(5, now=89.9)) is None
    assert _run_dry(gate, 89.9) == 6, "that was not yet a minute, and it is never more"
    for now in (150, 180, 210.5):  # two minutes without any
        assert gate.look(_state(5, now=now)) is None
    assert _run_dry(gate, 215) == 4.5, "two of four are forgiven, and this is one"


@given(st.integers(0, 60_000_000))
def test_load_control_neither_starves_nor_gorges(amount: int) -> None:
    control = LoadControl()
    assert control.wants_more(Micros(amount)) is (amount < 30_000_000)
    assert control.spare(Micros(amount)) == max(amount - 4_000_000, 0)
    held = control.must_hold(Micros(amount), all_fetched=False)
    assert not (held and amount >= control.resume_goal(1))
    assert not control.must_hold(Micros(amount), all_fetched=True)


# ---- windows --------------------------------------------------------------------------------


WINDOW = Window(start=micros(100), end=micros(160), segment=micros(6))


def test_a_window_is_what_the_index_has() -> None:
    listed = index(segment(5), segment(6), segment(7))
    live = presentation(type=LIVE)
    assert window_of(live, [listed], NOW) == Window(
        start=micros(30), end=micros(48), segment=micros(6)
    )
    assert window_of(live, [index()], NOW) is None


def test_a_live_window_spans_the_periods_that_have_anything() -> None:
    old, newest = index(segment(1), segment(2)), index()
    live = presentation(type=PresentationType.LIVE)
    found = window_of(live, [index(), old, index(segment(3), segment(4)), newest], NOW)
    assert found == Window(start=micros(6), end=micros(30), segment=micros(6))


def test_a_films_window_spans_its_periods() -> None:
    film = presentation(period(duration=60), period(start=60, duration=30))
    found = window_of(film, [index(segment(1), segment(2))], NOW)
    assert found == Window(start=Micros(0), end=micros(90), segment=micros(6))
    endless = window_of(presentation(), [index(segment(0))], NOW)
    assert endless is not None
    assert endless.end == micros(6)


@given(st.integers(-(10**9), 10**9))
def test_a_clamped_position_lies_within(position: int) -> None:
    found = WINDOW.clamp(Micros(position))
    assert WINDOW.start <= found <= WINDOW.end - LAST_LOOK
    tiny = Window(start=Micros(5), end=Micros(6), segment=Micros(1))
    assert tiny.clamp(Micros(position)) == 5


def test_latency_is_the_manifests_or_three_segments() -> None:
    assert target_latency(presentation(target_latency=micros(9)), WINDOW) == micros(9)
    assert target_latency(presentation(), WINDOW) == micros(18)


@pytest.mark.parametrize(
    ("show", "asked", "found"),
    [
        (presentation(), None, 100),
        (presentation(), 130, 130),
        (presentation(), 5, 100),
        (presentation(start_at=micros(20)), None, 120),
        (presentation(start_at=micros(-20)), None, 140),
        (presentation(type=EVENT), None, 100),
        (presentation(type=LIVE), None, 142),
        (presentation(type=LIVE, epoch=micros(0)), None, 142),
        (presentation(type=LIVE, epoch=micros(838), target_latency=micros(10)), None, 152),
        (presentation(type=LIVE, epoch=micros(0), target_latency=micros(10)), None, 156),
        (presentation(type=LIVE, epoch=micros(999), target_latency=micros(10)), None, 150),
    ],
)
def test_playback_begins_where_it_should(
    show: Presentation, asked: float | None, found: float
) -> None:
    wish = None if asked is None else micros(asked)
    assert join_position(show, WINDOW, wish, NOW) == micros(found)


@given(st.integers(-(10**9), 10**9))
def test_a_live_seek_goes_no_nearer_to_the_edge_than_the_live_point(position: int) -> None:
    live = presentation(type=LIVE)
    found = seek_position(live, WINDOW, Micros(position), NOW)
    assert WINDOW.start <= found <= live_point(live, WINDOW, NOW)
    assert seek_position(presentation(), WINDOW, Micros(position), NOW) == WINDOW.clamp(
        Micros(position)
    )


def test_who_was_left_behind_joins_well_inside_the_window() -> None:
    live = presentation(type=LIVE)
    assert rejoin_position(live, WINDOW, NOW) == micros(112)
    small = Window(start=micros(100), end=micros(118), segment=micros(6))
    assert rejoin_position(live, small, NOW) == micros(100)


def test_the_period_of_a_position() -> None:
    one, two = period(), period(start=60)
    film = presentation(one, two)

    def at(time: float) -> Period:
        return period_at(film, micros(time))

    assert [at(-5), at(0), at(59), at(60), at(999)] == [one, one, one, two, two]
    assert latest_period(presentation(one, two, epoch=micros(990)), NOW) == one
    assert latest_period(film, NOW) == two


# ---- timeline -------------------------------------------------------------------------------


def test_what_the_manifest_tells_is_believed() -> None:
    timeline = MediaTimeline()
    told = segment(1, media_offset=micros(-3))
    assert timeline.knows(told)
    assert timeline.offset(told, micros(9)) == micros(-3)
    assert not timeline.knows(segment(1))


def test_the_first_time_stamp_teaches_each_discontinuity_once() -> None:
    timeline = MediaTimeline()
    assert timeline.offset(segment(1), micros(106)) == micros(-100)
    assert timeline.knows(segment(2))
    assert timeline.offset(segment(2), micros(113)) == micros(-100)
    assert not timeline.knows(segment(3, discontinuity=1))
    assert timeline.offset(segment(3, discontinuity=1), micros(0)) == micros(18)


@given(
    st.integers(0, WRAP - 1),
    st.lists(st.integers(1, 20_000_000), min_size=2, max_size=40),
    st.integers(-2_000_000, 2_000_000),
)
def test_the_timeline_never_goes_backward_through_a_wrap(
    first: int, durations: list[int], jitter: int
) -> None:
    """Unwrapped or wrapped, time stamps that go on come out going on."""
    timeline, start, placed = MediaTimeline(), 0, []
    for number, duration in enumerate(durations):
        pts = Micros((first + start) % WRAP)
        said = start + (jitter if number else 0)  # the manifest's times are a little off
        one = segment(number, said / 1e6, duration / 1e6)
        placed.append(pts + timeline.offset(one, pts))
        start += duration
    assert placed == sorted(placed)
    assert placed[-1] - placed[0] == sum(durations[:-1])
