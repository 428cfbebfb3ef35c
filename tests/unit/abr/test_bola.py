"""BOLA-E against the figures of its papers, and what its placeholder does."""

from dataclasses import replace
from math import log

import pytest

from player.abr.bola import BolaController
from player.abr.bola_curve import basic, enhanced
from player.abr.controller import AbandonInput, AbrInput, Decision, LadderRung, LineView
from player.units import BitsPerSecond, ByteCount, Micros, micros

KBPS = (230, 331, 477, 688, 991, 1427, 2056, 2962, 5027, 6000)
LADDER = tuple(LadderRung(id=str(one), bandwidth=BitsPerSecond(1000 * one)) for one in KBPS)


def told(**changes: object) -> AbrInput:
    usual: dict[str, object] = {
        "now": Micros(0),
        "media_time": Micros(0),
        "buffer": micros(0),
        "segment_duration": micros(3),
        "ladder": LADDER,
        "line": LineView(rate=BitsPerSecond(2_500_000)),
        "buffer_limit": micros(25),
    }
    return AbrInput(**(usual | changes))  # type: ignore[arg-type]


def after(given: AbrInput, decision: Decision, took: float, idle: float = 0.0) -> AbrInput:
    """The next question, when the segment came in so many seconds, and nothing for some more."""
    passed = took + idle
    buffer = max(0.0, given.buffer / 1e6 - took) + 3 - idle
    return replace(
        given,
        now=Micros(given.now + micros(passed)),
        media_time=Micros(given.media_time + micros(3)),
        buffer=micros(buffer),
        playing=decision.rung.id,
    )


def steady(buffer: float, playing: int = 0, rate: int = 2_500_000) -> BolaController:
    """One beyond its start, that was last asked with such a buffer, three seconds ago."""
    controller = BolaController()
    line = LineView(rate=BitsPerSecond(rate))
    start = told(buffer=micros(buffer), playing=str(KBPS[playing]), line=line)
    controller.choose(start)
    return controller


def test_the_levels_are_those_of_the_paper() -> None:
    """Figure 4 of MMSys 2018: the levels at which the ladder's rungs begin, for 10 and 30 s."""
    curve = enhanced(LADDER, told(buffer_limit=micros(10)))
    assert curve is not None
    levels = [curve.least(place) for place in range(len(KBPS))]
    assert levels == pytest.approx(
        [0, 11.048, 13.284, 15.527, 17.770, 20.007, 22.244, 24.483, 27.150, 29.441], abs=5e-3
    )
    assert curve.most(6e6) == pytest.approx(36.132, abs=5e-3)
    small = basic(LADDER, told(buffer_limit=micros(10)))
    assert small is not None
    levels = [small.least(place) for place in range(len(KBPS))]
    assert levels == pytest.approx(
        [0, 3.534, 3.843, 4.153, 4.462, 4.771, 5.081, 5.390, 5.759, 6.075], abs=5e-3
    )
    assert small.most(6e6) == pytest.approx(7.0)


@pytest.mark.parametrize("place", range(1, len(KBPS)))
def test_each_rung_begins_where_its_level_does(place: int) -> None:
    curve = enhanced(LADDER, told())
    assert curve is not None
    assert curve.best(curve.least(place) - 0.01) == place - 1
    assert curve.best(curve.least(place) + 0.01) == place


def test_the_start_goes_by_throughput_and_bola_agrees_with_it_afterwards() -> None:
    controller = BolaController()
    nothing = told(line=LineView())
    first = controller.choose(nothing)
    assert first.rung.id == "230"
    assert "nothing is known" in first.reason
    second = after(replace(nothing, line=told().line), first, 0.3)
    decision = controller.choose(second)
    assert decision.rung.id == "2056"
    assert "start" in decision.reason
    third = after(second, decision, 2.0)
    later = controller.choose(third)
    assert later.rung.id in {"1427", "2056"}
    assert "held" in later.reason


def test_a_full_buffer_makes_the_placeholder_grow() -> None:
    """Figure 4b: with 10 s of buffer the top is reached all the same, by what is held."""
    controller = BolaController()
    slow, fast = LineView(rate=BitsPerSecond(600_000)), LineView(rate=BitsPerSecond(9_000_000))
    given = told(buffer_limit=micros(10), line=slow, playing="230", buffer=micros(7))
    decision = controller.choose(given)
    rungs = []
    for _ in range(20):
        took = 3 * decision.rung.bandwidth / 9e6
        given = replace(after(given, decision, took, 3 - took), line=fast)
        decision = controller.choose(given)
        rungs.append(decision.rung.bandwidth)
    assert rungs == sorted(rungs)
    assert rungs[-1] == 6_000_000


