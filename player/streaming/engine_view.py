"""EngineView: what may be asked of an engine: where the picture is, and what lies around it."""

from player.abr.selector import TrackPreference
from player.model.presentation import Track, TrackKind
from player.model.sample import HDR, StreamHead
from player.model.sphere import Sphere
from player.ports import TOLD_EVERY
from player.streaming.engine_pass import Pass
from player.streaming.engine_shared import Shared
from player.streaming.fetch.lane import Lane
from player.streaming.holding import Holding
from player.streaming.presentation.break_keeper import BreakKeeper
from player.streaming.presentation.latency_keeper import LatencyKeeper
from player.streaming.presentation.live import Window
from player.streaming.presentation.window_finder import WindowFinder
from player.streaming.stream.ahead import Ahead
from player.streaming.stream.track_change import audio_on, leading
from player.streaming.stream.track_stream import TrackStream
from player.streaming.text.sparing import Spare
from player.streaming.trick.speed import PlaybackSpeed
from player.streaming.trick.winding import Winding
from player.units import Micros, micros

CALM = micros(2)
"""Media ahead of the picture from which text may have the line."""


class EngineView:
    """The half of the engine that changes nothing: a snapshot asks it, and the engine's parts.

    Engine thread only.
    """

    def __init__(self, shared: Shared, ahead: Ahead) -> None:
        """Look at an engine that is to begin as its options say, else where the manifest does."""
        parts, options = shared.engine, shared.options
        self.store = shared.store
        self.loader = shared.loader
        self.holding = Holding(parts.control, parts.sink, shared.reporter, shared.source)
        self.started = False
        self.breaks = BreakKeeper(shared.store, shared.reporter)
        self._windows = WindowFinder(shared.store, shared.loader.tape)
        self._speed = PlaybackSpeed(parts.sink)
        self._latency = LatencyKeeper(
            shared.store, self._windows, parts, options.target_latency, self._speed.hold
        )
        self._lanes = shared.lanes
        self._ahead = ahead
        self._clock = parts.clock
        self._calm = Micros(min(CALM, 5 * parts.control.reserve))
        self._estimator = parts.estimator
        self._pass: Pass | None = None
        self._winding = Winding()
        self._target = options.start
        self._told_at: Micros | None = None

    @property
    def playing(self) -> Pass | None:
        """The pass that plays; None before the first one."""
        return self._pass

    @property
    def position(self) -> Micros:
        """Presentation time of the picture; before the first one, where it will be."""
        wound = self._winding.position
        if wound is not None:
            return wound
        return self._pass.position if self._pass else self._target or Micros(0)

    @property
    def rate(self) -> float:
        """The rate that holds a live latency."""
        return self._latency.rate

    @property
    def speed(self) -> float:
        """The speed that the viewer asked for, 1 where it could not be kept."""
        return self._speed.wished

    @property
    def scan_rate(self) -> int:
        """How many times as fast pictures alone go by, below 0 back; 0: they do not."""
        return self._winding.rate

    @property
    def settled(self) -> bool:
        """Whether libmpv has told where it is since playback went somewhere."""
        return self._told_at is not None

    @property
    def position_now(self) -> Micros:
        """The position as it is now: libmpv tells it ten times a second, the picture goes on."""
        if not self.started or self.ended or self.holding.held or self._told_at is None:
            return self.position
        passed = self._clock.monotonic() - self._told_at
        moved = round(min(passed, TOLD_EVERY) * self._speed.told)
        return Micros(self.position + min(moved, self.playable))

    @property
    def playable(self) -> Micros:
        """Media ahead of the picture that needs no further byte."""
        if self._pass is None:
            return Micros(0)
        until = self._ahead.reach(Micros(self._pass.position + self._pass.playable))
        return Micros(until - self._pass.position)

    @property
    def taken(self) -> Micros:
        """Presentation time up to which libmpv has, or is about to have, something of a kind."""
        return self._pass.taken if self._pass else Micros(0)

    @property
    def fed_until(self) -> Micros:
        """Presentation time up to which libmpv has every kind."""
        return self._pass.feeder.fed_until if self._pass else Micros(0)

    @property
    def ended(self) -> bool:
        """Whether the last picture stands."""
        return self._pass is not None and self._pass.ended and not self._winding.on

    @property
    def spare(self) -> Spare:
        """How far pictures and sound can spare the line for a moment."""
        return Spare(
            running=self.started and not self.holding.waiting,
            playable=self.playable,
            enough=self._calm,
            rate=self._estimator.estimate,
            beat=self._pass.fetched.beat if self._pass else Micros(0),
        )

    @property
    def streams(self) -> dict[TrackKind, TrackStream]:
        """The track streams of the current pass."""
        return self._pass.streams if self._pass else {}

    @property
    def preference(self) -> TrackPreference:
        """What the viewer wants."""
        return self._lanes.preference

    @property
    def audio_track(self) -> Track | None:
        """The audio track that plays, with bytes of its own or inside the pictures'."""
        return audio_on(self._pass.fetched.shown, self.preference) if self._pass else None

    @property
    def window(self) -> Window | None:
        """The seekable range."""
        return self._windows.of(self.leading_lane)

    def latency_in(self, window: Window) -> Micros | None:
        """How far the picture is behind the live programme of `window`; None: it is not live."""
        return self._windows.latency(window, self.position)

    @property
    def latency(self) -> Micros | None:
        """How far the picture is behind the live programme; None: it is not live, or unknown."""
        window = self.window if self.store.live else None
        return self.latency_in(window) if window else None

    @property
    def sphere(self) -> Sphere | None:
        """How the pictures lie around the viewer: by their own word, else by the manifest's."""
        told, lane = self._pictures, self.shown_lane
        own = told.sphere if told else None
        return own or (lane.representation.sphere if lane else None)

    @property
    def video_range(self) -> str:
        """PQ or HLG by the pictures' own word, else the manifest's; "" for SDR."""
        told, lane = self._pictures, self.shown_lane
        if told is not None and told.color is not None:
            return HDR.get(told.color.transfer, "")
        by_manifest = lane.representation.video_range if lane else ""
        return "" if by_manifest == "SDR" else by_manifest

    @property
    def _pictures(self) -> StreamHead | None:
        return self._pass.feeder.pictures if self._pass else None

    @property
    def shown_lane(self) -> Lane | None:
        """What is on the picture, without pictures what is heard."""
        return leading(self._pass.fetched.shown) if self._pass else None

    @property
    def leading_lane(self) -> Lane | None:
        """Where the pictures are fetched, without pictures the sound."""
        return self._pass.leading_lane if self._pass else None
