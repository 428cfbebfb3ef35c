"""SegmentTimeline and @duration as runs (ISO/IEC 23009-1 5.3.9.6)."""

from collections.abc import Sequence
from dataclasses import dataclass

from player.manifest.dash.nodes import Node
from player.manifest.dash.template_index import Run

MOST_REPEATS = 2**31
"""More segments in a row than any programme has: the repeat count is a mistake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Where runs begin and end, in ticks of media time.

    `first` and `last` are @startNumber and @endNumber. A rest of at most `grace` at the end is
    a rounding error of the period's duration, not a segment.
    """

    start: int
    end: int | None
    first: int
    last: int | None = None
    grace: int = 0


def even_run(duration: int, limits: Limits) -> tuple[Run, ...]:
    """The single run of @duration, its end rounded up to a whole segment."""
    count = None
    if limits.end is not None:
        whole, rest = divmod(limits.end - limits.start, duration)
        count = max(whole + (rest > limits.grace), 1)
    return _capped((Run(limits.first, limits.start, duration, count),), limits)


def timeline_runs(timeline: Node, limits: Limits) -> tuple[Run, ...]:
    """Read the S elements; entries that cannot be are noted and passed over."""
    entries = list(timeline.children("S"))
    runs: list[Run] = []
    number, time = limits.first, 0
    for place, entry in enumerate(entries):
        run = _run(entry, number, time, _next_time(entries[place + 1 :]), limits, runs)
        if run is None:
            continue
        runs.append(run)
        if run.end is None or run.size is None:
            break
        number, time = run.first + run.size, run.end
    return _capped(_within(_moved(entries, runs, limits), limits), limits)


def _moved(entries: Sequence[Node], runs: list[Run], limits: Limits) -> list[Run]:
    """A timeline without any @t that would end before its period begins means the period's start.

    Ad inserters write such; @t's default of 0 would leave nothing to play.
    """
    if not runs or limits.start <= 0 or entries[0].text("t"):
        return runs
    end = runs[-1].end
    if end is None or end > limits.start:
        return runs
    entries[0].warn("a timeline that begins before its period; moved to the period's start")
    return [run._replace(time=run.time + limits.start) for run in runs]


def _run(
    entry: Node, number: int, time: int, following: int | None, limits: Limits, runs: Sequence[Run]
) -> Run | None:
    told = entry.integer("t")
    start = time if told is None else told
    duration = entry.integer("d", 0) or 0
    if duration <= 0:
        entry.warn("an S element without a duration was left out")
        return None
    if runs and start <= (runs[-1].end or start) - runs[-1].duration:
        entry.warn("an S element begins before the one above it; left out")
        return None
    repeat = entry.integer("r", 0) or 0
    if repeat < 0:
        until = limits.end if following is None else following
        count = None if until is None else max(-(-(until - start) // duration), 1)
        return Run(number, start, duration, count)
    if repeat > MOST_REPEATS:
        entry.warn(f"a repeat count of {repeat} is absurd; cut short")
    return Run(number, start, duration, min(repeat, MOST_REPEATS) + 1)


def _next_time(entries: Sequence[Node]) -> int | None:
    return entries[0].integer("t") if entries else None


def _within(runs: Sequence[Run], limits: Limits) -> tuple[Run, ...]:
    """Leave out what ends before the period begins or begins after its end."""
    kept: list[Run] = []
    for run in runs:
        early = max((limits.start - run.time) // run.duration, 0)
        count = run.size
        if count is not None and limits.end is not None:
            count = min(count, -(-(limits.end - run.time) // run.duration))
        if count is None or count > early:
            left = None if count is None else count - early
            kept.append(
                Run(run.first + early, run.time + early * run.duration, run.duration, left)
            )
    return tuple(kept)


def _capped(runs: tuple[Run, ...], limits: Limits) -> tuple[Run, ...]:
    """Honour @endNumber."""
    if limits.last is None:
        return runs
    kept = [run for run in runs if run.first <= limits.last]
    if kept:
        run = kept[-1]
        left = limits.last - run.first + 1
        kept[-1] = run._replace(size=left if run.size is None else min(run.size, left))
    return tuple(kept)
