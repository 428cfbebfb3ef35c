"""EarlyFetch: the first piece of a period that was announced ahead of its time."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from player.errors import PlayerError
from player.model.presentation import Period, Track
from player.ports import RequestKind
from player.streaming.fetch.lane import Lane, nearest_lane
from player.streaming.fetch.parts import EngineParts
from player.streaming.fetch.segment_loader import SegmentLoader
from player.streaming.presentation.presentation_store import PresentationStore

LOG = logging.getLogger("farol.engine")


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyParts:
    """The neighbours of an early fetch."""

    engine: EngineParts
    store: PresentationStore
    loader: SegmentLoader
    match: Callable[[Period], Track | None]


class EarlyFetch:
    """Puts it into the cache, where it is found once the period counts. Engine thread only.

    ISO/IEC 23009-1 5.3.2.1: an early available period has no place on the timeline yet.
    """

    def __init__(self, parts: EarlyParts) -> None:
        """Begin with nothing fetched."""
        self._parts = parts
        self._done: set[tuple[str, str, str]] = set()

    async def look(self, playing: Lane) -> None:
        """Fetch what there is to fetch beyond `playing`; a failure costs nothing."""
        for lane in self._early(playing):
            if lane.key not in self._done:
                self._done.add(lane.key)
                await self._try(lane)

    def _early(self, playing: Lane) -> list[Lane]:
        periods = (one for one in self._parts.store.presentation.periods if one.early)
        found = ((period, self._parts.match(period)) for period in periods)
        return [
            nearest_lane(period, track, playing)
            for period, track in found
            if track is not None and track.representations
        ]

    async def _try(self, lane: Lane) -> None:
        try:
            await self._fetch(lane)
        except PlayerError as failed:
            LOG.info("early period=%s not had code=%s", lane.period.id, failed.failure.code)

    async def _fetch(self, lane: Lane) -> None:
        store, loader = self._parts.store, self._parts.loader
        index = lane.representation.index
        segment = index.find(lane.period.start, store.now()) if index else None
        if segment is None or segment.gap:
            return
        errand = store.errand(lane, segment=segment)
        init = segment.init or lane.representation.init
        if init is not None:
            await loader.whole(init, RequestKind.INIT, errand)
        entry = loader.entry(segment, live=store.live)
        with self._parts.engine.cache.pinned(entry):
            if not entry.complete:
                await loader.fill(entry, lambda _started, _received: None, errand)
        LOG.info("early period=%s fetched track=%s", lane.period.id, lane.track.kind)
