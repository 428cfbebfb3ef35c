"""TapeHead: one stream's hold on the tape: what is kept of a moment, and what must be kept now."""

import logging

from player.errors import PlayerError
from player.model.presentation import PresentationType
from player.model.segment import Segment, SegmentIndex
from player.streaming.feed.equipment import fetch_init, fetch_key
from player.streaming.fetch.cache import CacheEntry
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.parts import EngineParts
from player.streaming.fetch.segment_loader import SegmentLoader
from player.streaming.presentation.live import SAFE_SEGMENTS, listed_from
from player.streaming.presentation.presentation_store import PresentationStore
from player.streaming.store.kept import Kept, Lineage, without_index
from player.streaming.store.tape import SAME
from player.units import Micros, micros

LOG = logging.getLogger("farol.engine")

LEAD = micros(30)
"""How long before it leaves the server's window a segment is kept; of a short one, at once."""

LOOK = micros(1)

TRIES = 3


class TapeHead:
    """Writes what was fetched, reads what the server has no more. Engine thread only.

    Only live programmes with a window are kept: of others the server keeps everything.
    """

    def __init__(
        self, engine: EngineParts, store: PresentationStore, loader: SegmentLoader
    ) -> None:
        """Work on the tape of `loader`."""
        self._engine = engine
        self._store = store
        self._loader = loader
        self._tries: dict[tuple[int, Micros], int] = {}

    # ---- reading ----------------------------------------------------------------------------

    def kept(self, lane: Lane, cursor: Micros) -> Segment | None:
        """What is to be played from the tape at `cursor`; None: the server has it, or nobody."""
        found = self._loader.tape.at(lane.key[:2], cursor)
        if found is None or not self._runs:
            return None
        listed = listed_from(lane.track, self._store.now())
        return found.segment if _is_gone(found, cursor, listed) else None

    def lane(self, segment: Segment, lane: Lane) -> Lane:
        """The lane on the rung that a kept segment is of."""
        found = self._loader.tape.find(segment)
        if found is None:
            return lane
        kept = found.lineage.rung
        rungs = lane.track.representations
        return lane.on(next((one for one in rungs if one.id == kept.id), kept))

    # ---- writing ----------------------------------------------------------------------------

    def put(self, lane: Lane, segment: Segment, entry: CacheEntry) -> None:
        """Keep a segment that is here."""
        if not self._runs or not entry.complete or not entry.size or self._store.is_break(lane):
            return
        track = lane.track
        lineage = Lineage(
            period=lane.period.id,
            track=track.id,
            kind=track.kind,
            rung=without_index(lane.representation),
        )
        every = (one for other in lane.period.tracks for one in other.representations)
        protected = any(one.protection for one in every)
        body = b"".join(
            entry.chunks
        )  # who feeds it goes through its chunks: they stay as they are
        self._loader.tape.put(lineage, segment, body, protected=protected)

    async def look(self, lane: Lane, cursor: Micros) -> bool:
        """Keep one segment that the server is about to drop; tells whether one was tried.

        What begins before `cursor` is the stream's own affair.
        """
        segment = self._at_risk(lane, cursor) if self._runs else None
        if segment is None:
            return False
        name = segment.number, segment.start
        self._tries = {one: count for one, count in self._tries.items() if one[1] >= cursor}
        self._tries[name] = self._tries.get(name, 0) + 1
        try:
            await self._keep(lane, segment)
        except PlayerError as failed:
            LOG.info("not kept number=%d code=%s", segment.number, failed.failure.code)
            return False
        return True

    def pause(self, longest: Micros) -> Micros:
        """How long a stream may wait before it must look again."""
        return min(longest, LOOK) if self._runs else longest

    async def _keep(self, lane: Lane, segment: Segment) -> None:
        errand = self._store.errand(lane, segment=segment)
        cache, entry = self._engine.cache, self._loader.entry(segment, live=True)
        with cache.pinned(entry):
            if not entry.complete:
                await self._loader.fill(entry, _unwatched, errand)
            await fetch_init(segment, lane, self._loader, errand)
            await fetch_key(segment.protection, self._loader)
            self.put(lane, segment, entry)
        if not entry.streamed:  # memory is for what is played next
            cache.drop(entry.resource)

    @property
    def _runs(self) -> bool:
        live = self._store.presentation.type is PresentationType.LIVE
        return live and self._loader.tape.on

    def _at_risk(self, lane: Lane, cursor: Micros) -> Segment | None:
        loaded = self._store.index(lane)
        if loaded is None or not loaded.usable or self._store.is_break(lane):
            return None
        now = self._store.surely_now()
        for segment in leaving(loaded.index, cursor, now):
            tried = self._tries.get((segment.number, segment.start), 0)
            if tried < TRIES and not segment.gap and self._is_new(lane, segment):
                entry = self._engine.cache.get(segment.resource)
                if entry is None or not entry.streamed or entry.complete:
                    return segment
        return None

    def _is_new(self, lane: Lane, segment: Segment) -> bool:
        found = self._loader.tape.at(lane.key[:2], segment.start)
        return found is None or found.segment.start > segment.start + SAME


def leaving(index: SegmentIndex, cursor: Micros, now: Micros) -> list[Segment]:
    """The segments from `cursor` on that a live window is about to leave behind. Pure."""
    numbers = index.numbers(now)
    if not numbers:
        return []
    until, found = index.segment(numbers[0]).start + LEAD, list[Segment]()
    for number in numbers:
        segment = index.segment(number)
        if segment.start >= until or segment.making:
            break
        if segment.start >= cursor - SAME:
            found.append(segment)
    return found


def _is_gone(found: Kept, cursor: Micros, listed: Micros | None) -> bool:
    """Whether a moment is to be had from the tape alone, or will be before it is fetched."""
    if listed is None:
        return False
    segment = found.segment
    if segment.start <= cursor + SAME:
        return cursor + SAME < listed + SAFE_SEGMENTS * segment.duration
    return segment.start < listed and cursor + SAME < listed


def _unwatched(_started: Micros, _received: int) -> None:
    """What is kept is given up by nobody half way."""
