"""A change of track is heard at once, and what is cached is played without the network."""

import anyio
import pytest

from player.api import (
    ErrorOccurred,
    FirstPicture,
    PlayerState,
    RebufferStarted,
    Seek,
    SelectAudio,
    SessionStarted,
)
from player.errors import Severity
from player.units import micros, seconds
from tests.fakes.origin import RUNGS, SEGMENT
from tests.fakes.virtual import at_virtual_time
from tests.virtual.rig import Rig, tuned

TICK = 0.02
HEARD = 0.3
"""Seconds in which another sound must be heard (issue 3)."""


async def _epochs(rig: Rig, count: int, patience: float) -> None:
    """Wait until libmpv was given so many epochs."""
    for _ in range(round(patience / TICK)):
        if len(rig.sink.opened) >= count:
            return
        await anyio.sleep(TICK)
    pytest.fail(f"{len(rig.sink.opened)} epochs after {patience} s")


def test_another_sound_is_heard_within_300_ms_and_no_picture_is_fetched_again() -> None:
    async def scenario() -> None:
        async with tuned(vod=30, samples=60, voices=("a1", "a2"), tick=TICK) as (rig, origin):
            await anyio.sleep(20)
            for count, place in ((2, 1), (3, 0), (4, 1)):
                before = [one for one in origin.segments() if one[0] in RUNGS]
                rig.do(SelectAudio(track=rig.now.audio[place].id))
                await _epochs(rig, count, HEARD)
                await anyio.sleep(0.5)
                after = [one for one in origin.segments() if one[0] in RUNGS]
                assert not {n for _, n in after[len(before) :]} & {n for _, n in before}
                assert rig.now.audio_track == rig.now.audio[place].id
                await anyio.sleep(3)
            assert seconds(rig.now.position) == pytest.approx(20 + 3 * 3.5, abs=1.5)
        assert rig.of(RebufferStarted) == []
        assert rig.of(ErrorOccurred) == []

    at_virtual_time(scenario)


def test_a_sound_that_cannot_be_had_leaves_the_old_one() -> None:
    async def scenario() -> None:
        async with tuned(
            vod=30, samples=24, voices=("a1", "a2"), lost=lambda rung, _: rung == "a2"
        ) as (rig, _):
            await anyio.sleep(20)
            rig.do(SelectAudio(track=rig.now.audio[1].id))
            await anyio.sleep(40)
            assert rig.now.state is PlayerState.PLAYING
            assert seconds(rig.now.position) == pytest.approx(60, abs=2)
        assert {one.failure.severity for one in rig.of(ErrorOccurred)} == {Severity.RECOVERABLE}

    at_virtual_time(scenario)


@pytest.mark.parametrize("away", [-8.0, -20.0, 12.0])
def test_a_seek_inside_what_is_cached_needs_no_network(away: float) -> None:
    async def scenario() -> None:
        async with tuned(vod=40, samples=60, tick=TICK) as (rig, origin):
            await anyio.sleep(30)
            before, stood = origin.segments(), rig.now.position
            rig.do(Seek(position=micros(seconds(stood) + away)))
            await _epochs(rig, 2, 0.15)
            await anyio.sleep(1)
            assert seconds(rig.now.position) == pytest.approx(seconds(stood) + away + 1, abs=0.5)
            fresh = origin.segments()[len(before) :]
            assert not {n for _, n in fresh} & {n for _, n in before}
        assert rig.of(RebufferStarted) == []

    at_virtual_time(scenario)


def test_the_first_picture_does_not_wait_for_a_second_of_media() -> None:
    async def scenario() -> None:
        async with tuned(vod=20, samples=60, pieces=True, tick=0.01) as (rig, _):
            await anyio.sleep(2)
            playing = next(
                at
                for at, one in zip(rig.shown_at, rig.snapshots, strict=True)
                if one.state is PlayerState.PLAYING
            )
        (first,), (started,) = rig.of(FirstPicture), rig.of(SessionStarted)
        whole = RUNGS["v1"] * SEGMENT / 20e6
        assert seconds(first.at) - seconds(started.at) < whole
        assert seconds(playing) - seconds(started.at) < whole + 0.2
        assert rig.of(RebufferStarted) == []

    at_virtual_time(scenario)
