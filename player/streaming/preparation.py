"""Before anything plays: the first indexes, and the server's time, both at once."""

from collections.abc import Iterable

import anyio

from player.errors import PlayerError
from player.streaming.clock_sync import clock_skew
from player.streaming.lane import Lane
from player.streaming.parts import EngineParts, Source
from player.streaming.presentation_store import PresentationStore
from player.streaming.recovery import FailedPart, History, Retry
from player.units import seconds


class Preparation:
    """Loads what a first pass needs. Engine thread only."""

    def __init__(self, store: PresentationStore, parts: EngineParts, source: Source) -> None:
        """Prepare for the presentation in `store`."""
        self._store = store
        self._parts = parts
        self._source = source
        self._failure: PlayerError | None = None

    async def run(self, lanes: Iterable[Lane]) -> None:
        """Load the indexes of `lanes` and agree on the time; raises PlayerError."""
        async with anyio.create_task_group() as group:
            if self._store.live:
                group.start_soon(self._sync_clock)
            for lane in lanes:
                group.start_soon(self._load, lane)
        if self._failure is not None:
            raise self._failure

    async def _sync_clock(self) -> None:
        timings = self._store.presentation.utc_timing
        self._store.skew = await clock_skew(timings, self._parts, self._source)

    async def _load(self, lane: Lane) -> None:
        """Load a lane's index as patiently as the manifest."""
        attempts = 0
        while self._store.index(lane) is None and self._failure is None:
            try:
                await self._store.load_index(lane)
            except PlayerError as failed:
                attempts += 1
                history = History(part=FailedPart.MANIFEST, attempts=attempts)
                decision = self._parts.recovery.decide(failed.failure, history)
                if not isinstance(decision, Retry):
                    self._failure = failed
                    return
                await anyio.sleep(seconds(decision.after))
