"""TransportSource: a plain transport stream becomes pieces in the cache and a growing index."""

import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import anyio

from player.errors import ErrorCode, PlayerError, error
from player.manifest.transport import (
    LEAST_PIECE,
    Cut,
    TransportCutter,
    piece_segment,
    transport_presentation,
    with_segment,
)
from player.model.presentation import Presentation
from player.model.resource import Resource
from player.ports import FetchRequest, FetchResponse, RequestKind
from player.streaming.cache import CacheEntry
from player.streaming.parts import EngineParts, Source
from player.streaming.presentation_store import PresentationStore
from player.streaming.recovery import FailedPart, History, Retry
from player.units import Micros, seconds

LOG = logging.getLogger("farol.engine")


class TransportSource:
    """Reads one endless response for as long as its channel is tuned. Engine thread only.

    A piece stands in the index from its first packet on, so that the picture need not wait for
    the next key frame; its duration is set when it is known.
    """

    def __init__(self, url: str, parts: EngineParts, source: Source) -> None:
        """Read `url`, whose first response is handed to `run`."""
        self._url = url
        self._parts = parts
        self._source = source
        self._cutter = TransportCutter(origin=parts.clock.utc())
        self._settled = transport_presentation(url=url, epoch=Micros(0))
        self._presentation = self._settled
        self._store: PresentationStore | None = None
        self._count: Callable[[int], None] | None = None
        self._received = 0
        self._entry: CacheEntry | None = None
        self._growing = False
        self._over = False
        self._failure: PlayerError | None = None

    async def first(self) -> Presentation:
        """Wait for the first key frame; gives the presentation with its piece.

        Raises PlayerError: network.*, or media.invalid where the stream ended without one.
        """
        while self._entry is None:
            if self._over:
                raise self._failure or _no_picture()
            await self._source.wake.wait()
        return self._presentation

    def attach(self, store: PresentationStore, count: Callable[[int], None]) -> None:
        """Tell `store` of every further piece, and `count` of every byte."""
        self._store, self._count = store, count
        store.take(self._presentation)
        count(self._received)

    async def run(self, head: bytes, stream: FetchResponse) -> None:
        """Read until the stream ends for good or the task is cancelled."""
        self._take(head)
        chunks: AsyncIterator[bytes] | None = stream.chunks()
        attempts = 0
        while chunks is not None:
            try:
                async for chunk in chunks:
                    attempts = 0
                    self._take(chunk)
                break
            except PlayerError as failed:
                attempts += 1
                chunks = await self._again(failed, attempts)
        self._finish()

    async def _again(self, failed: PlayerError, attempts: int) -> AsyncIterator[bytes] | None:
        """Reconnect as the policy says; None: it is over."""
        history = History(part=FailedPart.INDEX, attempts=attempts, live=False)
        decision = self._parts.recovery.decide(failed.failure, history)
        LOG.info("stream broke code=%s: %s", failed.failure.code, type(decision).__name__)
        if not isinstance(decision, Retry):
            self._failure = failed
            return None
        await anyio.sleep(seconds(decision.after))
        return self._reopened()

    async def _reopened(self) -> AsyncIterator[bytes]:
        request = FetchRequest(
            resource=Resource(uri=self._url),
            kind=RequestKind.STREAM,
            headers=self._source.headers,
            by_viewer=True,
        )
        async with self._parts.fetcher.open(request) as response:
            async for chunk in response.chunks():
                yield chunk

    # ---- pieces -----------------------------------------------------------------------------

    def _take(self, data: bytes) -> None:
        self._received += len(data)
        if self._count is not None:
            self._count(len(data))
        for cut in self._cutter.push(data):
            self._add(cut)

    def _finish(self) -> None:
        for cut in self._cutter.flush():
            self._add(cut, ended=True)
        self._over = True
        self._source.wake.notify()

    def _add(self, cut: Cut, *, ended: bool = False) -> None:
        segment = piece_segment(cut, url=self._url)
        entry = self._entry_of(segment.resource)
        self._parts.cache.append(entry, cut.data)
        self._growing = cut.duration is None
        if self._growing:
            segment = replace(segment, duration=LEAST_PIECE)
        else:
            entry.complete = True
            entry.pins -= 1
        self._presentation = with_segment(self._settled, segment, ended=ended)
        if not self._growing:
            self._settled = self._presentation
        if self._store is not None:
            self._store.take(self._presentation)
        self._source.wake.notify()

    def _entry_of(self, resource: Resource) -> CacheEntry:
        """The growing piece's entry, pinned until it is whole."""
        if self._entry is None or self._entry.resource != resource:
            self._entry = self._parts.cache.create(resource)
            self._entry.streamed = True
            self._entry.pins += 1
        return self._entry


def _no_picture() -> PlayerError:
    return error(
        ErrorCode.MEDIA_INVALID,
        "The stream ended before a picture came. Try again later.",
        cause="no key frame in the transport stream",
    )
