"""Other speeds and single pictures: of films, in a live window, beside a latency that is held."""

from typing import Any

import anyio
import pytest

from player.api import (
    PlayerState,
    QualityChanged,
    RebufferStarted,
    Seek,
    SetPaused,
    SetSpeed,
    StepFrame,
)
from player.units import Micros, micros, seconds
from tests.fakes.origin import RUNGS
from tests.fakes.sink import FRAME
from tests.fakes.virtual import at_virtual_time
from tests.virtual.low_latency import HLS, near
from tests.virtual.rig import Rig, tuned

WHOLE = 60
"""Segments of the films: four minutes."""


async def _covered(rig: Rig, span: float) -> float:
    """How much of the programme goes by in so many seconds."""
    await anyio.sleep(1)
    before = rig.now.position
    await anyio.sleep(span)
    return seconds(Micros(rig.now.position - before))


@pytest.mark.parametrize("speed", [0.5, 0.75, 1.5, 2.0])
def test_a_film_goes_at_the_speed_that_is_asked_for(speed: float) -> None:
    async def scenario() -> None:
        async with tuned(vod=WHOLE) as (rig, _):
            await anyio.sleep(5)
            rig.do(SetSpeed(speed=speed))
            assert await _covered(rig, 20) == pytest.approx(20 * speed, abs=1)
            assert (rig.now.speed, rig.sink.speed, rig.now.rate) == (speed, speed, 1.0)
            rig.do(Seek(position=micros(10)))
            await anyio.sleep(3)
            assert await _covered(rig, 10) == pytest.approx(10 * speed, abs=1), "a seek keeps it"
            rig.do(SetSpeed(speed=1.0))
            assert await _covered(rig, 10) == pytest.approx(10, abs=1)
            assert rig.of(RebufferStarted) == []

    at_virtual_time(scenario)


@pytest.mark.parametrize("abr", ["farol", "throughput"])
@pytest.mark.parametrize(
    ("speed", "line", "rung"), [(2.0, 6.1e6, "v2"), (2.0, 9e6, "v3"), (0.5, 2.6e6, "v3")]
)
def test_the_line_must_bear_what_is_played_in_a_second(
    abr: str, speed: float, line: float, rung: str
) -> None:
    """At twice the speed the rung of 4 Mbit/s takes 8: to climb to it is to fall again soon."""

    async def scenario() -> None:
        film: dict[str, Any] = {"vod": 3 * WHOLE, "samples": 24, "pieces": True}
        async with tuned(**film, keep=4, line=lambda _: line, wish={"abr": abr}) as (rig, origin):
            await anyio.sleep(5)
            rig.do(SetSpeed(speed=speed))
            await anyio.sleep(200)
            asked = [name for name, _ in origin.segments() if name in RUNGS]
            assert rig.of(RebufferStarted) == []
            assert asked.count(rung) > 0.7 * len(asked)
            changes = rig.of(QualityChanged)
            assert len(changes) <= 6, "it swings"
            later = [one.reason for one in changes if one.at > micros(10)]
            assert all("times as fast" in one for one in later)

    at_virtual_time(scenario)


def test_the_next_channel_begins_at_the_normal_speed_and_one_being_opened_at_the_wished() -> None:
    async def scenario() -> None:
        async with tuned(vod=WHOLE) as (rig, _):
            rig.do(SetSpeed(speed=2.0))
            await anyio.sleep(5)
            assert rig.sink.speed == 2.0
            rig.play()
            await anyio.sleep(5)
            assert (rig.sink.speed, rig.now.speed) == (1.0, 1.0)

    at_virtual_time(scenario)


@pytest.mark.parametrize("speed", [1.25, 2.0])
def test_in_a_window_it_catches_up_and_falls_back_before_the_buffer_runs_dry(speed: float) -> None:
    async def scenario() -> None:
        async with tuned() as (rig, _):
            await anyio.sleep(5)
            assert rig.now.window is not None
            rig.do(Seek(position=micros(seconds(rig.now.window[0]) + 9)))
            await anyio.sleep(3)
            late = rig.now.latency
            rig.do(SetSpeed(speed=speed))
            await anyio.sleep(2)
            assert rig.now.speed == speed
            await anyio.sleep(150)
            assert (rig.now.speed, rig.sink.speed) == (1.0, 1.0), "said, and done"
            assert rig.now.state is PlayerState.PLAYING
            assert rig.of(RebufferStarted) == []
            assert late is not None
            assert rig.now.latency is not None
            assert rig.now.latency < late - micros(3)

    at_virtual_time(scenario)


def test_at_the_live_point_there_is_nothing_to_hurry_into() -> None:
    async def scenario() -> None:
        async with tuned() as (rig, _):
            await anyio.sleep(10)
            rig.do(SetSpeed(speed=2.0))
            await anyio.sleep(2)
            assert (rig.now.speed, rig.sink.speed) == (1.0, 1.0)
            assert rig.of(RebufferStarted) == []

    at_virtual_time(scenario)


