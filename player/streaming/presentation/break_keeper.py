"""BreakKeeper: what breaks forbid and offer while one plays, and what is told of them."""

import logging

from player.api import InterstitialPlaying, Refused, Wish
from player.streaming.fetch.parts import Reporter
from player.streaming.presentation.break_rules import (
    Way,
    first_of_all,
    is_slow,
    skippable,
    way_to,
    winding_stops,
)
from player.streaming.presentation.presentation_store import PresentationStore
from player.units import Micros, micros, seconds

LOG = logging.getLogger("farol.engine")

NEAR = micros(0.1)
"""libmpv tells where it is ten times a second: this near to a break's end it is over."""


class BreakKeeper:
    """Holds playback to the breaks' rules. Engine thread only.

    Moments are of the presentation, but for those that are called the programme's.
    """

    def __init__(self, store: PresentationStore, reporter: Reporter) -> None:
        """Keep the breaks of the programme in `store`."""
        self._store = store
        self._reporter = reporter
        self._on_the_way: Way | None = None

    def begin(self, start: Micros) -> Micros:
        """Where to begin for a time of the programme, once the first breaks are woven in."""
        return self._take(first_of_all(self._store.times, start))

    def way(self, position: Micros, target: Micros) -> Micros | None:
        """Where a seek leads; None: a break forbids it, which is told."""
        way = way_to(self._store.times, position, target)
        if way is None:
            self._refuse(Wish.SEEK)
            return None
        return self._take(way)

    def forbids(self, wish: Wish, position: Micros) -> bool:
        """Whether nothing faster than normal may be, which is told."""
        if not is_slow(self._store.times, position):
            return False
        self._refuse(wish)
        return True

    def is_slow(self, position: Micros) -> bool:
        """Whether nothing faster than normal may be."""
        return is_slow(self._store.times, position)

    def skip(self, position: Micros) -> Micros | None:
        """Where to go on for who leaves the break that plays; None: he may not, or none does.

        Live, the rest of it makes room for what is broadcast meanwhile.
        """
        inside = self._store.times.at(position)
        if inside is None:
            return None
        if not skippable(inside, position):
            self._refuse(Wish.SKIP)
            return None
        LOG.info("interstitial id=%s left at=%.3f", inside.told.id, seconds(position))
        if self._store.live:
            kept = (one for one in self._store.breaks if one.id != inside.told.id)
            self._store.put(tuple(kept))
            return position
        return self._over(inside.end)

    def look(self, position: Micros) -> Micros | None:
        """Where to go on, once a break was seen that stood in the way of a seek."""
        way = self._on_the_way
        placed = self._store.times.of(way.through) if way else None
        if way is None or placed is None:
            self._on_the_way = None
            return None
        if placed.start - NEAR <= position < placed.end - NEAR:
            return None
        return self._over(placed.end) if position >= placed.end - NEAR else None

    def stops(self, before: Micros, position: Micros) -> Micros | None:
        """Where fast play forward, which was at `before`, ends by a break's rule."""
        return winding_stops(self._store.times, before, position)

    def playing(self, position: Micros) -> InterstitialPlaying | None:
        """What is told of the break that plays."""
        inside = self._store.times.at(position)
        if inside is None:
            return None
        number, elapsed = inside.part_at(position)
        skip = inside.told.skip
        until = None if skip is None or skip.duration is None else skip.offset + skip.duration
        return InterstitialPlaying(
            id=inside.told.id,
            elapsed=elapsed,
            duration=inside.told.lasts,
            programme=number,
            programmes=len(inside.told.parts),
            restrictions=inside.told.restrict,
            skippable_at=skip.offset if skip else None,
            skippable_until=None if until is None else Micros(until),
            skippable=skippable(inside, position),
            label=skip.label if skip else "",
        )

    def _over(self, end: Micros) -> Micros:
        """Where to go on after a break that ends at `end`."""
        way, self._on_the_way = self._on_the_way, None
        return end if way is None or way.then is None else self._store.times.woven(way.then)

    def _take(self, way: Way) -> Micros:
        self._on_the_way = way if way.through else None
        return way.target

    def _refuse(self, wish: Wish) -> None:
        LOG.info("refused wish=%s: a break plays", wish)
        self._reporter.emit(lambda at, tag: Refused(at=at, tag=tag, wish=wish))
