"""LineHistory: what the line did in its last seconds of work, and what that says."""

from collections import deque
from itertools import accumulate

from player.abr.busy_line import Work
from player.units import MICROS_PER_SECOND, BitsPerSecond

KEPT = 20 * MICROS_PER_SECOND
"""Busy time that is remembered: two to ten segments."""

_LOW = 0.2
"""The share of that time in which the line was slower than what `low_of` gives."""


class LineHistory:
    """Keeps what is settled of the last `KEPT` of busy time."""

    def __init__(self) -> None:
        """Begin with none."""
        self._work: deque[Work] = deque()
        self._time = 0

    def add(self, work: list[Work]) -> None:
        """Keep this, which follows the former."""
        for one in work:
            self._work.append(one)
            self._time += one[3]
        while self._time - self._work[0][3] >= KEPT:
            self._time -= self._work.popleft()[3]

    def known(self, open_work: list[Work]) -> list[Work]:
        """Give all of it, and after it what is not settled yet."""
        return [*self._work, *open_work]


def low_of(line: list[Work]) -> BitsPerSecond | None:
    """Give what the line seldom fell below in its last `KEPT` of busy time.

    Media3's SlidingPercentile weighs by the root of the bytes; here it is time that counts, so
    that the long wait for a bad second is not outvoted by short good ones.
    """
    newest: list[tuple[float, int]] = []
    room = KEPT
    for _, _, bits, time in reversed(line):
        newest.append((bits, min(time, room)))
        room -= time
        if room <= 0:
            break
    if not newest:
        return None
    newest.sort()
    mark = _LOW * sum(time for _, time in newest)
    times = accumulate(time for _, time in newest)
    rate = next(one for (one, _), time in zip(newest, times, strict=True) if time >= mark)
    return BitsPerSecond(round(rate))


def rate_between(line: list[Work], start: int, end: int) -> BitsPerSecond | None:
    """Give what the line carried between two times, while it was busy; None: it was not."""
    bits = worked = 0.0
    for begun, ended, rate, busy in reversed(line):
        if ended <= start:
            break
        shared = min(ended, end) - max(begun, start)
        if shared > 0:
            time = busy * shared / (ended - begun)
            bits += rate * time
            worked += time
    return BitsPerSecond(round(bits / worked)) if worked else None
