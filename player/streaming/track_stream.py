"""TrackStream: the loop that fetches one track's segments, period after period."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

import anyio

from player.api import QualityChanged, SegmentFetched
from player.errors import ErrorCode, PlayerError, Severity, error
from player.model.presentation import Period, Track, TrackKind
from player.model.resource import Resource
from player.model.segment import Segment
from player.ports import RequestKind
from player.streaming.cache import CacheEntry
from player.streaming.lane import Lane, nearest_lane
from player.streaming.parts import EngineParts, Reporter, Source
from player.streaming.patience import Patience, Trouble
from player.streaming.plan import (
    Action,
    FetchSegment,
    LoadIndex,
    PeriodDone,
    TrackState,
    Wait,
    next_action,
)
from player.streaming.presentation_store import PresentationStore
from player.streaming.recovery import (
    FailedPart,
    GiveUp,
    Retry,
    SkipSegment,
    SwitchRepresentation,
)
from player.streaming.rungs import Progress, RungAnswer, RungChooser, RungQuestion
from player.streaming.segment_loader import SegmentLoader
from player.streaming.track_buffer import BufferedSegment, TrackBuffer
from player.streaming.unlock import identity_key
from player.units import Micros, micros, seconds

LOG = logging.getLogger("farol.engine")

STALE_AFTER = 7
"""Half target durations without anything new after which a playlist is stuck (Media3: 3.5)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackStreamParts:
    """The neighbours of one track stream."""

    engine: EngineParts
    source: Source
    store: PresentationStore
    loader: SegmentLoader
    chooser: RungChooser
    reporter: Reporter
    position: Callable[[], Micros]
    match: Callable[[Period, TrackKind], Track | None]


