"""The player's clock in the window's units: whole POSIX seconds, and the viewer's time of day."""

from datetime import UTC, datetime

from player.clock import Clock
from player.units import MICROS_PER_SECOND

__all__ = ["Clock", "posix", "wall"]


def posix(clock: Clock) -> int:
    """Give the clock's time in whole POSIX seconds, as the guide counts."""
    return clock.utc() // MICROS_PER_SECOND


def wall(time: int) -> str:
    """Give POSIX seconds as the viewer's local time, "19:07"."""
    return datetime.fromtimestamp(time, UTC).astimezone().strftime("%H:%M")
