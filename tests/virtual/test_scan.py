"""Fast play on the real engine: the place moves at the rate, ends at the ends, and plays on."""

import anyio
import pytest

from player.api import PlaybackEnded, PlayerState, Scan, Seek, SetPaused, SetSpeed
from player.units import Micros, micros, seconds
from tests.fakes.virtual import at_virtual_time
from tests.virtual.rig import Rig, tuned

WHOLE = 100
"""Segments of the film: ten minutes."""


def _at(rig: Rig) -> float:
    return seconds(rig.now.position)


async def _fast(rig: Rig, rate: int, span: float) -> float:
    """The rate at which the place moved."""
    rig.do(Scan(rate=rate))
    await anyio.sleep(3)
    before, since = _at(rig), seconds(rig.clock.monotonic())
    await anyio.sleep(span)
    return (_at(rig) - before) / (seconds(rig.clock.monotonic()) - since)


@pytest.mark.parametrize("rate", [2, 8, 32])
def test_the_place_moves_at_the_rate_both_ways_and_playback_goes_on_there(rate: int) -> None:
    async def scenario() -> None:
        async with tuned(vod=WHOLE) as (rig, _):
            await anyio.sleep(5)
            rig.do(Seek(position=micros(200)))
            await anyio.sleep(5)
            span = min(200 / rate, 20)
            assert await _fast(rig, rate, span) == pytest.approx(rate, rel=0.15)
            assert (rig.now.scan, rig.now.state) == (rate, PlayerState.PLAYING)
            assert rig.sink.opened[-1].stills
            assert await _fast(rig, -rate, span) == pytest.approx(-rate, rel=0.15)
            assert rig.now.scan == -rate
            rig.do(SetPaused(paused=False))
            await anyio.sleep(0.1)
            where = _at(rig)
            await anyio.sleep(6)
            assert rig.now.scan == 0
            assert rig.now.state is PlayerState.PLAYING
            assert where < _at(rig) < where + 6.5
            assert rig.fatal == []

    at_virtual_time(scenario)


def test_the_end_and_the_beginning_end_it() -> None:
    async def scenario() -> None:
        async with tuned(vod=20) as (rig, _):
            await anyio.sleep(20)
            rig.do(Scan(rate=-16))
            await anyio.sleep(8)
            assert rig.now.scan == 0
            assert rig.now.state is PlayerState.PLAYING
            assert _at(rig) < 9
            rig.do(Scan(rate=32))
            await anyio.sleep(15)
            assert rig.now.scan == 0
            assert len(rig.of(PlaybackEnded)) == 1
            rig.do(Scan(rate=-8))
            await anyio.sleep(5)
            assert rig.now.scan == -8
            assert _at(rig) < 115
            assert rig.fatal == []

    at_virtual_time(scenario)


def test_in_a_window_it_ends_at_the_live_point_and_at_the_oldest() -> None:
    async def scenario() -> None:
        async with tuned(window=40) as (rig, _):
            await anyio.sleep(10)
            late = rig.now.latency
            rig.do(Scan(rate=-8))
            await anyio.sleep(60)
            assert rig.now.scan == 0
            assert rig.now.window is not None
            assert rig.now.state is PlayerState.PLAYING
            assert _at(rig) - seconds(rig.now.window[0]) < 70
            assert _at(rig) - seconds(rig.now.window[0]) >= 0
            rig.do(Scan(rate=8))
            await anyio.sleep(60)
            assert rig.now.scan == 0
            assert rig.now.state is PlayerState.PLAYING
            assert late is not None
            assert rig.now.latency == pytest.approx(late, abs=micros(9))
            assert rig.fatal == []

    at_virtual_time(scenario)


def test_every_other_command_ends_it() -> None:
    async def scenario() -> None:
        async with tuned(vod=WHOLE) as (rig, _):
            await anyio.sleep(5)
            rig.do(Scan(rate=8))
            await anyio.sleep(5)
            rig.do(SetPaused(paused=True))
            await anyio.sleep(2)
            where = rig.now.position
            assert (rig.now.scan, rig.now.state) == (0, PlayerState.PAUSED)
            await anyio.sleep(2)
            assert rig.now.position == where
            rig.do(Scan(rate=4))
            await anyio.sleep(3)
            assert rig.now.state is PlayerState.PLAYING
            rig.do(Seek(position=micros(400)))
            await anyio.sleep(5)
            assert rig.now.scan == 0
            assert 400 < _at(rig) < 406
            rig.do(SetSpeed(speed=2.0), Scan(rate=-4))
            await anyio.sleep(3)
            assert (rig.now.speed, rig.sink.speed) == (1.0, 1.0)
            rig.do(Scan(rate=0))
            await anyio.sleep(3)
            assert (rig.now.scan, rig.now.state) == (0, PlayerState.PLAYING)
            rig.play()
            await anyio.sleep(5)
            assert (rig.now.scan, rig.now.state) == (0, PlayerState.PLAYING)
            assert rig.fatal == []

    at_virtual_time(scenario)


def test_rates_that_follow_each_other_at_once_end_at_the_last() -> None:
    async def scenario() -> None:
        async with tuned(vod=WHOLE) as (rig, _):
            await anyio.sleep(5)
            rig.do(*(Scan(rate=rate) for rate in (2, 4, 8, 16, -2, 32, 8)))
            await anyio.sleep(3)
            before = _at(rig)
            await anyio.sleep(10)
            assert rig.now.scan == 8
            assert _at(rig) - before == pytest.approx(80, rel=0.2)

    at_virtual_time(scenario)


def test_holes_of_the_server_are_passed_over() -> None:
    async def scenario() -> None:
        async with tuned(vod=WHOLE, lost=lambda _, number: number % 4 == 0) as (rig, _):
            await anyio.sleep(5)
            assert await _fast(rig, 8, 20) == pytest.approx(8, rel=0.2)
            rig.do(Scan(rate=0))
            await anyio.sleep(8)
            assert rig.now.state is PlayerState.PLAYING
            assert rig.fatal == []

    at_virtual_time(scenario)


def test_where_nothing_comes_any_more_playback_is_asked_for_again() -> None:
    async def scenario() -> None:
        async with tuned(vod=WHOLE, dark=lambda at: 10 < at < 40) as (rig, _):
            await anyio.sleep(11)
            rig.do(Scan(rate=8))
            await anyio.sleep(60)
            assert rig.now.scan == 0
            assert rig.now.position >= Micros(0)

    at_virtual_time(scenario)
