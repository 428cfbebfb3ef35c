"""RungChoice: the rung that is worth most, of those that come in time and that the line bears.

Pure; what a state is worth is `playback_value`'s.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from player.abr.controller import LadderRung
from player.abr.line_model import Chances, one_lower
from player.abr.playback_value import PlaybackValue

DOUBTED = 0.1
"""How probable it is at the most that the line is worse than that."""

EASY = 0.5
"""The share of a line that a rung takes without anybody noticing."""

GAP = 2.5
"""Rungs that lie farther apart than so many times leave a gap: the next one is a long way up."""


@dataclass(frozen=True, slots=True)
class RungChoice:
    """The best rung in one state, for any line. `share` of the line may be spent on it.

    What comes in chunks need not be there whole before the buffer has run out: the first `piece`
    of it (0..1 of a segment) must, and each of the others before those before it were played. That
    is counted on the worst that is likely: what is left out of the buffer is hardly made up for.

    A better line never gives a lower rung: what would do on a worse one does here, too. By the
    values alone that is not so where rungs lie far apart: they would rather save up for the next.
    """

    value: PlaybackValue
    rungs: tuple[LadderRung, ...]
    bits: Mapping[int, float]
    spare: float
    last: int
    share: float
    piece: float = 1.0

    @property
    def length(self) -> float:
        """Seconds that a segment lasts."""
        return self.value.terms.length

    def of(self, chances: Chances) -> int:
        """The rung for a line that is believed to be so."""
        return max(self._of_this_and_worse(chances), self._least(chances))

    def _of_this_and_worse(self, chances: Chances) -> int:
        best, borne = self._by_value(chances)
        for _ in self.value.model.levels:  # at the most until nothing is believed of the line
            if best >= borne:
                break
            chances = one_lower(chances)
            lower, borne = self._by_value(chances)
            best = max(best, lower)
        return best

    def _least(self, chances: Chances) -> int:
        """What is fetched before a gap in the ladder, whatever might be saved up for beyond it."""
        sure = self.value.model.quantile(chances, DOUBTED)
        least = below(self.rungs, EASY * sure * 1e6)
        while least and not self._is_timely(self.bits[least], sure):
            least -= 1
        upper = self.rungs[least:]
        gap = any(two.bandwidth > GAP * one.bandwidth for one, two in pairwise(upper))
        return least if gap else 0

    def _by_value(self, chances: Chances) -> tuple[int, int]:
        """The rung worth most of those in time, and the highest of them that the line bears."""
        worth = self.value.changing(self.value.fetching(chances, self.spare, self.bits), self.last)
        mean = self.value.model.mean(chances)
        borne = below(self.rungs, self.share * mean * 1e6)
        sure = (
            mean if self.piece == 1.0 else min(mean, self.value.model.quantile(chances, DOUBTED))
        )
        timely = [one for one in worth if self._is_timely(self.bits[one], sure)] or [0]
        able = [one for one in timely if one <= max(borne, self.last)] or [0]
        return max(able, key=worth.__getitem__), min(borne, timely[-1])

    def _is_timely(self, bits: float, rate: float) -> bool:
        """Whether a segment that comes at `rate` keeps nobody waiting."""
        first = self.piece * bits
        return first <= rate * self.spare and bits <= rate * (
            self.spare + (1 - self.piece) * self.length
        )


def below(rungs: Sequence[LadderRung], bandwidth: float) -> int:
    """The best rung that takes no more, else the lowest."""
    lower = [place for place, one in enumerate(rungs) if one.bandwidth <= bandwidth]
    return lower[-1] if lower else 0
