"""What the window asks of a clock; `player.clock.SystemClock` fits."""

from datetime import UTC, datetime
from typing import Protocol

from player.units import MICROS_PER_SECOND, Micros


class Clock(Protocol):
    """Tells the time; tests own it by handing in another one."""

    def monotonic(self) -> Micros:
        """Time since an unknown start; never goes back."""
        ...

    def utc(self) -> Micros:
        """Time since 1970-01-01T00:00:00Z."""
        ...


def posix(clock: Clock) -> int:
    """Give the clock's time in whole POSIX seconds, as the guide counts."""
    return clock.utc() // MICROS_PER_SECOND


def wall(time: int) -> str:
    """Give POSIX seconds as the viewer's local time, "19:07"."""
    return datetime.fromtimestamp(time, UTC).astimezone().strftime("%H:%M")
