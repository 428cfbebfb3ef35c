"""RecorderHost: the engine's parts for recordings, in one loop, without libmpv."""

import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from app.line_note import NotedNeed, open_note
from app.no_pictures import NoPictures
from app.version import USER_AGENT
from app.workers import run_in_worker
from player.abr.estimator import BandwidthEstimator
from player.clock import Clock
from player.media.demux import open_demuxer
from player.net.fetcher import HttpFetcher
from player.ports import ByteFetcher, Route, WorkerRunner
from player.recording.face import Recorder, RecordingOrder, RecordingState, RecordingStatus
from player.streaming.fetch.cache import SegmentCache
from player.streaming.fetch.connection_limit import Account, ConnectionLimit
from player.streaming.fetch.line_share import granted
from player.streaming.fetch.parts import EngineParts
from player.units import BitsPerSecond, ByteCount

FIRST_GUESS = BitsPerSecond(3_000_000)

_OVER = frozenset({RecordingState.DONE, RecordingState.FAILED})


class RecorderHost:
    """Makes recorders that share one network, and `WatchedLine` for them. One anyio loop."""

    def __init__(
        self,
        fetcher: ByteFetcher,
        estimator: BandwidthEstimator,
        clock: Clock,
        watchers: NotedNeed | None,
        worker: WorkerRunner = run_in_worker,
    ) -> None:
        """Fetch through `fetcher`; `watchers` tells what they need, None: nobody can."""
        self.fetcher, self.clock = fetcher, clock
        self._estimator, self._watchers, self._worker = estimator, watchers, worker
        self._limits: dict[str, ConnectionLimit] = {}
        self._recorders: list[Recorder] = []

    async def heed_watchers(self) -> None:
        """Keep knowing what they need, until cancelled."""
        if self._watchers is not None:
            await self._watchers.run()

    @property
    def free(self) -> bool:
        """See `WatchedLine.free`."""
        need = self._watchers.now if self._watchers else None
        return need is None or need.free

    @property
    def granted(self) -> BitsPerSecond | None:
        """See `WatchedLine.granted`: what is left is shared by those that record now."""
        need = self._watchers.now if self._watchers else None
        if need is None:
            return None
        states = [one.status.state for one in self._recorders]
        return granted(need.rate, need.wanted, states.count(RecordingState.RECORDING))

    def recorder(
        self,
        base: Path,
        order: RecordingOrder,
        source: str,
        on_status: Callable[[RecordingStatus], None],
    ) -> Recorder:
        """One that records into a folder below `base`.

        All recordings of one `source` share the connections that their requests allow.
        """
        parts = EngineParts(
            fetcher=self._fetcher(source, order.request.max_connections),
            sink=NoPictures(),
            cache=SegmentCache(ByteCount(0)),  # each session of a recording has one of its own
            estimator=self._estimator,
            clock=self.clock,
            worker=self._worker,
            open_demuxer=open_demuxer,
            draw=random.random,
        )
        own = replace(order, request=replace(order.request, max_connections=None))
        made = Recorder(base, own, parts, on_status, line=self)
        self._recorders = [one for one in self._recorders if one.status.state not in _OVER]
        self._recorders.append(made)
        return made

    def _fetcher(self, source: str, connections: int | None) -> ByteFetcher:
        if connections is None:
            return self.fetcher
        if source not in self._limits:
            self._limits[source] = ConnectionLimit(self.fetcher, Account(max(connections, 1)))
        return self._limits[source]


@asynccontextmanager
async def recorder_host(clock: Clock, route: Route, note: Path) -> AsyncIterator[RecorderHost]:
    """Open the network for the block; windows leave their note at `note`."""
    estimator = BandwidthEstimator(FIRST_GUESS)
    fetcher = HttpFetcher(clock, user_agent=USER_AGENT, on_transfer=estimator.add, route=route)
    opened = open_note(note, clock)
    try:
        watchers = None if opened is None else NotedNeed(opened, run_in_worker)
        if watchers is not None:
            await watchers.look()
        yield RecorderHost(fetcher, estimator, clock, watchers)
    finally:
        if opened is not None:
            opened.close()
        await fetcher.aclose()
