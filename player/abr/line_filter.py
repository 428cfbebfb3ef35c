"""LineFilter: what a line is believed to be after each transfer, for one kind of line. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from player.abr.line_model import RATIO, Chances, LineModel

_BETWEEN = 0.3
"""What the newest transfer counts for where between two levels of the grid the line is."""

_KEPT = 0.95
"""What the evidence of earlier transfers counts for, from one to the next: lines change kind."""

GUESS_DOUBT = 3.0
"""How much farther a guess may be off than a transfer."""


@dataclass(frozen=True, slots=True)
class _Belief:
    """After one transfer: the levels' chances, where between them the line is, and `evidence`:
    the logarithm of how likely the transfers were for a line of this kind.
    """

    rate: float
    chances: Chances
    between: float
    evidence: float


class LineFilter:
    """Follows one line (the forward algorithm; Rabiner 1989, III A). Engine thread only.

    Transfers are told as a window that slides; only what is new in it is worked out. A new line is
    looked at as if its median lay on a level of the grid, and moved back afterwards: what is
    believed of twice the line must be the same, twice as high.
    """

    def __init__(self, model: LineModel) -> None:
        """Begin with nothing seen."""
        self.model = model
        self._seen: list[_Belief] = []
        self._phase = 0.0

    def follow(self, rates: Sequence[float]) -> None:
        """Learn from transfers of so many Mbit/s, oldest first."""
        first, known = _overlap([one.rate for one in self._seen], rates)
        self._seen = self._seen[first : first + known]
        if rates and not self._seen:
            at = self.model.place(median(rates))
            self._phase = at - round(at)
        for rate in rates[known:]:
            self._seen.append(self._after(rate))

    @property
    def evidence(self) -> float:
        """The logarithm of how likely the last transfers are for a line of this kind."""
        return self._seen[-1].evidence if self._seen else 0.0

    @property
    def chances(self) -> Chances:
        """How probable each level is now."""
        if not self._seen:
            return self._anywhere()
        last = self._seen[-1]
        return _moved(last.chances, min(max(last.between + self._phase, -1.0), 1.0))

    def guessed(self, rate: float) -> Chances:
        """How probable each level is where nothing is known but a guess."""
        chances = self._anywhere()
        self.model.told(chances, rate, GUESS_DOUBT)
        return chances

    def _anywhere(self) -> Chances:
        return [1 / self.model.count] * self.model.count

    def _after(self, rate: float) -> _Belief:
        model, last = self.model, self._seen[-1] if self._seen else None
        chances = model.ahead(last.chances) if last else self._anywhere()
        shifted = rate * RATIO**-self._phase
        told = model.told(chances, shifted)
        off = model.place(shifted) - sum(p * chance for p, chance in enumerate(chances))
        between, evidence = (last.between, last.evidence) if last else (0.0, 0.0)
        return _Belief(
            rate=rate,
            chances=chances,
            between=between + _BETWEEN * (min(max(off, -0.5), 0.5) - between),
            evidence=_KEPT * evidence + (told if last else 0.0),
        )


def _overlap(former: Sequence[float], rates: Sequence[float]) -> tuple[int, int]:
    """Where in the former window the new one begins, and how much of it is the same."""
    best = 0, 0
    for first in range(len(former)):
        same = 0
        for before, now in zip(former[first:], rates, strict=False):
            if before != now:
                break
            same += 1
        if first + same == len(former):
            return first, same
        if same > best[1]:
            best = first, same
    return best


def _moved(chances: Chances, by: float) -> Chances:
    """Move chances by a part of a step, so that their mean comes to lie between two levels."""
    share, way = abs(by), 1 if by > 0 else -1
    found = [chance * (1 - share) for chance in chances]
    last = len(chances) - 1
    for place, chance in enumerate(chances):
        found[min(max(place + way, 0), last)] += chance * share
    return found
