"""Several players beside each other on one virtual line, as multi-view has them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio

from player.abr.estimator import BandwidthEstimator
from player.api import (
    Play,
    PlayerEvent,
    PlayerSnapshot,
    PlayRequest,
    RebufferStarted,
    SegmentFetched,
    SetViewport,
)
from player.model.presentation import TrackKind
from player.net.fetcher import HttpFetcher
from player.session.player import Player
from player.session.shared_line import SharedLine
from player.streaming.fetch.cache import SegmentCache
from player.streaming.fetch.parts import EngineParts
from player.units import BitsPerSecond, ByteCount, seconds
from tests.fakes.sink import FakeSink
from tests.fakes.virtual import FakeDemuxer, VirtualClock, inline_worker
from tests.virtual.rig import TICK, Rig
from tests.virtual.zapping import Counting, OneLine


class Tile(Rig):
    """One picture and its player."""

    scope: anyio.CancelScope

    def show(self, host: str, size: tuple[int, int] | None = None, **wish: Any) -> None:
        """Play the channel at `host`, at a size on the screen."""
        if size is not None:
            self.show_at(size)
        url = f"http://{host}.test/master.m3u8"
        self.do(Play(request=PlayRequest(url=url, tag=host, **wish)))

    def show_at(self, size: tuple[int, int]) -> None:
        """Change its size on the screen."""
        self.do(SetViewport(width=size[0], height=size[1]))

    def rates(self, since: float = 0) -> list[int]:
        """The rungs of the segments that came from `since` on, in seconds."""
        return [
            one.bandwidth
            for one in self.of(SegmentFetched)
            if one.kind is TrackKind.VIDEO and seconds(one.at) >= since
        ]

    @property
    def dry(self) -> int:
        """How often the buffer ran dry."""
        return len(self.of(RebufferStarted))


class Wall:
    """Where tiles are opened and closed."""

    def __init__(self, clock: VirtualClock, origin: OneLine, group: Any) -> None:
        self.clock, self.origin, self.network = clock, origin, Counting(origin.transport())
        self.estimator = BandwidthEstimator(BitsPerSecond(1_000_000))
        self.fetcher = HttpFetcher(clock, on_transfer=self.estimator.add, transport=self.network)
        self.line = SharedLine(self.estimator, clock)
        self.cache = SegmentCache(ByteCount(64 << 20))
        self.group = group

    def open(self) -> Tile:
        """Another player."""
        sink = FakeSink(self.clock)
        parts = EngineParts(
            fetcher=self.fetcher,
            sink=sink,
            cache=self.cache,
            estimator=self.estimator,
            clock=self.clock,
            worker=inline_worker,
            open_demuxer=FakeDemuxer,
        )
        events: list[PlayerEvent] = []
        snapshots: list[PlayerSnapshot] = []

        def publish(message: PlayerEvent | PlayerSnapshot) -> None:
            if isinstance(message, PlayerSnapshot):
                snapshots[:] = [message]
            else:
                events.append(message)

        player = Player(parts, publish, self.line)
        sink.listener = player
        tile = Tile(self.clock, sink, player, events, snapshots)
        tile.scope = anyio.CancelScope()
        self.group.start_soon(self._live, tile)
        return tile

    async def _live(self, tile: Tile) -> None:
        with tile.scope:
            async with anyio.create_task_group() as group:
                group.start_soon(tile.player.run)
                group.start_soon(tile.sink.run, TICK)

    async def close(self, tile: Tile) -> None:
        """Take a tile away."""
        tile.scope.cancel()
        await anyio.sleep(0.01)


@asynccontextmanager
async def wall(rate: float, **channel: Any) -> AsyncIterator[Wall]:
    """A wall over a line of `rate` bit/s to channels of these properties (see `FakeOrigin`)."""
    clock = VirtualClock()
    settings: dict[str, Any] = {"samples": 4, "pieces": True, "line": lambda _: rate} | channel
    origin = OneLine(clock, **settings)
    origin.turn = anyio.Lock()
    async with anyio.create_task_group() as group:
        made = Wall(clock, origin, group)
        group.start_soon(made.line.run)
        yield made
        group.cancel_scope.cancel()
    await made.fetcher.aclose()
