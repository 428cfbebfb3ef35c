"""IndexLoader: fetches and reads the index of a rung, by as many requests as that takes."""

import logging
from dataclasses import dataclass, replace
from typing import Protocol

from player.clock import SteadyClock
from player.errors import ErrorCategory, PlayerError
from player.manifest.face import resolve_index
from player.manifest.hls.delta import blocking_resource, reload_resource, reported_resource
from player.manifest.hls.playlist import Report
from player.manifest.hls.playlist_index import PlaylistIndex
from player.manifest.resolved import ResolvedIndex
from player.model.location import IndexSource
from player.model.resource import Resource
from player.ports import AnswerHead, RequestKind
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.parts import Answer, EngineParts, Source, read_answer
from player.streaming.presentation.index_shelf import IndexShelf
from player.streaming.presentation.programme import Programme
from player.streaming.presentation.whereabouts import Whereabouts
from player.streaming.presentation.whole_segments import whole_alone
from player.units import Micros, micros

LOG = logging.getLogger("farol.engine")

HELD = micros(10)
"""How long a server may hold a playlist until it has what is asked for: several segments."""

STALE = micros(1.5)
"""An index of this age is not followed any more: what is newest now is asked for."""

MOST_BOXES = 200
"""Pieces in which one index may come (hierarchical `sidx`)."""


class Times(Protocol):
    """Who knows the server's time: the presentation store."""

    ours: SteadyClock

    def now(self) -> Micros:
        """The server's UTC time, as well as it is known."""
        ...

    def hear(self, head: AnswerHead, before: Micros) -> None:
        """Learn the time from an answer to a question of `before` (by `ours`)."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexParts:
    """The neighbours of an index loader."""

    engine: EngineParts
    source: Source
    programme: Programme
    shelf: IndexShelf
    whereabouts: Whereabouts
    times: Times


class IndexLoader:
    """Changes nothing but what is known of the time. Engine thread only; reads in a worker."""

    def __init__(self, parts: IndexParts) -> None:
        """Load for one presentation."""
        self._parts = parts
        self._whole = set[tuple[str, str, str]]()

    def leave_parts(self, lane: Lane) -> bool:
        """From now on read a lane's list as one of whole segments; False: it is read so."""
        fresh = lane.key not in self._whole
        self._whole.add(lane.key)
        return fresh

    async def load(self, lane: Lane, source: IndexSource) -> ResolvedIndex:
        """The whole index of a lane; raises PlayerError (network.*, manifest.*)."""
        former = self._parts.shelf.of(lane)
        resolved = await self._load(lane, source)
        if lane.key not in self._whole:
            return resolved
        return whole_alone(resolved, former.index if former else None)

    async def _load(self, lane: Lane, source: IndexSource) -> ResolvedIndex:
        resolved = await self._resolve(lane, source)
        for _ in range(MOST_BOXES):
            if resolved.more is None:
                break
            resolved = await self._resolve(lane, resolved.more)
        return resolved

    async def _resolve(self, lane: Lane, source: IndexSource) -> ResolvedIndex:
        """Fetch and read an index, or a further piece of one.

        By what changed of it alone where the server offers that (RFC 8216bis 6.2.5.1), whole
        where that did not fit.
        """
        resource = self._parts.whereabouts.lead(lane, source.resource)
        asked = self._directed(lane, resource)
        if asked != resource:
            try:
                return await self._read(lane, source, asked, held=HELD)
            except PlayerError as failed:
                if not _is_refused(failed):
                    raise
                LOG.info("playlist by directives refused: it is loaded whole")
        return await self._read(lane, source, resource)

    def _directed(self, lane: Lane, resource: Resource) -> Resource:
        """A playlist's address with what its server is to know (6.2.5)."""
        loaded = self._parts.shelf.of(lane)
        if loaded is None or not loaded.usable:
            return reported_resource(resource, self._reports(lane))
        age = self._parts.shelf.age(loaded)
        index = loaded.index
        if isinstance(index, PlaylistIndex) and index.blocking and age > STALE:
            resource = reported_resource(resource, self._reports(lane))
        else:
            resource = blocking_resource(resource, index)
        return reload_resource(resource, index, age=age)

    def _reports(self, lane: Lane) -> tuple[Report, ...]:
        """What the list of another rung, loaded last, says of this one's."""
        found = self._parts.programme.sibling(lane, self._parts.times.now())
        return found.reports if isinstance(found, PlaylistIndex) else ()

    async def _read(
        self, lane: Lane, source: IndexSource, resource: Resource, held: Micros = Micros(0)
    ) -> ResolvedIndex:
        """Fetch `resource` and read it as a lane's index.

        The index of another place is a neighbour's: its numbers and times are aligned with, its
        addresses are not taken over.
        """
        answer = await self._ask(resource, held)
        loaded, representation = self._parts.shelf.of(lane), lane.representation
        known = loaded.index if loaded and loaded.usable else None
        neighbour, now = self._parts.programme.sibling, self._parts.times.now()
        sibling = neighbour(lane, now) if known or loaded is None else loaded.index
        return await self._parts.engine.worker(
            lambda: resolve_index(
                representation,
                answer.body,
                url=answer.url,
                now=now,
                known=known,
                sibling=sibling,
                source=replace(source, resource=resource),
            )
        )

    async def _ask(self, resource: Resource, held: Micros) -> Answer:
        times = self._parts.times
        before = times.ours.utc()
        request = self._parts.source.request(resource, RequestKind.MANIFEST, held=held)
        answer = await read_answer(self._parts.engine, request)
        times.hear(answer.head, times.ours.utc() if held else before)
        return answer


def _is_refused(failed: PlayerError) -> bool:
    """Whether a server, or its answer, has no use for directives."""
    status = failed.failure.status or 0
    return (
        failed.failure.category is ErrorCategory.MANIFEST or 400 <= status < 500 or status == 503
    )
