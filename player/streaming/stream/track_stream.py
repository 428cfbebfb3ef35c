"""TrackStream: the loop that fetches one track's segments, period after period."""

import logging

import anyio

from player.errors import PlayerError, Severity
from player.model.presentation import TrackKind
from player.model.segment import Segment
from player.streaming.choice.lane_choice import stuck
from player.streaming.choice.rungs import RungAnswer, RungQuestion
from player.streaming.feed.track_buffer import BufferedSegment, TrackBuffer
from player.streaming.fetch.lane import Lane, nearest_lane
from player.streaming.fetch.plan import (
    Action,
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
from player.streaming.presentation.period_order import following_period, period_end
from player.streaming.stream.patience import Trouble, is_stuck
from player.streaming.stream.resting import rest
from player.streaming.stream.rung_asking import REVIEW
from player.streaming.stream.segment_fetch import hole
from player.streaming.stream.track_stream_parts import TrackStreamParts
from player.units import Micros, micros, seconds

LOG = logging.getLogger("farol.engine")


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
        self._asking = parts.asking()
        self._life = anyio.CancelScope()
        self._patience = parts.patience()
        self._early = parts.early(kind)
        self._head = parts.tape_head()
        self._fetch = parts.fetching()
        self._questions = parts.questions(kind, self.buffer)
        self._refetch = parts.refetch(self._fetch, self.buffer)

    async def run(self) -> None:
        """Fetch until stopped or cancelled; raises PlayerError when the policy gives up."""
        with anyio.CancelScope() as self._life:
            await self._loop()

    def stop(self) -> None:
        """Fetch no more: another track has taken over."""
        self._life.cancel()

    def look(self) -> None:
        """Look at the segment that is on its way; from time to time."""
        self._fetch.look()

    def moved(self) -> None:
        """Playback goes on elsewhere in the buffer."""
        self._asking.restart()

    async def _loop(self) -> None:
        while True:
            match self._next():
                case FetchSegment(segment=segment, kept=True):
                    await self._fetch_kept(segment)
                case FetchSegment(segment=segment):
                    await self._fetch_segment(segment)
                case LoadIndex():
                    await self._load_index()
                case PeriodDone():
                    await self._next_period()
                case Wait() as wait:
                    if not await self._head.look(self.lane, self.buffer.cursor):
                        await self._idle(wait)

    async def _idle(self, wait: Wait) -> None:
        if wait.full is None:
            await self._wait(self._head.pause(wait.longest))
        elif not await self._betters(wait.full):
            await self._wait(min(wait.longest, REVIEW))

    async def _wait(self, longest: Micros) -> None:
        await self._early.look(self.lane)
        await self._parts.source.wake.wait(longest)

    def replace_unfed(self, wanted: str) -> None:
        """Fetch again what is not libmpv's yet and would be of another rung by now.

        `wanted` is the rung that was chosen. In a period that has not got it, that is the one
        nearest to it: the buffer is gone through from the picture on, whatever period a piece is
        of, and where it reaches over a border fetching goes back behind it.
        """
        other = (one for one in self.buffer.unfed() if one.lane.representation.id != wanted)
        for one in other:
            question = self._question(one.lane, one.segment)
            if self._asking.would_differ(question):
                self.fetch_again(one.segment.start)
                return

    def ask_again(self) -> None:
        """What decides on rungs has changed."""
        self._refetch.cancel()
        self._asking.again()
        self._parts.source.wake.notify()

    def fetch_again(self, since: Micros) -> None:
        """Throw away what is not libmpv's yet and begins at `since` or later."""
        self._refetch.cancel()
        last = self.buffer.last
        if last is not None and last.segment.start >= since and not last.taken:
            self._fetch.cancel()
        thrown = next((one for one in self.buffer.unfed() if one.segment.start >= since), None)
        if thrown is not None and thrown.lane.period.id != self.lane.period.id:
            self.lane = thrown.lane
        self.buffer.drop_unfed(since)
        self._asking.again()
        self._parts.source.wake.notify()

    def _next(self) -> Action:
        self.lane = self._parts.store.current(self.lane)
        now = self._parts.store.surely_now()
        return next_action(self._state(), self._parts.engine.control, now)

    def _state(self) -> TrackState:
        store, loaded = self._parts.store, self._parts.store.index(self.lane)
        last, cursor = self.buffer.last, max(self.buffer.cursor, self.lane.period.start)
        same = last is not None and last.lane.key == self.lane.key
        return TrackState(
            cursor=cursor,
            buffered=self._questions.buffered,
            index=loaded.index if loaded and loaded.usable else None,
            after=last.segment if last is not None and same else None,
            index_age=store.age(loaded) if loaded else Micros(0),
            index_changed=loaded.changed if loaded else True,
            until=period_end(store.presentation, self.lane.period),
            removed=all(one.id != self.lane.period.id for one in store.presentation.periods),
            supply=self._parts.supply(),
            parts=True,
            kept=self._head.kept(self.lane, cursor),
        )

    # ---- index ------------------------------------------------------------------------------

    async def _load_index(self) -> None:
        try:
            await self._parts.store.load_index(self.lane)
        except PlayerError as failed:
            await self._recover(failed, FailedPart.INDEX, None)
            return
        if is_stuck(self._parts.store, self.lane):
            await self._recover(stuck(self.lane), FailedPart.INDEX, None)
            return
        self._patience.restore(FailedPart.INDEX)

    async def _next_period(self) -> None:
        """Go on in the next period; one of other kinds is for another pass to play."""
        parts = self._parts
        following = following_period(parts.store.presentation, self.lane.period, parts.kinds)
        track = parts.match(following, self.kind) if following else None
        together = following is not None and parts.kinds(following) == parts.together()
        if following is not None and track is not None and together:
            self.lane = nearest_lane(following, track, self.lane)
            self.buffer.finished = False
            self._asking.again()
            return
        over = parts.store.ends_with(self.lane.period)
        finished = following is not None or over or self._index_ended()
        if finished is not self.buffer.finished:  # rung in each turn, it would wake the others'
            self.buffer.finished = finished
            parts.source.wake.notify()
        await self._early.look(self.lane)
        await parts.source.wake.wait(micros(1))

    def _index_ended(self) -> bool:
        loaded = self._parts.store.index(self.lane)
        return loaded is not None and loaded.index.ended

    # ---- segments ---------------------------------------------------------------------------

    async def _fetch_segment(self, segment: Segment) -> None:
        question = self._question(self.lane, segment)
        if self._asking.is_new(segment):
            answer = self._asking.ask(question)
            if await self._replaces(answer, question) or await self._rests(answer):
                return
            self.lane = self._asking.take(self.lane, answer, segment.start)
            if self.lane is not question.lane:
                return
        if segment.gap:
            self._append_hole(segment)
            return
        await self._fetch_from_here(question)

    async def _fetch_kept(self, segment: Segment) -> None:
        """Take what only the tape has, of the rung that it has it of."""
        lane = self._head.lane(segment, self.lane)
        answer = RungAnswer(representation=lane.representation, reason="what was kept of then")
        self.lane = self._asking.take(self.lane, answer, segment.start)
        await self._fetch_from_here(self._question(self.lane, segment))

    def _question(self, lane: Lane, segment: Segment) -> RungQuestion:
        return self._questions.of(lane, segment, self._asking.replaced)

    async def _betters(self, following: Segment) -> bool:
        """With a full buffer: fetch again what the chooser wants so; tells if it was tried."""
        question = self._question(self.lane, following)
        answer = self._asking.review(question)
        return answer is not None and await self._replaces(answer, question)

    async def _replaces(self, answer: RungAnswer, question: RungQuestion) -> bool:
        """Fetch again what the chooser wants to have from another rung; tells if it was tried."""
        if answer.replace is None:
            return False
        old = self._asking.replaceable(self.buffer.unfed(), answer.replace)
        if old is None:
            return False
        LOG.info("replace track=%s at=%.3f: %s", self.kind, seconds(answer.replace), answer.reason)
        position = self._parts.position()
        new = await self._refetch.run(old, answer.representation, question, position)
        if new is not None:
            self._came(new)
            self._asking.tell_replaced(old, new, answer.reason)
        self._asking.again()
        return True

    def _came(self, chosen: BufferedSegment) -> None:
        self._head.put(chosen.lane, chosen.segment, chosen.entry)
        if self.kind is TrackKind.VIDEO:
            self._parts.chooser.came(self._questions.arrival(chosen))
        self._parts.tell_whole(self.kind, chosen)

    async def _rests(self, answer: RungAnswer) -> bool:
        """Fetch nothing for as long as the chooser wants and the buffer bears; tells if so."""
        parts = self._parts
        return await rest(
            answer.wait,
            self._asking,
            self._questions,
            control=parts.engine.control,
            clock=parts.engine.clock,
            wake=parts.source.wake,
        )

    async def _fetch_from_here(self, question: RungQuestion) -> None:
        try:
            chosen = self._fetch.begin(question.segment, self.lane)
        except PlayerError as failed:
            await self._recover(failed, FailedPart.SEGMENT, None)
            return
        with self._parts.engine.cache.pinned(chosen.entry):
            self.buffer.append(chosen)
            self._parts.source.wake.notify()
            if chosen.entry.streamed:
                await self._fetch.arrived(chosen)
            await self._fill(chosen, question)

    async def _fill(self, chosen: BufferedSegment, question: RungQuestion) -> None:
        asked: Micros | None = None
        while not chosen.whole:
            asked = self._parts.store.now()
            try:
                stopped = await self._fetch.fill(chosen, question)
            except PlayerError as failed:
                await self._recover(failed, FailedPart.SEGMENT, chosen)
                if chosen.given_up:
                    return
                continue
            if stopped is not None:
                self._take_back(chosen)
                if stopped.answer is not None:
                    at = chosen.segment.start
                    self.lane = self._asking.take(self.lane, stopped.answer, at)
                return
        self.buffer.settle(chosen)
        self._patience.came(chosen.segment, asked)
        self._came(chosen)

    def _take_back(self, chosen: BufferedSegment) -> None:
        self._parts.engine.cache.drop(chosen.entry.resource)
        self.buffer.retract(chosen)
        self._parts.source.wake.notify()

    def _append_hole(self, segment: Segment) -> None:
        self.buffer.append(hole(segment, self.lane))
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
                needed=self._is_running_out(),
            )
        )
        match recovery:
            case Retry(after=after):
                await anyio.sleep(seconds(after))
            case SwitchRepresentation():
                self._report(failed)
                self._asking.again()
                if chosen is not None:
                    chosen.given_up = True
                    self._take_back(chosen)
                else:
                    instead = self._parts.chooser.instead(self.lane)
                    self.lane = self._asking.take(self.lane, instead, self.buffer.cursor)
            case SwitchLocation():
                self._parts.store.leave_location(self.lane)
                if chosen is not None and not chosen.taken:
                    chosen.given_up = True
                    self._take_back(chosen)
            case SkipSegment():
                self._report(failed)
                self._skip(chosen)
            case GiveUp():
                raise failed

    def _is_running_out(self) -> bool:
        """Whether libmpv has, or is about to have, the last of it: it may wait for more."""
        ahead = Micros(self.buffer.media_until() - self._parts.position())
        return ahead <= self._parts.engine.control.feed

    def _skip(self, chosen: BufferedSegment | None) -> None:
        if chosen is None:
            action = self._next()
            if isinstance(action, FetchSegment):
                self._append_hole(action.segment)
            return
        chosen.skipped = chosen.given_up = True
        lane = self._patience.go_back()
        if lane is not None and lane.key[:2] == self.lane.key[:2]:
            answer = RungAnswer(
                representation=lane.representation, reason="the others lack it, too"
            )
            self.lane = self._asking.take(self.lane, answer, chosen.segment.end)
        self._parts.source.wake.notify()

    def _report(self, failed: PlayerError) -> None:
        self._parts.reporter.error(failed.failure.with_severity(Severity.RECOVERABLE))
