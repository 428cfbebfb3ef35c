"""StreamingEngine: one presentation from its first request to its last picture."""

import anyio

from player.api import FirstPicture, PlaybackEnded
from player.errors import Failure, PlayerError
from player.model.presentation import Presentation
from player.ports import TOLD_EVERY, SinkEvent, SinkState, SinkStatus
from player.streaming.choice.engine_options import EngineOptions
from player.streaming.choice.lane_choice import nothing_was_had
from player.streaming.engine_moves import EngineMoves
from player.streaming.engine_parts import (
    break_view,
    line_parts,
    rescue_parts,
    stream_parts,
    thumbnails_of,
)
from player.streaming.engine_pass import Pass, PassParts
from player.streaming.engine_shared import share
from player.streaming.feed.feeder import FeedStart
from player.streaming.feed.track_buffer import BufferedSegment
from player.streaming.fetch.low_latency import low_latency
from player.streaming.fetch.parts import EngineParts, Reporter, Source
from player.streaming.preparation import Preparation
from player.streaming.presentation.lane_finder import Lanes
from player.streaming.presentation.latency_keeper import PictureView, held_at
from player.streaming.rescue import Rescue
from player.streaming.stream.ahead import Ahead
from player.streaming.trick.hurry import Hurry
from player.units import Micros, micros

WATCH = micros(1)
"""How often the picture and the buffer are looked at when nobody rings."""

LATE = Micros(2 * TOLD_EVERY)
"""libmpv has not told where it is for longer than it ever takes while the picture moves."""

SOONEST = micros(0.02)
"""How often at most it is looked whether the buffer has run out."""


