"""An hour of live television in seconds: no stall, no drift, no growth."""

import anyio
import pytest

from player.api import ErrorOccurred, FirstPicture, PlayerState, RebufferStarted, SegmentFetched
from player.model.presentation import TrackKind
from player.units import seconds
from tests.fakes.origin import SEGMENT
from tests.fakes.virtual import at_virtual_time
from tests.virtual.rig import tuned

HOUR = 3600


def test_an_hour_of_live_plays_through() -> None:
    async def scenario() -> None:
        async with tuned(tick=1, keep=10) as (rig, origin):
            await anyio.sleep(HOUR)
        assert len(rig.of(FirstPicture)) == 1
        assert rig.of(RebufferStarted) == []
        assert rig.of(ErrorOccurred) == []
        assert rig.now.state is PlayerState.PLAYING
        videos = [one for one in rig.of(SegmentFetched) if one.kind is TrackKind.VIDEO]
        assert len(videos) == pytest.approx(HOUR / SEGMENT, abs=5)
        assert rig.now.latency is not None
        assert 2 * SEGMENT < seconds(rig.now.latency) < 4.5 * SEGMENT
        assert len(origin.asked) == pytest.approx(4 * HOUR / SEGMENT, rel=0.05)

    at_virtual_time(scenario)
