"""One hour of live television at virtual time: what the engine costs where nothing else does.

Prints JSON: `ratio` is the processor time of our hour to that of a bare reader's, which loads the
same playlists and segments through the same fake network and does nothing with them; the hours
take turns, and of each the cheapest one counts, for one core of a shared machine is twice as fast
as the same one an hour later. `seconds` and `bare_seconds` are what the two took, the rest is what
was watched, so that a fast hour in which nothing played is no success.
"""

import json
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import anyio
import httpx
import m3u8
import trio
from trio.testing import MockClock

sys.path.insert(0, str(Path(__file__).parents[1]))

from player.api import PlayerState, RebufferStarted, SegmentFetched
from tests.fakes.origin import RUNGS, SEGMENT, FakeOrigin
from tests.fakes.virtual import VirtualClock
from tests.virtual.rig import player_rig

HOUR = 3600
ROUNDS = 3


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


async def _read() -> dict[str, float]:
    """The bare reader's hour: both playlists once a segment, and the newest segment of each."""
    origin = FakeOrigin(VirtualClock())
    segments = 0
    async with httpx.AsyncClient(transport=origin.transport()) as client:
        for _ in range(HOUR // SEGMENT):
            for track in ([*RUNGS][-1], "a1"):
                listed = await client.get(f"http://origin.test/{track}.m3u8")
                newest = m3u8.loads(listed.text, uri=str(listed.url)).segments[-1]
                async with client.stream("GET", newest.absolute_uri) as body:
                    async for _piece in body.aiter_bytes():
                        pass
                segments += body.status_code == httpx.codes.OK
            await anyio.sleep(SEGMENT)
    return {"bare_segments": segments}


def _measured(hour: Callable[[], Awaitable[dict[str, float]]]) -> tuple[float, dict[str, float]]:
    """Processor seconds of one hour, and what came of it."""
    began = time.process_time()
    figures: dict[str, float] = trio.run(hour, clock=MockClock(autojump_threshold=0))
    return time.process_time() - began, figures


def main() -> None:
    """Watch and read the hours in turn, and print what the cheapest ones took."""
    rounds = [(_measured(_watch), _measured(_read)) for _ in range(ROUNDS)]
    ours, watched = min((one for one, _ in rounds), key=lambda one: one[0])
    bare, read = min((one for _, one in rounds), key=lambda one: one[0])
    figures = {"ratio": ours / bare, "seconds": ours, "bare_seconds": bare}
    told = {name: round(value, 2) for name, value in figures.items()} | watched | read
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
