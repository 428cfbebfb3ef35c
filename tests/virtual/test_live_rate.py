"""Live television two seconds behind: it stays there, and comes back there."""

import math
from collections.abc import Callable

import anyio
import pytest

from player.api import PlayerState, Recovered, Seek, SetPaused
from player.units import micros
from tests.fakes.virtual import at_virtual_time
from tests.virtual.low_latency import HLS, RATES, STILL, TOP, near

GOOD = 1.5 * TOP
TOP_RUNG: dict[str, object] = {"abr": "fixed:540"}


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("segment", "length"), [(1.0, 3600), (0.5, 900)])
def test_it_stays_at_two_seconds_without_a_stall(segment: float, length: int) -> None:
    async def scenario() -> None:
        async with near(segment=segment, wish=TOP_RUNG, samples=4, pieces=3) as seen:
            await anyio.sleep(length)
            assert seen.rig.now.bandwidth == 1_200_000
        assert seen.stalls == 0
        assert seen.mean() == pytest.approx(2.0, abs=0.2)
        assert max(seen.latencies(30)) < 2.75, "a part of it is the age of what was told"
        assert min(seen.latencies(5)) > 1.7
        assert len(seen.rates) <= 9, "rates that never rest"
        assert seen.origin.early == 0
        assert seen.rig.fatal == []

    at_virtual_time(scenario)


@pytest.mark.parametrize("skew", [-7.3, 3.7])
def test_a_clock_that_is_wrong_costs_no_latency(skew: float) -> None:
    async def scenario() -> None:
        async with near(skew=skew, wish=TOP_RUNG) as seen:
            await anyio.sleep(90)
        assert seen.stalls == 0
        assert seen.mean() == pytest.approx(2.0, abs=0.3)
        assert seen.mean(30) == pytest.approx(2.0, abs=0.15)

    at_virtual_time(scenario)


@pytest.mark.parametrize("length", [1.2, 3.0, 10.0])
def test_after_an_outage_it_is_back_soon(length: float) -> None:
    """A short one moves the target up by a second, and is forgotten after two calm stretches."""

    async def scenario() -> None:
        def line(at: float) -> float:
            return 0 if 40 <= at < 40 + length else GOOD

        async with near(line=line) as seen:
            await anyio.sleep(180)
            assert seen.rig.now.state is PlayerState.PLAYING
        assert seen.stalls == 1
        assert seen.back_at(2.0, since=40, within=1.4) < length + 45, (
            "two seconds, at 5 %, after ten"
        )
        assert seen.back_at(2.0, since=40, within=0.3) < length + 115
        assert min(seen.latencies(45)) > 1.6
        assert len(seen.rates) < 17

    at_virtual_time(scenario)


def test_a_short_pause_is_made_up_for_and_a_long_one_is_the_viewers_wish() -> None:
    async def scenario() -> None:
        async with near() as seen:
            await anyio.sleep(30)
            for pause in (2, 20):
                seen.rig.do(SetPaused(paused=True))
                await anyio.sleep(pause)
                seen.rig.do(SetPaused(paused=False))
                await anyio.sleep(70)
            assert seen.rig.now.rate == 1.0
        assert seen.stalls == 0
        assert seen.mean(85, 100) == pytest.approx(2.0, abs=0.2)
        assert seen.mean(130) > 20
        assert {rate for at, _, rate, _ in seen.seen if at > 125} == {1.0}

    at_virtual_time(scenario)


def test_who_went_back_is_left_there_and_who_comes_back_is_held_again() -> None:
    async def scenario() -> None:
        async with near() as seen:
            await anyio.sleep(30)
            window = seen.rig.now.window
            assert window is not None
            seen.rig.do(Seek(position=micros(window[1] / 1e6 - 15)))
            await anyio.sleep(60)
            assert seen.rig.now.rate == 1.0
            seen.rig.do(Seek(position=micros(window[1] / 1e6 + 500)))
            await anyio.sleep(60)
        assert seen.mean(50, 88) > 14
        assert seen.mean(130) == pytest.approx(2.0, abs=0.2)

    at_virtual_time(scenario)


