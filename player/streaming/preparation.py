"""Before anything plays: the first indexes, and the server's time, both at once."""

import logging
from collections.abc import Iterable, Mapping

import anyio

from player.errors import PlayerError
from player.model.presentation import Representation, TrackKind
from player.ports import RequestKind
from player.streaming.choice.rungs import RungChooser
from player.streaming.fetch.clock_sync import agree_on_time
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.parts import EngineParts, Source
from player.streaming.fetch.recovery import FailedPart, History, Retry, SwitchLocation, in_words
from player.streaming.fetch.segment_loader import SegmentLoader
from player.streaming.presentation.presentation_store import PresentationStore
from player.units import micros, seconds

LOG = logging.getLogger("farol.engine")

NEEDED = frozenset({TrackKind.VIDEO, TrackKind.AUDIO})
"""Without one of these that was chosen, the channel is not what it should be."""

INIT_PATIENCE = micros(1)
"""The longest that an init section may hold the start up; it is asked for again where it lacks."""

STEERING_PATIENCE = micros(3)
"""The longest that a steering server may hold the start up."""


class Preparation:
    """Loads what a first pass needs. Engine thread only."""

    def __init__(
        self,
        store: PresentationStore,
        parts: EngineParts,
        source: Source,
        loader: SegmentLoader | None = None,
    ) -> None:
        """Prepare for the presentation in `store`; `loader` fetches what is sure to be needed."""
        self._store = store
        self._loader = loader
        self._parts = parts
        self._source = source
        self._failure: PlayerError | None = None
        self._ready: dict[TrackKind, Lane] = {}

    async def run(
        self, lanes: Iterable[Lane], choosers: Mapping[TrackKind, RungChooser] | None = None
    ) -> dict[TrackKind, Lane]:
        """Load the indexes of `lanes` and agree on the time; gives the lanes that are ready.

        Where a rung's index cannot be had from anywhere, that is another rung of the track, and
        the chooser of its kind leaves the failed one alone; subtitles without any are left out.
        Raises PlayerError where a picture or sound has none.
        """
        wanted = list(lanes)
        await self._ask_who_steers()
        async with anyio.create_task_group() as group:
            if self._store.live:
                if not self._store.time_agreed:
                    group.start_soon(agree_on_time, self._store, self._parts, self._source)
                for lane in wanted:
                    group.start_soon(self._fetch_init, lane)
            for lane in wanted:
                group.start_soon(self._prepare, lane, (choosers or {}).get(lane.track.kind))
        if self._failure is not None:
            raise self._failure
        kinds = [lane.track.kind for lane in wanted]
        return {kind: self._ready[kind] for kind in kinds if kind in self._ready}

    async def _ask_who_steers(self) -> None:
        """Where the manifest wants it, the steering server is asked before the first segment."""
        steering = self._store.presentation.steering
        if steering is not None and steering.query_before_start:
            with anyio.move_on_after(seconds(STEERING_PATIENCE)):
                await self._store.ask_who_steers()

    async def _fetch_init(self, lane: Lane) -> None:
        """While the server's time is on its way: what the first segment will need (DASH)."""
        init = lane.representation.init
        if self._loader is None or init is None:
            return
        with anyio.move_on_after(seconds(INIT_PATIENCE)):
            try:
                await self._loader.whole(init, RequestKind.INIT, self._store.errand(lane))
            except PlayerError as failed:
                LOG.info("init ahead of time failed code=%s", failed.failure.code)

    async def _prepare(self, lane: Lane, chooser: RungChooser | None) -> None:
        """Load a lane's index or, where that fails, another rung's."""
        failed: PlayerError | None = None
        for rung in _nearest_first(lane):
            candidate = lane.on(rung)
            failed = await self._load(candidate)
            if failed is None:
                self._ready[lane.track.kind] = self._store.current(candidate)
                return
            if not self._may_differ(failed):
                break
            if chooser is not None:
                chooser.exclude(candidate)
        if failed is not None and lane.track.kind in NEEDED:
            self._failure = self._failure or failed

    def _may_differ(self, failed: PlayerError) -> bool:
        """Whether another rung's index may do better; where nobody answers it will not."""
        status = failed.failure.status
        return self._failure is None and (status is not None or not _is_network(failed))

    async def _load(self, lane: Lane) -> PlayerError | None:
        """Load a lane's index as patiently as the manifest; gives what went wrong at last."""
        attempts = 0
        while self._store.index(lane) is None and self._failure is None:
            place = self._store.location(lane)
            try:
                await self._store.load_index(lane)
            except PlayerError as failed:
                if self._store.location(lane) != place:
                    continue  # another track has left that place meanwhile
                attempts += 1
                if not await self._recover(lane, failed, attempts):
                    return failed
        return None

    async def _recover(self, lane: Lane, failed: PlayerError, attempts: int) -> bool:
        """Do what the policy says; tells whether to load again."""
        history = History(
            part=FailedPart.MANIFEST,
            attempts=attempts,
            other_locations=self._store.other_locations(lane),
            chance=self._parts.draw(),
        )
        decision = self._parts.recovery.decide(failed.failure, history)
        LOG.info(
            "recover first index rung=%s code=%s: %s",
            lane.representation.id, failed.failure.code, in_words(decision),
        )  # fmt: skip
        if not isinstance(decision, Retry | SwitchLocation):
            return False
        self._store.recovered(failed, f"first index: {in_words(decision)}")
        if isinstance(decision, Retry):
            await anyio.sleep(seconds(decision.after))
        else:
            self._store.leave_location(lane)
        return True


def _nearest_first(lane: Lane) -> list[Representation]:
    """The rung that was chosen, then those of the nearest bandwidth, lower ones before higher."""
    own = lane.representation
    if own.source is None:
        return [own]  # all of an MPD's indexes come together
    others = [one for one in lane.track.representations if one.id != own.id]
    lower = sorted(
        (one for one in others if one.bandwidth <= own.bandwidth), key=lambda one: -one.bandwidth
    )
    higher = sorted(
        (one for one in others if one.bandwidth > own.bandwidth), key=lambda one: one.bandwidth
    )
    return [own, *lower, *higher]


def _is_network(failed: PlayerError) -> bool:
    return failed.failure.category == "network"
