"""PartFetch: a segment that is still being made, part after part, into its one cache entry."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

import anyio

from player.errors import PlayerError
from player.model.resource import ByteRange, Resource
from player.model.segment import Part, Segment
from player.streaming.choice.lane_choice import stuck
from player.streaming.feed.track_buffer import BufferedSegment
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.parts import EngineParts, Source
from player.streaming.fetch.segment_loader import OPEN_END, Errand, SegmentLoader, gone
from player.streaming.fetch.stalls import StallError, stall_limit
from player.streaming.presentation.presentation_store import PresentationStore
from player.streaming.stream.hinted_parts import HintedParts
from player.streaming.stream.patience import is_stuck
from player.units import ByteCount, Micros, micros, seconds

LOG = logging.getLogger("farol.engine")

Watch = Callable[[Micros, int], None]

_MISSING = frozenset({400, 403, 404, 410, 416})
"""How a server says that it has not got a part."""

_USUAL_STEP = micros(0.5)

MOST_LOST = 2
"""Lost parts in a row, one a segment, with none had between them: the server has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFetchParts:
    """The neighbours of a part fetch."""

    engine: EngineParts
    source: Source
    store: PresentationStore
    loader: SegmentLoader


class PartFetch:
    """Follows the list of one segment's lane until the segment is whole (RFC 8216bis 6.3).

    A part goes into the entry once all of it is here, so that what breaks off begins anew with
    that part. Where a part cannot be had, the rest of the segment is taken from its own address
    as soon as the list tells that; after `MOST_LOST` such segments the list's parts are believed
    no more. Engine thread only.
    """

    def __init__(self, parts: PartFetchParts) -> None:
        """Begin with nothing on its way."""
        self._parts = parts
        self._lost: dict[tuple[str, str, str], int] = {}

    async def fill(self, chosen: BufferedSegment, watch: Watch, errand: Errand) -> None:
        """Fetch what a segment lacks, and put the segment as it is listed then in `chosen`.

        Raises PlayerError (network.*, manifest.*), keeping the parts that did come.
        """
        self._parts.loader.requests += 1
        fault: PlayerError | None = None
        async with anyio.create_task_group() as group:
            hints = HintedParts(self._parts.loader, errand, group)
            try:
                await self._follow(chosen, watch, errand, hints)
            except PlayerError as failed:
                fault = failed
            group.cancel_scope.cancel()
        if fault is not None:
            raise fault

    async def _follow(
        self, chosen: BufferedSegment, watch: Watch, errand: Errand, hints: HintedParts
    ) -> None:
        entry, started = chosen.entry, self._parts.engine.clock.monotonic()
        lost: PlayerError | None = None
        while True:
            listed = self._listed(chosen)
            hints.keep(listed.hint if listed.making and lost is None else None)
            for part in listed.parts[entry.parts :]:
                if lost is None:
                    lost = await self._take(chosen, part, errand, hints)
                if lost is not None:
                    break
                self._lost.pop(chosen.lane.key, None)
                watch(started, entry.size)
            if not listed.making:
                chosen.segment = listed
                if lost is not None or not listed.parts or entry.parts < len(listed.parts):
                    await self._rest(chosen, errand)
                entry.complete = True
                self._parts.source.wake.notify()
                if lost is not None:
                    self._count(chosen.lane, lost)
                return
            await self._more(chosen.lane, listed, hints)

    def _listed(self, chosen: BufferedSegment) -> Segment:
        """The segment as the newest list has it; raises PlayerError where it is gone."""
        loaded, now = self._parts.store.index(chosen.lane), self._parts.store.now()
        number = chosen.segment.number
        if loaded is None or number not in loaded.index.numbers(now):
            raise gone()
        return loaded.index.segment(number)

    # ---- bytes ------------------------------------------------------------------------------

    async def _take(
        self, chosen: BufferedSegment, part: Part, errand: Errand, hints: HintedParts
    ) -> PlayerError | None:
        """Append a part; gives what the server said where it has not got it."""
        entry = chosen.entry
        if not part.gap:
            try:
                body = await hints.take(part) or await self._part(part, errand)
            except PlayerError as failed:
                if failed.failure.status not in _MISSING:
                    raise
                LOG.info("part lost segment=%d part=%d", chosen.segment.number, entry.parts)
                return failed
            self._parts.engine.cache.append(entry, body)
        entry.parts += 1
        self._parts.source.wake.notify()
        return None

    def _count(self, lane: Lane, lost: PlayerError) -> None:
        """Another segment went without its parts: after some, there are none."""
        self._lost[lane.key] = count = self._lost.get(lane.key, 0) + 1
        if count >= MOST_LOST:
            self._parts.store.leave_parts(lane, lost)

    async def _part(self, part: Part, errand: Errand) -> bytes:
        return await self._parts.loader.piece(part.resource, errand)

    async def _rest(self, chosen: BufferedSegment, errand: Errand) -> None:
        """What a whole segment's own address has beyond what came of its parts."""
        entry, whole = chosen.entry, chosen.segment.resource
        resource = whole
        if entry.size:
            own = whole.byte_range
            offset = (own.offset if own else 0) + entry.size
            length = max(own.length - entry.size, 0) if own else OPEN_END
            if not length:
                return
            kept = ByteRange(offset=ByteCount(offset), length=ByteCount(length))
            resource = Resource(uri=whole.uri, byte_range=kept)
        LOG.info("segment=%d from its own address at=%d", chosen.segment.number, entry.size)
        self._parts.engine.cache.append(entry, await self._parts.loader.piece(resource, errand))

    # ---- the list ---------------------------------------------------------------------------

    async def _more(self, lane: Lane, listed: Segment, hints: HintedParts) -> None:
        """Wait until the list is worth another look, and load it.

        With blocking reloads that is at once, and the server answers when there is something
        new; else, or where it answers with nothing new, after a part's time.
        """
        store, step = self._parts.store, listed.step or _USUAL_STEP
        loaded = store.index(lane)
        if is_stuck(store, lane):
            raise stuck(lane)
        if loaded is not None:
            pause = next_look(loaded.index, step, changed=loaded.changed, age=store.age(loaded))
            if pause > 0:
                await hints.news.wait(pause)
        limit = stall_limit(Micros(0), step)
        try:
            with anyio.fail_after(seconds(limit)):
                await store.load_index(lane)
        except TimeoutError as fault:
            raise StallError(limit) from fault


def next_look(index: object, step: Micros, *, changed: bool, age: Micros) -> Micros:
    """How long to wait before a list of parts is loaded again (RFC 8216bis 6.3.4)."""
    if getattr(index, "blocking", False) and changed:
        return Micros(0)
    return Micros((step if changed else step // 2) - age)
