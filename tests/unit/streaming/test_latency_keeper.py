"""Whose latency is held by the playback rate, and what a small one leaves of the goals."""

from dataclasses import replace

import pytest

from player.abr.live_rate import RateLimits
from player.model.presentation import (
    LatencyRange,
    ManifestFormat,
    Presentation,
    PresentationType,
)
from player.streaming.fetch.load_control import LoadControl
from player.streaming.fetch.low_latency import impatient, low_latency
from player.streaming.fetch.recovery import RecoveryPolicy
from player.streaming.presentation.latency_keeper import held_at, rate_limits
from player.streaming.presentation.live import Window
from player.streaming.presentation.live_edge import EdgeView, LiveEdge
from player.units import Micros, micros


def _live(target: float | None, **told: object) -> Presentation:
    return Presentation(
        format=ManifestFormat.DASH,
        type=PresentationType.LIVE,
        periods=(),
        target_latency=None if target is None else micros(target),
        latency_range=LatencyRange(**told),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("presentation", "asked", "held"),
    [
        (_live(2), None, None),
        (_live(None), None, None),
        (_live(2, most=micros(4)), None, 2),
        (_live(18, most=micros(26)), None, None),
        (_live(18, slowest=0.96, fastest=1.04), None, 18),
        (_live(None, fastest=1.04), None, None),
        (_live(18), 3, 3),
        (_live(None), 3, 3),
    ],
)
def test_a_latency_is_held_where_somebody_asks_for_it(
    presentation: Presentation, asked: float | None, held: float | None
) -> None:
    found = held_at(presentation, None if asked is None else micros(asked))
    assert found == (None if held is None else micros(held))


def test_the_manifests_rates_and_largest_latency_are_taken() -> None:
    told = _live(2, slowest=0.96, fastest=1.04, most=micros(4))
    assert rate_limits(told) == RateLimits(slowest=0.96, fastest=1.04, most=micros(4))
    assert rate_limits(_live(2)) == RateLimits()


def test_goals_shrink_with_the_latency_and_never_to_nothing() -> None:
    usual = LoadControl()
    assert low_latency(usual, None) is usual
    assert low_latency(usual, micros(6)) is usual
    small = low_latency(usual, micros(2))
    assert small.start == pytest.approx(micros(1 / 3), abs=1)
    assert small.resume == pytest.approx(micros(2 / 3), abs=1)
    assert small.reserve == micros(0.2)
    assert small.resume_goal(9) == micros(2)
    nothing = low_latency(usual, Micros(0))
    assert min(nothing.start, nothing.resume, nothing.reserve) > micros(0.1)
    own = replace(usual, reserve=micros(0.05))
    assert low_latency(own, micros(2)).reserve == micros(0.05)


def test_near_the_edge_failures_are_answered_soon() -> None:
    usual = RecoveryPolicy()
    assert impatient(usual, None) is usual
    assert impatient(usual, micros(6)) is usual
    assert impatient(usual, micros(2)).longest_pause == micros(1)


def _view(
    behind: float,
    *,
    catchable: float | None = 3.0,
    segment: float = 0.5,
    step: float | None = None,
    playable: float = 0.0,
) -> EdgeView:
    window = Window(
        start=micros(40),
        end=micros(100),
        segment=micros(segment),
        step=None if step is None else micros(step),
    )
    return EdgeView(
        position=micros(98 - behind),
        window=window,
        point=micros(98),
        rejoin=micros(42),
        latency=micros(2 + behind),
        catchable=None if catchable is None else micros(catchable),
        playable=micros(playable),
    )


def test_what_the_rate_makes_up_for_is_neither_jumped_nor_the_viewers_wish() -> None:
    edge = LiveEdge()
    edge.restart(_view(1.2))
    assert not edge.is_aside(_view(1.2))
    assert edge.look(_view(3.5)) is None
    assert edge.look(_view(4.3)) == micros(98), "3 s more than at the start"


def test_who_set_out_farther_than_that_stays_aside() -> None:
    edge = LiveEdge()
    edge.restart(_view(20))
    assert edge.is_aside(_view(0))
    assert edge.look(_view(24)) is None
    plain = LiveEdge()
    plain.restart(_view(1.2, catchable=None))
    assert plain.is_aside(_view(1.2, catchable=None)), "a segment, where the rate does nothing"


def test_what_comes_in_fine_steps_is_jumped_sooner_and_a_short_absence_is_no_wish() -> None:
    edge = LiveEdge()
    edge.restart(_view(3, catchable=0.75, segment=2, step=0.4))
    assert not edge.is_aside(_view(3, catchable=0.75, segment=2, step=0.4))
    assert edge.look(_view(3, catchable=0.75, segment=2, step=0.4)) == micros(98)
    assert edge.look(_view(0.7, catchable=0.75, segment=2, step=0.4)) is None
    edge.restart(_view(5.5, catchable=0.75, segment=2, step=0.4))
    assert edge.is_aside(_view(5.5, catchable=0.75, segment=2, step=0.4))


def test_a_jump_that_gains_nothing_is_not_repeated() -> None:
    edge = LiveEdge()
    edge.restart(_view(0, catchable=0.75, segment=2, step=0.4))
    assert edge.look(_view(1.2, catchable=0.75, segment=2, step=0.4)) == micros(98)
    edge.landed(_view(1.0, catchable=0.75, segment=2, step=0.4))
    assert edge.look(_view(1.2, catchable=0.75, segment=2, step=0.4)) is None
    assert edge.look(_view(1.8, catchable=0.75, segment=2, step=0.4)) == micros(98)
    edge.landed(_view(0.1, catchable=0.75, segment=2, step=0.4))
    assert edge.look(_view(1.2, catchable=0.75, segment=2, step=0.4)) == micros(98)


def test_a_jump_into_what_is_there_has_a_cost_of_its_own() -> None:
    """After an outage the first jump finds nothing, and lands late; the next one has it all."""
    there = {"catchable": 0.75, "segment": 2.0, "step": 0.4, "playable": 2.6}
    edge = LiveEdge()
    edge.restart(_view(0, catchable=0.75, segment=2, step=0.4))
    assert edge.look(_view(4.1, catchable=0.75, segment=2, step=0.4)) == micros(98)
    edge.landed(_view(1.1, catchable=0.75, segment=2, step=0.4))
    assert edge.look(_view(1.1, catchable=0.75, segment=2, step=0.4, playable=1.8)) is None
    assert edge.look(_view(1.1, **there)) == micros(98)  # type: ignore[arg-type]
    edge.landed(_view(0.9, **there))  # type: ignore[arg-type]
    assert edge.look(_view(1.1, **there)) is None  # type: ignore[arg-type]
