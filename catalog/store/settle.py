"""Makes one channel's programmes a schedule: no gaps in knowledge, no overlaps, no duplicates."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

LONGEST_INFERRED = 12 * 3600
"""Seconds: a programme without an end ends at the next one's start, but no later than this."""
LAST_INFERRED = 3600
"""Seconds given to a programme without an end that nothing follows."""


class StatedTime(NamedTuple):
    """When a stored programme is on, as the guide says; `stop` may be missing or nonsense."""

    row: int
    guide: int
    start: int
    stop: int | None


class Correction(NamedTuple):
    """A new `stop` for a stored programme; None: it is a duplicate and goes."""

    row: int
    stop: int | None


def corrections(times: Iterable[StatedTime]) -> Iterator[Correction]:
    """Give what has to change; `times` come ordered by guide, start and row."""
    for _, channel in groupby(times, key=lambda time: time.guide):
        yield from _settle_channel(channel)


def _settle_channel(times: Iterable[StatedTime]) -> Iterator[Correction]:
    """Trim each programme to the next one's start; of equal starts the first stays."""
    kept: StatedTime | None = None
    for time in times:
        if kept is None:
            kept = time
        elif time.start == kept.start:
            yield Correction(time.row, None)
        else:
            yield from _corrected(kept, time.start)
            kept = time
    if kept is not None:
        yield from _corrected(kept, None)


def _corrected(time: StatedTime, following: int | None) -> Sequence[Correction]:
    stop = settled_stop(time.start, time.stop, following)
    return () if stop == time.stop else (Correction(time.row, stop),)


def settled_stop(start: int, stop: int | None, following: int | None) -> int:
    """Give the end of a programme that the next one follows at `following` (POSIX seconds)."""
    if stop is None or stop <= start:
        if following is None:
            return start + LAST_INFERRED
        return min(following, start + LONGEST_INFERRED)
    return stop if following is None else min(stop, following)
