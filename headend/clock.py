"""The headend's one look at the wall clock.

Everything that is live is a function of the asset, the settings and *now*; only the origin asks
what now is, and it asks here.
"""

import time
from typing import Protocol


class Clock(Protocol):
    """Where the origin takes the time from; tests put their own in its place."""

    def now_ms(self) -> int:
        """UTC in milliseconds since the Unix epoch."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now_ms(self) -> int:
        """UTC in milliseconds since the Unix epoch."""
        return time.time_ns() // 1_000_000
