"""Joining a live playlist whose EXT-X-PROGRAM-DATE-TIME is not by our clock."""

import anyio
import pytest

from player.api import PlayerState, RebufferStarted, Seek
from player.units import micros, seconds
from tests.fakes.origin import SEGMENT
from tests.fakes.virtual import at_virtual_time
from tests.virtual.rig import Rig, tuned

HOLD_BACK = 3 * SEGMENT
SKEWS = [-10_800.0, -600.0, -40.0, -4.0, 0.0, 4.0, 40.0, 600.0, 10_800.0]


def _behind_the_list(rig: Rig) -> float:
    assert rig.now.window is not None
    return seconds(rig.now.window[1]) - seconds(rig.now.position)


@pytest.mark.parametrize("heads", [False, True])
@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("skew", SKEWS)
def test_it_is_joined_where_the_list_says(skew: float, told: bool, heads: bool) -> None:
    async def scenario() -> None:
        tags = f"#EXT-X-SERVER-CONTROL:HOLD-BACK={HOLD_BACK}.0\n" if told else ""
        async with tuned(skew=skew, heads=heads, tags=tags, samples=24) as (rig, _):
            behind, latency = list[float](), list[float]()
            for _ in range(120):
                await anyio.sleep(0.6)
                assert rig.now.latency is not None
                behind.append(_behind_the_list(rig))
                latency.append(seconds(rig.now.latency))
            assert rig.now.state is PlayerState.PLAYING
            assert min(behind) > HOLD_BACK - SEGMENT - 0.5, "the list grows each segment"
            assert max(behind) <= HOLD_BACK + 0.5
            assert all(HOLD_BACK - 0.5 < one < HOLD_BACK + SEGMENT + 0.5 for one in latency[2:])
            rig.do(Seek(position=micros(1e9)))
            await anyio.sleep(1)
            assert _behind_the_list(rig) > HOLD_BACK - SEGMENT - 1.5, "and so is gone back to"
        assert rig.of(RebufferStarted) == []
        assert rig.fatal == []

    at_virtual_time(scenario)
