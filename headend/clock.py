"""The headend's one look at the wall clock, and how a moment is written.

Everything that is live is a function of the asset, the settings and *now*; only the origin asks
what now is, and it asks here.
"""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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


def iso_utc(milliseconds: int) -> str:
    """A moment since the Unix epoch as manifests write it: ISO 8601, to the millisecond."""
    moment = _EPOCH + timedelta(milliseconds=milliseconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