class TrackStream:
    """Fetches one track into its buffer until cancelled. Engine thread only."""

    def __init__(
        self, kind: TrackKind, lane: Lane, start: Micros, parts: TrackStreamParts
    ) -> None:
        """Begin at presentation time `start` on `lane`."""
        self.kind = kind
        self.buffer = TrackBuffer(start)
        self.lane = lane
        self._parts = parts
        self._asked_at: Micros | None = None
        self._patience = Patience(
            policy=parts.engine.recovery,
            store=parts.store,
            chooser=parts.chooser,
            clock=parts.engine.clock,
        )
        self._fetch: anyio.CancelScope | None = None

    async def run(self) -> None:
        """Fetch until cancelled; raises PlayerError when the policy gives up."""
        while True:
            match self._next():
                case FetchSegment(segment=segment):
                    await self._fetch_segment(segment)
                case LoadIndex():
                    await self._load_index()
                case PeriodDone():
                    await self._next_period()
                case Wait(longest=longest):
                    await self._parts.source.wake.wait(longest)

    def replace_unfed(self) -> None:
        """Throw away what libmpv has not been given yet, and fetch it again."""
        if self._fetch is not None and not self._tail_taken():
            self._fetch.cancel()
        self.buffer.drop_unfed()
        self._asked_at = None
        self._parts.source.wake.notify()

    def _tail_taken(self) -> bool:
        return self.buffer.last is not None and self.buffer.last.taken

    def _next(self) -> Action:
        return next_action(self._state(), self._parts.engine.control, self._parts.store.now())

    def _state(self) -> TrackState:
        store, loaded = self._parts.store, self._parts.store.index(self.lane)
        last = self.buffer.last
        same = last is not None and last.lane.key == self.lane.key
        return TrackState(
            cursor=self.buffer.cursor,
            buffered=self._buffered(),
            index=loaded.index if loaded else None,
            after=last.segment if last is not None and same else None,
            index_age=store.age(loaded) if loaded else Micros(0),
            index_changed=loaded.changed if loaded else True,
            until=self.lane.period.end,
        )

    def _buffered(self) -> Micros:
        return Micros(self.buffer.cursor - self._parts.position())

    # ---- index ------------------------------------------------------------------------------

    async def _load_index(self) -> None:
        try:
            await self._parts.store.load_index(self.lane)
        except PlayerError as failed:
            await self._recover(failed, FailedPart.INDEX, None)
            return
        if self._is_stuck():
            await self._recover(_stuck(self.lane), FailedPart.INDEX, None)
            return
        self._patience.restore(FailedPart.INDEX)

    def _is_stuck(self) -> bool:
        loaded = self._parts.store.index(self.lane)
        if loaded is None or loaded.index.ended or loaded.index.reload_after is None:
            return False
        return self._parts.store.stale_for(loaded) * 2 > loaded.index.reload_after * STALE_AFTER

    async def _next_period(self) -> None:
        following = self._following_period()
        if following is not None:
            self.lane = following
            self._asked_at = None
            return
        finished = not self._parts.store.live or self._index_ended()
        if finished is not self.buffer.finished:  # rung in each turn, it would wake the others'
            self.buffer.finished = finished
            self._parts.source.wake.notify()
        await self._parts.source.wake.wait(micros(1))

    def _index_ended(self) -> bool:
        loaded = self._parts.store.index(self.lane)
        return loaded is not None and loaded.index.ended

    def _following_period(self) -> Lane | None:
        for period in self._parts.store.presentation.periods:
            if period.start > self.lane.period.start:
                track = self._parts.match(period, self.kind)
                if track is not None and track.representations:
                    return nearest_lane(period, track, self.lane)
        return None

    # ---- segments ---------------------------------------------------------------------------

    async def _fetch_segment(self, segment: Segment) -> None:
        self.lane = self._parts.store.current(self.lane)
        question = RungQuestion(lane=self.lane, segment=segment, buffered=self._buffered())
        if self._asked_at != segment.start:
            self._asked_at = segment.start
            if self._move(self._parts.chooser.choose(question), segment.start):
                return
        if segment.gap:
            self._append_hole(segment)
            return
        await self._fetch_from_here(question)

    def _move(self, answer: RungAnswer, at: Micros) -> bool:
        """Take the answer's rung; tells whether that is another one."""
        old, new = self.lane.representation, answer.representation
        if new.id == old.id:
            return False
        LOG.info(
            "switch track=%s at=%.3f from=%s to=%s reason=%s",
            self.kind, seconds(at), old.id, new.id, answer.reason,
        )  # fmt: skip
        self.lane = self.lane.on(new)
        self._parts.reporter.emit(
            lambda now, tag: QualityChanged(
                at=now,
                tag=tag,
                position=at,
                from_bandwidth=old.bandwidth,
                to_bandwidth=new.bandwidth,
                reason=answer.reason,
            )
        )
        return True

    async def _fetch_from_here(self, question: RungQuestion) -> None:
        segment, cache = question.segment, self._parts.engine.cache
        try:
            init, key = await self._init(segment), await self._key(segment)
            entry = self._parts.loader.entry(segment, live=self._parts.store.live)
        except PlayerError as failed:
            await self._recover(failed, FailedPart.SEGMENT, None)
            return
        chosen = BufferedSegment(segment=segment, lane=self.lane, entry=entry, init=init, key=key)
        with cache.pinned(entry):
            self.buffer.append(chosen)
            if entry.complete or entry.streamed:
                await self._await_whole(chosen)
                return
            await self._fill(chosen, question)

    async def _await_whole(self, chosen: BufferedSegment) -> None:
        """Wait until whoever fills the entry has filled it."""
        self._parts.source.wake.notify()
        while not chosen.entry.complete:
            await self._parts.source.wake.wait()
        self._done(chosen)

    async def _init(self, segment: Segment) -> bytes:
        resource = segment.init or self.lane.representation.init
        if resource is None:
            return b""
        return await self._parts.loader.whole(resource, RequestKind.INIT)

    async def _key(self, segment: Segment) -> bytes:
        protection = identity_key(segment.protection)
        if protection is None:
            return b""
        resource = Resource(uri=protection.licence_uri)
        return await self._parts.loader.whole(resource, RequestKind.KEY)

    async def _fill(self, chosen: BufferedSegment, question: RungQuestion) -> None:
        answer: RungAnswer | None = None

        def watch(started: Micros, received: int) -> None:
            nonlocal answer
            if chosen.taken or answer is not None:
                return
            progress = Progress(
                question=question,
                started=started,
                received=received,
                pieces=len(chosen.entry.chunks),
            )
            answer = self._parts.chooser.abandon(progress)
            if answer is not None:
                scope.cancel()

        while not chosen.entry.complete:
            with anyio.CancelScope() as scope:
                self._fetch = scope
                try:
                    await self._parts.loader.fill(chosen.entry, watch)
                except PlayerError as failed:
                    await self._recover(failed, FailedPart.SEGMENT, chosen)
                    if chosen.given_up:
                        return
            self._fetch = None
            if scope.cancelled_caught:
                self._take_back(chosen)
                if answer is not None:
                    self._move(answer, chosen.segment.start)
                return
        self._done(chosen)

    def _take_back(self, chosen: BufferedSegment) -> None:
        self._parts.engine.cache.drop(chosen.entry.resource)
        self.buffer.retract(chosen)
        self._parts.source.wake.notify()

    def _done(self, chosen: BufferedSegment) -> None:
        self._patience.restore(FailedPart.SEGMENT)
        self._parts.source.wake.notify()
        self._parts.reporter.emit(
            lambda at, tag: SegmentFetched(
                at=at,
                tag=tag,
                kind=self.kind,
                bandwidth=chosen.lane.representation.bandwidth,
                duration=chosen.segment.duration,
                size=chosen.entry.byte_count,
            )
        )

    def _append_hole(self, segment: Segment) -> None:
        entry = CacheEntry(segment.resource)
        entry.complete = True
        self.buffer.append(
            BufferedSegment(segment=segment, lane=self.lane, entry=entry, skipped=True)
        )
        self._parts.source.wake.notify()

    # ---- failures ---------------------------------------------------------------------------

    async def _recover(
        self, failed: PlayerError, part: FailedPart, chosen: BufferedSegment | None
    ) -> None:
        """Do what the policy says; raises `failed` where it gives up."""
        recovery = self._patience.decide(
            Trouble(
                failed=failed,
                part=part,
                lane=self.lane,
                segment=chosen.segment if chosen else None,
                fed=chosen is not None and chosen.taken,
            )
        )
        match recovery:
            case Retry(after=after):
                await anyio.sleep(seconds(after))
            case SwitchRepresentation():
                self._report(failed)
                self._asked_at = None
                if chosen is not None:
                    chosen.given_up = True
                    self._take_back(chosen)
            case SkipSegment():
                self._report(failed)
                self._skip(chosen)
            case GiveUp():
                raise failed

    def _skip(self, chosen: BufferedSegment | None) -> None:
        if chosen is None:
            action = self._next()
            if isinstance(action, FetchSegment):
                self._append_hole(action.segment)
            return
        chosen.skipped = chosen.given_up = True
        self._parts.source.wake.notify()

    def _report(self, failed: PlayerError) -> None:
        self._parts.reporter.error(failed.failure.with_severity(Severity.RECOVERABLE))


def _stuck(lane: Lane) -> PlayerError:
    return error(
        ErrorCode.MANIFEST_STALE,
        "This channel has stopped: its server sends nothing new. Try again later.",
        cause=f"the playlist of {lane.representation.id} does not change any more",
    )
