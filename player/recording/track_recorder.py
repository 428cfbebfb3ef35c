"""TrackRecorder: the loop that records one track, segment after segment, period after period."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import anyio

from player.abr.suitability import Output
from player.errors import ErrorCode, PlayerError
from player.model.presentation import Period, Track, TrackKind
from player.model.segment import Segment
from player.ports import RequestKind
from player.recording.anchor import Anchor, anchor_again, first_anchor
from player.recording.keeper import RecordingKeeper
from player.recording.line_path import LinePath
from player.recording.order import RecordingOrder
from player.recording.protection import check_protection
from player.recording.rungs import RecordingRungs
from player.recording.told import Told
from player.recording.tracks import name_of, period_name, rung_of
from player.streaming.choice.lane_choice import stuck
from player.streaming.feed.equipment import init_of
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.line_share import DisplacedError, LineShare
from player.streaming.fetch.load_control import LoadControl
from player.streaming.fetch.parts import EngineParts, Source
from player.streaming.fetch.plan import (
    FetchSegment,
    LoadIndex,
    PeriodDone,
    TrackState,
    Wait,
    next_action,
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
from player.streaming.presentation.period_order import (
    following_lane,
    period_end,
    playable_period,
)
from player.streaming.presentation.presentation_store import PresentationStore
from player.streaming.stream.patience import Patience, Trouble, is_stuck
from player.units import Micros, micros, seconds

NEAR = 3
"""Segments from the window's start that are about to leave it."""

_LINE = frozenset(
    {ErrorCode.NETWORK_UNREACHABLE, ErrorCode.NETWORK_TIMEOUT, ErrorCode.MANIFEST_STALE}
)
"""What says that the line or the server is down, not that a segment lacks."""

Match = Callable[[Period], Track | None]


@dataclass(slots=True, kw_only=True, eq=False)
class SessionParts:
    """What the tracks of one session share; `anchor` is set by the main one."""

    order: RecordingOrder
    engine: EngineParts
    share: LineShare | None
    source: Source
    store: PresentationStore
    keeper: RecordingKeeper
    output: Output
    anchor: Anchor | None = None
    anchored: anyio.Event = field(default_factory=anyio.Event)


