"""The rate that keeps live television as far behind as it is meant to be."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.abr.live_rate import LiveRate, LiveRateInput, RateLimits
from player.units import Micros, micros, seconds

TICK = 0.1


@dataclass
class Plant:
    """A picture, a line that brings whole segments, and the controller between them."""

    latency: float = 2.0
    target: float = 2.0
    segment: float = 1.0
    late: float = 0.1
    limits: RateLimits = field(default_factory=RateLimits)
    rate: LiveRate = field(default_factory=LiveRate)
    now: float = 100.0
    stalls: int = 0
    rates: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)

    @property
    def buffer(self) -> float:
        """Up to the newest segment that has come: the rest is not there yet."""
        edge = (self.now - self.late) // self.segment * self.segment
        return max(edge - (self.now - self.latency), 0.0)

    def run(self, length: float, *, running: bool = True, aside: bool = False) -> None:
        for _ in range(round(length / TICK)):
            self.now += TICK
            played = TICK * self.rates[-1] if self.rates else TICK
            self.latency += TICK - (played if running else 0.0)
            self.rates.append(
                self.rate.look(
                    LiveRateInput(
                        now=micros(self.now),
                        latency=micros(self.latency),
                        target=micros(self.target),
                        buffer=micros(self.buffer),
                        segment=micros(self.segment),
                        limits=self.limits,
                        stalls=self.stalls,
                        running=running,
                        aside=aside,
                    )
                )
            )
            self.latencies.append(self.latency)

    @property
    def changes(self) -> int:
        return sum(one != other for one, other in zip(self.rates, self.rates[1:], strict=False))


def test_at_the_target_nothing_is_done() -> None:
    plant = Plant()
    plant.run(600)
    assert set(plant.rates) == {1.0}


@pytest.mark.parametrize("off", [-1.0, -0.5, -0.2, 0.2, 0.5, 1.0, 2.5])
def test_an_error_is_worked_off_with_two_changes_and_without_overshoot(off: float) -> None:
    plant = Plant(target=3.0, latency=3.0 + off)
    plant.run(120)
    assert plant.latency == pytest.approx(3.0, abs=0.05)
    assert plant.changes <= 2
    assert min(one - 3.0 for one in plant.latencies) > min(off, 0) - 0.05
    assert max(one - 3.0 for one in plant.latencies) < max(off, 0) + 0.05


def test_a_small_error_is_left_alone() -> None:
    plant = Plant(latency=2.1)
    plant.run(120)
    assert set(plant.rates) == {1.0}


def test_what_stands_or_is_paused_is_not_hurried() -> None:
    plant = Plant(latency=3.0)
    plant.run(5)
    assert plant.rates[-1] > 1.0
    plant.run(5, running=False)
    assert set(plant.rates[-50:]) == {1.0}
    plant.run(200)
    assert plant.latency == pytest.approx(2.0, abs=0.05)


def test_who_is_behind_on_purpose_is_left_there() -> None:
    plant = Plant(latency=40.0)
    plant.run(60, aside=True)
    assert set(plant.rates) == {1.0}


def test_the_manifests_limits_hold_and_so_does_the_ear() -> None:
    plant = Plant(latency=4.0, limits=RateLimits(slowest=0.96, fastest=1.035))
    plant.run(10)
    assert max(plant.rates) == 1.03
    loud = Plant(latency=4.0, limits=RateLimits(slowest=0.5, fastest=2.0))
    loud.run(10)
    assert max(loud.rates) == 1.05
    none = Plant(latency=4.0, limits=RateLimits(slowest=1.0, fastest=1.0))
    none.run(10)
    assert set(none.rates) == {1.0}
    assert none.limits.catchable() == 0
    assert seconds(RateLimits().catchable()) == pytest.approx(3.0)
    assert seconds(RateLimits().catchable(micros(0.33))) == pytest.approx(0.75)


def test_each_rebuffer_moves_the_target_up_and_calm_takes_it_down_again() -> None:
    plant = Plant(latency=2.0)
    plant.run(10)
    plant.stalls, plant.latency = 1, 3.4
    plant.run(29)
    assert plant.rate.raised == micros(1)
    assert plant.latency == pytest.approx(3.0, abs=0.1)
    plant.run(120)
    assert plant.rate.raised == 0
    assert plant.latency == pytest.approx(2.0, abs=0.13)
    assert plant.changes <= 8


def test_what_no_small_latency_could_have_bridged_does_not_move_the_target() -> None:
    plant = Plant(latency=2.0)
    plant.run(10)
    plant.stalls += 1
    plant.run(10, running=False)
    plant.latency = 4.5
    plant.run(9)
    assert plant.rate.raised == 0
    assert set(plant.rates[-80:]) == {1.0}, "it is calm first"
    plant.run(70)
    assert plant.latency == pytest.approx(2.0, abs=0.05)


def test_the_target_stays_up_where_the_buffer_had_nothing_to_spare() -> None:
    plant = Plant(latency=2.0, late=0.9)
    plant.run(10)
    plant.stalls, plant.latency = 1, 2.8
    plant.run(300)
    assert plant.rate.raised > micros(0.1)
    assert plant.latency > 2.2


def test_the_target_never_goes_up_beyond_the_largest_latency() -> None:
    plant = Plant(limits=RateLimits(most=micros(2.6)))
    for _ in range(9):
        plant.stalls += 1
        plant.run(1)
    assert 0 < plant.rate.raised <= micros(0.3)


def test_a_buffer_that_runs_dry_slows_the_picture_at_once_and_once() -> None:
    plant = Plant(latency=2.0)
    plant.run(10)
    plant.late = 0.95
    plant.run(60)
    assert min(plant.rates) == 0.95
    assert plant.changes <= 4
    assert plant.latency < 2.8


def test_nothing_is_taken_from_a_buffer_that_has_nothing_to_spare() -> None:
    plant = Plant(latency=2.5, target=2.0, segment=2.0)
    plant.run(60)
    assert max(plant.rates) == 1.0


def test_a_jump_is_seen_at_once() -> None:
    plant = Plant(latency=4.9)
    plant.run(3)
    plant.rate.restart()
    plant.latency = 2.0
    plant.run(20)
    assert set(plant.rates[-199:]) == {1.0}


_LOOK = st.tuples(
    st.integers(0, 2_000_000),
    st.integers(-5_000_000, 60_000_000),
    st.integers(0, 30_000_000),
    st.integers(0, 3),
    st.booleans(),
    st.booleans(),
)


@settings(max_examples=60)
@given(
    looks=st.lists(_LOOK, max_size=60),
    slowest=st.floats(0.1, 1.2),
    fastest=st.floats(0.8, 10.0),
    target=st.integers(500_000, 10_000_000),
    most=st.none() | st.integers(500_000, 20_000_000),
)
def test_never_outside_the_limits_whatever_comes(
    looks: list[tuple[int, int, int, int, bool, bool]],
    slowest: float,
    fastest: float,
    target: int,
    most: int | None,
) -> None:
    limits = RateLimits(
        slowest=slowest, fastest=fastest, most=None if most is None else Micros(most)
    )
    rate, now, stalls = LiveRate(), 0, 0
    for passed, latency, buffer, more, running, aside in looks:
        now, stalls = now + passed, stalls + more
        found = rate.look(
            LiveRateInput(
                now=Micros(now),
                latency=Micros(latency),
                target=Micros(target),
                buffer=Micros(buffer),
                limits=limits,
                stalls=stalls,
                running=running,
                aside=aside,
            )
        )
        assert min(max(slowest, 0.95), 1.0) <= found <= max(min(fastest, 1.05), 1.0)
        assert running or found == 1.0
        assert 0 <= rate.raised <= micros(2)
