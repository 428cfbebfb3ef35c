"""A picture that stops by itself, decoders that fail, media that only libmpv understands."""

from typing import Any

import anyio
import pytest

from player.api import (
    CuesChanged,
    PlayerState,
    RebufferStarted,
    Recovered,
    Seek,
    SetPaused,
)
from player.errors import ErrorCode, Failure
from player.units import Micros, micros, seconds
from tests.fakes.virtual import at_virtual_time
from tests.virtual.rig import Rig, tuned


def _decisions(rig: Rig) -> list[str]:
    return [one.decision for one in rig.of(Recovered)]


def _undecodable(kind: str = "video") -> Failure:
    return Failure(
        code=ErrorCode.DECODE_FAILED, sentence="It cannot be decoded.", cause=f"{kind}: no frame"
    )


async def _stick_until_opened_anew(rig: Rig, patience: float) -> float:
    """Let the picture stand until libmpv begins an epoch; gives after how many seconds."""
    opened, since = len(rig.sink.opened), rig.clock.monotonic()
    rig.sink.stuck = True
    for _ in range(round(patience * 20)):
        await anyio.sleep(0.05)
        if len(rig.sink.opened) > opened:
            break
    rig.sink.stuck = False
    return seconds(Micros(rig.clock.monotonic() - since))


def test_a_picture_that_stands_still_is_nudged_and_goes_on() -> None:
    async def scenario() -> None:
        async with tuned(vod=30, samples=60) as (rig, origin):
            await anyio.sleep(20)
            stood, asked = rig.now.position, len(origin.segments())
            passed = await _stick_until_opened_anew(rig, 30)
            assert passed == pytest.approx(4, abs=2), "no milder remedy was passed over"
            await anyio.sleep(0.1)
            assert seconds(rig.now.position) == pytest.approx(seconds(stood) + 0.4, abs=0.2)
            await anyio.sleep(5)
            assert rig.now.state is PlayerState.PLAYING
            assert seconds(rig.now.position) > seconds(stood) + 4
            fresh = origin.segments()[asked:]
            assert not set(fresh) & set(origin.segments()[:asked]), "it came from the buffers"
        assert len(_decisions(rig)) == 1
        assert "a little ahead" in _decisions(rig)[0]
        assert rig.fatal == []
        assert rig.of(RebufferStarted) == []

    at_virtual_time(scenario)


def test_a_nudge_is_told_to_captions_like_a_seek() -> None:
    async def scenario() -> None:
        told: dict[str, Any] = {"texts": ("s1",), "wish": {"text_language": "en"}}
        async with tuned(vod=30, samples=60, **told) as (rig, _):
            await anyio.sleep(20.5)
            (shown,) = rig.now.cues
            await _stick_until_opened_anew(rig, 30)
            (nudged,) = rig.of(Recovered)
            since = [one.cues for one in rig.of(CuesChanged) if one.at >= nudged.at]
            assert since[0] == (), "the picture is clear until its cues are known"
            await anyio.sleep(0.5)
            assert rig.now.cues == (shown,)

    at_virtual_time(scenario)


def test_a_picture_that_nothing_moves_ends_with_a_sentence() -> None:
    async def scenario() -> None:
        async with tuned(vod=30, samples=60) as (rig, _):
            await anyio.sleep(20)
            rig.sink.stuck = True
            await anyio.sleep(60)
            assert rig.now.state is PlayerState.FAILED
            assert not rig.sink.hardware
        assert [one.code for one in rig.fatal] == [ErrorCode.DECODE_FAILED]
        assert len(_decisions(rig)) >= 3
        assert any("software" in one for one in _decisions(rig))

    at_virtual_time(scenario)


def test_the_next_channel_is_decoded_by_hardware_again() -> None:
    async def scenario() -> None:
        async with tuned(vod=30, samples=60) as (rig, _):
            await anyio.sleep(20)
            rig.sink.stuck = True
            await anyio.sleep(60)
            assert not rig.sink.hardware
            rig.sink.stuck = False
            rig.play()
            await rig.until(PlayerState.PLAYING)
            assert rig.sink.hardware

    at_virtual_time(scenario)


def test_a_paused_picture_is_left_alone() -> None:
    async def scenario() -> None:
        async with tuned(vod=30, samples=60) as (rig, _):
            await anyio.sleep(10)
            rig.do(SetPaused(paused=True))
            await anyio.sleep(100)
            assert rig.now.state is PlayerState.PAUSED
        assert _decisions(rig) == []

    at_virtual_time(scenario)


@pytest.mark.parametrize("fatal", [False, True])
def test_a_decoder_that_fails_leads_to_other_rungs_and_then_to_software(fatal: bool) -> None:
    async def scenario() -> None:
        async with tuned(vod=60, samples=24, pieces=True) as (rig, _):
            await anyio.sleep(20)
            for _ in range(3):
                epoch = rig.sink.opened[-1].epoch
                if fatal:
                    rig.sink.fail(epoch, _undecodable())
                else:
                    rig.sink.trouble(epoch, _undecodable())
                await anyio.sleep(5)
                assert rig.now.state is PlayerState.PLAYING
            assert not rig.sink.hardware
        found = _decisions(rig)
        assert ["another rung" in found[0], "another rung" in found[1]] == [True, True]
        assert found[2] == "software decoding"
        assert rig.fatal == []

    at_virtual_time(scenario)


@pytest.mark.parametrize("given", [0.1, 0.5, 0.9])
def test_libmpv_begins_where_and_how_the_viewer_wanted(given: float) -> None:
    async def scenario() -> None:
        async with tuned(vod=10, bad=lambda *_: True, uplink=lambda _: 0.2) as (rig, _):
            await anyio.sleep(given)
            assert rig.sink.urls == []
            rig.do(Seek(position=micros(30)), SetPaused(paused=True))
            await anyio.sleep(20)
            assert len(rig.sink.urls) == 1
            assert rig.sink.opened[-1].start == micros(30)
            assert rig.sink.opened[-1].paused
            rig.do(SetPaused(paused=False))
            await rig.until(PlayerState.PLAYING)

    at_virtual_time(scenario)


def test_what_no_demuxer_takes_is_played_by_libmpv_itself() -> None:
    async def scenario() -> None:
        async with tuned(vod=10, bad=lambda *_: True) as (rig, _):
            await rig.until(PlayerState.PLAYING, 60)
            assert len(rig.sink.urls) == 1
            assert rig.sink.urls[0][0].endswith("/master.m3u8")
            assert any("libmpv" in one for one in rig.now.decisions)
        assert "libmpv plays this address by itself" in _decisions(rig)

    at_virtual_time(scenario)
