"""The offline optimum: as good as trying everything, and better than whoever did not know."""

from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.abr import kept as keeping
from bench.abr.contest import Job, contest
from bench.abr.film import Film, made_film
from bench.abr.line import Line, Stretch
from bench.abr.optimum import optimum
from bench.abr.score import score
from bench.abr.simulate import Scene, simulate
from bench.abr.synthetic import RATES_KBPS, steps
from player.abr.controllers import make_controller

NAMES = ("throughput", "bola", "dynamic", "robust-mpc", "farol")
SMALL = made_film((500, 1200, 3000), 2.0, 6)

levels = st.tuples(st.floats(1, 12), st.sampled_from([0.2, 0.6, 1.0, 2.2, 5.0]))
lines = st.lists(levels, min_size=1, max_size=4).map(
    lambda told: Line("any", [Stretch(seconds, 1e6 * rate, 0.05) for seconds, rate in told])
)


def qoe(film: Film, session) -> float:
    return score(session, film.top).qoe


def worth(scene: Scene, plan: tuple[int, ...]) -> float:
    """QoE_lin of a rung for each segment, written down before; by the book."""
    film, line, length = scene.film, scene.line, scene.film.segment_s
    now = buffer = waited = 0.0
    for sizes, rung in zip(film.sizes, plan, strict=True):
        full = max(buffer + length - scene.buffer_s, 0.0)
        now, buffer = now + full, buffer - full
        asked, now = now, line.when(line.bits_until(now + line.latency(now)) + sizes[rung])
        waited += max(now - asked - buffer, 0.0)
        buffer = max(buffer - (now - asked), 0.0) + length
    rates = [film.rates[rung] / 1e6 for rung in plan]
    changes = sum(abs(after - before) for before, after in pairwise(rates))
    return (sum(rates) - changes - film.top * waited) / len(plan)


def tried(scene: Scene) -> float:
    """The best of all plans there are."""
    plans = product(range(len(scene.film.rates)), repeat=len(scene.film.sizes))
    return max(worth(scene, plan) for plan in plans)


@settings(max_examples=8, deadline=None)
@given(lines, st.sampled_from([4.5, 20.0]))
def test_it_is_as_good_as_trying_everything(line, buffer_s):
    scene = Scene(film=SMALL, line=line, buffer_s=buffer_s)
    found = qoe(SMALL, optimum(scene, stalled_s=30.0))
    best = tried(scene)

    assert found <= best + 1e-6
    assert found >= best - 0.15, "waiting is counted in steps, and the film is short"


@settings(max_examples=3, deadline=None)
@given(lines)
def test_nobody_who_does_not_know_the_line_does_better(line):
    film = made_film((500, 1200, 3000), 2.0, 20)
    scene = Scene(film=film, line=line, buffer_s=12.0)
    runs = [simulate(scene, make_controller(name)).session() for name in NAMES]
    stalled = max(run.rebuffer_s + run.startup_s for run in runs)
    best = qoe(film, optimum(scene, stalled_s=stalled))

    assert all(qoe(film, run) <= best + 0.02 for run in runs)


def test_the_issues_staircase():
    """6, 1 and 3.5 Mbit/s for 30 s each: about 3.1."""
    film = made_film(RATES_KBPS, 2.0, 45, spread=0.0)
    found = optimum(Scene(film=film, line=steps()[0], buffer_s=60.0), stalled_s=4.0)

    assert qoe(film, found) == pytest.approx(3.1, abs=0.15)
    assert found.rebuffer_s == pytest.approx(0.0, abs=0.01)


def test_a_constant_line_is_held_to():
    film = made_film((1000, 2000, 4000), 2.0, 12, spread=0.0)
    line = Line("flat", [Stretch(60.0, 4.4e6, 0.02)])
    found = optimum(Scene(film=film, line=line, buffer_s=10.0), stalled_s=4.0)

    assert found.rates[-6:] == (4.0,) * 6
    assert found.rebuffer_s == 0


def test_a_kept_optimum_is_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(keeping, "FOLDER", tmp_path)
    scene = Scene(film=SMALL, line=Line("flat", [Stretch(9.0, 2e6, 0.05)]), buffer_s=8.0)
    job = Job(family="made", scene=scene, controllers=("throughput",))
    first = contest(job)
    (path,) = tmp_path.glob("*.json")
    again = contest(job)

    assert first.best == again.best
    assert first.best.qoe >= first.floor.qoe

    path.write_text("[", encoding="utf-8")
    assert contest(job).best == first.best
