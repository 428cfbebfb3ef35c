"""TrackRecorder: the loop that records one track, segment after segment, period after period."""

from dataclasses import replace

import anyio

from player.errors import ErrorCode, PlayerError
from player.model.presentation import TrackKind
from player.model.segment import Segment
from player.ports import RequestKind
from player.recording.protection import check_protection
from player.recording.rungs import RecordingRungs
from player.recording.told import Told
from player.recording.track_place import Match, SessionParts, TrackPlace
from player.recording.tracks import name_of, period_name, rung_of
from player.recording.watched_line import give_way
from player.streaming.choice.lane_choice import stuck
from player.streaming.feed.equipment import init_of
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.plan import (
    FetchSegment,
    LoadIndex,
    PeriodDone,
    Wait,
)
from player.streaming.fetch.recovery import (
    FailedPart,
    GiveUp,
    Retry,
    SkipSegment,
    SwitchLocation,
    SwitchRepresentation,
)
from player.streaming.fetch.segment_loader import SegmentLoader
from player.streaming.stream.patience import Patience, Trouble, is_stuck
from player.units import Micros, micros, seconds

_LINE = frozenset(
    {ErrorCode.NETWORK_UNREACHABLE, ErrorCode.NETWORK_TIMEOUT, ErrorCode.MANIFEST_STALE}
)
"""What says that the line or the server is down, not that a segment lacks."""


class TrackRecorder:
    """Engine thread only; `over` is set when nothing more of it comes.

    `leads`: the main track, by which the session's times are tied to the recording's.
    """

    def __init__(self, parts: SessionParts, match: Match, *, leads: bool) -> None:
        """Record the track that `match` finds in each period."""
        self._parts, self._leads = parts, leads
        self._engine, clock = parts.engine, parts.engine.clock
        self._rungs = RecordingRungs(parts.order.request, parts.output, clock, parts.line)
        self._place = TrackPlace(parts, match, self._rungs)
        self._loader = SegmentLoader(self._engine, parts.source)
        self._patience = Patience(
            policy=parts.engine.recovery,
            store=parts.store,
            chooser=self._rungs,
            clock=clock,
        )
        self.over = anyio.Event()

    async def run(self) -> None:
        """Record until the programme or the order's time is over; raises PlayerError."""
        if not self._leads:
            await self._parts.anchored.wait()
            self._place.begin()
        while not self.over.is_set():
            await self._step()

    async def _step(self) -> None:
        lane = self._place.choose()
        if lane is None:
            await self._parts.store.renewed.wait(micros(1))
            return
        if self._parts.anchor is None and self._leads:
            if not self._place.anchored(lane):
                await self._load_index(lane)
            return
        match self._place.next(lane):
            case FetchSegment(segment=segment):
                await self._take(lane, segment)
            case LoadIndex():
                await self._load_index(lane)
            case PeriodDone():
                await self._leave_period(lane)
            case Wait(longest=longest):
                await self._parts.store.renewed.wait(longest)

    async def _leave_period(self, lane: Lane) -> None:
        follows = self._place.leave_period(lane)
        if follows is None:
            await self._parts.store.renewed.wait(micros(1))
        elif not follows:
            self.over.set()

    # ---- fetching -------------------------------------------------------------------------------

    async def _load_index(self, lane: Lane) -> None:
        store = self._parts.store
        try:
            await store.load_index(lane)
            if is_stuck(store, lane):
                raise stuck(lane)
        except PlayerError as failed:
            await self._recover(failed, FailedPart.INDEX, lane, None)
            return
        self._patience.restore(FailedPart.INDEX)
        if self._parts.anchor is None and self._leads and not self._place.anchored(lane):
            await anyio.sleep(1)  # a live list that holds nothing yet

    async def _take(self, lane: Lane, segment: Segment) -> None:
        """Fetch and write a segment, or go on after it."""
        if self._place.is_after_all(segment):
            self.over.set()
            return
        if not segment.gap:
            await give_way(self._parts.line, segment.duration, self._place.hurries)
            asked, clock = self._parts.store.now(), self._engine.clock
            began = clock.monotonic()
            try:
                init, body = await self._fetch(lane, segment)
            except PlayerError as failed:
                await self._recover(failed, FailedPart.SEGMENT, lane, segment)
                return
            self._patience.came(segment, asked)
            if self._parts.store.live:
                self._rungs.took(lane, Micros(clock.monotonic() - began), segment.duration)
            if body:
                await self._keep(lane, segment, init, body)
        self._place.passed(lane, segment)

    async def _fetch(self, lane: Lane, segment: Segment) -> tuple[bytes, bytes]:
        """The init section and the segment, as their server sends them."""
        store, cache = self._parts.store, self._engine.cache
        errand, where = store.errand(lane, segment=segment), init_of(segment, lane)
        init = await self._loader.whole(where, RequestKind.INIT, errand) if where else b""
        entry = self._loader.entry(segment, live=store.live)
        with cache.pinned(entry):
            if not entry.complete:
                text = lane.track.kind is TrackKind.TEXT
                await self._loader.fill(entry, lambda *_: None, errand, maybe_empty=text)
            body = entry.body()
        cache.drop(entry.resource)
        head = init or body.partition(b"mdat")[0]
        check_protection(lane, segment, head, self._parts.order.request.keys)
        return init, body

    async def _keep(self, lane: Lane, segment: Segment, init: bytes, body: bytes) -> None:
        anchor, keeper = self._parts.anchor, self._parts.keeper
        assert anchor is not None  # noqa: S101 - nothing is fetched before
        period = period_name(lane.period)
        told = Told(
            serial=0,
            track=name_of(lane.track),
            rung=rung_of(lane.period, lane.representation, init or body[:400]),
            start=Micros(segment.start + anchor.shift),
            duration=segment.duration,
            number=segment.number,
            epoch=anchor.epoch,
            clock=keeper.contents.clock_of(period, segment.discontinuity),
            discontinuity=segment.discontinuity,
            period=period,
            begin=anchor.begin,
        )
        if init:
            told = replace(told, init=await keeper.keep_init(told, init))
        await keeper.keep(told, body)

    # ---- failures -------------------------------------------------------------------------------

    async def _recover(
        self, failed: PlayerError, part: FailedPart, lane: Lane, segment: Segment | None
    ) -> None:
        """Do what the policy says; raises `failed` where it gives up."""
        recovery = self._patience.decide(
            Trouble(failed=failed, part=part, lane=lane, segment=segment)
        )
        if failed.failure.code in _LINE and self._leads:
            self._parts.keeper.trouble(failed.failure)
        match recovery:
            case Retry(after=after):
                await anyio.sleep(seconds(after))
            case SwitchLocation():
                self._parts.store.leave_location(lane)
            case SkipSegment():
                if segment is not None:
                    self._place.passed(lane, segment)
            case SwitchRepresentation():
                pass  # the ladder has left it alone: the next choice is another one
            case GiveUp():
                raise failed
