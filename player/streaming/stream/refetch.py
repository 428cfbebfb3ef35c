"""Refetch: a buffered segment is fetched again from another rung, and takes the other's place."""

import logging
from dataclasses import dataclass, replace

import anyio

from player.errors import PlayerError
from player.model.presentation import Representation
from player.model.segment import Segment, SegmentIndex
from player.streaming.choice.rungs import RungQuestion
from player.streaming.feed.track_buffer import BufferedSegment, TrackBuffer
from player.streaming.fetch.lane import Lane, nearest_lane
from player.streaming.fetch.parts import EngineParts
from player.streaming.fetch.plan import JOIN_TOLERANCE
from player.streaming.presentation.presentation_store import PresentationStore
from player.streaming.stream.segment_fetch import SegmentFetch
from player.units import Micros, seconds

LOG = logging.getLogger("farol.engine")


@dataclass(frozen=True, slots=True, kw_only=True)
class RefetchParts:
    """The neighbours of a refetch."""

    engine: EngineParts
    store: PresentationStore
    fetch: SegmentFetch
    buffer: TrackBuffer


class Refetch:
    """Betters what libmpv was not given yet; what goes wrong leaves it as it was. Engine thread.

    It has until the picture comes near, and never longer than the buffer bears.
    """

    def __init__(self, parts: RefetchParts) -> None:
        """Begin with nothing on its way."""
        self._parts = parts
        self._active = False

    def cancel(self) -> None:
        """Leave it as it is."""
        if self._active:
            self._parts.fetch.cancel()

    async def run(
        self, old: BufferedSegment, rung: Representation, question: RungQuestion, position: Micros
    ) -> BufferedSegment | None:
        """Fetch `old` again from `rung`; gives what stands in its place now, None: it does."""
        control = self._parts.engine.control
        spare = old.segment.start - position - control.feed
        longest = min(spare, control.rest(question.buffered, question.buffered))
        with anyio.move_on_after(seconds(Micros(max(longest, 0)))):
            try:
                self._active = True
                return await self._better(old, _lane_of(old, rung), question)
            except PlayerError as failed:
                LOG.info("refetch failed code=%s", failed.failure.code)
            finally:
                self._active = False
        return None

    async def _better(
        self, old: BufferedSegment, lane: Lane, question: RungQuestion
    ) -> BufferedSegment | None:
        segment = await self._same(old.segment, lane)
        if segment is None or lane.representation.id == old.lane.representation.id:
            return None
        lane = self._parts.store.current(lane)
        chosen = self._parts.fetch.begin(segment, lane)
        asked = replace(question, lane=lane, segment=segment)
        with self._parts.engine.cache.pinned(chosen.entry):
            if not chosen.whole:
                await self._parts.fetch.fill(chosen, asked, instead_of=old)
            return chosen if chosen.whole and self._parts.buffer.swap(old, chosen) else None

    async def _same(self, wanted: Segment, lane: Lane) -> Segment | None:
        """The segment of another rung that begins and ends with one."""
        store = self._parts.store
        for _ in range(2):
            lane = store.current(lane)
            loaded = store.index(lane)
            if loaded is not None and loaded.usable:
                found = _found(loaded.index, wanted, store.surely_now())
                if found is not None or loaded.index.ended:
                    return found
            await store.load_index(lane)
        return None


def _found(index: SegmentIndex, wanted: Segment, now: Micros) -> Segment | None:
    found = index.find(Micros(wanted.start + wanted.duration // 2), now)
    if found is None or found.gap:
        return None
    apart = max(abs(found.start - wanted.start), abs(found.end - wanted.end))
    return found if apart <= JOIN_TOLERANCE else None


def _lane_of(old: BufferedSegment, rung: Representation) -> Lane:
    """The lane on a rung; in a period that has not got it, on the nearest one."""
    own = next((one for one in old.lane.track.representations if one.id == rung.id), None)
    if own is not None:
        return old.lane.on(own)
    return nearest_lane(old.lane.period, old.lane.track, old.lane.on(rung))
