"""Clocks that disagree, where no UTCTiming settles it (shaka#386, shaka#6715)."""

import anyio
import pytest

from player.api import PlayerState, RebufferStarted
from player.units import seconds
from tests.fakes.origin import SEGMENT
from tests.fakes.virtual import at_virtual_time
from tests.virtual.rig import tuned

MPD = "http://origin.test/manifest.mpd"


@pytest.mark.parametrize("skew", [-40.0, -5.0, 0.0, 5.0, 40.0])
def test_the_date_of_answers_tells_the_time_where_nothing_else_does(skew: float) -> None:
    async def scenario() -> None:
        async with tuned(MPD, skew=skew, heads=True, samples=6) as (rig, _):
            await anyio.sleep(90)
            assert rig.now.state is PlayerState.PLAYING
            assert rig.now.latency is not None
            assert 2.5 * SEGMENT < seconds(rig.now.latency) <= 4.2 * SEGMENT
        assert rig.of(RebufferStarted) == []
        assert rig.fatal == []

    at_virtual_time(scenario)


@pytest.mark.parametrize("skew", [-3.0, -8.0])
def test_a_clock_ahead_learns_from_refusals_at_the_edge(skew: float) -> None:
    async def scenario() -> None:
        async with tuned(MPD, skew=skew, samples=6) as (rig, origin):
            await anyio.sleep(60)
            asked = len(origin.segments())
            before = origin.refused
            await anyio.sleep(120)
            assert rig.now.state is PlayerState.PLAYING
            assert len(origin.segments()) > asked
            assert origin.refused - before <= 4, "it does not ask for the future for ever"
        assert rig.fatal == []

    at_virtual_time(scenario)


@pytest.mark.parametrize("skew", [-40.0, 0.0, 40.0, -3600.0])
@pytest.mark.parametrize("dated", [True, False])
def test_a_playlists_own_end_is_the_live_edge_whatever_its_dates_say(
    skew: float, dated: bool
) -> None:
    """As hls.js counts: whose clock the dates are by nobody knows."""

    async def scenario() -> None:
        async with tuned(skew=skew, dated=dated, samples=24) as (rig, _):
            told = []
            for _ in range(60):
                await anyio.sleep(1.1)
                assert rig.now.latency is not None
                told.append(seconds(rig.now.latency))
            assert rig.now.state is PlayerState.PLAYING
            assert all(1.5 * SEGMENT < one < 4.2 * SEGMENT for one in told[1:]), told
            settled = told[30:]
            assert max(settled) - min(settled) < 1.5, "it does not go up and down with each list"
        assert rig.of(RebufferStarted) == []

    at_virtual_time(scenario)


@pytest.mark.parametrize("skew", [-40.0, 0.0])
def test_a_list_that_stands_still_leaves_the_picture_behind(skew: float) -> None:
    async def scenario() -> None:
        async with tuned(skew=skew, samples=24, stuck=60.0) as (rig, _):
            await anyio.sleep(55)
            assert rig.now.latency is not None
            before = seconds(rig.now.latency)
            await anyio.sleep(45)
            assert rig.now.latency is not None
            assert seconds(rig.now.latency) > before + 20

    at_virtual_time(scenario)
