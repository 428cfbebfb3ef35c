"""What a run showed, and what that makes of it: the same arithmetic for every player. Pure."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from bench.abr.score import Session

STANDS_S = 0.2
"""A picture that stands for less is between two looks."""

STANDS = 0.3
"""Of the time between two looks: who moved less than this stood."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a player: seconds since its start, media seconds, height of the picture."""

    at: float
    position: float
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A run: when the first picture came (None: never), the looks at it until it was ended.

    `words` are what the player said of itself: (seconds since the start, line).
    """

    lasted: float
    first_picture: float | None
    looks: tuple[Look, ...]
    words: tuple[tuple[float, str], ...] = field(default=(), repr=False)
    problem: str = ""

    @property
    def shown(self) -> tuple[Look, ...]:
        """The looks that saw a picture."""
        first = self.lasted if self.first_picture is None else self.first_picture
        return tuple(look for look in self.looks if look.height and look.at >= first)


def session_of(run: Watched, rates: Mapping[int, float], segment_s: float) -> Session:
    """Make a session of a run; `rates` are Mbit/s by height of the picture.

    The rung of a segment is the one whose pictures were seen in it (most of the time, where it
    was replaced while it played). What is not media shown is waiting: it does not matter what
    the player says of its stalls, and one that lasts until the end counts.
    """
    startup = run.lasted if run.first_picture is None else run.first_picture
    looks = run.shown
    rebuffer = 0.0
    if looks:
        media = looks[-1].position - looks[0].position
        rebuffer = max((run.lasted - startup) - media - (looks[0].at - startup), 0.0)
    return Session(tuple(_played(looks, rates, segment_s)), segment_s, rebuffer, startup)


def _played(
    looks: Sequence[Look], rates: Mapping[int, float], segment_s: float
) -> Sequence[float]:
    seen: dict[int, Counter[int]] = defaultdict(Counter)
    for look in looks:
        seen[int(look.position // segment_s)][look.height] += 1
    if looks and looks[-1].position % segment_s < segment_s / 2 and len(seen) > 1:
        del seen[int(looks[-1].position // segment_s)]  # hardly begun
    return [rates[seen[number].most_common(1)[0][0]] for number in sorted(seen)]


def stalls(run: Watched) -> list[tuple[float, float]]:
    """When the picture stood: from and to, in seconds since the start."""
    found: list[tuple[float, float]] = []
    looks = run.shown
    for before, after in pairwise((*looks, *_end(run, looks))):
        if after.position - before.position < STANDS * (after.at - before.at):
            if found and found[-1][1] == before.at:
                found[-1] = (found[-1][0], after.at)
            else:
                found.append((before.at, after.at))
    return [one for one in found if one[1] - one[0] >= STANDS_S]


def _end(run: Watched, looks: Sequence[Look]) -> tuple[Look, ...]:
    return (Look(run.lasted, looks[-1].position, looks[-1].height),) if looks else ()


def rung_steps(run: Watched, rates: Mapping[int, float]) -> list[tuple[float, float]]:
    """When which rate came on the screen: seconds since the start, Mbit/s."""
    found: list[tuple[float, float]] = []
    for look in run.shown:
        rate = rates[look.height]
        if not found or found[-1][1] != rate:
            found.append((look.at, rate))
    return found
