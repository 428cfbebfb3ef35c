"""Which of several places to fetch from now: order, steering, failures that pass. Pure."""

from collections.abc import Callable, Iterable, Sequence

from player.model.location import Location
from player.units import Micros, micros

EXCLUSION = micros(300)
"""How long a place that failed is left alone (Media3's default for a location)."""


class LocationChooser:
    """Knows for one session which names are good; acts on names, never on addresses.

    Steering's word comes first, then the manifest's: lower `priority` before higher, in one
    priority the manifest's order, or by lot where the weights differ (DVB A168 10.8.2.1: drawn
    once, so that a session stays where it is). A name that failed is passed over until its time
    is up; then the better one is taken again. `now` is the monotonic clock, `draw` gives numbers
    of 0..1.
    """

    def __init__(self, *, draw: Callable[[], float], exclusion: Micros = EXCLUSION) -> None:
        """Begin with every name good and nobody steering."""
        self._draw = draw
        self._exclusion = exclusion
        self._until: dict[str, Micros] = {}
        self._steered: tuple[str, ...] = ()
        self._lots: dict[str, float] = {}

    @property
    def steered(self) -> tuple[str, ...]:
        """The order that was asked for from outside, best first."""
        return self._steered

    def prefer(self, names: Iterable[str]) -> None:
        """Take these first, in this order; the others stay behind them as a last resort."""
        self._steered = tuple(names)

    def choose(self, places: Sequence[Location], now: Micros) -> Location | None:
        """The place to fetch from; None where the manifest names none.

        Where all have failed, the one whose time is up first: something must be tried.
        """
        if not places:
            return None
        ranked = self._ranked(places)
        good = [one for one in ranked if self.allowed(one, now)]
        return good[0] if good else min(ranked, key=lambda one: self._until[key_of(one)])

    def allowed(self, place: Location, now: Micros) -> bool:
        """Whether a place has not failed lately."""
        return self._until.get(key_of(place), now) <= now

    def others(self, places: Sequence[Location], now: Micros) -> bool:
        """Whether a place is left beside the one that is chosen now."""
        chosen = self.choose(places, now)
        return chosen is not None and any(
            key_of(one) != key_of(chosen) and self.allowed(one, now) for one in places
        )

    def exclude(self, place: Location, now: Micros) -> None:
        """Leave a place alone for a while, and all others of its name."""
        self._until[key_of(place)] = Micros(now + self._exclusion)

    def _ranked(self, places: Sequence[Location]) -> list[Location]:
        order = {name: place for place, name in enumerate(self._steered)}
        last = len(order)
        weighted = {one.priority for one in places if one.weight != 1}

        def rank(one: Location) -> tuple[int, int, float]:
            lot = self._lot(one) if one.priority in weighted else 0.0
            return order.get(one.name, last), one.priority, lot

        return sorted(places, key=rank)

    def _lot(self, place: Location) -> float:
        """A number that is low more often the more weight a place has (A-Res, drawn once)."""
        key = key_of(place)
        if key not in self._lots:
            chance = min(max(self._draw(), 1e-9), 1 - 1e-9)
            self._lots[key] = -(chance ** (1 / max(place.weight, 1)))
        return self._lots[key]


def key_of(place: Location) -> str:
    """What tells a place from others: its name; its address where nobody named it."""
    return place.name or place.base
