"""An hour of live television in seconds: no stall, no drift, no growth."""

import anyio
import httpx
import pytest
import trio
from trio.testing import MockClock

from player.api import ErrorOccurred, FirstPicture, PlayerState, RebufferStarted, SegmentFetched
from player.model.presentation import TrackKind
from player.units import seconds
from tests.fakes.origin import SEGMENT, FakeOrigin
from tests.fakes.virtual import VirtualClock
from tests.virtual.rig import Rig, player_rig

HOUR = 3600


def test_an_hour_of_live_plays_through() -> None:
    rig, origin = trio.run(_watch, HOUR, clock=MockClock(autojump_threshold=0))
    assert len(rig.of(FirstPicture)) == 1
    assert rig.of(RebufferStarted) == []
    assert rig.of(ErrorOccurred) == []
    assert rig.now.state is PlayerState.PLAYING
    videos = [one for one in rig.of(SegmentFetched) if one.kind is TrackKind.VIDEO]
    assert len(videos) == pytest.approx(HOUR / SEGMENT, abs=5)
    assert rig.now.latency is not None
    assert 2 * SEGMENT < seconds(rig.now.latency) < 4.5 * SEGMENT
    assert len(origin.asked) == pytest.approx(4 * HOUR / SEGMENT, rel=0.05)


async def _watch(duration: float) -> tuple[Rig, FakeOrigin]:
    origins: list[FakeOrigin] = []

    def network(clock: VirtualClock) -> httpx.AsyncBaseTransport:
        origins.append(FakeOrigin(clock))
        return origins[0].transport()

    async with player_rig(network) as rig:
        rig.play()
        await anyio.sleep(duration)
        return rig, origins[0]
