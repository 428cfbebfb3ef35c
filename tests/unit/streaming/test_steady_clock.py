"""Time that goes on from what was noted once, whatever becomes of the machine's clock."""

from player.clock import SleepClock, SteadyClock, SystemClock
from player.model.presentation import TrackKind
from player.streaming.presentation.live import newest_index
from player.units import Micros, micros
from tests.unit.streaming.streaming_made import index, period, representation, segment, track


class _Clock:
    """Two clocks, set by hand."""

    def __init__(self) -> None:
        self.run, self.shown = micros(5), micros(1_000)

    def monotonic(self) -> Micros:
        return self.run

    def utc(self) -> Micros:
        return self.shown


class _Sleepless(_Clock):
    slept = micros(0)

    def elapsed(self) -> Micros:
        return Micros(self.run + self.slept)


def test_a_clock_that_is_set_moves_nothing() -> None:
    clock = _Clock()
    steady = SteadyClock(clock)
    clock.run, clock.shown = micros(8), micros(400)
    assert steady.utc() == micros(1_003)
    assert steady.monotonic() == micros(8)
    assert steady.apart() == micros(-603)


def test_a_sleep_counts_where_the_machine_knows_of_it() -> None:
    clock = _Sleepless()
    steady = SteadyClock(clock)
    clock.slept, clock.shown = micros(60), micros(1_060)
    assert steady.utc() == micros(1_060)
    assert steady.apart() == 0


def test_this_machine_knows() -> None:
    clock = SystemClock()
    assert isinstance(clock, SleepClock)
    assert clock.elapsed() >= 0
    assert abs(SteadyClock(clock).apart()) < micros(60)


def test_of_a_tracks_lists_the_one_that_reaches_farthest_is_the_newest() -> None:
    old = index(*(segment(number) for number in range(3)))
    new = index(*(segment(number) for number in range(2, 9)))
    rungs = (representation("a", index=old), representation("b", index=new), representation("c"))
    pictures = track("v", TrackKind.VIDEO, rungs)
    assert newest_index(period(pictures), TrackKind.VIDEO, Micros(0)) is new
    assert newest_index(period(pictures), TrackKind.AUDIO, Micros(0)) is new
    assert newest_index(period(), TrackKind.VIDEO, Micros(0)) is None
