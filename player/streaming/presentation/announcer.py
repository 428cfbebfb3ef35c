"""Announcer: tells of events as playback reaches them, and heeds those meant for players."""

import logging
from collections.abc import Callable

from player.api import EventReached
from player.errors import PlayerError
from player.manifest.face import mpd_validity
from player.model.event import TimedEvent
from player.streaming.fetch.parts import Reporter, Source
from player.streaming.presentation.event_schedule import EventSchedule
from player.streaming.presentation.presentation_store import PresentationStore
from player.units import Micros, micros

LOG = logging.getLogger("farol.engine")


class Announcer:
    """Engine thread only."""

    def __init__(self, store: PresentationStore, source: Source, reporter: Reporter) -> None:
        """Begin with what the manifest at hand says."""
        self._store = store
        self._source = source
        self._reporter = reporter
        self._schedule = EventSchedule()
        self._told: tuple[TimedEvent, ...] = ()
        self._expired = False

    def on_event(self, event: TimedEvent) -> None:
        """Take an event that the media brought.

        One that ends the manifest's validity is heeded at once, as dash.js does: it comes ahead
        of the picture, and the new manifest is needed before that moment.
        """
        if self._schedule.find(event) and mpd_validity(event) is not None:
            LOG.info("manifest expires at=%d id=%s", event.start, event.id)
            self._expired = True
            self._source.wake.notify()

    def moved(self, position: Micros) -> None:
        """Playback goes on elsewhere."""
        self._schedule.moved(position)

    def look(self, position: Micros) -> None:
        """Tell of what was reached since the last look."""
        if self._store.presentation.events is not self._told:
            self._told = self._store.presentation.events
            self._schedule.tell(self._told)
        for event in self._schedule.reached(position):
            if mpd_validity(event) is None:
                self._reporter.emit(_reached(event))

    async def run(self) -> None:
        """Load the manifest again whenever the media say that it is outdated."""
        while True:
            await self._source.wake.wait(micros(5))
            if not self._expired:
                continue
            self._expired = False
            try:
                await self._store.reload()
            except PlayerError as failed:
                LOG.warning("expired manifest not had code=%s", failed.failure.code)


def _reached(event: TimedEvent) -> Callable[[Micros, str], EventReached]:
    return lambda at, tag: EventReached(at=at, tag=tag, event=event)
