"""StreamingEngine: one presentation from its first request to its last picture."""

import logging
from dataclasses import replace

import anyio

from player.abr.selector import TrackPreference
from player.api import FirstPicture, PlaybackEnded, Wish
from player.errors import Failure, PlayerError
from player.model.presentation import Presentation, TrackKind
from player.ports import SinkEvent, SinkState, SinkStatus
from player.streaming.choice.engine_options import EngineOptions
from player.streaming.choice.lane_choice import nothing_was_had
from player.streaming.companions import Companions
from player.streaming.engine_parts import (
    Shared,
    break_view,
    line_parts,
    rescue_parts,
    scan_parts,
    step_parts,
    stream_parts,
    text_parts,
    thumbnails_of,
)
from player.streaming.engine_pass import Pass, PassParts
from player.streaming.engine_view import EngineView
from player.streaming.feed.feeder import FeedStart
from player.streaming.feed.track_buffer import BufferedSegment
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.low_latency import impatient, low_latency
from player.streaming.fetch.parts import EngineParts, Reporter, Source
from player.streaming.fetch.segment_loader import SegmentLoader
from player.streaming.holding import Holding
from player.streaming.preparation import Preparation
from player.streaming.presentation.edge_keeper import EdgeKeeper
from player.streaming.presentation.lane_finder import LaneFinder, Lanes
from player.streaming.presentation.latency_keeper import PictureView, held_at
from player.streaming.presentation.presentation_store import PresentationStore
from player.streaming.rescue import Rescue
from player.streaming.store.tape import Tape
from player.streaming.stream.ahead import Ahead
from player.streaming.stream.track_wish import Outcome, TrackWish
from player.streaming.trick.hurry import Hurry
from player.streaming.trick.scan import Scan
from player.streaming.trick.scan_plan import bounded_rate
from player.streaming.trick.stepper import Stepper
from player.units import Micros, micros, seconds

LOG = logging.getLogger("farol.engine")

FAR = Micros(1 << 61)
"""Later than anything."""

WATCH = micros(1)
"""How often the picture and the buffer are looked at when nobody rings."""


