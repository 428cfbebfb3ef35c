"""What holds for every controller that is named after a paper, whatever it is told."""

from dataclasses import replace

import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st

from player.abr.controller import AbandonInput, AbrInput, LadderRung, LineView
from player.abr.controllers import make_controller
from player.units import BitsPerSecond, ByteCount, Micros

NAMED = ("throughput", "bola", "dynamic", "robust-mpc")

_times = (
    st.sampled_from([0, 1, 40_000, 500_000, 2_000_000, 9_999_999]) | st.integers(0, 90_000_000)
).map(Micros)
_rates = (st.sampled_from([0, 1, 400_000, 5_000_000]) | st.integers(0, 100_000_000)).map(
    BitsPerSecond
)
_sizes = st.lists(st.integers(0, 20_000_000).map(ByteCount), max_size=6).map(tuple)


@st.composite
def _ladders(draw: st.DrawFn) -> tuple[LadderRung, ...]:
    rates = sorted(draw(st.lists(_rates, min_size=1, max_size=6)))
    return tuple(
        LadderRung(
            id=str(place),
            bandwidth=rate,
            height=draw(st.sampled_from([0, 240, 1080])),
            sizes=draw(_sizes),
        )
        for place, rate in enumerate(rates)
    )


_lines = st.builds(
    LineView,
    rate=st.none() | _rates,
    low=st.none() | _rates,
    recent=st.lists(_rates, max_size=7).map(tuple),
    latency=_times,
    confidence=st.floats(0, 1),
)


@st.composite
def _inputs(draw: st.DrawFn) -> AbrInput:
    """Questions of any kind, as odd as may be."""
    ladder = draw(_ladders())
    ids = [rung.id for rung in ladder]
    return AbrInput(
        now=draw(_times),
        media_time=draw(_times),
        buffer=draw(_times),
        segment_duration=draw(_times),
        ladder=ladder,
        playing=draw(st.sampled_from([None, "gone", *ids])),
        line=draw(_lines),
        buffer_limit=draw(_times),
        target_latency=draw(st.none() | _times),
        max_height=draw(st.none() | st.integers(0, 2000)),
        max_bandwidth=draw(st.none() | _rates),
        dropped_rate=draw(st.floats(0, 1)),
        beside=draw(_rates),
        fixed=draw(st.sampled_from([None, "gone", *ids])),
    )


@st.composite
def _under_way(draw: st.DrawFn, ladder: tuple[LadderRung, ...]) -> AbandonInput:
    return AbandonInput(
        now=draw(_times),
        started=draw(_times),
        received=ByteCount(draw(st.integers(0, 5_000_000))),
        buffer=draw(_times),
        segment_duration=draw(_times),
        ladder=ladder,
        rung=draw(st.sampled_from(ladder)),
        expected_size=draw(st.none() | st.integers(0, 5_000_000).map(ByteCount)),
        pieces=draw(st.integers(0, 9)),
        first_byte=draw(st.none() | _times),
        line=draw(_lines),
    )


@pytest.mark.parametrize("name", NAMED)
@settings(max_examples=25, deadline=None)
@examples(st.data())
def test_whatever_comes_in_a_rung_of_the_ladder_comes_out(name: str, data: st.DataObject) -> None:
    controller = make_controller(name)
    for given in data.draw(st.lists(_inputs(), min_size=1, max_size=4)):
        decision = controller.choose(given)
        assert decision.rung in given.ladder
        assert decision.wait == 0 or 0 < decision.wait < given.buffer
        assert decision.reason
        assert "\n" not in decision.reason
        instead = controller.abandon(data.draw(_under_way(given.ladder)))
        assert instead is None or instead.rung in given.ladder


@pytest.mark.parametrize("name", ["throughput", "bola", "dynamic"])
@settings(max_examples=25, deadline=None)
@examples(st.data())
def test_a_better_line_gives_no_lower_rung(name: str, data: st.DataObject) -> None:
    worse, better = make_controller(name), make_controller(name)
    for given in data.draw(st.lists(_inputs(), max_size=3)):
        worse.choose(given)
        better.choose(given)
    last = data.draw(_inputs())
    rate = last.line.rate or BitsPerSecond(0)
    more = BitsPerSecond(rate + data.draw(st.integers(0, 50_000_000)))
    low = worse.choose(replace(last, line=replace(last.line, rate=rate)))
    high = better.choose(replace(last, line=replace(last.line, rate=more)))
    assert high.rung.bandwidth >= low.rung.bandwidth


@pytest.mark.parametrize("name", NAMED)
def test_a_question_that_is_asked_again_is_answered_alike(name: str) -> None:
    controller = make_controller(name)
    ladder = tuple(
        LadderRung(id=str(rate), bandwidth=BitsPerSecond(rate)) for rate in (10**6, 3 * 10**6)
    )
    line = LineView(rate=BitsPerSecond(2_000_000), recent=(BitsPerSecond(2_000_000),))
    given = AbrInput(
        now=Micros(0),
        media_time=Micros(0),
        buffer=Micros(8_000_000),
        segment_duration=Micros(2_000_000),
        ladder=ladder,
        playing="1000000",
        line=line,
    )
    assert len({controller.choose(given).rung.id for _ in range(20)}) == 1
