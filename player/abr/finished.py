"""Finished: the transfers that are over, and what the line carried while they lasted."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from player.abr.busy_line import Work
from player.abr.line_history import rate_between
from player.units import BitsPerSecond, Micros

MOST = 20

_LISTED = 3 * MOST
"""With the small ones between them."""

_RUN = 3
"""So many small transfers in a row are pictures: sound has larger ones between."""

_MORE = 2
"""How many times the former rate one of them may stand for: it was over before TCP was fast."""


@dataclass(frozen=True, slots=True, order=True)
class _Transfer:
    """When a body came; `rate` once it is settled.

    A `small` one was over before TCP was up to speed: the line is no slower, maybe faster.
    """

    ended: Micros
    begun: Micros
    small: bool = False
    rate: BitsPerSecond | None = None

    def holds(self, other: "_Transfer") -> bool:
        """Whether most of `other` came while this one did."""
        shared = min(self.ended, other.ended) - max(self.begun, other.begun)
        return 2 * shared > other.ended - other.begun


class Finished:
    """Keeps the last ones. What came beside a longer one, as sound does, is one with it."""

    def __init__(self) -> None:
        """Begin with none."""
        self._settled: list[_Transfer] = []
        self._open: list[_Transfer] = []

    def add(self, begun: Micros, ended: Micros, *, small: bool = False) -> None:
        """Count a transfer whose body came between these times."""
        self._open.append(_Transfer(max(ended, begun), begun, small))

    def settle(self, until: Micros, line: list[Work]) -> None:
        """Keep for good what ended before `until`; `line` is what the line did."""
        over = sorted(one for one in self._open if one.ended <= until)
        if over:
            self._open = [one for one in self._open if one.ended > until]
            kept = _merged(self._settled, over)
            self._settled = [_rated(one, line) for one in kept[-_LISTED:]]

    def rates(
        self, line: list[Work], guess: BitsPerSecond | None = None
    ) -> tuple[BitsPerSecond, ...]:
        """Give the rates of the last ones, oldest first; `line` is what the line did.

        Where there are but small ones, the first of them is measured by what was guessed before.
        """
        rates: list[BitsPerSecond] = []
        run = 0
        for one in _merged(self._settled, sorted(self._open)):
            rate = _rate_of(one, line)
            run = run + 1 if one.small else 0
            if run and rate is not None:
                rate = None if run < _RUN else _small(rate, rates, guess)
            if rate is not None:
                rates.append(rate)
        return tuple(rates[-MOST:])


def _small(
    rate: BitsPerSecond, former: list[BitsPerSecond], guess: BitsPerSecond | None
) -> BitsPerSecond | None:
    """What a small transfer counts for, after so many of them."""
    if former:
        return _at_least(rate, former[-1])
    return rate if guess is None else BitsPerSecond(min(rate, _MORE * guess))


def _at_least(rate: BitsPerSecond, former: BitsPerSecond) -> BitsPerSecond | None:
    """What small transfers say of a line: that it is faster than it was, or nothing."""
    return BitsPerSecond(min(rate, _MORE * former)) if rate > former else None


def _merged(former: list[_Transfer], transfers: Iterable[_Transfer]) -> list[_Transfer]:
    """Add transfers to former ones; what lies mostly within a longer one is left out."""
    kept = list(former)
    for one in transfers:
        while kept and one.holds(kept[-1]) and _longer(one, kept[-1]):
            kept.pop()
        if not (kept and kept[-1].holds(one)):
            kept.append(one)
    return kept


def _longer(one: _Transfer, other: _Transfer) -> bool:
    return one.ended - one.begun >= other.ended - other.begun


def _rated(one: _Transfer, line: list[Work]) -> _Transfer:
    return one if one.rate is not None else replace(one, rate=_rate_of(one, line))


def _rate_of(one: _Transfer, line: list[Work]) -> BitsPerSecond | None:
    if one.rate is not None:
        return one.rate
    return rate_between(line, one.begun, max(one.ended, one.begun + 1))
