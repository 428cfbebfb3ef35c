"""DYNAMIC: which of its two rules decides, and what each of them says."""

import pytest

from player.abr.controller import AbrInput, LadderRung, LineView
from player.abr.dynamic import DynamicController, threshold
from player.units import BitsPerSecond, Micros, micros

LADDER = tuple(
    LadderRung(id=str(kbps), bandwidth=BitsPerSecond(1000 * kbps))
    for kbps in (400, 800, 1500, 3000, 6000)
)


def told(buffer: float, rate: int = 2_000_000, **changes: object) -> AbrInput:
    usual: dict[str, object] = {
        "now": Micros(0),
        "media_time": Micros(0),
        "buffer": micros(buffer),
        "segment_duration": micros(2),
        "ladder": LADDER,
        "playing": "1500",
        "line": LineView(rate=BitsPerSecond(rate)),
        "buffer_limit": micros(30),
    }
    return AbrInput(**(usual | changes))  # type: ignore[arg-type]


def test_a_low_buffer_goes_by_the_line() -> None:
    decision = DynamicController().choose(told(9))
    assert decision.rung.id == "1500"
    assert "by throughput" in decision.reason


def test_a_high_one_goes_by_itself_once_it_asks_for_no_less() -> None:
    controller = DynamicController()
    low = controller.choose(told(12))
    assert "by throughput" in low.reason
    high = controller.choose(told(26))
    assert "by BOLA" in high.reason
    still = controller.choose(told(12))
    assert "by BOLA" in still.reason
    assert still.rung.bandwidth < 1_500_000
    assert "by throughput" in controller.choose(told(9.9)).reason


def test_below_the_threshold_bola_stays_while_it_asks_for_no_less() -> None:
    controller = DynamicController()
    controller.choose(told(26))
    assert "by BOLA" in controller.choose(told(9, rate=300_000)).reason


@pytest.mark.parametrize(
    ("limit", "low"), [(60, 10), (30, 10), (22, 10), (10, 4), (4, 1), (2, 0), (0, 0)]
)
def test_a_small_buffer_is_low_below_half_of_what_it_holds(limit: float, low: float) -> None:
    assert threshold(told(0, buffer_limit=micros(limit))) == low


def test_bola_climbs_no_further_than_the_line_and_waits_instead() -> None:
    controller = DynamicController()
    decision = controller.choose(told(28, rate=1_000_000, playing="400"))
    assert "by BOLA" in decision.reason
    assert decision.rung.id == "800"
    assert 0 < decision.wait < micros(28)
    assert "in " in decision.reason
    waited = told(28 - decision.wait / 1e6, rate=1_000_000, playing="400")
    assert controller.choose(waited).wait == 0


def test_one_rate_and_no_line_need_no_thought() -> None:
    controller = DynamicController()
    assert controller.choose(told(20, ladder=LADDER[:1])).rung is LADDER[0]
    blind = controller.choose(told(20, line=LineView()))
    assert blind.rung.id == "1500"
    assert "nothing is known" in blind.reason
