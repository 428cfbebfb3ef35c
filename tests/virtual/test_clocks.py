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