def test_what_rates_cannot_make_up_for_is_jumped() -> None:
    async def scenario() -> None:
        async with near(line=lambda at: 0 if 40 <= at < 52 else GOOD) as seen:
            await anyio.sleep(90)
        jumps = [one for one in seen.rig.of(Recovered) if one.decision.startswith("live:")]
        assert len(jumps) == 1
        assert seen.mean(80) == pytest.approx(2.0, abs=0.3)

    at_virtual_time(scenario)


def _cascade(at: float) -> float:
    falls = (1.2, 0.8, 0.4, 0.25, 0.4, 0.8, 1.2, 2.0)
    return GOOD if at < 20 else falls[min(int((at - 20) / 20), len(falls) - 1)] * 1e6


def _spike(at: float) -> float:
    return 0.3e6 if 40 <= at < 50 else GOOD


def _jitter(at: float) -> float:
    return (2.0e6, 0.9e6, 1.4e6, 0.6e6, 1.8e6)[int(at * 2) % 5] if at >= 10 else GOOD


LATER = (0.0, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9)
"""Seconds by which a line falls later: where in a segment it does makes a difference."""


def _later(line: Callable[[float], float], by: float) -> Callable[[float], float]:
    return lambda at: line(at - by)


async def _watched(line: Callable[[float], float], service: str) -> tuple[int, float]:
    """How often it stalls on lines that fall at other places in a segment, and its latency."""
    stalls, latencies = 0, 0.0
    for later in LATER:
        async with near(line=_later(line, later), service=service) as seen:
            await anyio.sleep(200 if line is _cascade else 100)
            stalls += seen.stalls
            latencies += seen.mean(5) / len(LATER)
            assert (service is STILL) == (seen.rates == [1.0])
    return stalls, latencies


@pytest.mark.timeout(300)
@pytest.mark.parametrize("line", [_cascade, _jitter])
def test_lines_that_fall_in_steps_and_that_swing_stall_nothing(
    line: Callable[[float], float],
) -> None:
    async def scenario() -> None:
        stalls, latency = await _watched(line, RATES)
        assert stalls == 0
        assert latency == pytest.approx(2.0, abs=0.2)

    at_virtual_time(scenario)


@pytest.mark.timeout(300)
def test_a_line_that_breaks_down_stalls_it_hardly_more_than_a_rate_that_stays() -> None:
    """A segment of the best rung is on its way, and half played, as the line falls to a quarter.

    Seen: 9 to 12 stalls on the seven lines, 8 to 10 at a rate that stays, which is behind more.
    """

    async def scenario() -> None:
        stalls, latency = await _watched(_spike, RATES)
        others, behind = await _watched(_spike, STILL)
        assert stalls <= 1.5 * others
        assert latency < behind

    at_virtual_time(scenario)


def test_hls_is_held_where_the_viewer_asks_for_it() -> None:
    async def scenario() -> None:
        wish: dict[str, object] = {"target_latency": micros(3), **TOP_RUNG}
        async with near(HLS, wish=wish) as seen:
            await anyio.sleep(120)
        assert seen.stalls == 0
        assert seen.mean() == pytest.approx(3.0, abs=0.3)
        assert len(seen.rates) <= 7

    at_virtual_time(scenario)


@pytest.mark.parametrize("url", [HLS, "http://origin.test/live.mpd"])
def test_where_nobody_asks_for_a_latency_the_rate_stays(url: str) -> None:
    async def scenario() -> None:
        async with near(url, target=18.0, hold_back=6.0, service="", window=60.0) as seen:
            await anyio.sleep(60)
            assert seen.rig.sink.speed == 1.0
        assert seen.rates == [1.0]
        assert not math.isnan(seen.mean())

    at_virtual_time(scenario)


def test_the_next_channel_begins_at_the_normal_rate() -> None:
    async def scenario() -> None:
        wish: dict[str, object] = {"target_latency": micros(1.7)}
        async with near(wish=wish) as seen:
            await anyio.sleep(6)
            assert seen.rig.sink.speed > 1.0
            seen.rig.play(HLS)
            await anyio.sleep(5)
            assert seen.rig.sink.speed == 1.0
            assert seen.rig.now.rate == 1.0

    at_virtual_time(scenario)
