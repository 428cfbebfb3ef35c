"""The value of states, against the same worked out by hand or by brute force."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from player.abr.line_filter import LineFilter
from player.abr.line_model import Chances, LineKind, LineModel
from player.abr.outlook import Outlooks, terms_of
from player.abr.playback_value import STALL_PRICE, PlaybackValue, Terms
from player.abr.requeue import Queue, best_start

CALM = LineKind(spread=0.01, noise=1e-6, jump=1e-9)
TERMS = Terms(rates=(0.5, 1.0, 2.0), length=2.0, limit=12.0)


def model(kind: LineKind = CALM) -> LineModel:
    return LineModel(lowest=0.25, count=14, kind=kind)


def thought(kind: LineKind = CALM, sweeps: int = 40) -> PlaybackValue:
    value = PlaybackValue(TERMS, model(kind))
    for _ in range(sweeps):
        value.sweep()
    return value


def after(line: LineModel, rates: list[float]) -> Chances:
    followed = LineFilter(line)
    followed.follow(rates)
    return followed.chances


def test_with_one_segment_to_go_the_best_rung_that_comes_in_time_is_best() -> None:
    value = thought(sweeps=1)
    fast = 13  # 7.6 Mbit/s: everything comes in time
    assert value.at(fast, 2, 6.0) == pytest.approx(2.0, abs=1e-3)
    assert value.at(fast, 0, 6.0) == pytest.approx(0.5, abs=1e-3)  # a change does not pay


def test_a_stall_costs_its_price_for_each_second() -> None:
    value = thought(sweeps=1)
    worth = value.fetching(after(value.model, [0.25] * 20), 0.0, {0: 1.0})
    late = 1.0 / 0.25
    ahead = 0.98 * value.at(0, 0, 2.0)
    assert worth[0] == pytest.approx(0.5 - STALL_PRICE * 2.0 * late + ahead, rel=0.05)


def test_more_buffer_and_a_better_line_are_never_worth_less() -> None:
    value = thought(LineKind(spread=0.3, noise=0.2, jump=0.02))
    for place in range(value.model.count):
        for rung in range(3):
            by_buffer = [value.at(place, rung, buffer / 4) for buffer in range(41)]
            assert all(more >= less - 1e-6 for less, more in pairwise(by_buffer))
    for rung in range(3):
        by_line = [value.at(place, rung, 5.0) for place in range(value.model.count)]
        assert all(more >= less - 1e-6 for less, more in pairwise(by_line))


@pytest.mark.parametrize(("rungs", "rounds"), [(3, 5), (6, 10), (60, 40)])
def test_it_thinks_in_slices_as_long_for_every_ladder(rungs: int, rounds: int) -> None:
    outlooks = Outlooks((CALM,))
    terms = replace(TERMS, rates=tuple(0.5 * 1.1**place for place in range(rungs)))
    outlook = outlooks.of(terms, [2.0] * 5, None)
    assert not outlook.value.ready
    taken = 1
    while outlooks.think():
        taken += 1
    assert outlook.value.ready
    assert taken == rounds


# ---- terms and queues -------------------------------------------------------------------------


@examples(rate=st.floats(0.01, 100), length=st.floats(0.01, 20), limit=st.floats(0, 200))
def test_terms_are_near_what_was_asked(rate: float, length: float, limit: float) -> None:
    terms = terms_of([rate], length, limit)
    assert terms.rates[0] == pytest.approx(rate, rel=0.03)
    assert abs(terms.length - max(length, 0.5)) <= 0.25 + 1e-9
    assert terms.limit >= 2 * terms.length


def test_a_queue_without_a_poorer_segment_is_left() -> None:
    value = thought()
    queue = Queue(
        held=(2.0,) * 3,
        settled=(False,) * 3,
        starts=(6.0, 8.0, 10.0),
        position=0.0,
        buffer=12.0,
        took=0.5,
    )
    assert best_start(value, after(value.model, [6.0] * 20), queue, 2) is None


def test_the_earliest_that_comes_in_time_is_bettered_first() -> None:
    value = thought()
    queue = Queue(
        held=(0.5,) * 4,
        settled=(False,) * 4,
        starts=(4.0, 6.0, 8.0, 10.0),
        position=0.0,
        buffer=12.0,
        took=0.6,
    )
    found = best_start(value, after(value.model, [6.0] * 20), queue, 2)
    assert found is not None
    assert found[0] == 1
