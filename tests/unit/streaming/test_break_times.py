"""From the presentation's time to the programme's own and back, and what breaks forbid."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.model.event import SkipControl
from player.streaming.presentation.break_rules import (
    Way,
    first_of_all,
    skippable,
    way_to,
    winding_stops,
)
from player.streaming.presentation.break_times import BreakTimes
from player.streaming.presentation.weaving import Break
from player.units import Micros, micros
from tests.unit.streaming.streaming_made import period

BOTH = frozenset({"SKIP", "JUMP"})


def _break(
    name: str, cut: float, lasts: float, back: float | None = None, **more: object
) -> Break:
    """Lasts so long in two parts; the programme goes on at `back`, else where it was cut."""
    half = micros(lasts / 2)
    return Break(
        id=name,
        period="p",
        cut=micros(cut),
        back=micros(cut if back is None else back),
        parts=((period(), half), (period(), half)),
        stretch=1,
        **more,  # type: ignore[arg-type]
    )


FILM = BreakTimes([_break("a", 12, 10), _break("b", 24, 10)])
LIVE = BreakTimes([_break("a", 12, 10, 22, restrict=BOTH)])


@pytest.mark.parametrize(
    ("moment", "time"),
    [(0, 0), (11.9, 11.9), (12, 12), (21.9, 12), (22, 12), (30, 20), (34, 24), (40, 24), (45, 25)],
)
def test_a_film_stands_under_a_break(moment: float, time: float) -> None:
    assert FILM.programme(micros(moment)) == micros(time)


@pytest.mark.parametrize(
    ("time", "moment"), [(0, 0), (11.9, 11.9), (12, 12), (12.1, 22.1), (24, 34), (25, 45)]
)
def test_the_way_back(time: float, moment: float) -> None:
    assert FILM.woven(micros(time)) == micros(moment)


@pytest.mark.parametrize("moment", [0, 12, 17, 22, 100])
def test_live_the_programme_goes_on_under_a_break(moment: float) -> None:
    assert LIVE.programme(micros(moment)) == LIVE.woven(micros(moment)) == micros(moment)


def test_what_was_shown_once_is_passed_over() -> None:
    times = BreakTimes([_break("a", 12, 10, spent=True)])
    assert times.woven(micros(12)) == micros(22)
    assert times.at(micros(15)) is None


def test_which_programme_of_a_break() -> None:
    inside = FILM.at(micros(40))
    assert inside is not None
    assert inside.part_at(micros(38.9)) == (1, micros(4.9))
    assert inside.part_at(micros(39)) == (2, micros(5))
    assert FILM.at(micros(22)) is None


_BREAKS = st.lists(
    st.tuples(st.integers(1, 50), st.integers(1, 30), st.integers(0, 40)), max_size=5
)


@given(_BREAKS, st.lists(st.integers(0, 400), min_size=2))
def test_both_times_never_go_back(told: list[tuple[int, int, int]], moments: list[int]) -> None:
    at, found = 0, []
    for number, (gap, lasts, covers) in enumerate(told):
        at += gap
        found.append(_break(str(number), at, lasts, at + covers))
        at += covers
    times = BreakTimes(found)
    ordered = [micros(one) for one in sorted(moments)]
    for shown in (times.programme, times.woven):
        assert all(shown(a) <= shown(b) for a, b in pairwise(ordered))
    hidden = [(one.told.cut, one.told.back) for one in times.placed]
    for one in ordered:
        if not any(since <= one < until for since, until in hidden):
            assert times.programme(times.woven(one)) == one


# ---- rules ---------------------------------------------------------------------------------


def _rules(*restrict: str, **more: object) -> BreakTimes:
    return BreakTimes([_break("a", 12, 10, None, restrict=frozenset(restrict), **more)])


def _way(times: BreakTimes, position: float, target: float) -> Way | None:
    return way_to(times, micros(position), micros(target))


def test_nobody_goes_forward_in_a_break_that_may_not_be_skipped() -> None:
    times = _rules("SKIP")
    assert _way(times, 15, 16) is None
    assert _way(times, 15, 30) is None
    assert _way(times, 15, 14) == Way(target=micros(14))
    assert _way(times, 15, 3) == Way(target=micros(3))
    assert _way(times, 3, 30) == Way(target=micros(30)), "over it is another matter"
    assert _way(_rules("JUMP"), 15, 30) == Way(target=micros(30))


def test_who_jumps_over_a_break_sees_it_first() -> None:
    times = _rules("JUMP")
    assert _way(times, 3, 30) == Way(target=micros(12), then=micros(20), through="a")
    assert _way(times, 3, 15) == Way(target=micros(12)), "into it: from its beginning"
    assert _way(times, 3, 11) == Way(target=micros(11))
    assert _way(times, 30, 3) == Way(target=micros(3)), "back is free"
    assert _way(_rules("JUMP", spent=True), 3, 30) == Way(target=micros(30))


def test_of_several_only_the_nearest() -> None:
    jump = frozenset({"JUMP"})
    times = BreakTimes([_break("a", 12, 10, restrict=jump), _break("b", 24, 10, restrict=jump)])
    assert _way(times, 3, 60) == Way(target=micros(34), then=micros(40), through="b")


def test_fast_play_ends_where_a_break_has_to_be_seen() -> None:
    for times, stop in ((_rules("JUMP"), 12), (_rules("SKIP"), 14)):
        assert winding_stops(times, micros(8), micros(14)) == micros(stop)
    assert winding_stops(_rules("JUMP"), micros(8), micros(30)) == micros(12)
    assert winding_stops(_rules(), micros(8), micros(14)) is None
    assert winding_stops(_rules("JUMP"), micros(4), micros(8)) is None


def test_who_begins_behind_it_sees_what_comes_before_the_programme() -> None:
    pre = BreakTimes([_break("pre", 0, 10, cue=frozenset({"PRE"}))])
    assert first_of_all(pre, micros(50)) == Way(target=Micros(0), then=micros(50), through="pre")
    assert first_of_all(pre, Micros(0)) == Way(target=Micros(0))
    assert first_of_all(FILM, micros(50)) == Way(target=micros(70))


@pytest.mark.parametrize(
    ("skip", "seconds", "may"),
    [
        (None, 5, False),
        (SkipControl(), 0, True),
        (SkipControl(offset=micros(4)), 3.9, False),
        (SkipControl(offset=micros(4)), 4, True),
        (SkipControl(offset=micros(4), duration=micros(2)), 6, False),
    ],
)
def test_when_a_break_may_be_left(skip: SkipControl | None, seconds: float, may: bool) -> None:
    (placed,) = _rules("SKIP", skip=skip).placed
    assert skippable(placed, micros(12 + seconds)) is may
    (free,) = _rules().placed
    assert skippable(free, micros(12))
