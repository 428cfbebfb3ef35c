"""RobustMPC: its search is exact, its predictions wary."""

import random
from itertools import product

import pytest

from player.abr import plan_search
from player.abr.controller import AbrInput, LadderRung, LineView
from player.abr.plan_search import PlanTerms, Segment, best_plan
from player.abr.robust_mpc import RobustMpcController
from player.units import BitsPerSecond, ByteCount, Micros, micros

LADDER = tuple(
    LadderRung(id=str(kbps), bandwidth=BitsPerSecond(1000 * kbps))
    for kbps in (400, 800, 1500, 3000, 6000)
)


def told(*recent: int, **changes: object) -> AbrInput:
    rate = BitsPerSecond(recent[-1]) if recent else None
    usual: dict[str, object] = {
        "now": Micros(0),
        "media_time": Micros(0),
        "buffer": micros(10),
        "segment_duration": micros(2),
        "ladder": LADDER,
        "playing": "1500",
        "line": LineView(rate=rate, recent=tuple(BitsPerSecond(one) for one in recent)),
        "buffer_limit": micros(30),
    }
    return AbrInput(**(usual | changes))  # type: ignore[arg-type]


def drawn(seed: int) -> tuple[list[Segment], PlanTerms]:
    draw = random.Random(seed)  # noqa: S311 - the same plans each time, no secret
    count = draw.randint(1, 5)
    rates = tuple(sorted(draw.choice((0.2, 0.5, 1.0, 2.0, 4.0, 5.5)) for _ in range(count)))
    line, length = draw.uniform(0.1, 8), draw.choice((1.0, 2.0, 4.0))
    segments = [
        tuple(
            draw.uniform(0, 0.2) + rate * length * draw.uniform(0.4, 1.8) / line for rate in rates
        )
        for _ in range(draw.randint(1, 4))
    ]
    terms = PlanTerms(
        rates=rates,
        last=draw.choice((None, *rates)),
        buffer=draw.uniform(0, 12),
        limit=draw.uniform(0, 14),
        duration=length,
        stall=draw.choice((0.0, 1.0, rates[-1])),
    )
    return segments, terms


def worth(plan: tuple[int, ...], segments: list[Segment], terms: PlanTerms) -> float:
    """QoE_lin of a plan, as the paper writes it."""
    total, buffer, before = 0.0, terms.buffer, terms.last
    for index, (place, times) in enumerate(zip(plan, segments, strict=True)):
        if index:
            buffer = min(buffer, max(0.0, terms.limit - terms.duration))
        rate = terms.rates[place]
        total += rate - (0 if before is None else abs(rate - before))
        total -= terms.stall * max(0.0, times[place] - buffer)
        buffer, before = max(0.0, buffer - times[place]) + terms.duration, rate
    return total


@pytest.mark.parametrize("seed", range(120))
def test_no_plan_is_better_than_the_best(seed: int) -> None:
    segments, terms = drawn(seed)
    plans = product(range(len(terms.rates)), repeat=len(segments))
    best = max(worth(plan, segments, terms) for plan in plans)
    found, first = best_plan(segments, terms)
    begun = ((first, *rest) for rest in product(range(len(terms.rates)), repeat=len(segments) - 1))
    assert found == pytest.approx(best)
    assert max(worth(plan, segments, terms) for plan in begun) == pytest.approx(best)


@pytest.mark.parametrize("line", [0.3, 0.9, 1.7, 2.6, 5.5, 9.0])
def test_the_search_looks_at_a_small_part_of_all_plans(
    line: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten rungs, five segments: 111,110 plans and beginnings, half a microsecond for each."""
    rates = (0.23, 0.331, 0.477, 0.688, 0.991, 1.427, 2.056, 2.962, 5.027, 6.0)
    draw = random.Random(4)  # noqa: S311 - the same scenes each time, no secret
    segments = []
    for _ in range(5):
        scene = 3 * draw.lognormvariate(0, 0.3) / line
        segments.append(tuple(0.1 + rate * scene * draw.uniform(0.95, 1.05) for rate in rates))
    looked, longer = [10], plan_search._longer

    def counted(*told: object) -> object:
        plans = longer(*told)  # type: ignore[arg-type]
        looked.append(len(plans))
        return plans

    monkeypatch.setattr(plan_search, "_longer", counted)
    best_plan(
        segments, PlanTerms(rates=rates, last=1.427, buffer=11, limit=25, duration=3, stall=6)
    )
    assert sum(looked) < 5000


def test_the_prediction_is_the_harmonic_mean_less_the_worst_error() -> None:
    controller = RobustMpcController()
    calm = controller.choose(told(2_000_000, 2_000_000))
    assert "at 2.00 Mb/s (wrong by 0 %)" in calm.reason
    wrong = controller.choose(told(2_000_000, 2_000_000, 1_000_000))
    assert "at 0.75 Mb/s (wrong by 100 %)" in wrong.reason
    again = controller.choose(told(2_000_000, 2_000_000, 1_000_000))
    assert again.reason == wrong.reason


def test_an_error_is_forgotten_after_five_more() -> None:
    controller = RobustMpcController()
    rates = [4_000_000, 1_000_000, *(1_000_000 + one for one in range(1, 8))]
    reasons = [controller.choose(told(*rates[:end])).reason for end in range(1, len(rates) + 1)]
    assert "wrong by 300 %" in reasons[1]
    assert "wrong by 300 %" in reasons[5]
    assert "wrong by 300 %" not in reasons[-1]


def test_real_sizes_count() -> None:
    heavy = LadderRung(
        id="1500", bandwidth=BitsPerSecond(1_500_000), sizes=(ByteCount(5_000_000),) * 5
    )
    ladder = (*LADDER[:2], heavy)
    plain = RobustMpcController().choose(told(2_500_000, ladder=LADDER[:3], buffer=micros(4)))
    told_so = RobustMpcController().choose(told(2_500_000, ladder=ladder, buffer=micros(4)))
    assert plain.rung.id == "1500"
    assert told_so.rung.id == "800"


def test_a_rung_that_would_stall_is_not_worth_it() -> None:
    decision = RobustMpcController().choose(told(2_000_000, buffer=micros(0.5), playing="6000"))
    assert decision.rung.bandwidth <= 800_000


def test_what_goes_beside_the_pictures_is_left_to_it() -> None:
    decision = RobustMpcController().choose(told(2_000_000, beside=BitsPerSecond(500_000)))
    assert "at 1.50 Mb/s" in decision.reason


def test_without_any_transfer_the_guess_is_taken_and_without_a_guess_the_lowest() -> None:
    guess = told(line=LineView(rate=BitsPerSecond(3_000_000)), playing=None)
    assert "at 3.00 Mb/s" in RobustMpcController().choose(guess).reason
    blind = RobustMpcController().choose(told(playing=None))
    assert blind.rung is LADDER[0]
    assert "nothing is known" in blind.reason
