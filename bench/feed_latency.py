"""From a piece of 1080p media in the cache to its bytes at libmpv.

Prints JSON, in milliseconds, for a transport stream and for fragmented MP4, by pieces as the
network gives them over 20 Mbit/s and by pieces of 64 kB: from the moment when a piece is appended
to the cache entry until the last byte of the samples that it completed was fed (`median`, `p95`,
`worst`), and the processor time a piece. The feeder, the demuxers and the workers are the
player's own; the sink is always hungry and only takes the time.
"""

import argparse
import itertools
import json
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import anyio

sys.path.insert(0, str(Path(__file__).parents[1]))

from app.workers import run_in_worker
from bench.neighbours import headend, shaped
from player.clock import SystemClock
from player.media.demux import open_demuxer
from player.model.presentation import Period, Representation, Track, TrackKind
from player.model.resource import Resource
from player.model.segment import Segment
from player.net.fetcher import HttpFetcher
from player.ports import EpochStart, FetchRequest, MediaSink, RequestKind
from player.streaming.feed.feeder import Feeder, FeederParts, FeedStart
from player.streaming.feed.timeline import MediaTimeline
from player.streaming.feed.track_buffer import BufferedSegment, TrackBuffer
from player.streaming.feed.track_line import LineParts
from player.streaming.fetch.cache import CacheEntry
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.load_control import LoadControl
from player.streaming.fetch.recovery import RecoveryPolicy
from player.streaming.fetch.wake import Wake
from player.units import BitsPerSecond, Micros, micros

SEGMENTS = 4
LENGTH_S = 2.0
EVEN = 64 << 10
QUIET_S = 0.02
"""A feeder that has fed nothing for half of this is done with a piece."""

LONGEST = 50
"""So many times as long a piece is waited for."""

FILES = {
    "ts": [f"vod/hls-ts/v1080/{number}.ts" for number in range(SEGMENTS)],
    "fmp4": ["vod/hls-cmaf/v1080/init.mp4"]
    + [f"vod/hls-cmaf/v1080/{number}.m4s" for number in range(SEGMENTS)],
}

Pieces = Sequence[bytes]


@dataclass
class HungrySink:
    """As much of a MediaSink as a feeder asks for; takes the time of everything fed."""

    fed: list[float] = field(default_factory=list)

    def open(self, start: EpochStart) -> None:
        """Begin."""

    def feed(self, epoch: int, data: bytes) -> None:
        """Take the time."""
        if epoch and data:
            self.fed.append(time.perf_counter())

    def finish(self, epoch: int) -> None:
        """End."""


async def fetch(line: str, paths: Sequence[str]) -> list[bytes]:
    """The pieces of some files, one after the other, as the network gives them."""
    fetcher = HttpFetcher(SystemClock())
    pieces: list[bytes] = []
    for path in paths:
        uri = f"{line}/channels/1/{path}"
        request = FetchRequest(resource=Resource(uri=uri), kind=RequestKind.SEGMENT, headers={})
        async with fetcher.open(request) as response:
            pieces += [piece async for piece in response.chunks()]
    await fetcher.aclose()
    return pieces


def even(pieces: Pieces, size: int = EVEN) -> list[bytes]:
    """The same bytes in pieces of one size."""
    data = b"".join(pieces)
    return [data[at : at + size] for at in range(0, len(data), size)]


async def measure(pieces: Pieces) -> dict[str, float]:
    """Hand the pieces to a feeder, one by one; gives milliseconds."""
    sink, wake = HungrySink(), Wake()
    entry = CacheEntry(Resource(uri="http://bench.invalid/1"))
    buffer = _buffer(entry)
    feeder = Feeder({TrackKind.VIDEO: buffer}, _START, _parts(sink, wake))
    waits: list[float] = []
    spent = time.process_time()
    async with anyio.create_task_group() as group:
        group.start_soon(feeder.run)
        for piece in pieces:
            waits += await _wait(piece, entry, sink, wake)
        entry.complete = buffer.finished = True
        wake.notify()
    spent = time.process_time() - spent
    return summary(waits) | {"cpu_per_piece": round(spent * 1000 / len(pieces), 3)}


async def _wait(piece: bytes, entry: CacheEntry, sink: HungrySink, wake: Wake) -> Sequence[float]:
    """Milliseconds until what a piece completed was fed; nothing where it completed nothing."""
    before, arrived = len(sink.fed), time.perf_counter()
    entry.chunks.append(piece)
    wake.notify()
    for _ in range(LONGEST):
        await anyio.sleep(QUIET_S)
        if len(sink.fed) == before or time.perf_counter() - sink.fed[-1] > QUIET_S / 2:
            break
    return [(sink.fed[-1] - arrived) * 1000] if len(sink.fed) > before else []


def summary(waits: Sequence[float]) -> dict[str, float]:
    """How a set of waits is told."""
    ranked = sorted(waits)
    return {
        "median": round(statistics.median(ranked), 3),
        "p95": round(ranked[int(len(ranked) * 0.95)], 3),
        "worst": round(ranked[-1], 3),
        "pieces": len(ranked),
    }


_START = FeedStart(position=Micros(0), exact=False)


def _buffer(entry: CacheEntry) -> TrackBuffer:
    kinds = frozenset({TrackKind.VIDEO, TrackKind.AUDIO})
    rung = Representation(id="1", bandwidth=BitsPerSecond(5_000_000), kinds=kinds)
    track = Track(id="v", kind=TrackKind.VIDEO, representations=(rung,))
    period = Period(id="p", start=Micros(0), duration=None, tracks=(track,))
    lane = Lane(period=period, track=track, representation=rung)
    length = micros(SEGMENTS * LENGTH_S)
    segment = Segment(number=0, start=Micros(0), duration=length, resource=entry.resource)
    buffer = TrackBuffer(Micros(0))
    buffer.append(BufferedSegment(segment=segment, lane=lane, entry=entry))
    return buffer


def _parts(sink: HungrySink, wake: Wake) -> FeederParts:
    line = LineParts(
        worker=run_in_worker,
        open_demuxer=open_demuxer,
        timeline=MediaTimeline(),
        recovery=RecoveryPolicy(),
        key_for=lambda _: None,
        report=lambda _: None,
        lacked=lambda *_: None,
    )
    return FeederParts(
        sink=cast("MediaSink", sink),
        line=line,
        control=LoadControl(),
        wake=wake,
        epochs=itertools.count(1),
        position=lambda: Micros(1 << 60),
        held=lambda: False,
        opened=lambda *_: None,
    )


async def _measure_all(line: str) -> dict[str, dict[str, dict[str, float]]]:
    result = {}
    for name, paths in FILES.items():
        pieces = await fetch(line, paths)
        result[name] = {"network": await measure(pieces), "64_kb": await measure(even(pieces))}
    return result


def main() -> None:
    """Fetch and measure."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    with headend() as origin, shaped(origin, mbps=20, rtt_ms=40) as line:
        sys.stdout.write(json.dumps(anyio.run(_measure_all, line)) + "\n")


if __name__ == "__main__":
    main()
