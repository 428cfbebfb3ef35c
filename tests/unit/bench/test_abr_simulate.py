"""Sessions at virtual time, by hand where a hand can follow."""

import pytest

from bench.abr.film import Film
from bench.abr.line import Line, Stretch
from bench.abr.simulate import Run, Scene, simulate
from player.abr.controller import AbandonInput, AbrInput, Decision
from player.abr.controllers import make_controller
from player.units import micros

RATES = (1_000_000, 2_000_000, 4_000_000)


def film(count: int, segment_s: float = 2.0) -> Film:
    return Film("flat", segment_s, RATES, ((*(rate * segment_s for rate in RATES),),) * count)


def line(*levels: tuple[float, float], latency: float = 0.1) -> Line:
    return Line("made", [Stretch(seconds, 1e6 * rate, latency) for seconds, rate in levels])


class Scripted:
    """Implements `AbrController`: takes the rungs it is told, and keeps what it was asked."""

    def __init__(self, *rungs: int) -> None:
        self.rungs = list(rungs)
        self.asked: list[AbrInput] = []

    def choose(self, given: AbrInput) -> Decision:
        self.asked.append(given)
        rung = self.rungs[min(len(self.asked) - 1, len(self.rungs) - 1)]
        return Decision(rung=given.ladder[rung], reason="told so")

    def abandon(self, given: AbandonInput) -> Decision | None:
        return None


def run(controller, over: Line, count: int = 4, buffer_s: float = 20.0) -> Run:
    return simulate(Scene(film=film(count), line=over, buffer_s=buffer_s), controller)


def test_a_constant_line_by_hand():
    """4 Mbit/s, 0.1 s: a segment of 1 Mbit/s takes 0.6 s, one of 4 Mbit/s 2.1 s."""
    done = run(Scripted(0, 2), line((60, 4)))

    assert done.startup == pytest.approx(0.6)
    assert [step.came_s for step in done.steps] == pytest.approx([0.6, 2.7, 4.8, 6.9])
    assert [step.buffer_s for step in done.steps] == pytest.approx([0.0, 2.0, 2.0, 2.0])
    assert done.stalled == pytest.approx(0.3)
    assert done.now == pytest.approx(0.6 + 8.0 + 0.3)
    assert done.session().rates == (1.0, 4.0, 4.0, 4.0)


def test_a_stall_is_noted_where_it_was():
    done = run(Scripted(2), line((60, 2), latency=0.0), count=2)

    assert done.startup == pytest.approx(4.0)
    assert done.stalled == pytest.approx(2.0)
    assert done.stalls == [pytest.approx((6.0, 2.0, 2.0))]


def test_the_buffer_is_never_beyond_its_limit():
    done = run(Scripted(0), line((60, 50)), count=20, buffer_s=6.0)

    assert max(held for _, held in done.levels) <= 6.0 + 1e-6
    assert done.stalled == 0


def test_a_controller_is_told_what_there_is():
    scripted = Scripted(0)
    run(scripted, line((60, 4)))
    first, second = scripted.asked[:2]

    assert first.playing is None
    assert first.line.rate is None
    assert second.playing == "0"
    assert second.buffer == micros(2.0)
    assert second.media_time == micros(2.0)
    assert second.ladder[1].segment_size == 500_000
    assert second.buffer_limit == micros(20.0)
    assert second.line.rate == pytest.approx(4e6, rel=0.01)


class GivesUp(Scripted):
    """Gives the first segment up once, after a second, for the lowest rung."""

    def abandon(self, given: AbandonInput) -> Decision | None:
        if given.rung.id == "2" and given.now - given.started >= micros(1.0):
            return Decision(rung=given.ladder[0], reason="too slow")
        return None


def test_what_is_given_up_costs_its_time():
    """A second for nothing, then 0.1 s and 2 Mbit at 4 Mbit/s."""
    done = run(GivesUp(2), line((60, 4)), count=1)

    assert done.abandoned == 1
    assert done.startup == pytest.approx(1.6, abs=0.11)
    assert done.session().rates == (1.0,)


class Replaces(Scripted):
    """After five segments, fetches the last of them again from the best rung, once."""

    def choose(self, given: AbrInput) -> Decision:
        decision = super().choose(given)
        if len(self.asked) == 6:
            start = given.queued[-1].start
            return Decision(rung=given.ladder[2], reason="better", replace=start)
        return decision


def test_what_is_fetched_again_takes_its_place():
    done = run(Replaces(0), line((60, 40)), count=6)

    assert done.replaced == 1
    assert done.session().rates == (1.0, 1.0, 1.0, 1.0, 4.0, 1.0)


def test_what_comes_too_late_takes_no_place():
    """Eight seconds for one segment: libmpv has long been given the other."""
    done = run(Replaces(0), line((1.6, 10), (60, 1)), count=6)

    assert done.replaced == 1
    assert done.session().rates == (1.0,) * 6


class Waits(Scripted):
    """Rests for half a second before the third segment, once."""

    def choose(self, given: AbrInput) -> Decision:
        decision = super().choose(given)
        wait = micros(0.5) if len(self.asked) == 3 else micros(0)
        return Decision(rung=decision.rung, reason="rest", wait=wait)


def test_a_rest_is_kept():
    plain, rested = run(Scripted(0), line((60, 8))), run(Waits(0), line((60, 8)))

    assert rested.steps[2].asked_s - plain.steps[2].asked_s == pytest.approx(0.5)


@pytest.mark.parametrize("name", ["throughput", "bola", "dynamic", "robust-mpc", "farol"])
def test_every_controller_plays_to_the_end(name):
    over = line((10, 5), (5, 0.6), (10, 2.5))
    done = run(make_controller(name), over, count=20, buffer_s=10.0)

    assert len(done.session().rates) == 20
    assert done.played == pytest.approx(40.0)
    assert done.now == pytest.approx(40.0 + done.stalled + (done.startup or 0.0))
    assert sum(lasted for _, lasted, _ in done.stalls) == pytest.approx(done.stalled)