def test_no_climb_beyond_the_line() -> None:
    controller = steady(20, playing=5)
    given = told(buffer=micros(22), playing="1427", now=micros(1), media_time=micros(3))
    decision = controller.choose(replace(given, line=LineView(rate=BitsPerSecond(1_500_000))))
    assert decision.rung.id == "1427"
    assert "beyond the line" in decision.reason


def test_a_thin_buffer_keeps_it_low() -> None:
    controller = steady(3, playing=6)
    decision = controller.choose(
        told(buffer=micros(0.5), playing="2056", now=micros(5.5), media_time=micros(3))
    )
    assert decision.rung.id == "331"
    assert "too thin" in decision.reason
    assert decision.wait == 0


def test_it_waits_when_nothing_more_is_worth_fetching_yet() -> None:
    controller = steady(24, playing=0, rate=300_000)
    line = LineView(rate=BitsPerSecond(300_000))
    given = told(buffer=micros(24), playing="230", now=micros(3), media_time=micros(3), line=line)
    decision = controller.choose(given)
    curve = enhanced(LADDER, given)
    assert curve is not None
    assert decision.rung.id == "230"
    assert decision.wait / 1e6 == pytest.approx(24 - curve.most(230_000), abs=0.01)
    waited = replace(given, now=Micros(given.now + decision.wait),
                     buffer=Micros(given.buffer - decision.wait))  # fmt: skip
    assert controller.choose(waited).wait == 0


def test_a_seek_starts_anew() -> None:
    controller = steady(20, playing=7)
    given = told(buffer=micros(0), playing="2962", now=micros(9), media_time=micros(600))
    decision = controller.choose(given)
    assert "start" in decision.reason
    assert decision.rung.id == "2056"


def test_a_look_at_what_is_buffered_teaches_nothing() -> None:
    looked, plain = steady(20, playing=5), steady(20, playing=5)
    one = told(buffer=micros(21), playing="1427", now=micros(2), media_time=micros(3))
    two = told(buffer=micros(22), playing="1427", now=micros(4), media_time=micros(6))
    plain.choose(one)
    looked.choose(one)
    back = told(buffer=micros(9), playing="230", now=micros(3), media_time=micros(-9))
    assert "looked at again" in looked.choose(back).reason
    assert looked.choose(two) == plain.choose(two)


def test_one_rate_needs_no_thought() -> None:
    decision = BolaController().choose(told(ladder=LADDER[:1]))
    assert decision.rung is LADDER[0]
    assert decision.wait == 0


def under_way(**changes: object) -> AbandonInput:
    usual: dict[str, object] = {
        "now": micros(5),
        "started": micros(3),
        "first_byte": micros(3.1),
        "received": ByteCount(100_000),
        "buffer": micros(12),
        "segment_duration": micros(3),
        "ladder": LADDER,
        "rung": LADDER[7],
        "expected_size": ByteCount(1_110_750),
        "line": LineView(rate=BitsPerSecond(2_500_000)),
    }
    return AbandonInput(**(usual | changes))  # type: ignore[arg-type]


def test_what_is_worth_less_than_a_lower_rung_is_given_up() -> None:
    controller = steady(12, playing=7)
    controller._virtual.held = 0.0
    decision = controller.abandon(under_way())
    assert decision is not None
    assert decision.rung.bandwidth < 2_962_000
    assert "91 % to come" in decision.reason


def test_what_is_nearly_there_is_kept() -> None:
    controller = steady(12, playing=7)
    assert controller.abandon(under_way(received=ByteCount(1_000_000))) is None


def test_a_placeholder_does_not_play() -> None:
    """With much held the segment is worth its wait; and yet the buffer would run out."""
    controller = steady(7, playing=9)
    controller._virtual.held = 27.0
    fetched = under_way(rung=LADDER[9], buffer=micros(4), expected_size=ByteCount(2_250_000))
    decision = controller.abandon(fetched)
    assert decision is not None
    assert "the rest takes" in decision.reason
    assert controller._virtual.held < 27


def test_the_utility_is_the_logarithm() -> None:
    curve = enhanced(LADDER, told())
    assert curve is not None
    assert curve.most(2e6) - curve.most(1e6) == pytest.approx(curve.vp * log(2))
