"""Which channels are likely next, the likeliest first. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

MOST = 5
"""Channels that are worth being kept ready."""

FAVOURITES = 2
"""Of those, who are there by habit alone."""

ENOUGH = 2
"""How often a channel must have been watched to be a habit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outset:
    """Where the viewer is: indexes into the line-up, None where there is none.

    `step` is the way that he went last (1 down the list, -1 up), `last` the channel before,
    `focused` the row under the cursor of an open list, `habits` how often channels were watched.
    """

    count: int
    index: int
    step: int = 1
    last: int | None = None
    focused: int | None = None
    habits: Counter[int] = field(default_factory=Counter)


def likely(outset: Outset) -> tuple[int, ...]:
    """Who comes next: under the cursor, on the same way, back, the one before, by habit."""
    found = dict.fromkeys(_all(outset))
    found.pop(outset.index, None)
    return tuple(found)[:MOST]


def _all(outset: Outset) -> Iterator[int]:
    if not outset.count:
        return
    if outset.focused is not None:
        yield outset.focused
    yield (outset.index + outset.step) % outset.count
    yield (outset.index - outset.step) % outset.count
    if outset.last is not None:
        yield outset.last
    yield from favourites(outset)
    yield (outset.index + 2 * outset.step) % outset.count


def favourites(outset: Outset) -> Sequence[int]:
    """The channels watched most often, the nearest first where they are even."""
    others = [
        (-times, abs(one - outset.index), one)
        for one, times in outset.habits.items()
        if times >= ENOUGH and one != outset.index
    ]
    return [one for _, _, one in sorted(others)[:FAVOURITES]]
