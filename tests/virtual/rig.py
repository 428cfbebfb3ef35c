"""A whole player on a virtual clock: real engine, real manifests, fake sink and network."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import anyio
import httpx
import pytest

from player.abr.estimator import BandwidthEstimator
from player.api import (
    Command,
    ErrorOccurred,
    Play,
    PlayerEvent,
    PlayerSnapshot,
    PlayerState,
    PlayRequest,
)
from player.errors import Failure, Severity
from player.model.presentation import Container
from player.net.fetcher import HttpFetcher
from player.ports import TOLD_EVERY, Demuxer
from player.session.line_keeper import NetworkMemory
from player.session.player import Player
from player.session.shared_line import SharedLine
from player.streaming.fetch.cache import SegmentCache
from player.streaming.fetch.parts import EngineParts
from player.streaming.store.segment_store import SegmentStore
from player.units import BitsPerSecond, ByteCount, Micros, seconds
from tests.fakes.origin import FakeOrigin
from tests.fakes.sink import FakeSink
from tests.fakes.virtual import FakeDemuxer, VirtualClock, inline_worker

URL = "http://origin.test/master.m3u8"
TICK = seconds(TOLD_EVERY)
"""As often as a real sink tells where it is; who takes longer runs dry unheard."""

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
    def fatal(self) -> list[Failure]:
        """What ended channels so far."""
        failures = [one.failure for one in self.of(ErrorOccurred)]
        return [one for one in failures if one.severity is Severity.FATAL]

    @property
    def now(self) -> PlayerSnapshot:
        """The newest snapshot."""
        return self.snapshots[-1]

    async def until(self, state: PlayerState, patience: int = 10) -> None:
        """Wait for a state, so many seconds."""
        for _ in range(patience * 10):
            await anyio.sleep(0.1)
            if self.now.state is state:
                return
        pytest.fail(f"{self.now.state} is not {state}")


@asynccontextmanager
async def player_rig(
    transport: Callable[[VirtualClock], httpx.AsyncBaseTransport],
    tick: float = TICK,
    keep: int = 10,
    demuxer: Callable[[Container], Demuxer] = FakeDemuxer,
    networks: NetworkMemory | None = None,
    store: SegmentStore | None = None,
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
        open_demuxer=demuxer,
        store=store,
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

    line = SharedLine(estimator, clock, networks)
    player = Player(parts, publish, line)
    sink.listener = player
    async with anyio.create_task_group() as group:
        group.start_soon(line.run)
        if store is not None:
            group.start_soon(store.run)
        group.start_soon(player.run)
        group.start_soon(sink.run, tick)
        yield Rig(clock, sink, player, rig_events, snapshots, shown_at)
        group.cancel_scope.cancel()
    await fetcher.aclose()


@asynccontextmanager
async def tuned(
    url: str = URL,
    tick: float = TICK,
    keep: int = 1 << 20,
    wish: dict[str, object] | None = None,
    store: SegmentStore | None = None,
    **channel: object,
) -> AsyncIterator[tuple[Rig, FakeOrigin]]:
    """A player tuned to a `FakeOrigin` of these properties; every snapshot is kept, or `keep`."""
    origins: list[FakeOrigin] = []

    def network(clock: VirtualClock) -> httpx.AsyncBaseTransport:
        origins.append(FakeOrigin(clock, **channel))  # type: ignore[arg-type]
        return origins[0].transport()

    async with player_rig(network, tick, keep, store=store) as rig:
        rig.play(url, **(wish or {}))
        yield rig, origins[0]