class StreamingEngine(EngineMoves):
    """Plays one presentation into the sink. Engine thread only.

    `run` returns when cancelled, and raises PlayerError when the channel cannot go on.
    """

    def __init__(
        self,
        presentation: Presentation,
        url: str,
        options: EngineOptions,
        parts: EngineParts,
        source: Source,
        reporter: Reporter,
    ) -> None:
        """Take a parsed manifest that came from `url`."""
        shared = share(presentation, url, options, parts, source, reporter)
        streams = stream_parts(
            shared,
            self._fail,
            self._arrived,
            self._gives_way,
            lambda: self.latency,
            lambda: self.speed,
        )
        super().__init__(shared, Ahead(shared.lanes, streams))
        self._options = options
        self._reporter = reporter
        self._begun = parts.clock.monotonic()
        self._failure: Failure | None = None
        self._rescue = Rescue(
            rescue_parts(shared, self, rewind=self._rewind, restart=self._restart, fail=self._fail)
        )
        self.thumbnails = thumbnails_of(shared)
        self._hurry = Hurry(self._speed, self._windows, self._parts.control.reserve)

    # ---- the sink's word --------------------------------------------------------------------

    def on_sink_event(self, event: SinkEvent) -> None:
        """Take an event of one of this engine's epochs."""
        self._winding.on_event(event, self._leave_scan)
        playing = self._pass
        if playing is None or self._winding.on or not playing.knows(event.epoch):
            return
        match event.state:
            case SinkState.FIRST_PICTURE:
                self._first_picture()
            case SinkState.ENDED if playing.is_last(event.epoch):
                self._end(playing)
            case SinkState.ENDED:
                playing.leave(event.epoch)
            case SinkState.FAILED if event.failure is not None:
                if not self._rescue.after(event.failure):
                    self._fail(event.failure)
            case SinkState.TROUBLE if event.failure is not None:
                self._rescue.after(event.failure)
            case _:
                pass

    def on_sink_status(self, status: SinkStatus) -> None:
        """Take the newest status; one without a position is of an epoch that is about to show."""
        wound = self._winding.position
        self._winding.on_status(status)
        if wound is not None and self.scan_rate > 0:
            stop = self.breaks.stops(wound, self.position)
            if stop is not None:
                self._leave_scan(stop)
        if self._pass is None or self._winding.on or status.position is None:
            return
        position = self._pass.locate(status.epoch, status.position)
        if position is not None:
            self._pass.position = position
            self._told_at = self._parts.clock.monotonic()
            self.companions.look()
            self._keep_to_breaks()
            self._look()
            if self._runs_out_in is not None:
                self._source.wake.notify()

    def _keep_to_breaks(self) -> None:
        """Play a break no faster than it allows; behind one on the way, go on to where it led."""
        self._speed.limit(slow=self.breaks.is_slow(self.position))
        target = self.breaks.look(self.position)
        if target is not None:
            self._seek(target)

    def _first_picture(self) -> None:
        if not self.started:
            self.started = True
            self._reporter.emit(lambda at, tag: FirstPicture(at=at, tag=tag))
            if self._source.client_data:
                waited = Micros(self._parts.clock.monotonic() - self._begun)
                self._source.client_data.started(waited)
        self._source.wake.notify()

    def _end(self, playing: Pass) -> None:
        playing.ended = True
        self._reporter.emit(lambda at, tag: PlaybackEnded(at=at, tag=tag))

    def _fed(self) -> None:
        """libmpv has all of a pass: go on behind it in a period of other kinds, or end."""
        playing = self._pass
        if playing is None:
            return
        self.companions.subtitles.finish()
        leading = playing.leading_lane
        following = self._lanes.after(leading.period) if leading else None
        if following is not None:
            self._go_to(FeedStart(position=following.start, exact=False), behind=playing)
        elif playing.shown:
            return
        elif not self.started:
            self._fail(nothing_was_had().failure)
        elif self.store.ends_with(leading.period) if leading else not self.store.live:
            self._end(playing)

    # ---- running ----------------------------------------------------------------------------

    async def run(self) -> None:
        """Play until cancelled; raises PlayerError."""
        lanes = await self._prepare()
        try:
            await self._run(lanes)
        finally:
            self._latency.restart()
            self._speed.reset()  # whoever is next has libmpv at its normal speed
        if self._failure is not None:
            raise PlayerError(self._failure)

    async def _run(self, lanes: Lanes) -> None:
        async with anyio.create_task_group() as group:
            for task in (self.store.keep_fresh, self._watch, self.thumbnails.run):
                group.start_soon(task)
            group.start_soon(self._options.think)
            group.start_soon(self.companions.run, break_view(self, self._woven))
            self._ahead.group = group
            while self._failure is None:
                if self._winding.on:
                    await self._winding.run(self._leave_scan)
                else:
                    await self._play(lanes)
                lanes = self._go_on(lanes)  # fast play may have come to another period
            group.cancel_scope.cancel()

    async def _prepare(self) -> Lanes:
        """Choose tracks, load the first indexes, agree on the time and find the start."""
        await self.store.complete()
        first = self._lanes.first(self._target)
        preparation = Preparation(self.store, self._parts, self._source, self.loader)
        lanes = await preparation.run(first.values(), self._options.choosers)
        self._aim_near()
        self._target = self._windows.join(next(iter(lanes.values())), self._target)
        await self.companions.breaks.before(self._target or Micros(0))
        self._target = self.breaks.begin(self._target or Micros(0))
        return self._go_on(lanes)

    def _aim_near(self) -> None:
        """A latency that only the playlists have told of shrinks the goals, too."""
        held = held_at(self.store.presentation, self._options.target_latency)
        if held is not None:
            self._exact = True
            self.holding.aim(low_latency(self._shared.usual, held))

    def _go_on(self, playing: Lanes) -> Lanes:
        former = {kind: one.lane for kind, one in self.streams.items()} or playing
        try:
            self._target, lanes = self._lanes.again(self._target or Micros(0), former)
        except PlayerError as failed:
            self._fail(failed.failure)
            return playing
        return lanes

    async def _play(self, lanes: Lanes) -> None:
        start = FeedStart(position=self._target or Micros(0), exact=self._exact)
        behind, self._behind = self._behind, None
        fetched = self._ahead.enter(lanes, start.position, behind=behind is not None)
        self._pass = Pass(fetched, start, self._pass_parts(), behind)
        if behind is None:
            self.holding.restart()
            self._moved()
        await self._pass.run()

    def _fail(self, failure: Failure) -> None:
        self._failure = self._failure or failure
        if self._pass is not None:
            self._pass.end()

    # ---- holding and letting go -------------------------------------------------------------

    async def _watch(self) -> None:
        looked = Micros(-WATCH)
        while True:
            if self._winding.on:
                await self._source.wake.wait(WATCH)
                continue
            if self.holding.waiting or self._runs_out_in is not None:
                self._look()  # else its position tells when to look
            now = self._parts.clock.monotonic()
            if now - looked >= WATCH:
                looked = now
                self._rescue.look()
                self._keep_to_edge()
                for stream in self.streams.values():
                    stream.look()
            if self._pass is not None:
                self._ahead.look(self._pass.fetched)
            self._stepper.look()
            await self._source.wake.wait(WATCH if (soon := self._runs_out_in) is None else soon)

    @property
    def _runs_out_in(self) -> Micros | None:
        """When libmpv must have told of itself once more, while little is left; else None.

        Where it runs dry by itself it tells of no position any more.
        """
        playing, told = self._pass, self._told_at
        if playing is None or told is None or playing.fetched.finished:
            return None
        if not self.started or self.holding.held:
            return None
        if self.playable - self._parts.control.reserve >= LATE * self._speed.told:
            return None
        return Micros(max(told + LATE - self._clock.monotonic(), SOONEST))

    @property
    def _moved_unheard(self) -> Micros:
        """How far the picture went on since libmpv told of it, where it should have told more."""
        soon, told = self._runs_out_in, self._told_at
        if soon is None or told is None:
            return Micros(0)
        passed = self._clock.monotonic() - told
        return Micros(round(passed * self._speed.told)) if passed >= LATE else Micros(0)

    def _keep_to_edge(self) -> None:
        """Jump near the live edge again after stalls that left it too far away."""
        if not self.started or self.holding.paused:
            return
        if self.speed != 1.0:  # nobody falls behind, or catches up, but on purpose
            self._edge.restart(self.leading_lane, self.position)
        playable, came = self.playable, self.loader.downloaded
        dry = self.holding.waiting or playable < self._parts.control.reserve
        target = self._edge.look(self.leading_lane, self.position, playable, came, dry=dry)
        if target is not None:
            self._rewind(target)

    def _look(self) -> None:
        if self._pass is not None and self._pass.opened:
            self._weigh()

    def _held(self) -> bool:
        """Whether the epoch that is about to be opened shall begin paused.

        Weighed before it opens: to pause libmpv and let it go while it starts its sound is a race
        inside it.
        """
        self._weigh()
        return self.holding.held

    def _weigh(self) -> None:
        if self._pass is not None and not self._pass.ended and not self._winding.on:
            self.holding.weigh(self._pass.buffer_state(self._moved_unheard))
            if self._hurry.must_end(self.leading_lane, self.position, self.playable):
                self.set_speed(1.0)
            self._latency.look(self._picture())

    def _picture(self) -> PictureView:
        return PictureView(
            lane=self.leading_lane,
            position=self.position,
            buffered=self.playable,
            running=self.started and not self.holding.held and self.speed == 1.0,
            stalls=self.holding.rebuffers,
            aside=lambda: self._edge.is_aside(self.leading_lane, self.position),
        )

    def _arrived(self, chosen: BufferedSegment) -> None:
        self.companions.announcer.on_arrival(chosen.segment, chosen.entry.chunks)

    def _pass_parts(self) -> PassParts:
        return PassParts(
            engine=self._parts,
            source=self._source,
            reporter=self._reporter,
            line=line_parts(self._shared, self.companions, self._rescue.lacked),
            epochs=self._options.epochs,
            held=self._held,
            opened=lambda _epoch: self._look(),
            failed=self._fail,
            restart=self._restart,
            fed=self._fed,
            subtitle=self.companions.subtitles.is_chosen,
        )