class StreamingEngine(EngineView):
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
        held = held_at(presentation, options.target_latency)
        self._usual = parts.control
        parts = replace(
            parts,
            control=low_latency(parts.control, held),
            recovery=impatient(parts.recovery, held),
        )
        store = PresentationStore(presentation, url, parts, source, reporter)
        if options.target_latency is not None:
            store.aim(options.target_latency)
        lanes = LaneFinder(store, options.choosers, options.preference)
        tape = parts.store.tape(reporter.error) if parts.store else Tape()
        if options.keys:
            tape.protect()
        self.loader = SegmentLoader(parts, source, tape)
        self._shared = shared = Shared(
            engine=parts,
            source=source,
            reporter=reporter,
            options=options,
            store=store,
            loader=self.loader,
            lanes=lanes,
        )
        streams = stream_parts(
            shared, self._fail, self._arrived, self._gives_way, lambda: self.latency
        )
        ahead = Ahead(lanes, streams)
        holding = Holding(parts.control, parts.sink, reporter, source)
        super().__init__(store, lanes, ahead, holding, parts, options, tape, reporter)
        self._options = options
        self._parts = parts
        self._source = source
        self._reporter = reporter
        self._begun = parts.clock.monotonic()
        self._exact = options.start is not None or held is not None
        self._behind: Pass | None = None
        self._failure: Failure | None = None
        self._wish = TrackWish(lanes, self._moved, self.prefer)
        text = text_parts(shared, self, self._redraw)
        self.companions = Companions(text, reporter, options.preference)
        self._rescue = Rescue(
            rescue_parts(shared, self, rewind=self._rewind, restart=self._restart, fail=self._fail)
        )
        self._stepper = Stepper(
            step_parts(
                self,
                step=lambda: parts.sink.step_frame(forward=True),
                rewind=self._rewind,
                enter=self._restart,
            )
        )
        self.thumbnails = thumbnails_of(shared)
        self._hurry = Hurry(self._speed, self._windows, parts.control.reserve)
        self._edge = EdgeKeeper(store, self._windows, self._latency.catchable)

    # ---- commands ---------------------------------------------------------------------------

    def set_paused(self, *, paused: bool) -> None:
        """Pause or go on; going on behind a live window's start joins the window again."""
        self._leave_scan()
        self._stepper.forget()
        back = None if paused else self._windows.rejoin(self.leading_lane, self.position)
        if back is not None:
            if self.loader.tape.on:
                self.store.jumped(self.latency or Micros(0), Micros(back - self.position))
            self._restart(back)
        self._edge.restart(self.leading_lane, self.position)
        self.holding.set_paused(paused=paused)

    def seek(self, position: Micros) -> None:
        """Go to a time of the programme, exactly, by way of breaks that may not be jumped over."""
        if self.ended and self.store.live and self.window is None:
            return  # the programme is over, and nothing of it is left on the server
        target = self._windows.seek(self.leading_lane, self.store.times.woven(position))
        way = self.breaks.way(self.position, target) if self._pass is not None else target
        if way is not None:
            self._seek(way)

    def skip_break(self) -> None:
        """Leave the break that plays, where it allows that."""
        target = self.breaks.skip(self.position)
        if target is None:
            return
        if self.store.live and not self._winding.on:
            self._stepper.forget()
            self._restart(target)  # in what was fetched there is the break
        else:
            self._seek(target)

    def _seek(self, position: Micros) -> None:
        """Go to a moment of the presentation; from the buffers where they have it."""
        self._stepper.forget()
        if self._winding.on:
            self._leave_scan(position)
            return
        if self._source.client_data is not None:
            self._source.client_data.restarted()
        if self.companions.breaks.is_spent_after(position):
            self._restart(position)
        else:
            self._rewind(position)

    def set_speed(self, speed: float) -> None:
        """Play at another speed, pitch kept; where playback is now, the viewer wants to be."""
        if speed > 1.0 and self.breaks.forbids(Wish.SPEED, self.position):
            return
        self._leave_scan()
        self._speed.wish(speed)
        self._edge.restart(self.leading_lane, self.position)

    def scan(self, rate: int) -> None:
        """Go on or back by pictures alone, so many times as fast; 0: play on from here."""
        rate = bounded_rate(rate)
        if self._pass is None or not self.started or rate == self.scan_rate:
            return
        if not rate:
            self.set_paused(paused=False)
            return
        if rate > 0 and self.breaks.forbids(Wish.SCAN, self.position):
            return
        parts = scan_parts(self._shared, self._live_point)
        origin = self.position
        if parts.lanes.at(origin, whole=True) is None:
            return  # nothing to be seen
        LOG.info("scan rate=%d from=%.3f", rate, seconds(origin))
        self._winding.begin(Scan(rate, origin, parts))
        self._stepper.forget()
        self.holding.paused, self._told_at = False, None
        self._latency.restart()
        self._speed.reset()
        self._ahead.drop()
        self.companions.moved()
        self._parts.sink.set_paused(True)
        self._pass.end()

    def _live_point(self) -> Micros | None:
        """How far forward one may go; None: to the end."""
        return self._windows.seek(self.leading_lane, FAR) if self.store.live else None

    def _leave_scan(self, position: Micros | None = None) -> None:
        """Play on from `position`, else from where fast play has come."""
        place, playing = self._winding.position, self._pass
        if place is None or playing is None:
            return
        target = self._windows.seek(self.leading_lane, place if position is None else position)
        self._winding.end()
        playing.position = target
        self._target, self._exact, self._behind = target, True, None
        self._edge.restart(self.leading_lane, target)

    def step_frame(self, *, forward: bool) -> None:
        """While paused: one picture on or back, exactly; else pause."""
        if not self.holding.paused:
            self.set_paused(paused=True)
        elif self.started and not (self.ended and forward):
            self._stepper.step(forward=forward)

    def prefer(self, preference: TrackPreference) -> None:
        """Choose other tracks, from where the picture is; what stays is not fetched again."""
        self._lanes.preference = preference
        drawn = self.companions.subtitles.bitmap
        self.companions.subtitles.prefer(preference)
        drawn_anew = self.companions.subtitles.bitmap != drawn
        playing = self._pass
        if playing is None or self._winding.on:
            self._wish.begin()
            return
        playing.keep()
        if self._choose_again(playing) is Outcome.AS_IT_IS and drawn_anew:
            self._redraw()

    def _choose_again(self, playing: Pass) -> Outcome:
        outcome = self._wish.carry_out(playing.fetched, playing.change)
        if outcome is not Outcome.AS_IT_IS:
            self._ahead.drop()
        if outcome is Outcome.ANEW:
            self._restart(self.position)
        return outcome

    def _gives_way(self, lane: Lane) -> bool:
        """Go on with another sound than a lane's, where there is one."""
        if not self._wish.take_back(lane):
            return False
        self.companions.subtitles.prefer(self.preference)
        self._ahead.drop()
        self._restart(self.position)
        return True

    def _redraw(self) -> None:
        """Give libmpv what it has once more, with the text that it shall draw."""
        self._rewind(self.position)

    def _rewind(self, position: Micros) -> None:
        """Go on from another moment, from the buffers where they have it."""
        playing = self._pass
        if playing is None or not playing.rewind(position):
            self._restart(position)
            return
        self._moved()
        if playing.keep():  # what was to be heard there is to be heard here
            self._choose_again(playing)

    def replace_unfed(self, wanted: str) -> None:
        """Fetch again, from the rung `wanted`, what libmpv was not given yet."""
        stream = self.streams.get(TrackKind.VIDEO)
        if stream is not None:
            stream.replace_unfed(wanted)
        self._ahead.drop()

    def ask_again(self) -> None:
        """What decides on rungs has changed: whoever rests is asked anew."""
        for stream in self.streams.values():
            stream.ask_again()

    def _woven(self, since: Micros) -> None:
        """The programme is another one from a moment on that was not fed yet."""
        for stream in self.streams.values():
            stream.fetch_again(since)
        self._ahead.drop()

    def _restart(self, target: Micros) -> None:
        self._go_to(FeedStart(position=target, exact=True))

    def _go_to(self, start: FeedStart, behind: Pass | None = None) -> None:
        """End this pass for another one; `behind`: libmpv plays this one to its end first."""
        self._target, self._exact, self._behind = start.position, start.exact, behind
        if self._pass is not None:
            self._pass.end()

    def _moved(self) -> None:
        """The pass goes on at its new position."""
        if self._pass is not None and self._pass.opened:
            self.holding.restart()
        self._told_at = None
        self._edge.restart(self.leading_lane, self.position)
        self._latency.restart()
        self.companions.moved()

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
                await self._winding.run(self._leave_scan)
                await self._play(lanes)
                lanes = self._go_on(lanes)
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
            self.holding.aim(low_latency(self._usual, held))

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
            if self.holding.waiting:  # while the picture runs, its position tells when to look
                self._look()
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
            await self._source.wake.wait(WATCH)

    def _keep_to_edge(self) -> None:
        """Jump near the live edge again after stalls that left it too far away."""
        if not self.started or self.holding.paused:
            return
        if self.speed != 1.0:  # nobody falls behind, or catches up, but on purpose
            self._edge.restart(self.leading_lane, self.position)
        dry = self.playable < self._parts.control.reserve
        target = self._edge.look(self.leading_lane, self.position, self.loader.downloaded, dry=dry)
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
            self.holding.weigh(self._pass.buffer_state)
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
