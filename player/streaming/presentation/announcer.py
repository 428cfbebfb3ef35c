"""Announcer: tells of events as playback reaches them, and heeds those meant for players."""

import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import anyio

from player.api import EventReached
from player.errors import PlayerError
from player.manifest.face import mpd_validity
from player.media.emsg import leading_events
from player.model.event import TimedEvent
from player.model.presentation import TrackKind
from player.model.segment import Segment
from player.streaming.fetch.parts import Reporter
from player.streaming.fetch.wake import Wake
from player.streaming.presentation.event_schedule import LARGEST, EventSchedule, Key, event_key
from player.streaming.presentation.manifest_due import SHORTEST_RELOAD
from player.streaming.presentation.presentation_store import PresentationStore
from player.streaming.presentation.splices import marks_of
from player.units import Micros, micros, seconds

LOG = logging.getLogger("farol.engine")

NOW = Micros(0)
"""A moment that every manifest reaches: nothing more is to be told."""

LONGEST_PAUSE = micros(10)
"""From here on its own pace is enough for a manifest that does not grow."""

_MEDIA = (TrackKind.VIDEO, TrackKind.AUDIO)

Moment = tuple[*Key, int]
"""An event's name, and the second at which it starts."""


class Announcer:
    """Engine thread only."""

    def __init__(self, store: PresentationStore, reporter: Reporter) -> None:
        """Begin with what the manifest at hand says."""
        self._store = store
        self._reporter = reporter
        self._expired = Wake()
        self._schedule = EventSchedule()
        self._told: tuple[TimedEvent, ...] = ()
        self._expiring: set[Micros] = set()
        self._heeded: dict[Moment, None] = {}
        self._loaded_at = -math.inf

    def on_arrival(self, segment: Segment, pieces: Sequence[bytes]) -> None:
        """Look at what stands before the media of a segment that has just come.

        It is fed only when the picture comes near, which may be too late to ask for the segments
        after it: events of a segment lie before its first `moof` (ISO/IEC 23009-1 5.10.3.3.1).
        """
        if not self._store.live:
            return
        for found in leading_events(b"".join(pieces)):
            base = segment.start if found.relative else segment.media_offset or 0
            event = replace(found.event, start=Micros(found.event.start + base))
            if mpd_validity(event) is not None:
                self.on_event(event)

    def on_event(self, event: TimedEvent) -> None:
        """Take an event that the media brought.

        One that ends the manifest's validity is heeded at once, as dash.js does: it comes ahead
        of the picture, and the new manifest is needed before that moment.
        """
        validity = mpd_validity(event)
        if validity is None:
            self._schedule.find(event)
        elif self._is_first(event):
            LOG.info("manifest expires at=%d id=%s", event.start, event.id)
            if validity.ends is not None:
                self._store.end_at(validity.ends)
            self._expiring.add(validity.expires if validity.ends is None else NOW)
            self._expired.notify()

    def _is_first(self, event: TimedEvent) -> bool:
        """Whether an event was not heeded yet: a segment may repeat what lies hours behind.

        Some packagers give all of theirs one id, others begin anew with each period: the start
        tells them apart. To the second: what segments repeat may be a tick beside itself.
        """
        moment = (*event_key(event), round(seconds(event.start)))
        if moment in self._heeded:
            return False
        self._heeded[moment] = None
        if len(self._heeded) > LARGEST:
            del self._heeded[next(iter(self._heeded))]
        return True

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
                start = self._store.times.programme(event.start)
                self._reporter.emit(_reached(replace(event, start=start)))

    async def run(self) -> None:
        """Load the manifest again whenever the media say that it is outdated.

        And again until it reaches beyond the moment from which on it was outdated: what comes
        after the newest segment is mostly not told yet when that segment comes.
        """
        while True:
            while not self._expiring:
                await self._expired.wait()
            expires, self._expiring = max(self._expiring), set()
            pause = self._pause()
            await self._reload(pause)
            while not self._reaches(expires) and pause < LONGEST_PAUSE:
                await self._reload(pause)
                pause = Micros(pause * 3 // 2)

    async def _reload(self, pause: Micros) -> None:
        """Load it, `pause` after the last time at the earliest."""
        await anyio.sleep_until(self._loaded_at + seconds(pause))
        self._loaded_at = anyio.current_time()
        try:
            await self._store.reload()
        except PlayerError as failed:
            LOG.warning("expired manifest not had code=%s", failed.failure.code)

    def _reaches(self, moment: Micros) -> bool:
        """Whether the manifest tells of media from a moment on."""
        newest = self._newest()
        return newest is None or newest.start >= moment

    def _pause(self) -> Micros:
        """Half a segment, from one load to the next."""
        newest = self._newest()
        return Micros(max(newest.duration // 2 if newest else 0, SHORTEST_RELOAD))

    def _newest(self) -> Segment | None:
        now = self._store.surely_now()
        indexes = [one for kind in _MEDIA for one in self._store.programme(kind)]
        found = [one.segment(one.numbers(now)[-1]) for one in indexes if one.numbers(now)]
        return max(found, key=lambda one: one.start, default=None)


def _reached(event: TimedEvent) -> Callable[[Micros, str], EventReached]:
    splices = marks_of(event)
    return lambda at, tag: EventReached(at=at, tag=tag, event=event, splices=splices)
