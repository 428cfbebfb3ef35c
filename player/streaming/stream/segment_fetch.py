"""SegmentFetch: one segment with all that it takes, and whether to go on with it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import anyio

from player.errors import ErrorCode, PlayerError
from player.model.segment import Segment
from player.streaming.choice.rungs import Progress, RungAnswer, RungChooser, RungQuestion
from player.streaming.feed.equipment import fetch_init, fetch_key, init_of
from player.streaming.feed.track_buffer import BufferedSegment
from player.streaming.feed.unlock import identity_key
from player.streaming.fetch.cache import CacheEntry
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.parts import EngineParts, Source
from player.streaming.fetch.segment_loader import Errand, SegmentLoader
from player.streaming.fetch.stalls import LEAST, LONGEST, StallError, stall_limit
from player.streaming.presentation.presentation_store import PresentationStore
from player.streaming.stream.part_fetch import PartFetch, PartFetchParts
from player.units import Micros

Watch = Callable[[Micros, int], None]

REST = Micros(LONGEST - LEAST)
"""What is left of the network's limit after a stall of our own making."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchParts:
    """The neighbours of a fetch; `position` is the picture's."""

    engine: EngineParts
    source: Source
    store: PresentationStore
    loader: SegmentLoader
    chooser: RungChooser
    position: Callable[[], Micros]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """A fetch that ended before its segment did; `answer` is the lower rung to take instead."""

    answer: RungAnswer | None = None


class SegmentFetch:
    """Fetches the segments of one track, one at a time. Engine thread only."""

    def __init__(self, parts: FetchParts) -> None:
        """Begin with nothing on its way."""
        self._parts = parts
        self._scope: anyio.CancelScope | None = None
        self._again: Callable[[], None] | None = None
        self._hurried = False
        self._by_parts = PartFetch(
            PartFetchParts(
                engine=parts.engine, source=parts.source, store=parts.store, loader=parts.loader
            )
        )
        self._silent = set[tuple[str, str, str]]()

    def cancel(self) -> None:
        """Give up what is on its way."""
        if self._scope is not None:
            self._scope.cancel()

    def look(self) -> None:
        """Look at what is on its way, though nothing came: a line that is silent tells nothing."""
        if self._again is not None:
            self._again()

    def begin(self, segment: Segment, lane: Lane) -> BufferedSegment:
        """The segment with the entry to be filled; raises PlayerError (media.*)."""
        entry = self._parts.loader.entry(segment, live=self._parts.store.live)
        bare = init_of(segment, lane) is None and identity_key(segment.protection) is None
        return BufferedSegment(segment=segment, lane=lane, entry=entry, equipped=bare)

    async def fill(
        self,
        chosen: BufferedSegment,
        question: RungQuestion,
        instead_of: BufferedSegment | None = None,
    ) -> Stopped | None:
        """Fetch what a segment lacks, its init section and key beside its own bytes.

        `instead_of` is the one that is buffered for that moment already. Raises PlayerError
        (network.*), keeping what did come.
        """
        answer: RungAnswer | None = None
        first_byte: Micros | None = None
        begun_at = self._parts.position()
        # No line is to blame for a segment that comes as slowly as it is made: of another rung
        # there would be no more.
        paced = chosen.segment.is_making(self._parts.store.now())

        def watch(started: Micros, received: int) -> None:
            nonlocal answer, first_byte
            if first_byte is None:
                first_byte = self._parts.engine.clock.monotonic()
            self._again = partial(watch, started, received)
            if chosen.taken or answer is not None or paced:
                return
            progress = self._progress(chosen, question, started, received)
            progress = replace(progress, first_byte=first_byte)
            if instead_of is not None:
                left = Micros(question.buffered - (self._parts.position() - begun_at))
                progress = replace(progress, buffered=left, again=True)
            answer = self._parts.chooser.abandon(progress)
            if answer is not None or (instead_of is not None and instead_of.taken):
                scope.cancel()

        with anyio.CancelScope() as scope:
            self._scope = scope
            try:
                await self._fetch(chosen, watch, self._errand(question, chosen))
                self._hurried = False
            except PlayerError as failed:
                self._stood_still(chosen.lane, failed)
                raise
            finally:
                self._scope = self._again = None
        return Stopped(answer=answer) if scope.cancelled_caught else None

    def _progress(
        self, chosen: BufferedSegment, question: RungQuestion, started: Micros, received: int
    ) -> Progress:
        """How a fetch stands; the picture has gone on since its rung was asked for."""
        return Progress(
            question=question,
            started=started,
            received=received,
            pieces=len(chosen.entry.chunks),
            buffered=Micros(chosen.segment.start - self._parts.position()),
            expected=chosen.entry.expected,
        )

    async def _fetch(self, chosen: BufferedSegment, watch: Watch, errand: Errand) -> None:
        if chosen.equipped:
            await self._bytes(chosen, watch, errand)
            return
        faults: list[PlayerError] = []

        async def equip() -> None:
            try:
                await self._equip(chosen, errand)
            except PlayerError as failed:
                faults.append(failed)
                group.cancel_scope.cancel()

        async with anyio.create_task_group() as group:
            group.start_soon(equip)
            try:
                if not chosen.entry.complete:
                    await self._bytes(chosen, watch, errand)
            except PlayerError as failed:
                faults.append(failed)
                group.cancel_scope.cancel()
        if faults:
            raise faults[0]

    async def _bytes(self, chosen: BufferedSegment, watch: Watch, errand: Errand) -> None:
        """The segment's own bytes, by parts where it is still being made."""
        if chosen.segment.making:
            await self._by_parts.fill(chosen, watch, errand)
        else:
            await self._parts.loader.fill(chosen.entry, watch, errand)

    async def _equip(self, chosen: BufferedSegment, errand: Errand) -> None:
        loader, segment = self._parts.loader, chosen.segment
        chosen.init = await fetch_init(segment, chosen.lane, loader, errand)
        chosen.key = await fetch_key(segment.protection, loader)
        chosen.equipped = True
        self._parts.source.wake.notify()

    async def arrived(self, chosen: BufferedSegment) -> None:
        """Wait until whoever fills the entry has filled it."""
        while not chosen.entry.complete:
            await self._parts.source.wake.wait()

    def _errand(self, question: RungQuestion, chosen: BufferedSegment) -> Errand:
        """Where from, and how long to wait: to wait costs nothing that could be had otherwise.

        After a stall of our own making the next answer is waited for as long as the network
        does: its server may pause in each body, which only shows if it is let. Where another
        server has it, or the rung came to nothing before, no longer than that in all.
        """
        store, lane = self._parts.store, chosen.lane
        errand = store.errand(lane, segment=chosen.segment, buffered=question.buffered)
        elsewhere = store.other_locations(lane, fed=chosen.taken)
        alone = len(lane.track.representations) == 1 and not elsewhere
        if not store.live or (alone and not chosen.taken):
            return errand
        if not self._hurried:
            stall = stall_limit(question.buffered, chosen.segment.step)
            return replace(errand, stall=stall)
        return replace(errand, stall=REST) if elsewhere or lane.key in self._silent else errand

    def _stood_still(self, lane: Lane, failed: PlayerError) -> None:
        if isinstance(failed, StallError):
            self._hurried = True
        elif self._hurried and failed.failure.code is ErrorCode.NETWORK_TIMEOUT:
            self._silent.add(lane.key)


def hole(segment: Segment, lane: Lane) -> BufferedSegment:
    """What stands for a segment that is not to be had."""
    entry = CacheEntry(segment.resource)
    entry.complete = True
    return BufferedSegment(segment=segment, lane=lane, entry=entry, skipped=True)
