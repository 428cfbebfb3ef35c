"""Outlook: what the line is believed to be, and what states are worth on such a line."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from math import exp, inf, log
from threading import Lock
from typing import TypeVar

from player.abr.line_filter import LineFilter
from player.abr.line_model import RATIO, UNDER, Chances, LineKind, LineModel
from player.abr.playback_value import POINTS, STALL_PRICE, PlaybackValue, Terms

Key = TypeVar("Key", bound=Hashable)
Made = TypeVar("Made")

STEADY = LineKind(spread=0.1, noise=0.06, jump=0.015, dead=0.2)
"""Fixed lines: long the same, then something else."""

WILD = LineKind(spread=0.4, noise=0.15, jump=0.03)
"""Radio on the move: it dies, too."""

NOISY = LineKind(spread=0.08, noise=0.35, jump=0.01, dead=0.2)
"""Shared air: about the same for long, but no two transfers are alike."""

_OVER = 4.0
"""How many times higher than the highest rung it makes a difference."""

_BEYOND = 14
"""Levels above those: forty times as much."""

_KEPT = 18
"""Tables of values that are kept, some 150 KiB each, and as many filters and models."""

_ALIKE = 0.3
"""How far rates or lengths may be apart, as logarithms, in tables that stand in for others."""

_SWEEPS, _USUAL = 4, 6
"""Segments that are looked farther at once, on a ladder of so many rungs: 15 to 30 ms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """`chances` are those of the levels now, in the model of `value`."""

    value: PlaybackValue
    chances: Chances

    @property
    def model(self) -> LineModel:
        """The kind of line that is believed in."""
        return self.value.model

    def seen(self, rate: float, doubt: float) -> Chances:
        """The levels after a look at a transfer under way, in Mbit/s."""
        chances = self.model.ahead(self.chances)
        self.model.told(chances, rate, doubt)
        return chances


class Outlooks:
    """Keeps what was worked out, for the next channel with the same ladder, too.

    Engine thread, but for `think`, which a worker may run meanwhile, or two while one session
    takes over from another.
    """

    def __init__(self, kinds: Sequence[LineKind] = (STEADY, WILD, NOISY)) -> None:
        """Know these kinds of lines."""
        self._kinds = tuple(kinds)
        self._thinking = Lock()
        self._asked: PlaybackValue | None = None
        self._values: dict[tuple[Terms, LineKind], PlaybackValue] = {}
        self._filters: dict[tuple[float, int, LineKind], LineFilter] = {}
        self._models: dict[tuple[float, int, LineKind], LineModel] = {}

    def of(self, terms: Terms, recent: Sequence[float], guess: float | None) -> Outlook:
        """What to expect after transfers of so many Mbit/s, oldest first, or after a guess.

        Of the likeliest kind of line; where that was not thought over yet, of another kind, or for
        nearly the same terms.
        """
        models = [self._model(terms, kind) for kind in self._kinds]
        models.sort(key=lambda one: self._following(one, recent).evidence)
        self._asked = asked = self._value(terms, models[-1])
        kinds = [model.kind for model in models]
        value = asked if asked.ready else self._nearest(terms, kinds) or asked
        line = self._following(value.model, recent)
        chances = line.chances if guess is None else line.guessed(guess)
        return Outlook(value=value, chances=_folded(chances, value.model.count))

    def think(self) -> bool:
        """Look some segments farther, at what was asked for last; tells if more is left.

        What was asked for before it, such as a guess at a start, is asked for no more.
        """
        with self._thinking:
            asked, swept = self._asked, 0
            most = max(_SWEEPS * _USUAL // len(asked.terms.rates), 1) if asked is not None else 0
            while asked is not None and not asked.ready and swept < most:
                asked.sweep()
                swept += 1
        return asked is not None and not asked.ready

    def _value(self, terms: Terms, model: LineModel) -> PlaybackValue:
        return _kept(self._values, (terms, model.kind), lambda: PlaybackValue(terms, model))

    def _nearest(self, terms: Terms, kinds: Sequence[LineKind]) -> PlaybackValue | None:
        """What was thought over, with another limit or a rate that is known better by now."""
        found = [
            (_apart(one.terms, terms), -kinds.index(one.model.kind), one)
            for one in self._values.values()
            if one.ready
        ]
        nearest = min(found, key=lambda one: one[:2], default=None)
        return nearest[2] if nearest is not None and nearest[0] < inf else None

    def _model(self, terms: Terms, kind: LineKind) -> LineModel:
        """What values are worked out with; of no use after that."""
        lowest, highest = terms.rates[0] / UNDER, terms.rates[-1] * _OVER
        key = lowest, int(log(highest / lowest) / log(RATIO)) + 2, kind
        return _kept(self._models, key, lambda: LineModel(lowest=lowest, count=key[1], kind=kind))

    def _following(self, model: LineModel, recent: Sequence[float]) -> LineFilter:
        """What follows the line, up to now: how far above the ladder it is counts there.

        Else a line of twice the rate would look like one of another shape.
        """
        key = model.lowest, model.count + _BEYOND, model.kind
        found = _kept(
            self._filters,
            key,
            lambda: LineFilter(LineModel(lowest=key[0], count=key[1], kind=key[2])),
        )
        found.follow(recent)
        return found


def _kept(kept: dict[Key, Made], key: Key, make: Callable[[], Made]) -> Made:
    """What was made for a key, made if need be; what was not asked for for long is dropped."""
    found = kept.pop(key, None) or make()
    kept[key] = found
    while len(kept) > _KEPT:
        del kept[next(iter(kept))]
    return found


def _apart(one: Terms, other: Terms) -> float:
    """How far terms are apart; inf where one says nothing about the other."""
    lengths = abs(log(one.length / other.length))
    if len(one.rates) != len(other.rates) or lengths > _ALIKE or one.stall != other.stall:
        return inf
    rates = max(abs(log(a / b)) for a, b in zip(one.rates, other.rates, strict=True))
    return rates + lengths + abs(log(one.limit / other.limit)) if rates <= _ALIKE else inf


def _folded(chances: Chances, count: int) -> Chances:
    """Chances on a grid that ends earlier: what lies beyond is as good as its last level."""
    return [*chances[: count - 1], sum(chances[count - 1 :])]


def terms_of(
    rates: Sequence[float], length: float, limit: float, stall: float = STALL_PRICE
) -> Terms:
    """Terms, rounded so that what is nearly the same is worked out once.

    Rates in Mbit/s by some 5 %, the length by half a second, the limit by whole lengths, as far
    as the points of a table lie no farther apart: beyond, a buffer is just large.
    """
    length = max(round(2 * length) / 2, 0.5)
    return Terms(
        rates=tuple(exp(round(20 * log(max(one, 1e-3))) / 20) for one in rates),
        length=length,
        limit=length * min(max(round(limit / length), 2), POINTS),
        stall=stall,
    )
