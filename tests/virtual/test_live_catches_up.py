"""After a stall live television goes on near its edge again, where it fell too far behind."""

import anyio
import pytest

from player.api import PlayerState, RebufferStarted, Recovered, Seek, SetPaused
from player.units import micros, seconds
from tests.fakes.origin import SEGMENT
from tests.fakes.origin_manifests import mpd
from tests.fakes.virtual import at_virtual_time
from tests.virtual.rig import Rig, tuned

HLS, MPD = "http://origin.test/master.m3u8", "http://origin.test/manifest.mpd"


def _jumps(rig: Rig) -> int:
    return len([one for one in rig.of(Recovered) if one.decision.startswith("live:")])


def _latency(rig: Rig) -> float:
    assert rig.now.latency is not None
    return seconds(rig.now.latency)


@pytest.mark.parametrize("url", [HLS, MPD], ids=["hls", "dash"])
@pytest.mark.parametrize(("window", "dark"), [(30, 55), (10, 55), (7, 38)])
def test_who_fell_far_behind_goes_on_where_it_began(url: str, window: int, dark: int) -> None:
    async def scenario() -> None:
        async with tuned(url, samples=24, window=window, dark=lambda at: 60 <= at < 60 + dark) as (
            rig,
            _,
        ):
            await anyio.sleep(59)
            before = _latency(rig)
            await anyio.sleep(dark + 20)
            assert rig.now.state is PlayerState.PLAYING
            assert _latency(rig) == pytest.approx(before, abs=SEGMENT + 1)
            await anyio.sleep(60)
            assert rig.now.state is PlayerState.PLAYING
            assert _latency(rig) == pytest.approx(before, abs=SEGMENT + 1)
        assert _jumps(rig) == 1
        assert len(rig.of(RebufferStarted)) == 1
        assert rig.fatal == []

    at_virtual_time(scenario)


@pytest.mark.parametrize("url", [HLS, MPD], ids=["hls", "dash"])
def test_who_fell_a_little_behind_keeps_it_as_buffer(url: str) -> None:
    async def scenario() -> None:
        async with tuned(url, samples=24, window=30, dark=lambda at: 60 <= at < 85) as (rig, _):
            await anyio.sleep(59)
            before = _latency(rig)
            await anyio.sleep(61)
            assert rig.now.state is PlayerState.PLAYING
            assert before + 5 < _latency(rig) < before + 25
        assert _jumps(rig) == 0

    at_virtual_time(scenario)


def test_the_manifests_largest_latency_is_kept() -> None:
    async def scenario() -> None:
        told = mpd(live=True, segments=30).replace(
            "<Period",
            '<ServiceDescription id="0"><Latency target="18000" max="26000"/></ServiceDescription>'
            "<Period",
            1,
        )
        extra = {"/manifest.mpd": told}
        async with tuned(
            MPD, samples=24, window=30, extra=extra, dark=lambda at: 60 <= at < 85
        ) as (rig, _):
            await anyio.sleep(120)
            assert rig.now.state is PlayerState.PLAYING
            assert _latency(rig) < 26
        assert _jumps(rig) == 1

    at_virtual_time(scenario)


@pytest.mark.parametrize("url", [HLS, MPD], ids=["hls", "dash"])
def test_who_went_back_is_left_there(url: str) -> None:
    async def scenario() -> None:
        async with tuned(url, samples=24, window=40, dark=lambda at: 100 <= at < 150) as (rig, _):
            await anyio.sleep(60)
            window = rig.now.window
            assert window is not None
            rig.do(Seek(position=micros(seconds(window[1]) - 100)))
            await anyio.sleep(120)
            assert rig.now.state is PlayerState.PLAYING
            assert _latency(rig) > 99
        assert _jumps(rig) == 0

    at_virtual_time(scenario)


def test_who_paused_stays_where_the_pause_was() -> None:
    async def scenario() -> None:
        async with tuned(HLS, samples=24, window=40) as (rig, _):
            await anyio.sleep(40)
            rig.do(SetPaused(paused=True))
            await anyio.sleep(50)
            rig.do(SetPaused(paused=False))
            await anyio.sleep(30)
            assert _latency(rig) > 60
        assert _jumps(rig) == 0

    at_virtual_time(scenario)
