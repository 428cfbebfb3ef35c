"""What BOLA makes of a buffer: the level at which each rung is the best. Pure.

Spiteri, Urgaonkar, Sitaraman, "BOLA: Near-Optimal Bitrate Adaptation for Online Videos" (INFOCOM
2016), equation 8: of all rungs that of the greatest (Vp (utility + gp) - level) / rate, where the
utility is the logarithm of the rate; Vp and gp say which levels the ladder spreads over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from player.abr.controller import AbrInput, LadderRung
from player.abr.rung_rules import lasting
from player.units import seconds

MINIMUM = 10.0
"""The level, in seconds, up to which BOLA-E keeps to the lowest rung."""

_FOR_EACH_RUNG = 2.0  # seconds of level that BOLA-E gives each rung at least
_GAMMA_P = 5.0  # seconds: what BOLA-BASIC holds rebuffering to cost (INFOCOM 2016, 5.2)


@dataclass(frozen=True, slots=True, kw_only=True)
class BolaCurve:
    """Rates in bit/s, lowest first and above 0; `vp` and all levels in seconds.

    `gp` has what was added to the utilities in it: their offset is a matter of taste.
    """

    rates: tuple[float, ...]
    vp: float
    gp: float

    def most(self, rate: float) -> float:
        """The level from which nothing is worth fetching at this rate."""
        return self.vp * (log(rate / self.rates[0]) + self.gp)

    def worth(self, rate: float, level: float, size: float) -> float:
        """What a rung is worth at a level, for each of the bits (or whatever) that it takes."""
        return (self.most(rate) - level) / size

    def best(self, level: float) -> int:
        """The place of the best rung; of equals the lowest."""
        return max(
            range(len(self.rates)),
            key=lambda place: (self.worth(self.rates[place], level, self.rates[place]), -place),
        )

    def least(self, place: int) -> float:
        """The level from which a rung is better than all below it."""
        rate, most = self.rates[place], self.most(self.rates[place])
        lower = [one for one in self.rates[:place] if one < rate]
        return max(
            ((rate * self.most(one) - one * most) / (rate - one) for one in lower), default=0.0
        )


def enhanced(rungs: Sequence[LadderRung], given: AbrInput) -> BolaCurve | None:
    """BOLA-E's: from 10 s on, over all of the buffer or 2 s a rung; None: nothing to choose.

    Where the buffer cannot grow that far, BOLA-E's placeholder makes up for it. (Vp and gp are
    those of MMSys 2018, 4.2, as Sabre and dash.js have them.)
    """
    rates = _rates(rungs)
    if rates[-1] <= rates[0]:
        return None
    size = max(MINIMUM + _FOR_EACH_RUNG * len(rates), seconds(given.buffer_limit))
    vp = (size - MINIMUM) / log(rates[-1] / rates[0])
    return BolaCurve(rates=rates, vp=vp, gp=1 + MINIMUM / vp)


def basic(rungs: Sequence[LadderRung], given: AbrInput) -> BolaCurve | None:
    """BOLA-BASIC's: the top rung is worth fetching until the buffer is full."""
    rates = _rates(rungs)
    if rates[-1] <= rates[0]:
        return None
    room = max(0.1 * lasting(given), seconds(given.buffer_limit) - lasting(given))
    vp = room / (log(rates[-1] / rates[0]) + _GAMMA_P)
    return BolaCurve(rates=rates, vp=vp, gp=_GAMMA_P)


def _rates(rungs: Sequence[LadderRung]) -> tuple[float, ...]:
    """The rates, above 0 whatever a manifest says."""
    return tuple(max(1.0, float(one.bandwidth)) for one in rungs)
