"""Runs a controller through a film over a line, at virtual time."""

from dataclasses import dataclass, field, replace

from bench.abr.film import Film
from bench.abr.line import Line
from bench.abr.score import Session
from player.abr.controller import (
    FED,
    AbandonInput,
    AbrController,
    AbrInput,
    Decision,
    Queued,
    Thinker,
)
from player.abr.estimator import BandwidthEstimator
from player.model.transfer import TransferSample
from player.units import BitsPerSecond, ByteCount, Micros, micros, seconds

LOOK_S = 0.1
"""How often a fetch under way is looked at: the engine looks at each piece that comes."""

BEGUN = 6
"""Pieces that have come by the time of the first look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What is played over what. `buffer_s` is the most that is buffered ahead.

    `first_guess` is what the network did last time, in bit/s; `start_s` is where in the trace
    the session begins.
    """

    film: Film
    line: Line
    buffer_s: float
    first_guess: int | None = None
    start_s: float = 0.0


@dataclass(slots=True)
class Step:
    """A segment as it was fetched, for plots and for looking at."""

    asked_s: float
    came_s: float
    rung: int
    buffer_s: float
    reason: str


@dataclass(slots=True)
class Run:
    """A session under way; times in seconds since its beginning.

    `stalls` are (when, for how long, at which second of the film), `levels` what was buffered
    when.
    """

    scene: Scene
    controller: AbrController
    estimator: BandwidthEstimator
    now: float = 0.0
    fetched: list[int] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    stalls: list[tuple[float, float, float]] = field(default_factory=list)
    levels: list[tuple[float, float]] = field(default_factory=list)
    played: float = 0.0
    stalled: float = 0.0
    startup: float | None = None
    abandoned: int = 0
    replaced: int = 0

    @property
    def buffer(self) -> float:
        """Seconds ready to play."""
        return len(self.fetched) * self.scene.film.segment_s - self.played

    def session(self) -> Session:
        """What the viewer got."""
        rates = tuple(self.scene.film.rates[rung] / 1e6 for rung in self.fetched)
        return Session(rates, self.scene.film.segment_s, self.stalled, self.startup or 0.0)

    def pass_time(self, seconds: float) -> None:
        """Let time go by: what is buffered plays, else the picture stands."""
        self.now += seconds
        if self.startup is None:
            return
        played = min(seconds, self.buffer)
        self.played += played
        if seconds > played:
            self._stand(seconds - played)

    def mark(self) -> None:
        """Note what is buffered now."""
        self.levels.append((self.now, self.buffer))

    def _stand(self, seconds: float) -> None:
        """The picture stands until now; looks at one stall follow each other."""
        self.stalled += seconds
        if self.stalls and self.stalls[-1][2] >= self.played - 1e-9:
            began, lasted, at = self.stalls.pop()
            self.stalls.append((began, lasted + seconds, at))
        else:
            self.stalls.append((self.now - seconds, seconds, self.played))


def simulate(scene: Scene, controller: AbrController) -> Run:
    """Play the whole film."""
    guess = None if scene.first_guess is None else BitsPerSecond(scene.first_guess)
    run = Run(scene, controller, BandwidthEstimator(guess))
    count, length = len(scene.film.sizes), scene.film.segment_s
    while len(run.fetched) < count:
        decision = _decision(run)
        too_much = run.buffer + length - scene.buffer_s
        if too_much > 1e-9 and decision.replace is None:
            run.pass_time(too_much)
            decision = _decision(run)
        if decision.wait and run.buffer > 0:
            run.pass_time(min(decision.wait / 1e6, run.buffer))
            continue
        if decision.replace is not None:
            _replace(run, decision)
            continue
        _fetch(run, decision)
    if run.buffer > 0:
        run.pass_time(run.buffer)
    run.mark()
    return run


