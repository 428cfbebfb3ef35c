"""A day of live television at virtual time: does the engine grow, and what does idling cost?

Prints JSON: `rss_mib`, the least after any of the first hours; `growth_mib` from there to the
least after any of the last, `late_growth_mib` the same in the second half (what is needed for a
moment comes and goes by some MiB from hour to hour; what leaks raises the least); `seconds` of
processor time of the cheapest of the last hours and its ratio to that of the first (`slowdown`);
what was watched; and `idle_cpu`: processor seconds a second of a real paused player with libmpv,
after that day.
"""

import argparse
import json
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import anyio
import httpx
import trio
from trio.testing import MockClock

sys.path.insert(0, str(Path(__file__).parents[1]))

from app.player_host import HostOptions, PlayerHost
from bench.neighbours import headend, pause, resident_mib
from player.api import (
    Play,
    PlayerEvent,
    PlayerSnapshot,
    PlayerState,
    PlayRequest,
    RebufferStarted,
    SetPaused,
)
from tests.fakes.origin import FakeOrigin
from tests.fakes.virtual import VirtualClock
from tests.virtual.rig import Rig, player_rig

T = TypeVar("T")
HOUR_S = 3600
SAMPLES = 4
PLAY_S, SETTLE_S, IDLE_S = 3.0, 25.0, 15.0


class Forgetful(list[T]):
    """The last of many: the origin's memory of all requests would be what grows."""

    def append(self, item: T) -> None:
        """Keep a thousand."""
        super().append(item)
        del self[:-1000]


def _network(clock: VirtualClock) -> httpx.AsyncBaseTransport:
    origin = FakeOrigin(clock)
    origin.asked, origin.hosts = Forgetful(), Forgetful()
    return origin.transport()


async def _hour(rig: Rig) -> tuple[float, float, int]:
    """Watch an hour: its processor seconds, MiB at its end, and how often it stalled."""
    began = time.process_time()
    await anyio.sleep(HOUR_S)
    stalls = len(rig.of(RebufferStarted))
    rig.events.clear()
    rig.shown_at.clear()
    return time.process_time() - began, resident_mib(), stalls


async def watch(hours: int) -> dict[str, float]:
    """Watch so many hours, at least two."""
    async with player_rig(_network) as rig:
        rig.play()
        costs, sizes, stalls = zip(*[await _hour(rig) for _ in range(hours)], strict=True)
        early, late = min(sizes[1:][:SAMPLES]), min(sizes[-SAMPLES:])
        return {
            "rss_mib": round(early, 1),
            "growth_mib": round(late - early, 1),
            "late_growth_mib": round(late - min(sizes[hours // 2 :][:SAMPLES]), 1),
            "seconds": round(min(costs[-SAMPLES:]), 2),
            "slowdown": round(min(costs[-SAMPLES:]) / min(costs[1:][:SAMPLES]), 2),
            "rebuffers": sum(stalls),
            "playing": int(rig.now.state is PlayerState.PLAYING),
        }


def idle() -> float:
    """Processor seconds a second of a player that stands paused, its buffer full."""

    def ignore(_message: PlayerEvent | PlayerSnapshot) -> None:
        """Nobody looks."""

    options = HostOptions(video="null", audio="null")
    with headend() as origin, closing(PlayerHost(options, ignore)) as host:
        url = f"{origin}/channels/1/vod/hls-cmaf/master.m3u8?loops=1"
        host.submit(Play(request=PlayRequest(url=url)))
        pause(PLAY_S)
        host.submit(SetPaused(paused=True))
        pause(SETTLE_S)
        began, since = time.process_time(), time.perf_counter()
        pause(IDLE_S)
        return (time.process_time() - began) / (time.perf_counter() - since)


def main() -> None:
    """Watch the day, then idle."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=int, default=24)
    options = parser.parse_args()
    watched = trio.run(watch, options.hours, clock=MockClock(autojump_threshold=0))
    sys.stdout.write(json.dumps(watched | {"idle_cpu": round(idle(), 4)}) + "\n")


if __name__ == "__main__":
    main()
