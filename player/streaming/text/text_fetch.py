"""A whole text segment with what it takes to read it."""

from typing import Protocol

from player.model.segment import Segment
from player.streaming.feed.equipment import fetch_init, fetch_key
from player.streaming.feed.track_buffer import BufferedSegment
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.parts import EngineParts
from player.streaming.fetch.segment_loader import SegmentLoader
from player.streaming.presentation.presentation_store import PresentationStore
from player.units import Micros


class Reach(Protocol):
    """What it takes to fetch one."""

    @property
    def engine(self) -> EngineParts:
        """The cache."""
        ...

    @property
    def store(self) -> PresentationStore:
        """Whether names are given again."""
        ...

    @property
    def loader(self) -> SegmentLoader:
        """The network."""
        ...


def _unwatched(_started: Micros, _received: int) -> None:
    """Text is small: nobody gives it up half way."""


async def fetch_text(segment: Segment, lane: Lane, reach: Reach) -> BufferedSegment:
    """Fetch a segment, its init section and its key; raises PlayerError (network.*)."""
    loader, errand = reach.loader, reach.store.errand(lane, segment=segment)
    init = await fetch_init(segment, lane, loader, errand)
    key = await fetch_key(segment.protection, loader)
    entry = loader.entry(segment, live=reach.store.live)
    with reach.engine.cache.pinned(entry):
        while not entry.complete:
            await loader.fill(entry, _unwatched, errand, maybe_empty=True)
    return BufferedSegment(segment=segment, lane=lane, entry=entry, init=init, key=key)
