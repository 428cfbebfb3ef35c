"""StreamingEngine: one presentation from its first request to its last picture."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass

import anyio

from player.abr.selector import TrackPreference, select_audio, select_tracks
from player.api import FirstPicture, PlaybackEnded
from player.drm.clearkey import KeyRing
from player.errors import Failure, PlayerError
from player.model.presentation import Period, Presentation, Track, TrackKind
from player.ports import SinkEvent, SinkState, SinkStatus
from player.streaming.feeder import Feeder, FeederParts, FeedStart
from player.streaming.gate import BufferState
from player.streaming.holding import Holding
from player.streaming.lane import Lane
from player.streaming.lane_choice import choose_lanes, keep_lanes, nothing_to_play
from player.streaming.live import (
    Window,
    join_position,
    latest_period,
    period_at,
    rejoin_position,
    seek_position,
    window_of,
)
from player.streaming.parts import EngineParts, Reporter, Source
from player.streaming.preparation import Preparation
from player.streaming.presentation_store import PresentationStore
from player.streaming.rungs import RungChooser
from player.streaming.segment_loader import SegmentLoader
from player.streaming.timeline import MediaTimeline
from player.streaming.track_line import LineParts
from player.streaming.track_stream import TrackStream, TrackStreamParts
from player.units import Micros, micros

WATCH = micros(1)
"""How often the buffer is looked at when nobody rings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineOptions:
    """What one channel asks of the engine. `choosers` chooses rungs, one for each kind."""

    start: Micros | None
    preference: TrackPreference
    choosers: Mapping[TrackKind, RungChooser]
    epochs: Iterator[int]
    keys: KeyRing


@dataclass(slots=True, kw_only=True)
class _Pass:
    """From a start or a seek to the next: its own buffers and its own feed."""

    streams: dict[TrackKind, TrackStream]
    feeder: Feeder
    over: anyio.Event
    position: Micros
    fed: bool = False
    ended: bool = False
    last_epoch: int = 0


