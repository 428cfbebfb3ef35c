"""Whereabouts: at which of its places a lane is fetched now."""

import logging

from player.clock import Clock
from player.model.location import Location, relocate
from player.model.resource import Resource
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.locations import LocationChooser

LOG = logging.getLogger("farol.engine")


class Whereabouts:
    """Asks the chooser for lanes of the newest manifest. Engine thread only."""

    def __init__(self, chooser: LocationChooser, clock: Clock) -> None:
        """Let `chooser` say which names are good."""
        self._chooser = chooser
        self._clock = clock

    def chosen(self, lane: Lane) -> Location | None:
        """The place to fetch a lane from; None where it lies at one place only."""
        places = lane.representation.locations
        return self._chooser.choose(places, self._clock.monotonic()) if places else None

    def name(self, lane: Lane) -> str:
        """The name of that place, "" where there is none."""
        chosen = self.chosen(lane)
        return chosen.name if chosen else ""

    def lead(self, lane: Lane, resource: Resource) -> Resource:
        """Where the bytes of `resource` lie now; the same where they lie at one place only.

        HLS: what a playlist names belongs to its own pathway, and is led nowhere else.
        """
        chosen = self.chosen(lane)
        if chosen is None or chosen.source is not None:
            return resource
        return relocate(resource, lane.representation.locations[0], chosen)

    def others(self, lane: Lane, *, fed: bool) -> bool:
        """Whether a lane can be had from elsewhere; `fed`: the rest of a segment begun here."""
        places = lane.representation.locations
        apart = any(one.source is not None for one in places)
        return not (fed and apart) and self._chooser.others(places, self._clock.monotonic())

    def leave(self, lane: Lane) -> bool:
        """Take another place for a while; False where a lane has none."""
        chosen = self.chosen(lane)
        if chosen is None:
            return False
        self._chooser.exclude(chosen, self._clock.monotonic())
        LOG.info("location %s left, now %s", chosen.name, self.name(lane))
        return True
