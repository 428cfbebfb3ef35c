"""SegmentFetch: one segment with all that it takes, and whether to go on with it."""

from dataclasses import dataclass

import anyio

from player.model.resource import Resource
from player.model.segment import Segment
from player.ports import RequestKind
from player.streaming.lane import Lane
from player.streaming.parts import EngineParts, Source
from player.streaming.presentation_store import PresentationStore
from player.streaming.rungs import Progress, RungAnswer, RungChooser, RungQuestion
from player.streaming.segment_loader import Errand, SegmentLoader
from player.streaming.track_buffer import BufferedSegment
from player.streaming.unlock import identity_key
from player.units import Micros


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchParts:
    """The neighbours of a fetch."""

    engine: EngineParts
    source: Source
    store: PresentationStore
    loader: SegmentLoader
    chooser: RungChooser


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

    def cancel(self) -> None:
        """Give up what is on its way."""
        if self._scope is not None:
            self._scope.cancel()

    async def begin(self, segment: Segment, lane: Lane) -> BufferedSegment:
        """The segment with its init section and key, and the entry to be filled.

        Raises PlayerError (network.*, media.*).
        """
        errand = self._parts.store.errand(lane, segment=segment)
        init, key = await self._init(segment, lane, errand), await self._key(segment)
        entry = self._parts.loader.entry(segment, live=self._parts.store.live)
        return BufferedSegment(segment=segment, lane=lane, entry=entry, init=init, key=key)

    async def fill(self, chosen: BufferedSegment, question: RungQuestion) -> Stopped | None:
        """Fetch what an entry lacks; raises PlayerError (network.*), keeping what did come."""
        answer: RungAnswer | None = None

        def watch(started: Micros, received: int) -> None:
            nonlocal answer
            if chosen.taken or answer is not None:
                return
            answer = self._parts.chooser.abandon(
                Progress(
                    question=question,
                    started=started,
                    received=received,
                    pieces=len(chosen.entry.chunks),
                )
            )
            if answer is not None:
                scope.cancel()

        with anyio.CancelScope() as scope:
            self._scope = scope
            try:
                await self._parts.loader.fill(chosen.entry, watch, self._errand(question, chosen))
            finally:
                self._scope = None
        return Stopped(answer=answer) if scope.cancelled_caught else None

    async def arrived(self, chosen: BufferedSegment) -> None:
        """Wait until whoever fills the entry has filled it."""
        while not chosen.entry.complete:
            await self._parts.source.wake.wait()

    def _errand(self, question: RungQuestion, chosen: BufferedSegment) -> Errand:
        return self._parts.store.errand(
            chosen.lane, segment=chosen.segment, buffered=question.buffered
        )

    async def _init(self, segment: Segment, lane: Lane, errand: Errand) -> bytes:
        resource = segment.init or lane.representation.init
        if resource is None:
            return b""
        return await self._parts.loader.whole(resource, RequestKind.INIT, errand)

    async def _key(self, segment: Segment) -> bytes:
        protection = identity_key(segment.protection)
        if protection is None:
            return b""
        return await self._parts.loader.whole(
            Resource(uri=protection.licence_uri), RequestKind.KEY
        )
