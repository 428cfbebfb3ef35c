"""IndexLoader: fetches and reads the index of a rung, by as many requests as that takes."""

import logging
from dataclasses import dataclass, replace
from typing import Protocol

from player.clock import SteadyClock
from player.errors import ErrorCategory, PlayerError
from player.manifest.face import resolve_index
from player.manifest.hls.delta import reload_resource
from player.manifest.resolved import ResolvedIndex
from player.model.location import IndexSource
from player.model.resource import Resource
from player.ports import AnswerHead, RequestKind
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.parts import Answer, EngineParts, Source, read_answer
from player.streaming.presentation.index_shelf import IndexShelf
from player.streaming.presentation.programme import Programme
from player.streaming.presentation.whereabouts import Whereabouts
from player.units import Micros

LOG = logging.getLogger("farol.engine")

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

    async def load(self, lane: Lane, source: IndexSource) -> ResolvedIndex:
        """The whole index of a lane; raises PlayerError (network.*, manifest.*)."""
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
        shelf = self._parts.shelf
        resource = self._parts.whereabouts.lead(lane, source.resource)
        loaded = shelf.of(lane)
        if loaded is not None and loaded.usable:
            changes = reload_resource(resource, loaded.index, age=shelf.age(loaded))
            if changes != resource:
                try:
                    return await self._read(lane, source, changes)
                except PlayerError as failed:
                    if failed.failure.category is not ErrorCategory.MANIFEST:
                        raise
                    LOG.info("delta update did not fit: the playlist is loaded whole")
        return await self._read(lane, source, resource)

    async def _read(self, lane: Lane, source: IndexSource, resource: Resource) -> ResolvedIndex:
        """Fetch `resource` and read it as a lane's index.

        The index of another place is a neighbour's: its numbers and times are aligned with, its
        addresses are not taken over.
        """
        answer = await self._ask(resource)
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

    async def _ask(self, resource: Resource) -> Answer:
        times = self._parts.times
        before = times.ours.utc()
        request = self._parts.source.request(resource, RequestKind.MANIFEST)
        answer = await read_answer(self._parts.engine, request)
        times.hear(answer.head, before)
        return answer
