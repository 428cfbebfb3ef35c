"""One line, all controllers: what each of them made of it, and what was to be had."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bench.abr.kept import kept
from bench.abr.line import Line
from bench.abr.optimum import optimum
from bench.abr.pool import spread
from bench.abr.score import Figures, score
from bench.abr.simulate import Run, Scene, simulate
from player.abr.controller import AbandonInput, AbrInput, Decision
from player.abr.controllers import make_controller

OURS = "farol"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A scene for all controllers; `family` is for whoever sorts what comes of it."""

    family: str
    scene: Scene
    controllers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """What a viewer saw, for a plot: times are seconds since the start.

    `shown` are (when, Mbit/s) of the segments on the screen, `levels` (when, seconds buffered),
    `stalls` (from, to), the startup first.
    """

    shown: tuple[tuple[float, float], ...]
    levels: tuple[tuple[float, float], ...]
    stalls: tuple[tuple[float, float], ...]
    ended: float
    abandoned: int = 0
    replaced: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`floor` is what the lowest rung alone comes to, `best` what knowing the line does.

    `drawn` is the line itself and `rates` the ladder in Mbit/s, for plots.
    """

    family: str
    line: str
    buffer_s: float
    drawn: Line
    rates: tuple[float, ...]
    figures: Mapping[str, Figures]
    best: Figures
    floor: Figures
    trails: Mapping[str, Trail] = field(default_factory=dict)


class Lowest:
    """Implements `AbrController`: the lowest rung always; nobody waits less."""

    def choose(self, given: AbrInput) -> Decision:
        """See `AbrController.choose`."""
        return Decision(rung=given.ladder[0], reason="the lowest")

    def abandon(self, given: AbandonInput) -> Decision | None:  # noqa: ARG002 - the port's
        """Never."""
        return None


def contest(job: Job) -> Outcome:
    """Let all controllers play a scene."""
    scene = job.scene
    runs = {name: simulate(scene, make_controller(name)) for name in job.controllers}
    lowest = simulate(scene, Lowest()).session()
    waited = lowest.rebuffer_s + lowest.startup_s
    best = kept(scene, waited, lambda: optimum(scene, stalled_s=waited))
    top = scene.film.top
    return Outcome(
        family=job.family,
        line=scene.line.name,
        buffer_s=scene.buffer_s,
        drawn=scene.line,
        rates=tuple(rate / 1e6 for rate in scene.film.rates),
        figures={name: score(run.session(), top) for name, run in runs.items()},
        best=score(best, top),
        floor=score(lowest, top),
        trails={name: trail(run) for name, run in runs.items()},
    )


def contests(jobs: Sequence[Job], processes: int) -> Iterator[Outcome]:
    """All of them, as they get done, by so many processes."""
    return spread(contest, jobs, processes)


def trail(run: Run) -> Trail:
    """Draw out of a run what was on the screen, and when it stood."""
    film = run.scene.film
    starts = _on_screen(run.stalls, run.startup or 0.0, film.segment_s, len(run.fetched))
    rates = (film.rates[rung] / 1e6 for rung in run.fetched)
    stalls = ((at, at + lasted) for at, lasted, _ in run.stalls)
    return Trail(
        shown=tuple(zip(starts, rates, strict=True)),
        levels=tuple(run.levels),
        stalls=((0.0, run.startup or 0.0), *stalls),
        ended=run.now,
        abandoned=run.abandoned,
        replaced=run.replaced,
    )


def _on_screen(
    stalls: Iterable[tuple[float, float, float]], startup: float, length: float, count: int
) -> Iterator[float]:
    """When each segment came on the screen."""
    waiting, clock = list(stalls), startup
    for index in range(count):
        while waiting and waiting[0][2] <= index * length + 1e-6:
            clock += waiting.pop(0)[1]
        yield clock + index * length
