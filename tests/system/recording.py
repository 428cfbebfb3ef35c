"""A player whose libmpv is a recorder: the real engine, network and demuxers, faster than time."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import anyio

from app.workers import run_in_worker
from player.abr.estimator import BandwidthEstimator
from player.api import (
    Command,
    ErrorOccurred,
    Play,
    PlaybackEnded,
    PlayerEvent,
    PlayRequest,
)
from player.clock import Clock, SystemClock
from player.errors import Severity
from player.media.demux import open_demuxer
from player.net.fetcher import HttpFetcher
from player.ports import ByteFetcher, EpochStart
from player.session.player import Player
from player.session.shared_line import SharedLine
from player.streaming.fetch.cache import SegmentCache
from player.streaming.fetch.parts import EngineParts
from player.streaming.store.segment_store import SegmentStore
from player.units import BitsPerSecond, ByteCount, Micros
from tests.fakes.sink import FakeSink
from tests.system.published import Published

TICK = 0.01
PATIENCE = 60.0


class FastClock:
    """The machine's clock, `speed` times as fast."""

    def __init__(self, speed: float) -> None:
        self._real = SystemClock()
        self._speed = speed

    def monotonic(self) -> Micros:
        return Micros(round(self._real.monotonic() * self._speed))

    def utc(self) -> Micros:
        return self._real.utc()


class RecordingSink(FakeSink):
    """A FakeSink that keeps every byte that it was fed, by epoch."""

    def __init__(self, speed: float) -> None:
        super().__init__(FastClock(speed))
        self.fed: dict[int, bytearray] = {}

    def open(self, start: EpochStart) -> None:
        self.fed[start.epoch] = bytearray()
        super().open(start)

    def feed(self, epoch: int, data: bytes) -> None:
        if epoch in self.fed:
            self.fed[epoch] += data
        super().feed(epoch, data)


@dataclass
class RecordedPlayer(Published):
    """What a test with a recorder holds in its hands; everything in one anyio loop."""

    player: Player
    sink: RecordingSink

    def play(self, url: str, **wish: object) -> None:
        """Tune."""
        self.do(Play(request=PlayRequest(url=url, tag="t", **wish)))  # type: ignore[arg-type]

    def do(self, command: Command) -> None:
        """Give a command."""
        self.player.submit(command)

    @property
    def streams(self) -> list[bytes]:
        """The fed bytes, an epoch each, in the order of opening."""
        return [bytes(self.sink.fed[one.epoch]) for one in self.sink.opened if self._fed(one)]

    @property
    def starts(self) -> list[Micros]:
        """Where in each of `streams` the showing begins."""
        return [one.start for one in self.sink.opened if self._fed(one)]

    def _fed(self, start: EpochStart) -> bool:
        return start.epoch in self.sink.fed

    async def until(self, condition: Callable[[], object], patience: float = PATIENCE) -> None:
        """Wait for a condition; TimeoutError after `patience` seconds."""
        with anyio.fail_after(patience):
            while not condition():  # noqa: ASYNC110 - a test looks at what has no bell
                await anyio.sleep(TICK)

    async def until_over(self) -> None:
        """Wait for the end, a fatal error, or what libmpv is left to play by itself."""
        await self.until(lambda: self.over)

    @property
    def over(self) -> bool:
        """Whether it ended, failed, or was left to libmpv."""
        return any(map(_is_over, self.events)) or bool(self.sink.urls)


@asynccontextmanager
async def recorded_player(
    speed: float,
    watch: Callable[[ByteFetcher], ByteFetcher] = lambda fetcher: fetcher,
    clock: Clock | None = None,
    store: SegmentStore | None = None,
) -> AsyncIterator[RecordedPlayer]:
    """Run a player for the block, whose sink plays at `speed` times real time.

    `watch` may put itself between the player and the network; `clock` is the engine's.
    """
    sink, clock = RecordingSink(speed), clock or SystemClock()
    estimator = BandwidthEstimator(BitsPerSecond(3_000_000))
    fetcher = HttpFetcher(clock, on_transfer=estimator.add)
    parts = EngineParts(
        fetcher=watch(fetcher),
        sink=sink,
        cache=SegmentCache(ByteCount(64 << 20)),
        estimator=estimator,
        clock=clock,
        worker=run_in_worker,
        open_demuxer=open_demuxer,
        store=store,
    )
    heard = Published()
    line = SharedLine(estimator, clock)
    player = Player(parts, heard.take, line)
    sink.listener = player
    async with anyio.create_task_group() as group:
        group.start_soon(line.run)
        if store is not None:
            group.start_soon(store.run)
        group.start_soon(player.run)
        group.start_soon(sink.run, TICK)
        yield RecordedPlayer(player, sink, events=heard.events, snapshots=heard.snapshots)
        group.cancel_scope.cancel()
    await fetcher.aclose()


@dataclass
class Recording(Published):
    """What one playback was fed and said; `direct`: libmpv was left to play it by itself."""

    streams: list[bytes]
    starts: list[Micros] = field(default_factory=list)
    direct: bool = False


def record(url: str, speed: float = 12.0, **wish: object) -> Recording:
    """Play a film to its end (or to its fatal error) into a recorder."""
    return anyio.run(_record, url, speed, wish)


async def _record(url: str, speed: float, wish: dict[str, object]) -> Recording:
    async with recorded_player(speed) as rig:
        rig.play(url, **wish)
        await rig.until_over()
        return Recording(
            rig.streams,
            rig.starts,
            bool(rig.sink.urls),
            events=rig.events,
            snapshots=rig.snapshots,
        )


def _is_over(event: PlayerEvent) -> bool:
    if isinstance(event, ErrorOccurred):
        return event.failure.severity is Severity.FATAL
    return isinstance(event, PlaybackEnded)
