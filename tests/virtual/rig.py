"""A whole player on a virtual clock: real engine, real manifests, fake sink and network."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import anyio
import httpx

from player.abr.estimator import BandwidthEstimator
from player.api import Play, PlayerEvent, PlayerSnapshot, PlayRequest
from player.net.fetcher import HttpFetcher
from player.session.player import Player
from player.streaming.cache import SegmentCache
from player.streaming.parts import EngineParts
from player.units import BitsPerSecond, ByteCount
from tests.fakes.sink import FakeSink
from tests.fakes.virtual import FakeDemuxer, VirtualClock, inline_worker

URL = "http://origin.test/master.m3u8"
TICK = 1.0

Event = TypeVar("Event", bound=PlayerEvent)


@dataclass
class Rig:
    """What a virtual test holds in its hands."""

    clock: VirtualClock
    sink: FakeSink
    player: Player
    events: list[PlayerEvent] = field(default_factory=list)
    snapshots: list[PlayerSnapshot] = field(default_factory=list)

    def play(self, url: str = URL, **wish: object) -> None:
        """Tune."""
        self.player.submit(Play(request=PlayRequest(url=url, tag="t", **wish)))  # type: ignore[arg-type]

    def of(self, kind: type[Event]) -> list[Event]:
        """The events of one kind so far."""
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def now(self) -> PlayerSnapshot:
        """The newest snapshot."""
        return self.snapshots[-1]


@asynccontextmanager
async def player_rig(
    transport: Callable[[VirtualClock], httpx.AsyncBaseTransport], tick: float = TICK
) -> AsyncIterator[Rig]:
    """Run a player for the block."""
    clock = VirtualClock()
    sink = FakeSink(clock)
    estimator = BandwidthEstimator(BitsPerSecond(1_000_000))
    fetcher = HttpFetcher(clock, on_transfer=estimator.add, transport=transport(clock))
    parts = EngineParts(
        fetcher=fetcher,
        sink=sink,
        cache=SegmentCache(ByteCount(64 << 20)),
        estimator=estimator,
        clock=clock,
        worker=inline_worker,
        open_demuxer=FakeDemuxer,
    )
    rig_events: list[PlayerEvent] = []
    snapshots: list[PlayerSnapshot] = []

    def publish(message: PlayerEvent | PlayerSnapshot) -> None:
        if isinstance(message, PlayerSnapshot):
            snapshots[:] = [*snapshots[-9:], message]
        else:
            rig_events.append(message)

    player = Player(parts, publish)
    sink.listener = player
    async with anyio.create_task_group() as group:
        group.start_soon(player.run)
        group.start_soon(_tick, sink, tick)
        yield Rig(clock, sink, player, rig_events, snapshots)
        group.cancel_scope.cancel()
    await fetcher.aclose()


async def _tick(sink: FakeSink, pause: float) -> None:
    while True:
        sink.tick()
        await anyio.sleep(pause)
