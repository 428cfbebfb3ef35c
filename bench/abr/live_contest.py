"""Live television over one line, all controllers; and the lines that it is tried on.

The shapes are those of the network profiles that Twitch gave out with the ACM MMSys 2020 grand
challenge "Adaptation Algorithms for Near-Second Latency", for rungs of 200, 600 and 1000 kbit/s.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from bench.abr.contest import Trail
from bench.abr.film import made_film
from bench.abr.line import Line
from bench.abr.live import watch
from bench.abr.live_viewer import SETTLED_S, LiveRun, LiveScene
from bench.abr.pool import spread
from bench.abr.score import score
from bench.abr.synthetic import RATES_KBPS, Level, line_of
from player.abr.controllers import make_controller

CONSTANT = "constant"
CHALLENGE_KBPS = (200, 600, 1000)
LATENCY_S = 0.04
HEADROOM = 1.5
WATCHED_S = 180.0
SPREAD = 0.1
"""How far segments of one rung differ: live encoders hold their rates."""

SHAPES: dict[str, tuple[Level, ...]] = {
    "cascade": ((30, 1.2), (30, 0.8), (30, 0.4), (30, 0.8), (30, 1.2)),
    "intra-cascade": tuple((15, rate) for rate in (1, 0.8, 0.6, 0.4, 0.2, 0.4, 0.6, 0.8, 1)),
    "spike": ((10, 1.2), (10, 0.3), (10, 0.8)),
    "slow-jitters": ((5, 0.5), (5, 1.2)),
    "fast-jitters": ((0.25, 0.5), (5, 1.2), (0.1, 0.5), (1, 1.2), (0.25, 0.5), (5, 1.2)),
}


@dataclass(frozen=True, slots=True)
class Form:
    """How a programme is cut, and how far behind it is watched; seconds."""

    name: str
    segment_s: float
    part_s: float
    target_s: float


FORMS = (Form("parts", 1.0, 0.25, 2.0), Form("whole", 1.0, 1.0, 4.0))
CONSTANT_FORMS = (Form("parts", 2.0, 0.25, 2.0), Form("whole", 1.0, 1.0, 2.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveFigures:
    """A session in numbers. `latency_s` is the mean of a picture that ran, after the start;
    `off_target_s` how far that is from the target, `latency_worst_s` the largest.
    """

    mean_kbps: float
    rebuffer_share: float
    stalls: float
    switches: float
    mean_change_kbps: float
    startup_s: float
    qoe: float
    latency_s: float
    off_target_s: float
    latency_worst_s: float
    jumps: float
    skipped_s: float
    abandoned: float
    rate_changes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveJob:
    """A scene for all controllers."""

    scene: LiveScene
    controllers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveOutcome:
    """What all of them made of it; `drawn` and `rates` are for plots, as in `Outcome`."""

    name: str
    drawn: Line
    rates: tuple[float, ...]
    target_s: float
    figures: Mapping[str, LiveFigures]
    trails: Mapping[str, Trail] = field(default_factory=dict)


def scenes() -> Iterator[LiveScene]:
    """A line that carries more than the best rung, then the challenge's shapes."""
    for form in CONSTANT_FORMS:
        yield _scene(CONSTANT, ((60, HEADROOM * RATES_KBPS[-1] / 1e3),), RATES_KBPS, form)
    for name, levels in SHAPES.items():
        for form in FORMS:
            yield _scene(name, levels, CHALLENGE_KBPS, form)


def live_jobs(controllers: Sequence[str]) -> list[LiveJob]:
    """All scenes, for these controllers."""
    return [LiveJob(scene=one, controllers=tuple(controllers)) for one in scenes()]


def live_contest(job: LiveJob) -> LiveOutcome:
    """Let all controllers watch a scene."""
    runs = {name: watch(job.scene, make_controller(name)) for name in job.controllers}
    return LiveOutcome(
        name=job.scene.name,
        drawn=job.scene.line,
        rates=tuple(rate / 1e6 for rate in job.scene.film.rates),
        target_s=job.scene.target_s,
        figures={name: figures_of(run) for name, run in runs.items()},
        trails={name: trail(run) for name, run in runs.items()},
    )


def live_contests(jobs: Sequence[LiveJob], processes: int) -> Iterator[LiveOutcome]:
    """All of them, as they get done."""
    return spread(live_contest, jobs, processes)


def figures_of(run: LiveRun) -> LiveFigures:
    """The numbers of a session."""
    seen, target = run.seen, run.scene.target_s
    told = score(run.session(), run.scene.film.top)
    begun = (seen.startup or 0.0) + SETTLED_S
    settled = [(late, lasted) for when, late, lasted in seen.latencies if when >= begun]
    ran = sum(lasted for _, lasted in settled)
    mean = sum(late * lasted for late, lasted in settled) / ran if ran else 0.0
    return LiveFigures(
        mean_kbps=told.mean_kbps,
        rebuffer_share=told.rebuffer_share,
        stalls=len(seen.stalls),
        switches=told.switches,
        mean_change_kbps=told.mean_change_kbps,
        startup_s=told.startup_s,
        qoe=told.qoe,
        latency_s=mean,
        off_target_s=abs(mean - target),
        latency_worst_s=max((late for late, _ in settled), default=0.0),
        jumps=seen.jumps,
        skipped_s=seen.skipped,
        abandoned=seen.abandoned,
        rate_changes=seen.rate_changes,
    )


def mean_figures(found: Iterable[LiveFigures]) -> LiveFigures:
    """The mean of several sessions, figure by figure."""
    all_ = list(found)
    names = LiveFigures.__dataclass_fields__
    return LiveFigures(**{name: fmean(getattr(one, name) for one in all_) for name in names})


def trail(run: LiveRun) -> Trail:
    """What a viewer saw, for a plot; a segment is drawn from when it came."""
    seen, rates = run.seen, run.scene.film.rates
    begun = run.now if seen.startup is None else seen.startup
    return Trail(
        shown=tuple((seen.came[index], rates[rung] / 1e6) for index, rung in seen.shown.items()),
        levels=tuple((when, late) for when, late, _ in seen.latencies[::5]),
        stalls=((0.0, begun), *seen.stalls),
        ended=run.now,
        abandoned=seen.abandoned,
    )


def _scene(name: str, levels: tuple[Level, ...], rates: tuple[int, ...], form: Form) -> LiveScene:
    count = round(WATCHED_S / form.segment_s)
    return LiveScene(
        name=f"{name}-{form.name}",
        film=made_film(rates, form.segment_s, count, spread=SPREAD),
        line=line_of(name, levels, LATENCY_S),
        target_s=form.target_s,
        part_s=form.part_s,
    )
