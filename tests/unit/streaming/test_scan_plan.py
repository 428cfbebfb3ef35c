"""Fast play: which picture comes next, and when it is due."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.model.resource import Resource
from player.model.segment import ListedIndex, Segment
from player.streaming.trick.scan_plan import (
    PACE,
    RATES,
    ScanState,
    affordable,
    bounded_rate,
    pick,
)
from player.units import BitsPerSecond, Micros, micros

NOW = Micros(0)


def _index(count: int, length: float, first: float = 0.0, gaps: frozenset[int] = frozenset()):
    return ListedIndex(
        segments=tuple(
            Segment(
                number=number,
                start=micros(first + number * length),
                duration=micros(length),
                resource=Resource(uri=f"http://x/{number}"),
                gap=number in gaps,
            )
            for number in range(count)
        )
    )


@pytest.mark.parametrize(
    ("asked", "got"), [(0, 0), (1, 2), (8, 8), (-8, -8), (11, 8), (13, 16), (900, 32), (-3, -2)]
)
def test_rates_are_the_nearest_there_are(asked: int, got: int) -> None:
    assert bounded_rate(asked) == got


def _shown(
    rate: int, origin: float, seconds: float, lead: float = 0.05
) -> list[tuple[int, float]]:
    """Numbers and moments of the pictures of so many seconds, each fetched in `lead`."""
    index = _index(300, 2.0)
    state = ScanState(rate=rate, origin=micros(origin), lead=micros(lead))
    shown = list[tuple[int, float]]()
    while (found := pick(index, state, NOW)) is not None:
        if state.last is None:
            state = replace(state, origin=found.start)
        moment = state.moment(found.start)
        if moment > micros(seconds):
            break
        shown.append((found.number, moment / 1e6))
        state = replace(
            state,
            last=found.start,
            elapsed=Micros(max(state.elapsed, moment - micros(0.4))),  # some are fed ahead
        )
    return shown


@pytest.mark.parametrize("rate", [*RATES, *(-one for one in RATES)])
def test_pictures_lie_on_the_slope_at_a_pace_that_can_be_looked_at(rate: int) -> None:
    shown = _shown(rate, 301.0, 8.0)
    numbers, moments = zip(*shown, strict=True)
    assert len(shown) >= 8
    for (a, at), (b, then) in pairwise(shown):
        assert (b - a) * 2.0 / (then - at) == pytest.approx(rate, rel=0.01), "where it belongs"
        assert then - at >= PACE / 1e6 - 1e-6
    assert numbers[0] == (151 if rate > 0 else 150), "none that was passed already"
    assert moments[-1] > 6.5


def test_a_slow_line_leaves_pictures_out_and_keeps_the_rate() -> None:
    index, state = _index(300, 2.0), ScanState(rate=16, origin=Micros(0), lead=micros(1.5))
    state = replace(state, last=Micros(0), elapsed=micros(2))
    found = pick(index, state, NOW)
    assert found is not None
    assert found.start >= micros((2 + 1.5) * 16), "it would come too late otherwise"
    back = replace(state, rate=-16, origin=micros(400), last=micros(400))
    found = pick(index, back, NOW)
    assert found is not None
    assert found.start <= micros(400 - 3.5 * 16)


def test_both_ends_end_it_and_holes_are_passed_over() -> None:
    index = _index(10, 2.0, gaps=frozenset({4, 5}))
    state = ScanState(rate=2, origin=Micros(0), last=micros(6))
    found = pick(index, state, NOW)
    assert found is not None
    assert found.number == 6
    assert pick(index, replace(state, last=micros(18)), NOW) is None
    back = ScanState(rate=-2, origin=micros(18), last=micros(12))
    found = pick(index, back, NOW)
    assert found is not None
    assert found.number == 3
    assert pick(index, replace(back, last=Micros(0)), NOW) is None
    assert pick(_index(0, 2.0), state, NOW) is None


@given(
    rate=st.sampled_from([*RATES, *(-one for one in RATES)]),
    length=st.floats(0.1, 12),
    origin=st.floats(0, 300),
    elapsed=st.floats(0, 20),
    lead=st.floats(0, 5),
)
def test_time_never_turns_round(
    rate: int, length: float, origin: float, elapsed: float, lead: float
) -> None:
    index = _index(100, round(length, 3))
    state = ScanState(rate=rate, origin=micros(origin), elapsed=micros(elapsed), lead=micros(lead))
    last: Micros | None = None
    while (found := pick(index, state, NOW)) is not None:
        assert last is None or (found.start > last) == (rate > 0)
        last = found.start
        state = replace(state, last=last)


def test_lists_of_key_frames_are_chosen_by_what_the_line_bears_at_full_pace() -> None:
    rates = tuple(BitsPerSecond(one) for one in (50_000, 150_000, 600_000))
    assert affordable(rates, None) == 0
    assert affordable(rates, BitsPerSecond(1_000_000)) == 0
    assert affordable(rates, BitsPerSecond(5_000_000)) == 1
    assert affordable(rates, BitsPerSecond(50_000_000)) == 2
