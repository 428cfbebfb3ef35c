"""Where periods begin and end: pure arithmetic on whole seconds."""

from collections.abc import Callable
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One period.

    Attributes:
        id: the same for ever for the same stretch of time.
        start_s: on the presentation's timeline.
        end_s: where the next one begins; None while nobody knows.
        other: whether it shows the other channel, a bumper or an advertisement.
    """

    id: str
    start_s: int
    end_s: int | None
    other: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a presentation is cut.

    Attributes:
        period_s: seconds from one cut to the next; 0 for a single period.
        other_s: seconds of the other channel after the cut of this ordinal; 0 for none.
        early: the next period is announced before it begins.
        notice_s: how long before its end the last period of a live presentation tells it.
    """

    period_s: int = 0
    other_s: Callable[[int], int] = lambda _: 0
    early: bool = False
    notice_s: int = 0


def spans(plan: Plan, *, first_s: int, end_s: int, live: bool) -> list[Span]:
    """The periods that have any second in `first_s` up to `end_s`, in order.

    Of a live presentation the last one has no end, until that comes within `plan.notice_s`: who
    read the manifest before may ask for what follows `end_s` without reading it again.
    """
    if not plan.period_s:
        return [Span(id="p0", start_s=0, end_s=None if live else end_s)]
    last = max(end_s - 1, 0) // plan.period_s + (1 if live and plan.early else 0)
    found: list[Span] = []
    for ordinal in range(first_s // plan.period_s, last + 1):
        limit = (ordinal + 1) * plan.period_s
        found += _cut(plan, ordinal, limit if live else min(limit, end_s))
    kept = [span for span in found if span.end_s is None or span.end_s > first_s]
    return _told(plan, kept, end_s) if live else kept


def _told(plan: Plan, kept: list[Span], end_s: int) -> list[Span]:
    """Those that have begun, and the one that follows if it is told early."""
    begun = max(sum(span.start_s < end_s for span in kept), 1)
    told = kept[: begun + 1 if plan.early else begun]
    last = told[-1]
    if last.end_s is not None and last.end_s > end_s + plan.notice_s:
        last = replace(last, end_s=None)
    return [*told[:-1], last]


def _cut(plan: Plan, ordinal: int, end_s: int) -> list[Span]:
    start = ordinal * plan.period_s
    other = min(plan.other_s(ordinal), end_s - start)
    rows = []
    if other:
        rows.append(Span(id=f"b{ordinal}", start_s=start, end_s=start + other, other=True))
    if start + other < end_s:
        rows.append(Span(id=f"p{ordinal}", start_s=start + other, end_s=end_s))
    return rows
