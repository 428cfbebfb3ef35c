"""Frames that were dropped are counted for each channel by itself."""

import anyio

from tests.fakes.virtual import at_virtual_time
from tests.virtual.rig import tuned


def test_the_next_channel_begins_with_none() -> None:
    async def scenario() -> None:
        async with tuned(vod=20, samples=24) as (rig, _):
            await anyio.sleep(5)
            rig.sink.dropped = 284
            await anyio.sleep(2)
            assert rig.now.dropped_frames == 284
            rig.play()
            await anyio.sleep(5)
            assert rig.now.dropped_frames == 0
            rig.sink.dropped += 3
            await anyio.sleep(2)
            assert rig.now.dropped_frames == 3

    at_virtual_time(scenario)
