"""SegmentTimeline and @duration as runs (ISO/IEC 23009-1 5.3.9.6)."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

from lxml import etree

from player.manifest.bounds import MOST_REPEATS
from player.manifest.dash.nodes import Node
from player.manifest.dash.template_index import Run

LONGEST_DIGITS = 40
"""Of all numbers of one S element together; longer ones are looked at one by one."""
_DIGITS = re.compile(r"[0-9]*,[0-9]+,-?[0-9]+")
_is_marked = etree.XPath("boolean(*[@n or @k])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Where runs begin and end, in ticks of media time.

    `first` and `last` are @startNumber and @endNumber. A rest of at most `grace` at the end is
    a rounding error of the period's duration, not a segment. `delta` is @eptDelta: how much
    later than the period its first segment begins.
    """

    start: int
    end: int | None
    first: int
    last: int | None = None
    grace: int = 0
    delta: int = 0


class _Entry(NamedTuple):
    """An S element as it is told."""

    element: etree._Element
    time: int | None
    duration: int
    repeat: int
    named: int | None


def even_run(duration: int, limits: Limits) -> tuple[Run, ...]:
    """The single run of @duration, its end rounded up to a whole segment."""
    count = None
    begin = limits.start + limits.delta
    if limits.end is not None:
        whole, rest = divmod(max(limits.end - begin, 0), duration)
        count = min(max(whole + (rest > limits.grace), 1), MOST_REPEATS)
    return _capped((Run(limits.first, begin, duration, count),), limits)


def timeline_runs(timeline: Node, limits: Limits) -> tuple[Run, ...]:
    """Read the S elements; entries that cannot be are noted and passed over."""
    entries = _entries(timeline)
    runs = _laid_out(entries, limits, timeline)
    return _capped(_within(_moved(entries, runs, limits, timeline), limits), limits)


def _entries(timeline: Node) -> list[_Entry]:
    """Ten thousand of them are common, so plain ones are read without a detour."""
    elements = list(timeline.element.iterchildren("{*}S"))
    if elements and not _is_marked(timeline.element):
        with suppress(ValueError):
            return [_plain(one) for one in elements]
    nodes = timeline.children("S")  # even of an unbound prefix
    return [_entry(one) for one in nodes]


def _plain(element: etree._Element) -> _Entry:
    """An S of digits alone; raises ValueError for any other."""
    get = element.get
    time, duration, repeat = get("t"), get("d", ""), get("r", "0")
    if len(time or "") + len(duration) + len(repeat) > LONGEST_DIGITS:
        raise ValueError(time)
    if _DIGITS.fullmatch(f"{time or ''},{duration},{repeat}") is None:
        raise ValueError(duration)  # int() takes blanks, underscores and other scripts' digits
    return _Entry(element, None if time is None else int(time), int(duration), int(repeat), None)


def _entry(node: Node) -> _Entry:
    if node.text("k"):
        node.warn("an S element of a segment sequence (@k); its parts are not read apart")
    return _Entry(
        node.element,
        node.integer("t"),
        node.integer("d", 0) or 0,
        node.integer("r", 0) or 0,
        node.integer("n"),
    )


def _laid_out(entries: Sequence[_Entry], limits: Limits, timeline: Node) -> list[Run]:
    runs: list[Run] = []
    number, time, named, shortest = limits.first, 0, 0, -1
    for place, (element, told, duration, repeat, wire) in enumerate(entries):
        start = time if told is None else told
        if duration <= 0 or (shortest >= 0 and start <= time - shortest):
            Node(element, timeline.notes).warn(
                "an S element without a duration or before the one above it; left out"
            )
            continue
        if wire is not None:
            named = wire - number
        size: int | None = repeat + 1
        if repeat < 0:
            size = _filling(start, duration, entries[place + 1 : place + 2], limits)
        if size is None:
            runs.append(Run(number, start, duration, None, named))
            break
        size = min(size, MOST_REPEATS)
        runs.append(Run(number, start, duration, size, named))
        number, time, shortest = number + size, start + size * duration, duration
    return runs


def _filling(start: int, duration: int, following: Sequence[_Entry], limits: Limits) -> int | None:
    """How many segments @r of -1 means: until the next entry or the period's end."""
    until = following[0].time if following else None
    until = limits.end if until is None else until
    return None if until is None else max(-(-(until - start) // duration), 1)


def _moved(
    entries: Sequence[_Entry], runs: list[Run], limits: Limits, timeline: Node
) -> list[Run]:
    """A timeline without any @t that would end before its period begins means the period's start.

    Ad inserters write such; @t's default of 0 would leave nothing to play.
    """
    if not runs or limits.start <= 0 or entries[0].time is not None:
        return runs
    end = runs[-1].end
    if end is None or end > limits.start:
        return runs
    timeline.warn("a timeline that begins before its period; moved to the period's start")
    return [run._replace(time=run.time + limits.start) for run in runs]


def _within(runs: Sequence[Run], limits: Limits) -> tuple[Run, ...]:
    """Leave out what ends before the period begins or begins after its end."""
    if runs and runs[0].time >= limits.start and _ends_before(runs[-1], limits.end):
        return tuple(runs)
    kept: list[Run] = []
    for run in runs:
        early = max((limits.start - run.time) // run.duration, 0)
        count = run.size
        if count is not None and limits.end is not None:
            count = min(count, -(-(limits.end - run.time) // run.duration))
        if early == 0 and count == run.size:
            kept.append(run)
        elif count is None or count > early:
            left = None if count is None else count - early
            time = run.time + early * run.duration
            kept.append(run._replace(first=run.first + early, time=time, size=left))
    return tuple(kept)


def _ends_before(run: Run, end: int | None) -> bool:
    return end is None or (run.end is not None and run.end <= end)


def _capped(runs: tuple[Run, ...], limits: Limits) -> tuple[Run, ...]:
    """Honour @endNumber, which counts as the addresses do."""
    last = limits.last
    if last is None:
        return runs
    kept = [run for run in runs if run.first + run.named <= last]
    if kept:
        run = kept[-1]
        left = last - run.first - run.named + 1
        kept[-1] = run._replace(size=left if run.size is None else min(run.size, left))
    return tuple(kept)
