"""LineModel: how a line's rate goes on from what it was seen to be. Pure.

A hidden Markov model. Levels stand on a grid whose steps are ratios. From one segment to the next
a level spreads around itself like a random walk of its logarithm, and now and then it jumps
anywhere: a tunnel, a lift, somebody else's download. A transfer shows the level with noise, and
sometimes it shows something else altogether. Winstein, Sivaraman, Balakrishnan (Sprout, NSDI 2013)
and Sun et al. (CS2P, SIGCOMM 2016) forecast lines likewise.
"""

from dataclasses import dataclass, field
from math import exp, log, sqrt

RATIO = 1.3
"""Between two neighbours of the grid."""

UNDER = 16.0
"""How many times lower than the lowest rung the lowest level is: hardly more than none."""

_RATIO_LOG = log(RATIO)

_GRID_NOISE = 0.08
"""What the grid's coarseness adds to the noise of transfers."""

_LEAST = 1e-4
"""What is less probable leads nowhere."""

_GATHERED = 4e-3
"""Less probable levels are looked at a few together."""

_TOGETHER = 4

Chances = list[float]
"""How probable each level is; their sum is 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineKind:
    """A kind of line; pure data. The first two are standard deviations of logarithms.

    `spread` is of the level from one segment to the next, `noise` of a transfer about it; `jump`
    is how probable it is that the next level has nothing to do with this one, and `dead` how many
    times less probable a level is then that carries no rung at all.
    """

    spread: float
    noise: float
    jump: float
    dead: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LineModel:
    """A line of one kind on `count` levels from `lowest` up, in Mbit/s.

    `steps` says where each level leads: the first level and the weights from there; `thrown` how
    probable it is to be thrown to each; `around` how a transfer does beside its level, in factors
    with weights (Gauss-Hermite, three points).
    """

    lowest: float
    count: int
    kind: LineKind
    levels: tuple[float, ...] = field(init=False)
    steps: tuple[tuple[int, tuple[float, ...]], ...] = field(init=False)
    around: tuple[tuple[float, float], ...] = field(init=False)
    thrown: tuple[float, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Work out what follows from the kind."""
        levels = tuple(self.lowest * RATIO**place for place in range(self.count))
        away = exp(sqrt(3) * self.kind.noise)
        around = ((1 / away, 1 / 6), (1.0, 2 / 3), (away, 1 / 6))
        likely = [1.0 if one >= UNDER * self.lowest else self.kind.dead for one in levels]
        thrown = tuple(self.kind.jump * one / sum(likely) for one in likely)
        object.__setattr__(self, "levels", levels)
        object.__setattr__(self, "thrown", thrown)
        object.__setattr__(self, "around", around)
        object.__setattr__(self, "steps", tuple(self._step(place) for place in range(self.count)))

    def _step(self, place: int) -> tuple[int, tuple[float, ...]]:
        reach = max(1, round(2.5 * self.kind.spread / _RATIO_LOG))
        first, last = max(0, place - reach), min(self.count - 1, place + reach)
        scale = _RATIO_LOG / self.kind.spread
        weights = [exp(-0.5 * ((one - place) * scale) ** 2) for one in range(first, last + 1)]
        whole = sum(weights) / (1 - self.kind.jump)
        return first, tuple(one / whole for one in weights)

    def ahead(self, chances: Chances) -> Chances:
        """How probable each level is one segment later."""
        found = list(self.thrown)
        for chance, (first, weights) in zip(chances, self.steps, strict=True):
            if chance > _LEAST:
                for place, weight in enumerate(weights, first):
                    found[place] += chance * weight
        return found

    def told(self, chances: Chances, rate: float, doubt: float = 1.0) -> float:
        """Learn from a transfer: `chances` become those after it.

        Student's t of three degrees of freedom about the level, since transfers stray far at
        times; `doubt` widens it. Gives the logarithm of how likely the transfer was, but for
        what all kinds share.
        """
        scale = _RATIO_LOG / (self.kind.noise * doubt + _GRID_NOISE)
        seen, third = self.place(rate), scale * scale / 3
        bases = [1 + (seen - place) * (seen - place) * third for place in range(self.count)]
        found = [chance / (base * base) for chance, base in zip(chances, bases, strict=True)]
        whole = sum(found)
        chances[:] = [one / whole for one in found]
        return log(whole * scale)

    def place(self, rate: float) -> float:
        """Where on the grid a transfer lies, between two levels; beyond its ends, there."""
        return min(log(max(rate, self.lowest) / self.lowest) / _RATIO_LOG, self.count - 1.0)

    def mean(self, chances: Chances) -> float:
        """The geometric mean of the levels, in Mbit/s."""
        return exp(sum(c * log(r) for c, r in zip(chances, self.levels, strict=True)))

    def quantile(self, chances: Chances, share: float) -> float:
        """What the level is not above with a probability of `share`, in Mbit/s."""
        below = 0.0
        for chance, level in zip(chances, self.levels, strict=True):
            below += chance
            if below >= share:
                return level
        return self.levels[-1]

    def likely(self, chances: Chances) -> list[tuple[int, float]]:
        """Levels with their chances, ascending; what is improbable stands for its neighbours."""
        found: list[tuple[int, float]] = []
        rest, since = 0.0, 0
        for place, chance in enumerate(chances):
            if chance >= _GATHERED:
                if rest:
                    found.append(((since + place - 1) // 2, rest))
                found.append((place, chance))
                rest, since = 0.0, place + 1
                continue
            rest += chance
            if place - since + 1 == _TOGETHER or place == self.count - 1:
                found.append(((since + place) // 2, rest))
                rest, since = 0.0, place + 1
        return found


def one_lower(chances: Chances) -> Chances:
    """The same belief of a line one level worse; what was on the lowest level stays there."""
    return [chances[0] + chances[1], *chances[2:], 0.0]
