"""A whole player on a virtual clock: real engine, real manifests, fake sink and network."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import anyio
import httpx
import trio
from trio.testing import MockClock

from player.abr.estimator import BandwidthEstimator
from player.api import Command, Play, PlayerEvent, PlayerSnapshot, PlayerState, PlayRequest
from player.net.fetcher import HttpFetcher
from player.session.player import Player
from player.streaming.cache import SegmentCache
from player.streaming.parts import EngineParts
from player.units import BitsPerSecond, ByteCount, Micros
from tests.fakes.origin import FakeOrigin
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
    shown_at: list[Micros] = field(default_factory=list)

    def do(self, *commands: Command) -> None:
        """Give commands, all at once."""
        for command in commands:
            self.player.submit(command)

    @property
    def states(self) -> list[PlayerState]:
        """The states that a viewer saw, each once for as long as it stood."""
        found = [shown.state for shown in self.snapshots]
        return [
            one for number, one in enumerate(found) if not number or found[number - 1] is not one
        ]

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
    transport: Callable[[VirtualClock], httpx.AsyncBaseTransport],
    tick: float = TICK,
    keep: int = 10,
) -> AsyncIterator[Rig]:
    """Run a player for the block; the last `keep` snapshots can be looked at."""
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
    shown_at: list[Micros] = []

    def publish(message: PlayerEvent | PlayerSnapshot) -> None:
        if isinstance(message, PlayerSnapshot):
            snapshots.append(message)
            shown_at.append(clock.monotonic())
            del snapshots[:-keep], shown_at[:-keep]
        else:
            rig_events.append(message)

    player = Player(parts, publish)
    sink.listener = player
    async with anyio.create_task_group() as group:
        group.start_soon(player.run)
        group.start_soon(_tick, sink, tick)
        yield Rig(clock, sink, player, rig_events, snapshots, shown_at)
        group.cancel_scope.cancel()
    await fetcher.aclose()


async def _tick(sink: FakeSink, pause: float) -> None:
    while True:
        sink.tick()
        await anyio.sleep(pause)


@asynccontextmanager
async def tuned(
    url: str = URL, tick: float = 0.25, wish: dict[str, object] | None = None, **channel: object
) -> AsyncIterator[tuple[Rig, FakeOrigin]]:
    """A player tuned to a `FakeOrigin` of these properties; every snapshot is kept."""
    origins: list[FakeOrigin] = []

    def network(clock: VirtualClock) -> httpx.AsyncBaseTransport:
        origins.append(FakeOrigin(clock, **channel))  # type: ignore[arg-type]
        return origins[0].transport()

    async with player_rig(network, tick, keep=1 << 20) as rig:
        rig.play(url, **(wish or {}))
        yield rig, origins[0]


def at_virtual_time(scenario: Callable[[], Awaitable[None]]) -> None:
    """Run a scenario on a clock that jumps from one event to the next."""
    trio.run(scenario, clock=MockClock(autojump_threshold=0))