class TrackRecorder:
    """Engine thread only; `over` is set when nothing more of it comes.

    `leads`: the main track, by which the session's times are tied to the recording's.
    """

    def __init__(self, parts: SessionParts, match: Match, *, leads: bool) -> None:
        """Record the track that `match` finds in each period."""
        self._parts, self._match, self._leads = parts, match, leads
        path = LinePath(parts.engine.fetcher, parts.share, self._hurries)
        self._engine = replace(parts.engine, fetcher=path)
        self._loader = SegmentLoader(self._engine, parts.source)
        self._rungs = RecordingRungs(parts.order.request, parts.output, parts.engine.clock)
        self._patience = Patience(
            policy=parts.engine.recovery,
            store=parts.store,
            chooser=self._rungs,
            clock=parts.engine.clock,
        )
        self._lane: Lane | None = None
        self._cursor = Micros(0)
        self._after: tuple[Lane, Segment] | None = None
        self.over = anyio.Event()

    async def run(self) -> None:
        """Record until the programme or the order's time is over; raises PlayerError."""
        if not self._leads:
            await self._parts.anchored.wait()
            self._begin()
        while not self.over.is_set():
            await self._step()

    async def _step(self) -> None:
        lane = self._choose()
        if lane is None:
            await self._parts.store.renewed.wait(micros(1))
            return
        if self._parts.anchor is None and self._leads and not self._anchored(lane):
            await self._load_index(lane)
            return
        match self._next(lane):
            case FetchSegment(segment=segment):
                await self._take(lane, segment)
            case LoadIndex():
                await self._load_index(lane)
            case PeriodDone():
                await self._next_period(lane)
            case Wait(longest=longest):
                await self._parts.store.renewed.wait(longest)

    # ---- where ----------------------------------------------------------------------------------

    def _anchored(self, lane: Lane) -> bool:
        """Tie the times together as soon as the main track's list is there."""
        parts, loaded = self._parts, self._parts.store.index(lane)
        if loaded is None or not loaded.usable:
            return False
        main, presentation = parts.keeper.contents.main, parts.store.presentation
        now, last = parts.store.surely_now(), main.last if main else None
        if last is None:
            found = first_anchor(presentation, loaded.index, now, parts.order.since)
        else:
            found = anchor_again(presentation, loaded.index, now, last)
        if found is None:
            return False
        parts.anchor = found
        self._begin()
        parts.anchored.set()
        return True

    def _begin(self) -> None:
        """Go on after what is recorded of this track already."""
        anchor, lane = self._parts.anchor, self._choose()
        assert anchor is not None  # noqa: S101 - whoever comes here waited for it
        track = lane and self._parts.keeper.contents.tracks.get(name_of(lane.track).key)
        at = track.text.end if track else anchor.begin
        self._cursor = max(self._cursor, Micros(at - anchor.shift))
        if not self._leads:
            self._lane = None  # the period of the cursor may be another one

    def _choose(self) -> Lane | None:
        """The lane to fetch from now; None while the programme has no such track."""
        store = self._parts.store
        if self._lane is None:
            at = self._cursor
            if self._parts.anchor is None and store.live:
                at = Micros(store.now() - (store.presentation.epoch or 0))
                since = self._parts.order.since
                if since is not None and store.presentation.epoch is not None:
                    at = min(at, Micros(since - store.presentation.epoch))
            period = playable_period(store.presentation, at, lambda one: bool(self._match(one)))
            track = self._match(period) if period else None
            if period is None or track is None:
                return None
            rung = track.representations[0]
            self._lane = Lane(period=period, track=track, representation=rung)
        lane = store.current(self._lane)
        self._lane = store.current(lane.on(self._rungs.choose(lane.track)))
        return self._lane

    def _next(self, lane: Lane) -> FetchSegment | LoadIndex | Wait | PeriodDone:
        store, loaded = self._parts.store, self._parts.store.index(lane)
        same = self._after is not None and self._after[0].key == lane.key
        state = TrackState(
            cursor=max(self._cursor, lane.period.start),
            buffered=Micros(0),
            index=loaded.index if loaded and loaded.usable else None,
            after=self._after[1] if self._after and same else None,
            index_age=store.age(loaded) if loaded else Micros(0),
            index_changed=loaded.changed if loaded else True,
            until=period_end(store.presentation, lane.period),
            removed=all(one.id != lane.period.id for one in store.presentation.periods),
        )
        action = next_action(state, LoadControl(), store.surely_now())
        if isinstance(action, FetchSegment) and action.segment.is_making(store.surely_now()):
            return Wait(longest=micros(0.5))
        return action

    async def _next_period(self, lane: Lane) -> None:
        store = self._parts.store
        following = following_lane(store.presentation, lane, self._match)
        loaded = store.index(lane)
        if following is not None:
            self._lane, self._after = following, None
        elif store.ends_with(lane.period) or (loaded is not None and loaded.index.ended):
            self.over.set()
        else:
            await store.renewed.wait(micros(1))

    def _hurries(self) -> bool:
        """Whether the next segment is about to leave the server's window."""
        store, lane = self._parts.store, self._lane
        loaded = store.index(lane) if lane is not None and store.live else None
        numbers = loaded.index.numbers(store.now()) if loaded else None
        if loaded is None or not numbers:
            return False
        oldest = loaded.index.segment(numbers[0])
        aged = oldest.start + store.age(loaded)
        return self._cursor - aged < min(NEAR, len(numbers) // 2) * oldest.duration

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
        if self._parts.anchor is None and self._leads and not self._anchored(lane):
            await anyio.sleep(1)  # a live list that holds nothing yet

    async def _take(self, lane: Lane, segment: Segment) -> None:
        """Fetch and write a segment, or go on after it."""
        if self._is_after_all(segment):
            self.over.set()
            return
        if not segment.gap:
            asked, clock = self._parts.store.now(), self._engine.clock
            began = clock.monotonic()
            try:
                init, body = await self._fetch(lane, segment)
            except DisplacedError:
                return
            except PlayerError as failed:
                await self._recover(failed, FailedPart.SEGMENT, lane, segment)
                return
            self._patience.came(segment, asked)
            if self._parts.store.live:
                self._rungs.took(lane, Micros(clock.monotonic() - began), segment.duration)
            if body:
                await self._keep(lane, segment, init, body)
        self._pass(lane, segment)

    def _is_after_all(self, segment: Segment) -> bool:
        anchor, until = self._parts.anchor, self._parts.order.until
        if until is None or anchor is None or anchor.epoch is None:
            return False
        return segment.start + anchor.shift + anchor.epoch >= until

    def _pass(self, lane: Lane, segment: Segment) -> None:
        self._cursor = max(self._cursor, segment.end)
        self._after = lane, segment

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
                    self._pass(lane, segment)
            case SwitchRepresentation():
                pass  # the ladder has left it alone: the next choice is another one
            case GiveUp():
                raise failed