class StreamingEngine:
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
        self.store = PresentationStore(presentation, url, parts, source)
        self.loader = SegmentLoader(parts, source)
        self.preference = options.preference
        self.holding = Holding(parts.control, parts.sink, reporter, source.wake)
        self.started = False
        self._options = options
        self._parts = parts
        self._source = source
        self._reporter = reporter
        self._timeline = MediaTimeline()
        self._origins: dict[int, Micros] = {}
        self._pass: _Pass | None = None
        self._target: Micros | None = options.start
        self._exact = options.start is not None
        self._failure: Failure | None = None

    # ---- what a snapshot asks ---------------------------------------------------------------

    @property
    def position(self) -> Micros:
        """Presentation time of the picture; before the first one, where it will be."""
        if self._pass is None:
            return self._target or Micros(0)
        return self._pass.position

    @property
    def playable(self) -> Micros:
        """Media ahead of the picture that needs no further byte."""
        if self._pass is None:
            return Micros(0)
        return Micros(max(self._pass.feeder.playable_until - self.position, 0))

    @property
    def ended(self) -> bool:
        """Whether the last picture stands."""
        return self._pass is not None and self._pass.ended

    @property
    def streams(self) -> Mapping[TrackKind, TrackStream]:
        """The track streams of the current pass."""
        return self._pass.streams if self._pass else {}

    @property
    def audio_track(self) -> Track | None:
        """The audio track that is chosen, with bytes of its own or inside the pictures'."""
        lane = self.leading_lane
        return select_audio(lane.period, self.preference) if lane else None

    @property
    def window(self) -> Window | None:
        """The seekable range."""
        lane = self.leading_lane
        return self._window_on(lane) if lane else None

    @property
    def latency(self) -> Micros | None:
        """How far the picture is behind the live programme; None for what is not live."""
        window, epoch = self.window, self.store.presentation.epoch
        if not self.store.live or window is None:
            return None
        edge = window.end if epoch is None else Micros(self.store.now() - epoch)
        return Micros(edge - self.position)

    @property
    def leading_lane(self) -> Lane | None:
        """Where the pictures are fetched, without pictures the sound."""
        for kind in (TrackKind.VIDEO, TrackKind.AUDIO):
            if kind in self.streams:
                return self.streams[kind].lane
        return None

    def _window_on(self, lane: Lane) -> Window | None:
        loaded = self.store.index(lane)
        if loaded is None:
            return None
        return window_of(self.store.presentation, loaded.index, self.store.now())

    # ---- commands ---------------------------------------------------------------------------

    def set_paused(self, *, paused: bool) -> None:
        """Pause or go on; going on behind a live window's start joins the window again."""
        window = self.window
        if not paused and window is not None and self.position < window.start:
            back = rejoin_position(self.store.presentation, window, self.store.now())
            self._restart(back, exact=True)
        self.holding.set_paused(paused=paused)

    def seek(self, position: Micros) -> None:
        """Go to a presentation time, exactly."""
        window = self.window
        if window is not None:
            now = self.store.now()
            position = seek_position(self.store.presentation, window, position, now)
        self._restart(position, exact=True)

    def prefer(self, preference: TrackPreference) -> None:
        """Choose other tracks, from where the picture is."""
        self.preference = preference
        self._restart(self.position, exact=True)

    def replace_unfed(self) -> None:
        """Fetch again, with the rung now wanted, what libmpv was not given yet."""
        stream = self.streams.get(TrackKind.VIDEO)
        if stream is not None:
            stream.replace_unfed()

    def _restart(self, target: Micros, *, exact: bool) -> None:
        self._target, self._exact = target, exact
        if self._pass is not None:
            self._pass.over.set()

    # ---- the sink's word --------------------------------------------------------------------

    def on_sink_event(self, event: SinkEvent) -> None:
        """Take an event of one of this engine's epochs."""
        playing = self._pass
        if playing is None or event.epoch not in self._origins:
            return
        match event.state:
            case SinkState.FIRST_PICTURE:
                self._first_picture()
            case SinkState.ENDED:
                if playing.fed and event.epoch == playing.last_epoch:
                    self._end(playing)
            case SinkState.FAILED:
                if event.failure is not None:
                    self._fail(event.failure)

    def on_sink_status(self, status: SinkStatus) -> None:
        """Take the newest status; one without a position is of an epoch that is about to show."""
        origin = self._origins.get(status.epoch)
        if self._pass is None or origin is None or status.position is None:
            return
        self._pass.position = Micros(origin + status.position)
        self._look()

    def _first_picture(self) -> None:
        if not self.started:
            self.started = True
            self._reporter.emit(lambda at, tag: FirstPicture(at=at, tag=tag))
        self._source.wake.notify()

    def _end(self, playing: _Pass) -> None:
        playing.ended = True
        self._reporter.emit(lambda at, tag: PlaybackEnded(at=at, tag=tag))

    # ---- running ----------------------------------------------------------------------------

    async def run(self) -> None:
        """Play until cancelled; raises PlayerError."""
        lanes = await self._prepare()
        async with anyio.create_task_group() as group:
            group.start_soon(self.store.keep_fresh)
            while self._failure is None:
                await self._play(lanes)
                try:
                    lanes = self._lanes_at(self._target or Micros(0))
                except PlayerError as failed:  # a period with neither picture nor sound
                    self._fail(failed.failure)
            group.cancel_scope.cancel()
        if self._failure is not None:
            raise PlayerError(self._failure)

    async def _prepare(self) -> dict[TrackKind, Lane]:
        """Choose tracks, load the first indexes, agree on the time and find the start."""
        presentation = self.store.presentation
        period = (
            latest_period(presentation, self.store.now())
            if self.store.live
            else period_at(presentation, self._target or presentation.periods[0].start)
        )
        lanes = self._lanes(period)
        await Preparation(self.store, self._parts, self._source).run(lanes.values())
        self._join(next(iter(lanes.values())))
        return lanes

    def _join(self, lane: Lane) -> None:
        window = self._window_on(lane)
        if window is not None:
            self._target = join_position(
                self.store.presentation, window, self._target, self.store.now()
            )

    def _lanes(self, period: Period) -> dict[TrackKind, Lane]:
        return choose_lanes(period, self.preference, self._options.choosers)

    def _lanes_at(self, position: Micros) -> dict[TrackKind, Lane]:
        """The lanes of a position, keeping the rungs that are playing where they still fit."""
        chosen = self._lanes(period_at(self.store.presentation, position))
        return keep_lanes(chosen, {kind: one.lane for kind, one in self.streams.items()})

    async def _play(self, lanes: Mapping[TrackKind, Lane]) -> None:
        start = self._target or Micros(0)
        streams = {
            kind: TrackStream(kind, lane, start, self._stream_parts(kind))
            for kind, lane in lanes.items()
        }
        feeder = Feeder(
            {kind: stream.buffer for kind, stream in streams.items()},
            FeedStart(position=start, exact=self._exact),
            self._feeder_parts(),
        )
        playing = _Pass(streams=streams, feeder=feeder, over=anyio.Event(), position=start)
        self._pass = playing
        self.holding.restart()
        self._origins.clear()
        async with anyio.create_task_group() as group:
            for stream in streams.values():
                group.start_soon(self._guarded, stream.run)
            group.start_soon(self._guarded, self._feed)
            group.start_soon(self._watch)
            await playing.over.wait()
            group.cancel_scope.cancel()

    async def _feed(self) -> None:
        playing = self._pass
        if playing is not None:
            await playing.feeder.run()
            playing.fed = True
            if not playing.feeder.opened:
                raise nothing_to_play()

    async def _guarded(self, work: Callable[[], Awaitable[None]]) -> None:
        """Run a task of the engine; its failure is the channel's."""
        try:
            await work()
        except PlayerError as failed:
            self._fail(failed.failure)

    def _fail(self, failure: Failure) -> None:
        self._failure = self._failure or failure
        if self._pass is not None:
            self._pass.over.set()

    # ---- holding and letting go -------------------------------------------------------------

    async def _watch(self) -> None:
        while True:
            self._look()
            await self._source.wake.wait(WATCH)

    def _look(self) -> None:
        if self._origins:
            self._weigh()

    def _held(self) -> bool:
        """Whether the epoch that is about to be opened shall begin paused.

        Weighed before it opens: to pause libmpv and let it go while it starts its sound is a race
        inside it.
        """
        self._weigh()
        return self.holding.held

    def _weigh(self) -> None:
        playing = self._pass
        if playing is not None and not playing.ended:
            fetched = all(stream.buffer.finished for stream in playing.streams.values())
            self.holding.weigh(BufferState(buffered=self.playable, all_fetched=fetched))

    def _opened(self, epoch: int, origin: Micros) -> None:
        self._origins[epoch] = origin
        if self._pass is not None:
            self._pass.last_epoch = epoch
        self._look()

    # ---- parts ------------------------------------------------------------------------------

    def _stream_parts(self, kind: TrackKind) -> TrackStreamParts:
        return TrackStreamParts(
            engine=self._parts,
            source=self._source,
            store=self.store,
            loader=self.loader,
            chooser=self._options.choosers[kind],
            reporter=self._reporter,
            position=lambda: self.position,
            match=self._match,
        )

    def _match(self, period: Period, kind: TrackKind) -> Track | None:
        return select_tracks(period, self.preference).get(kind)

    def _feeder_parts(self) -> FeederParts:
        return FeederParts(
            sink=self._parts.sink,
            line=LineParts(
                worker=self._parts.worker,
                open_demuxer=self._parts.open_demuxer,
                timeline=self._timeline,
                recovery=self._parts.recovery,
                key_for=self._options.keys.key_for,
                report=self._reporter.error,
            ),
            control=self._parts.control,
            wake=self._source.wake,
            epochs=self._options.epochs,
            position=lambda: self.position,
            held=self._held,
            opened=self._opened,
        )