def _decision(run: Run) -> Decision:
    """What the controller chooses; it has thought as much as it wants before it is asked again."""
    decision = run.controller.choose(_given(run))
    while isinstance(run.controller, Thinker) and run.controller.think():
        pass
    return decision


def _given(run: Run) -> AbrInput:
    film, index = run.scene.film, len(run.fetched)
    length = micros(film.segment_s)
    return AbrInput(
        now=micros(run.now),
        media_time=Micros(index * length),
        buffer=micros(run.buffer),
        segment_duration=length,
        ladder=film.ladders[index],
        playing=str(run.fetched[-1]) if run.fetched else None,
        line=run.estimator.view,
        buffer_limit=micros(run.scene.buffer_s),
        queued=_queued(run),
    )


def _queued(run: Run) -> tuple[Queued, ...]:
    film = run.scene.film
    first = int((run.played + seconds(FED)) // film.segment_s) + 1
    return tuple(
        Queued(
            start=micros(index * film.segment_s),
            duration=micros(film.segment_s),
            bandwidth=BitsPerSecond(film.rates[run.fetched[index]]),
        )
        for index in range(first, len(run.fetched))
    )


def _replace(run: Run, decision: Decision) -> None:
    """Fetch a queued segment again; it takes the other's place if it comes before its time."""
    assert decision.replace is not None  # noqa: S101 - asked by the caller
    length = run.scene.film.segment_s
    index = round(decision.replace / micros(length))
    if _transfer(run, index, int(decision.rung.id), again=True) is None:
        run.replaced += 1
        if index * length >= run.played + seconds(FED):
            run.fetched[index] = int(decision.rung.id)


def _fetch(run: Run, decision: Decision) -> None:
    """Fetch the next segment, giving it up for a lower rung when the controller says so."""
    asked, buffered = run.now, run.buffer
    run.mark()
    while True:
        instead = _transfer(run, len(run.fetched), int(decision.rung.id))
        if instead is None:
            break
        run.abandoned += 1
        decision = instead
    run.mark()
    run.fetched.append(int(decision.rung.id))
    run.mark()
    if run.startup is None:
        run.startup = run.now
    run.steps.append(Step(asked, run.now, int(decision.rung.id), buffered, decision.reason))


def _transfer(run: Run, index: int, rung: int, *, again: bool = False) -> Decision | None:
    """One request to its end; a decision where it was given up."""
    scene, line = run.scene, run.scene.line
    started = run.now
    bits = scene.film.sizes[index][rung]
    run.pass_time(line.latency(scene.start_s + started))
    first_byte = run.now
    before = line.bits_until(scene.start_s + first_byte)
    end = line.when(before + bits) - scene.start_s
    while run.now < end:
        run.pass_time(min(LOOK_S, end - run.now))
        received = min(line.bits_until(scene.start_s + run.now) - before, bits)
        if run.now < end:
            under_way = _under_way(run, index, rung, started, first_byte, received)
            instead = run.controller.abandon(replace(under_way, again=again))
            if instead is not None:
                _sample(run, started, first_byte, received)
                return instead
    run.now = max(run.now, end)
    _sample(run, started, first_byte, bits)
    return None


def _sample(run: Run, started: float, first_byte: float, bits: float) -> None:
    run.estimator.add(
        TransferSample(
            started=micros(started),
            first_byte=micros(first_byte),
            ended=micros(run.now),
            size=ByteCount(round(bits / 8)),
        )
    )


def _under_way(
    run: Run, index: int, rung: int, started: float, first_byte: float, received: float
) -> AbandonInput:
    film = run.scene.film
    ladder = film.ladders[index]
    return AbandonInput(
        now=micros(run.now),
        started=micros(started),
        received=ByteCount(round(received / 8)),
        buffer=micros(run.buffer),
        segment_duration=micros(film.segment_s),
        ladder=ladder,
        rung=ladder[rung],
        expected_size=ladder[rung].segment_size,
        pieces=BEGUN,
        first_byte=micros(first_byte),
        line=run.estimator.view,
    )
