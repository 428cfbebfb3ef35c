"""PresentationStore: the newest manifest, and the newest index of each rung asked for."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

import anyio

from player.errors import PlayerError
from player.manifest.face import adopt, parse, refresh, resolve_index
from player.manifest.resolved import ResolvedIndex
from player.model.presentation import Presentation, PresentationType
from player.model.resource import Resource
from player.model.segment import SegmentIndex
from player.ports import RequestKind
from player.streaming.lane import Lane
from player.streaming.parts import EngineParts, Source, read_all
from player.units import Micros, micros, seconds

LOG = logging.getLogger("farol.engine")

SHORTEST_RELOAD = micros(1)
"""A manifest is never loaded more often, whatever it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedIndex:
    """An index with its history on the monotonic clock."""

    index: SegmentIndex
    loaded_at: Micros
    changed_at: Micros

    @property
    def changed(self) -> bool:
        """Whether the last load brought anything new."""
        return self.changed_at == self.loaded_at


class PresentationStore:
    """Owns what the manifests say. Engine thread only; parsing runs in a worker."""

    def __init__(
        self, presentation: Presentation, url: str, parts: EngineParts, source: Source
    ) -> None:
        """Begin with a parsed manifest that was loaded from `url`."""
        self.presentation = presentation
        self.skew = Micros(0)
        self._url = url
        self._parts = parts
        self._source = source
        self._loads: dict[tuple[str, str, str], tuple[Micros, Micros]] = {}
        self._manifest_at = parts.clock.monotonic()

    @property
    def live(self) -> bool:
        """Whether the end is not known yet."""
        return self.presentation.type is not PresentationType.VOD

    def now(self) -> Micros:
        """The server's UTC time, as well as it is known."""
        return Micros(self._parts.clock.utc() + self.skew)

    def index(self, lane: Lane) -> LoadedIndex | None:
        """The newest index of a lane, None where it was not loaded yet."""
        index = self.current(lane).representation.index
        if index is None:
            return None
        loaded_at, changed_at = self._loads.get(lane.key, (self._manifest_at, self._manifest_at))
        return LoadedIndex(index=index, loaded_at=loaded_at, changed_at=changed_at)

    def age(self, loaded: LoadedIndex) -> Micros:
        """Time since an index was loaded."""
        return Micros(self._parts.clock.monotonic() - loaded.loaded_at)

    def stale_for(self, loaded: LoadedIndex | None) -> Micros:
        """Time since an index last brought anything new."""
        if loaded is None:
            return Micros(0)
        return Micros(self._parts.clock.monotonic() - loaded.changed_at)

    def take(self, presentation: Presentation) -> None:
        """Take a newer presentation that somebody else made (a plain transport stream's)."""
        self.presentation = presentation
        self._manifest_at = self._parts.clock.monotonic()
        self._source.wake.notify()

    async def load_index(self, lane: Lane) -> None:
        """Load a lane's index, or load it again; raises PlayerError (network.*, manifest.*)."""
        representation = self.current(lane).representation
        if representation.source is None:
            await self.reload()
            return
        asked = self._parts.clock.monotonic()
        url, body = await read_all(
            self._parts,
            self._source.request(representation.source.resource, RequestKind.MANIFEST),
        )
        known, sibling, now = self.index(lane), self._sibling(lane), self.now()
        resolved = await self._parts.worker(
            lambda: resolve_index(
                representation,
                body,
                url=url,
                now=now,
                known=known.index if known else None,
                sibling=sibling,
            )
        )
        self._take(lane, resolved, asked)

    async def reload(self) -> None:
        """Load the manifest itself again (ISO/IEC 23009-1 5.4)."""
        resource = Resource(uri=self.presentation.location or self._url)
        url, body = await read_all(
            self._parts, self._source.request(resource, RequestKind.MANIFEST)
        )
        now, previous = self.now(), self.presentation
        fresh = await self._parts.worker(
            lambda: parse(body, url=url, now=now, format=previous.format)
        )
        self.take(refresh(previous, fresh))

    async def keep_fresh(self) -> None:
        """Load the manifest again as often as it asks for; one that fails is had the next time."""
        while self.presentation.reload_after is not None:
            await anyio.sleep(seconds(max(self.presentation.reload_after, SHORTEST_RELOAD)))
            try:
                await self.reload()
            except PlayerError as failed:
                LOG.warning("manifest reload failed code=%s", failed.failure.code)

    def _take(self, lane: Lane, resolved: ResolvedIndex, asked: Micros) -> None:
        _, changed_at = self._loads.get(lane.key, (asked, asked))
        self._loads[lane.key] = (asked, asked if resolved.changed else changed_at)
        self.presentation = adopt(
            self.presentation, lane.representation.id, resolved, period_id=lane.period.id
        )
        self._source.wake.notify()

    def current(self, lane: Lane) -> Lane:
        """The lane as the newest manifest has it, else as it was."""
        period_id, track_id, representation_id = lane.key
        found = (
            Lane(period=period, track=track, representation=one)
            for period in self.presentation.periods
            if period.id == period_id
            for track in period.tracks
            if track.id == track_id
            for one in track.representations
            if one.id == representation_id
        )
        return next(found, lane)

    def _sibling(self, lane: Lane) -> SegmentIndex | None:
        """Some other playlist of the same period, to align one without dates with."""
        for other in self._lanes():
            one = other.representation
            near = other.period.id == lane.period.id and other.key != lane.key
            if near and one.source is not None and one.index is not None:
                return one.index
        return None

    def _lanes(self) -> Iterator[Lane]:
        for period in self.presentation.periods:
            for track in period.tracks:
                for one in track.representations:
                    yield Lane(period=period, track=track, representation=one)
