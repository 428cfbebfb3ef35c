"""Media of which no decoder makes a picture, from the very start."""

import anyio
import pytest

from player.api import PlayerState, Recovered, SetPaused
from player.errors import ErrorCode, Failure
from tests.fakes.virtual import at_virtual_time
from tests.virtual.rig import Rig, tuned


def _decisions(rig: Rig) -> list[str]:
    return [one.decision for one in rig.of(Recovered)]


@pytest.mark.parametrize("told", [False, True])
def test_what_no_decoder_takes_ends_with_a_sentence(told: bool) -> None:
    """Whether the decoders complain or keep silent."""

    async def scenario() -> None:
        async with tuned(vod=30, samples=60) as (rig, _):
            rig.sink.blind = True
            for _ in range(240):
                await anyio.sleep(0.5)
                if told and rig.sink.opened:
                    cause = Failure(
                        code=ErrorCode.DECODE_FAILED, sentence="No.", cause="video: no frame"
                    )
                    rig.sink.trouble(rig.sink.opened[-1].epoch, cause)
                if rig.now.state is PlayerState.FAILED:
                    break
            assert rig.now.state is PlayerState.FAILED
            assert not rig.sink.hardware
        assert [one.code for one in rig.fatal] == [ErrorCode.DECODE_FAILED]
        assert any("software" in one for one in _decisions(rig))

    at_virtual_time(scenario)


@pytest.mark.parametrize("slow", [4, 7])
def test_a_slow_machine_is_given_time(slow: float) -> None:
    async def scenario() -> None:
        async with tuned(vod=30, samples=60) as (rig, _):
            rig.sink.blind = True
            await anyio.sleep(slow)
            rig.sink.blind = False
            await rig.until(PlayerState.PLAYING, 2)
            assert len(rig.sink.opened) == 1
        assert _decisions(rig) == []

    at_virtual_time(scenario)


def test_a_slower_one_still_gets_its_picture() -> None:
    async def scenario() -> None:
        async with tuned(vod=30, samples=60) as (rig, _):
            rig.sink.blind = True
            await anyio.sleep(25)
            rig.sink.blind = False
            await rig.until(PlayerState.PLAYING, 2)
            await anyio.sleep(30)
            assert rig.now.state is PlayerState.PLAYING
        assert rig.fatal == []

    at_virtual_time(scenario)


def test_who_pauses_before_the_first_picture_waits_as_long_as_he_likes() -> None:
    async def scenario() -> None:
        async with tuned(vod=30, samples=60) as (rig, _):
            rig.sink.blind = True
            rig.do(SetPaused(paused=True))
            await anyio.sleep(100)
            rig.sink.blind = False
            rig.do(SetPaused(paused=False))
            await rig.until(PlayerState.PLAYING, 2)
        assert _decisions(rig) == []

    at_virtual_time(scenario)
