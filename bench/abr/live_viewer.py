"""A viewer of live television at virtual time: the picture, its gate, its rate and its jumps.

The picture is let go and held by the player's own gate and kept at its latency by the player's own
`LiveRate`; it jumps where the player would.
"""

from dataclasses import dataclass, field, replace

from bench.abr.film import Film
from bench.abr.line import Line
from bench.abr.score import Session
from bench.abr.simulate import LOOK_S
from player.abr.controller import AbrController
from player.abr.estimator import BandwidthEstimator
from player.abr.live_rate import LiveRate, LiveRateInput, RateLimits
from player.streaming.fetch.load_control import LoadControl
from player.streaming.fetch.low_latency import low_latency
from player.streaming.gate import BufferState, Gate, GateChange
from player.units import Micros, micros, seconds

JOINED = 0.4
"""Where in a segment of the programme the viewer comes in."""

SETTLED_S = 10.0
"""After so long the start is no excuse for a latency any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveScene:
    """What is watched over what. The programme is the film, made second by second.

    A viewer joins `target_s` into it, for as long as the film is; `part_s` are what a segment is
    made of, as long as the segment where it comes whole.
    """

    name: str
    film: Film
    line: Line
    target_s: float
    part_s: float

    @property
    def joined_s(self) -> float:
        """How much of the programme is made when the viewer comes."""
        length = self.film.segment_s
        return (int(self.target_s / length) + 1 + JOINED) * length

    @property
    def lasts_s(self) -> float:
        """How long somebody watches."""
        return len(self.film.sizes) * self.film.segment_s - self.joined_s


@dataclass(slots=True)
class Seen:
    """A session so far, in seconds since it began.

    `latencies` are (when, how far behind, for how long) of a picture that ran; `stalls` (from,
    to); `shown` (segment, rung) in the order fetched; `levels` what was buffered when.
    """

    startup: float | None = None
    stalls: list[tuple[float, float]] = field(default_factory=list)
    latencies: list[tuple[float, float, float]] = field(default_factory=list)
    levels: list[tuple[float, float]] = field(default_factory=list)
    shown: dict[int, int] = field(default_factory=dict)
    came: dict[int, float] = field(default_factory=dict)
    jumps: int = 0
    skipped: float = 0.0
    abandoned: int = 0
    rate_changes: int = 0


class LiveRun:
    """A viewer of live television."""

    def __init__(self, scene: LiveScene, controller: AbrController) -> None:
        """Join the programme."""
        self.scene, self.controller = scene, controller
        self.estimator = BandwidthEstimator()
        self.seen = Seen()
        self.now = 0.0
        self.index = int((scene.joined_s - scene.target_s) / scene.film.segment_s)
        self.position = self.until = self.index * scene.film.segment_s
        # Sizes of what is not made yet are known to nobody.
        self.ladder = tuple(replace(one, sizes=()) for one in scene.film.ladders[0])
        self.control = low_latency(LoadControl(), micros(scene.target_s))
        self._gate = Gate(self.control)
        self._rate, self._speed = LiveRate(), 1.0
        self._dry: float | None = None
        self._stalls = 0

    @property
    def made(self) -> float:
        """How much of the programme there is."""
        return self.scene.joined_s + self.now

    @property
    def latency(self) -> float:
        """How far the picture is behind."""
        return self.made - self.position

    @property
    def buffer(self) -> float:
        """Seconds ready to play."""
        return max(self.until - self.position, 0.0)

    @property
    def over(self) -> bool:
        """Whether the viewer has seen enough, or there is nothing more."""
        return self.now >= self.scene.lasts_s or self.index >= len(self.scene.film.sizes)

    def session(self) -> Session:
        """What the viewer got."""
        rates = self.scene.film.rates
        shown = tuple(rates[rung] / 1e6 for _, rung in sorted(self.seen.shown.items()))
        stalled = sum(end - start for start, end in self.seen.stalls)
        begun = self.now if self.seen.startup is None else self.seen.startup
        return Session(shown, self.scene.film.segment_s, stalled, begun)

    # ---- time -------------------------------------------------------------------------------

    def pass_until(self, when: float) -> None:
        """Let time go by, looking at the picture again and again."""
        while self.now < when - 1e-9:
            step = min(LOOK_S, when - self.now)
            self.now += step
            if not self._gate.shut:
                self._play(step)
            self._look()

    def _play(self, step: float) -> None:
        moved = min(step * self._speed, self.buffer)
        self.position += moved
        self.seen.latencies.append((self.now, self.latency, step))

    def _look(self) -> None:
        state = BufferState(buffered=micros(self.buffer), all_fetched=False, now=micros(self.now))
        change = self._gate.look(state)
        if change is GateChange.RAN_DRY:
            self._dry = self.now
            self._stalls += 1
        elif change is GateChange.WENT_ON and self._dry is not None:
            self.seen.stalls.append((self._dry, self.now))
            self._dry = None
        elif change is GateChange.STARTED:
            self._start()
        self._keep_up()

    def _start(self) -> None:
        """Begin at the target latency, as far as that is there."""
        if self.seen.startup is None:
            self.seen.startup = self.now
        wanted = self.made - self.scene.target_s
        self.position = max(self.position, min(wanted, self.until - seconds(self.control.start)))

    def _keep_up(self) -> None:
        speed = self._rate.look(
            LiveRateInput(
                now=micros(self.now),
                latency=micros(self.latency),
                target=micros(self.scene.target_s),
                buffer=micros(self.buffer),
                segment=micros(self.scene.film.segment_s),
                stalls=self._stalls,
                running=not self._gate.shut,
            )
        )
        self.seen.rate_changes += speed != self._speed
        self._speed = speed

    def finish(self) -> None:
        """Count a stall that has not ended."""
        if self._dry is not None:
            self.seen.stalls.append((self._dry, self.now))
            self._dry = None

    # ---- fetching ---------------------------------------------------------------------------

    def jump(self) -> None:
        """Go on near the edge where the rate cannot make up for the distance any more."""
        catchable = seconds(Micros(RateLimits().catchable() + self._rate.raised))
        if self.latency - self.scene.target_s <= catchable:
            return
        index = int((self.made - self.scene.target_s) / self.scene.film.segment_s)
        point = max(self.made - self.scene.target_s, index * self.scene.film.segment_s)
        self.seen.jumps += 1
        self.seen.skipped += point - self.position
        self._rate.restart()
        if point < self.until:
            self.position = point
            return
        self.index = max(index, self.index)
        self.position = self.until = max(point, self.index * self.scene.film.segment_s)
        self._look()
