"""Bytes that hold fewer kinds than the manifest promised: play goes on with what is there."""

import anyio
import pytest

from player.api import ErrorOccurred, PlaybackEnded, PlayerState, RebufferStarted, Seek
from player.errors import ErrorCode, Severity
from player.units import micros, seconds
from tests.fakes.origin import RUNGS, SEGMENT
from tests.fakes.virtual import at_virtual_time
from tests.virtual.rig import Rig, tuned

MPD = "http://origin.test/manifest.mpd"
COUNT = 10


def _told(rig: Rig) -> list[tuple[ErrorCode, Severity]]:
    return [(one.failure.code, one.failure.severity) for one in rig.of(ErrorOccurred)]


ONCE = [(ErrorCode.MEDIA_INVALID, Severity.RECOVERABLE)]


def test_a_muxed_stream_without_its_sound_plays_its_pictures() -> None:
    async def scenario() -> None:
        async with tuned(vod=COUNT, voices=(), samples=24) as (rig, _):
            await anyio.sleep(1)
            assert rig.now.state is PlayerState.PLAYING
            rig.do(Seek(position=micros(30)))
            await anyio.sleep(COUNT * SEGMENT)
            assert rig.now.state is PlayerState.ENDED
        assert _told(rig) == ONCE
        assert "sound" in rig.of(ErrorOccurred)[0].failure.sentence
        assert rig.of(RebufferStarted) == []

    at_virtual_time(scenario)


@pytest.mark.parametrize("vod", [COUNT, None])
@pytest.mark.parametrize("url", ["http://origin.test/master.m3u8", MPD])
@pytest.mark.parametrize("missing", ["sound", "pictures"])
def test_a_track_that_is_empty_is_not_waited_for(url: str, missing: str, vod: int | None) -> None:
    async def scenario() -> None:
        def empty(rung: str, _number: int) -> bool:
            return (rung in RUNGS) == (missing == "pictures")

        async with tuned(
            url, vod=vod, samples=24, empty=empty, media_start=0 if url == MPD else 1000
        ) as (rig, _):
            await anyio.sleep(2)
            assert rig.now.state is PlayerState.PLAYING, "three segments are all that it takes"
            began = seconds(rig.now.position)
            await anyio.sleep(40)
            assert seconds(rig.now.position) == pytest.approx(began + 40, abs=1.5)
            if vod:
                await anyio.sleep(COUNT * SEGMENT)
                assert rig.now.state is PlayerState.ENDED
                assert len(rig.of(PlaybackEnded)) == 1
        assert _told(rig) == ONCE
        assert rig.of(RebufferStarted) == []

    at_virtual_time(scenario)


@pytest.mark.parametrize("back", [False, True], ids=["for-good", "comes-back"])
@pytest.mark.parametrize("missing", ["sound", "pictures"])
def test_a_track_that_runs_empty_later_does_not_hold_the_other(missing: str, back: bool) -> None:
    async def scenario() -> None:
        def empty(rung: str, number: int) -> bool:
            own = (rung in RUNGS) == (missing == "pictures")
            return own and number >= 4 and not (back and number >= 8)

        async with tuned(vod=14, samples=24, empty=empty) as (rig, _):
            await anyio.sleep(14 * SEGMENT + 10)
            assert rig.now.state is PlayerState.ENDED
            assert len(rig.of(PlaybackEnded)) == 1
        told = _told(rig)
        assert told.count(ONCE[0]) == 1
        assert len(told) <= 3, "two pieces are cut off before it is gone"
        assert {severity for _, severity in told} == {Severity.RECOVERABLE}
        assert rig.of(RebufferStarted) == []

    at_virtual_time(scenario)
