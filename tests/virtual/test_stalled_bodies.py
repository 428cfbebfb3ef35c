"""A body that stands still: left for another rung or server before the picture runs dry."""

from typing import Any

import anyio
import pytest

from player.api import PlayerState, RebufferStarted
from player.units import seconds
from tests.fakes.origin import SEGMENT
from tests.fakes.virtual import at_virtual_time
from tests.virtual.rig import tuned

HLS = "http://origin.test/master.m3u8"
CLOSE = f"#EXT-X-SERVER-CONTROL:HOLD-BACK={1.5 * SEGMENT}\n"
"""As near to the edge as a channel with segments of 6 s may ask for."""


@pytest.mark.parametrize("every", [4, 10])
@pytest.mark.parametrize("tags", ["", CLOSE], ids=["3 segments", "1.5 segments"])
def test_another_rung_has_what_one_stands_still_with(tags: str, every: int) -> None:
    async def scenario() -> None:
        told: dict[str, Any] = {"samples": 24, "pieces": True, "tags": tags}
        async with tuned(
            HLS, stalls=lambda rung, number: rung == "v3" and number % every == 0, **told
        ) as (rig, origin):
            await anyio.sleep(10)
            buffered = list[float]()
            for _ in range(600):
                await anyio.sleep(0.2)
                buffered.append(seconds(rig.now.buffer))
            assert rig.now.state is PlayerState.PLAYING
            assert rig.of(RebufferStarted) == []
            gone = {one for one in origin.segments() if one[0] == "v3" and one[1] % every == 0}
            assert gone, "it was tried"
            assert min(buffered) > 3
            assert rig.now.latency is not None
            assert seconds(rig.now.latency) < 3.5 * SEGMENT

    at_virtual_time(scenario)
