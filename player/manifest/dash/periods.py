"""Periods on the presentation timeline (ISO/IEC 23009-1 5.3.2.1)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from player.manifest.bounds import MOST_PERIODS
from player.manifest.dash.nodes import Node
from player.manifest.times import LONGEST
from player.units import Micros, micros

SAME = micros(0.1)
"""A difference of this size between @duration and the next start is rounding."""


@dataclass(frozen=True, slots=True)
class Span:
    """A Period element and its place; `end` None: not known yet."""

    node: Node
    name: str
    start: Micros
    end: Micros | None
    early: bool = False


def spans_of(root: Node, *, dynamic: bool, total: Micros | None) -> tuple[Span, ...]:
    """All periods in order; those announced too early to be placed stand at the end.

    `total` is @mediaPresentationDuration.
    """
    placed: list[Span] = []
    early: list[Span] = []
    following: Micros | None = Micros(0)
    for node in root.children("Period"):
        told = node.duration("start")
        start = following if told is None else told
        if start is None and not dynamic:
            node.warn("a Period without a start behind one without a duration")
            start = placed[-1].start
        if start is None:
            early.append(Span(node, "", LONGEST, None, early=True))
            continue
        start = _in_order(node, start, following, placed)
        length = node.duration("duration")
        following = None if length is None else Micros(start + length)
        placed.append(Span(node, "", start, following if length else None))
    ended = [_ended(one, after) for one, after in zip(placed, [*placed[1:], None], strict=False)]
    if ended and ended[-1].end is None and total:
        ended[-1] = replace(ended[-1], end=_last_end(placed, total))
    kept = [one for one in ended if one.end is None or one.end > one.start]
    return _named(_bounded(root, kept, dynamic=dynamic) + early[:MOST_PERIODS])


def _bounded(root: Node, spans: list[Span], *, dynamic: bool) -> list[Span]:
    if len(spans) <= MOST_PERIODS:
        return spans
    root.warn(f"{len(spans)} Periods; {MOST_PERIODS} are kept")
    return spans[-MOST_PERIODS:] if dynamic else spans[:MOST_PERIODS]


def _in_order(
    node: Node, start: Micros, following: Micros | None, placed: Sequence[Span]
) -> Micros:
    if placed and start < placed[-1].start:
        node.warn("a Period begins before the one above it")
        return max(following or Micros(0), placed[-1].start)
    return start


def _last_end(placed: Sequence[Span], total: Micros) -> Micros | None:
    """The whole's end; some count it from the first period's start instead of from 0."""
    first, last = placed[0].start, placed[-1].start
    if total > last:
        return total
    placed[-1].node.warn("the last Period begins behind the end of the whole")
    return Micros(first + total) if first + total > last else None


def _ended(span: Span, after: Span | None) -> Span:
    """The next one's start, unless the period's own duration is shorter: then there is a hole."""
    if after is None:
        return span
    limit = after.start
    if span.end is None or abs(limit - span.end) <= SAME:
        return replace(span, end=limit)
    if span.end > limit:
        span.node.warn("a Period lasts into the one behind it; cut short")
    else:
        span.node.warn("a hole between a Period and the one behind it")
    return replace(span, end=min(span.end, limit))


def _named(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Names that last over reloads: @id, else the start; the start too where ids are repeated."""
    seen: set[str] = set()
    named: list[Span] = []
    for place, one in enumerate(spans):
        told = one.node.text("id")
        name = told or ("@early" if one.early else f"@{one.start}")
        if name in seen:
            name = f"{told}@{one.start}"
        while name in seen:
            name = f"{name}+{place}"
        seen.add(name)
        named.append(replace(one, name=name))
    return tuple(named)
