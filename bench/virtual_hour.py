"""One hour of live television at virtual time: what the engine costs where nothing else does.

Prints JSON: `seconds` of processor time for the hour (a third of it is the clock's and the fake
network's), and what was watched, so that a fast hour in which nothing played is no success.
"""

import json
import sys
import time
from pathlib import Path

import anyio
import httpx
import trio
from trio.testing import MockClock

sys.path.insert(0, str(Path(__file__).parents[1]))

from player.api import PlayerState, RebufferStarted, SegmentFetched
from tests.fakes.origin import FakeOrigin
from tests.fakes.virtual import VirtualClock
from tests.virtual.rig import player_rig

HOUR = 3600


async def _watch() -> dict[str, float]:
    def network(clock: VirtualClock) -> httpx.AsyncBaseTransport:
        return FakeOrigin(clock).transport()

    async with player_rig(network) as rig:
        rig.play()
        await anyio.sleep(HOUR)
        return {
            "segments": len(rig.of(SegmentFetched)),
            "rebuffers": len(rig.of(RebufferStarted)),
            "playing": int(rig.now.state is PlayerState.PLAYING),
        }


def main() -> None:
    """Watch the hour and print what it took."""
    began = time.process_time()
    watched = trio.run(_watch, clock=MockClock(autojump_threshold=0))
    took = time.process_time() - began
    sys.stdout.write(json.dumps({"seconds": round(took, 2)} | watched) + "\n")


if __name__ == "__main__":
    main()
