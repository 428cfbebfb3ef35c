"""The two clocks: one that never jumps, for durations, and the world's, for live edges."""

import sys
import time
from typing import Protocol, runtime_checkable

from player.units import Micros


class Clock(Protocol):
    """Tells the time; tests own it by handing in another one."""

    def monotonic(self) -> Micros:
        """Time since an unknown start; never goes back. For durations."""
        ...

    def utc(self) -> Micros:
        """Time since 1970-01-01T00:00:00Z. For live edges and guides."""
        ...


@runtime_checkable
class SleepClock(Protocol):
    """A clock that knows of the machine's sleep."""

    def elapsed(self) -> Micros:
        """Time since an unknown start, sleep included; never goes back."""
        ...


class SystemClock:
    """The machine's clocks. Any thread."""

    def monotonic(self) -> Micros:
        """See `Clock.monotonic`."""
        return Micros(time.monotonic_ns() // 1000)

    def utc(self) -> Micros:
        """See `Clock.utc`."""
        return Micros(time.time_ns() // 1000)

    def elapsed(self) -> Micros:
        """See `SleepClock.elapsed`; Linux tells, elsewhere it is the monotonic time."""
        if sys.platform != "linux":
            return self.monotonic()
        return Micros(time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000)


class SteadyClock:
    """UTC as it was noted once, run on by a clock that nobody sets. Any thread.

    Whoever knows how far a server's clock is from this one still knows it after this machine's
    was set (a TV box gets the time a minute after it has booted). Media3 counts alike
    (SystemClock.elapsedRealtime).
    """

    def __init__(self, clock: Clock) -> None:
        """Note what `clock` says now."""
        self._clock = clock
        self._run = clock.elapsed if isinstance(clock, SleepClock) else clock.monotonic
        self._since, self._noted = self._run(), clock.utc()

    def monotonic(self) -> Micros:
        """See `Clock.monotonic`."""
        return self._clock.monotonic()

    def utc(self) -> Micros:
        """See `Clock.utc`; wrong by as much as the machine's clock was when it was noted."""
        return Micros(self._noted + self._run() - self._since)

    def apart(self) -> Micros:
        """How far the machine's clock is ahead by now: it was set, or the machine slept."""
        return Micros(self._clock.utc() - self.utc())
