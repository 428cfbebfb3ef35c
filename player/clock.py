"""The two clocks: one that never jumps, for durations, and the world's, for live edges."""

import time
from typing import Protocol

from player.units import Micros


class Clock(Protocol):
    """Tells the time; tests own it by handing in another one."""

    def monotonic(self) -> Micros:
        """Time since an unknown start; never goes back. For durations."""
        ...

    def utc(self) -> Micros:
        """Time since 1970-01-01T00:00:00Z. For live edges and guides."""
        ...


class SystemClock:
    """The machine's clocks. Any thread."""

    def monotonic(self) -> Micros:
        """See `Clock.monotonic`."""
        return Micros(time.monotonic_ns() // 1000)

    def utc(self) -> Micros:
        """See `Clock.utc`."""
        return Micros(time.time_ns() // 1000)