def test_who_watches_slowly_is_left_behind_and_stays_there() -> None:
    async def scenario() -> None:
        async with tuned(window=40) as (rig, _):
            await anyio.sleep(10)
            before = rig.now.latency
            rig.do(SetSpeed(speed=0.5))
            await anyio.sleep(100)
            assert before is not None
            assert rig.now.latency == pytest.approx(before + micros(50), abs=micros(2))
            rig.do(SetSpeed(speed=1.0))
            await anyio.sleep(30)
            assert rig.now.latency == pytest.approx(before + micros(50), abs=micros(2))

    at_virtual_time(scenario)


def test_the_latency_is_held_again_once_the_speed_is_back_at_one() -> None:
    async def scenario() -> None:
        wish: dict[str, object] = {"target_latency": micros(3), "abr": "fixed:540"}
        async with near(HLS, wish=wish) as seen:
            await anyio.sleep(20)
            seen.rig.do(SetSpeed(speed=0.5))
            await anyio.sleep(3)
            assert (seen.rig.sink.speed, seen.rig.now.rate) == (0.5, 1.0)
            seen.rig.do(SetSpeed(speed=2.0))
            await anyio.sleep(20)
            assert seen.rig.now.speed == 1.0
            await anyio.sleep(60)
        assert seen.stalls == 0
        assert seen.mean(80) == pytest.approx(3.0, abs=0.3)

    at_virtual_time(scenario)


# ---- single pictures -----------------------------------------------------------------------


async def _paused(rig: Rig, at: float) -> Micros:
    await anyio.sleep(at)
    rig.do(SetPaused(paused=True))
    await anyio.sleep(1)
    return rig.now.position


def test_while_it_plays_the_first_press_pauses() -> None:
    async def scenario() -> None:
        async with tuned(vod=WHOLE) as (rig, _):
            await anyio.sleep(5)
            rig.do(StepFrame(forward=True))
            await anyio.sleep(1)
            assert rig.now.state is PlayerState.PAUSED
            assert rig.sink.steps == []

    at_virtual_time(scenario)


def test_one_on_is_libmpvs_one_back_is_the_picture_before_exactly() -> None:
    async def scenario() -> None:
        async with tuned(vod=WHOLE, samples=150, media_start=0) as (rig, origin):
            await _paused(rig, 7.013)
            rig.do(StepFrame(forward=False))  # onto a picture: the fake's time flows
            await anyio.sleep(0.5)
            start = rig.now.position
            for _ in range(3):
                rig.do(StepFrame(forward=True))
                await anyio.sleep(0.5)
            assert rig.now.position == start + 3 * FRAME
            at = rig.now.position
            for number in range(1, 6):
                rig.do(StepFrame(forward=False))
                await anyio.sleep(0.5)
                assert rig.now.position == at - number * FRAME
                assert rig.sink.opened[-1].paused
            assert rig.now.state is PlayerState.PAUSED
            fetched = [one for one in origin.asked if one.endswith(".seg")]
            assert len(fetched) == len(set(fetched)) > 0, "all of it was there"
            rig.do(SetPaused(paused=False))
            await anyio.sleep(2)
            assert rig.now.state is PlayerState.PLAYING

    at_virtual_time(scenario)


def test_presses_that_follow_each_other_at_once_all_count() -> None:
    async def scenario() -> None:
        async with tuned(vod=WHOLE, samples=150, media_start=0) as (rig, _):
            await _paused(rig, 7.013)
            rig.do(StepFrame(forward=False))
            await anyio.sleep(0.5)
            at = rig.now.position
            rig.do(*[StepFrame(forward=False)] * 10, *[StepFrame(forward=True)] * 4)
            await anyio.sleep(2)
            assert rig.now.position == at - 6 * FRAME

    at_virtual_time(scenario)


def test_the_end_and_the_beginning_bear_steps_too() -> None:
    async def scenario() -> None:
        async with tuned(vod=3, samples=150, media_start=0) as (rig, _):
            await rig.until(PlayerState.ENDED, 20)
            rig.do(SetPaused(paused=True), StepFrame(forward=True))
            await anyio.sleep(1)
            end = rig.now.position
            rig.do(StepFrame(forward=False))
            await anyio.sleep(3)
            assert end - 3 * FRAME < rig.now.position < end
            rig.do(Seek(position=Micros(0)))
            await anyio.sleep(1)
            rig.do(StepFrame(forward=False))
            await anyio.sleep(1)
            assert rig.now.position == 0
            assert rig.fatal == []

    at_virtual_time(scenario)


def test_back_into_what_was_never_fed_is_exact_too() -> None:
    async def scenario() -> None:
        async with tuned(vod=WHOLE, samples=150, media_start=0) as (rig, _):
            await anyio.sleep(5)
            rig.do(SetPaused(paused=True), Seek(position=micros(60)))
            await anyio.sleep(3)
            assert rig.now.position == micros(60)
            rig.do(*[StepFrame(forward=False)] * 3, StepFrame(forward=True))
            await anyio.sleep(3)
            assert rig.now.position == micros(60) - 2 * FRAME
            assert rig.now.state is PlayerState.PAUSED

    at_virtual_time(scenario)
