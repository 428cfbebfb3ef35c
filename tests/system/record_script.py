"""Records channels at once, as a process of its own: NAME=URL... below BASE for SECONDS.

Keys are the environment's KEYS (KID:KEY, hexadecimal digits, separated by blanks).
Prints how each stood at the end; killed in the middle, it prints nothing.
"""

import os
import sys
from pathlib import Path

import anyio

from app.workers import run_in_worker
from player.abr.estimator import BandwidthEstimator
from player.api import PlayRequest
from player.clock import SystemClock
from player.drm.clearkey import parse_pair
from player.media.demux import open_demuxer
from player.net.fetcher import HttpFetcher
from player.recording.face import Recorder, RecordingOrder
from player.streaming.fetch.cache import SegmentCache
from player.streaming.fetch.parts import EngineParts
from player.units import BitsPerSecond, ByteCount, Micros, micros
from tests.fakes.sink import FakeSink


async def record(base: Path, length: float, channels: list[str]) -> None:
    clock = SystemClock()
    fetcher = HttpFetcher(clock)
    parts = EngineParts(
        fetcher=fetcher,
        sink=FakeSink(clock),
        cache=SegmentCache(ByteCount(1 << 20)),
        estimator=BandwidthEstimator(BitsPerSecond(1_000_000)),
        clock=clock,
        worker=run_in_worker,
        open_demuxer=open_demuxer,
    )
    until = Micros(clock.utc() + micros(length)) if length else None

    keys = dict(parse_pair(one) for one in os.environ.get("KEYS", "").split())

    async def one(name: str, url: str) -> None:
        order = RecordingOrder(
            id=name, title=name, request=PlayRequest(url=url, keys=keys), until=until
        )
        status = await Recorder(base, order, parts, lambda _: None, reserve=ByteCount(0)).run()
        told = status.failure.code if status.failure else f"{status.recorded} {len(status.gaps)}"
        print(name, status.state, told, flush=True)  # noqa: T201

    async with anyio.create_task_group() as group:
        for channel in channels:
            name, _, url = channel.partition("=")
            group.start_soon(one, name, url)
    await fetcher.aclose()


if __name__ == "__main__":
    anyio.run(record, Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3:])
