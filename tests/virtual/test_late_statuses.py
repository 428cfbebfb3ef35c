"""What libmpv says of an epoch after a seek has left it moves nothing any more."""

import anyio

from player.api import PlayerState, Seek
from player.ports import SinkStatus
from player.units import Micros, micros
from tests.fakes.virtual import at_virtual_time
from tests.virtual.rig import tuned

AHEAD = micros(9)


def test_a_seek_far_ahead_is_not_led_back_by_the_former_epochs_last_word() -> None:
    """It was: the feed then stopped, 4 s ahead of a picture that was gone, for 5 s."""

    async def scenario() -> None:
        async with tuned(vod=30) as (rig, _):
            await rig.until(PlayerState.PLAYING)
            await anyio.sleep(20)
            former = rig.sink.opened[-1].epoch
            wanted = Micros(rig.now.position + AHEAD)
            rig.do(Seek(position=wanted))
            await anyio.sleep(0.01)
            rig.snapshots.clear()
            for _ in range(20):
                rig.player.on_sink_status(SinkStatus(epoch=former, position=micros(1)))
                await anyio.sleep(0.05)
            assert rig.snapshots
            assert min(one.position for one in rig.snapshots) >= wanted

    at_virtual_time(scenario)
