"""EngineMoves: what a viewer asks of an engine, and how playback goes there."""

import logging

from player.abr.selector import TrackPreference
from player.api import Wish
from player.model.presentation import TrackKind
from player.streaming.companions import Companions
from player.streaming.engine_parts import scan_parts, step_parts, text_parts
from player.streaming.engine_pass import Pass
from player.streaming.engine_shared import Shared
from player.streaming.engine_view import EngineView
from player.streaming.feed.feeder import FeedStart
from player.streaming.fetch.lane import Lane
from player.streaming.presentation.edge_keeper import EdgeKeeper
from player.streaming.stream.ahead import Ahead
from player.streaming.stream.track_wish import Outcome, TrackWish
from player.streaming.trick.scan import Scan
from player.streaming.trick.scan_plan import bounded_rate
from player.streaming.trick.stepper import Stepper
from player.units import Micros, seconds

LOG = logging.getLogger("farol.engine")

FAR = Micros(1 << 61)
"""Later than anything."""


class EngineMoves(EngineView):
    """The half of the engine that changes where, how fast and in which tracks playback goes on.

    It ends the pass that plays, or moves it; who begins the next one is StreamingEngine. Engine
    thread only.
    """

    def __init__(self, shared: Shared, ahead: Ahead) -> None:
        """Take what the parts of one engine share, and what is fetched ahead of them."""
        super().__init__(shared, ahead)
        parts = shared.engine
        self._shared = shared
        self._parts = parts
        self._source = shared.source
        self._exact = shared.exact
        self._behind: Pass | None = None
        self._wish = TrackWish(shared.lanes, self._moved, self.prefer)
        text = text_parts(shared, self, self._redraw)
        self.companions = Companions(text, shared.reporter, shared.options.preference)
        self._stepper = Stepper(
            step_parts(
                self,
                step=lambda: parts.sink.step_frame(forward=True),
                rewind=self._rewind,
                enter=self._restart,
            )
        )
        self._edge = EdgeKeeper(shared.store, self._windows, self._latency.catchable)

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
