"""What the default controller does on a line that stays as it is."""

import pytest

from bench.abr.film import Film, made_film
from bench.abr.line import Line, Stretch
from bench.abr.simulate import Run, Scene, simulate
from player.abr.farol import FarolController
from player.abr.outlook import Outlooks

RATES = (400, 800, 1400, 2800, 5000)
OUTLOOKS = Outlooks()
SETTLED_S, MINUTE_S = 20.0, 60.0


def played(
    film: Film, mbps: float, buffer_s: float, *, latency_s: float = 0.05, guess: int | None = None
) -> Run:
    line = Line("constant", [Stretch(10.0, 1e6 * mbps, latency_s)])
    scene = Scene(film=film, line=line, buffer_s=buffer_s, first_guess=guess)
    return simulate(scene, FarolController(OUTLOOKS))


def changes(run: Run) -> list[float]:
    """When, in media time, the rung changes after it had time to settle."""
    film = run.scene.film
    places = range(1, len(run.fetched))
    moved = [p * film.segment_s for p in places if run.fetched[p] != run.fetched[p - 1]]
    return [at for at in moved if at >= SETTLED_S]


@pytest.mark.parametrize("buffer_s", [10.0, 30.0])
@pytest.mark.parametrize("spread", [0.0, 0.2], ids=["even", "uneven"])
@pytest.mark.parametrize("mbps", [0.5, 0.9, 1.3, 1.6, 2.4, 3.5, 4.5, 6.0])
def test_at_most_one_switch_a_minute(mbps: float, spread: float, buffer_s: float) -> None:
    check_calm(changes(played(made_film(RATES, 2.0, 120, spread=spread), mbps, buffer_s)))


def check_calm(found: list[float]) -> None:
    crowded = [at for at in found if sum(at <= one < at + MINUTE_S for one in found) > 1]
    assert not crowded, found


@pytest.mark.parametrize(
    ("rates", "mbps", "buffer_s"),
    [((426, 450, 1980, 5113), 2.329, 8.0), ((2216, 2993), 3.907, 40.0)],
)
def test_what_long_answers_take_is_not_spent(
    rates: tuple[int, ...], mbps: float, buffer_s: float
) -> None:
    run = played(made_film(rates, 2.0, 120, spread=0), mbps, buffer_s, latency_s=0.5)
    check_calm(changes(run))


@pytest.mark.parametrize("guess", [100_000, 300_000, 600_000, 3_000_000])
def test_a_bad_day_is_not_remembered_for_ever(guess: int) -> None:
    film = made_film((200, 600, 1200, 3000, 8000, 16000), 2.0, 60, spread=0)
    assert set(played(film, 4.0, 30.0, guess=guess).fetched[-20:]) == {3}


@pytest.mark.parametrize("buffer_s", [60.0, 120.0, 1e6])
def test_a_large_buffer_makes_nobody_timid(buffer_s: float) -> None:
    run = played(made_film(RATES, 2.0, 120, spread=0), 3.0, buffer_s, guess=3_000_000)
    assert set(run.fetched[-60:]) == {3}
