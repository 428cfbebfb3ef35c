"""TransportSource: a plain transport stream becomes pieces in the cache and a growing index."""

import logging
from collections.abc import Callable
from dataclasses import replace

import anyio

from player.errors import ErrorCode, PlayerError, error
from player.manifest.transport_presentation import (
    KEPT,
    piece_segment,
    transport_presentation,
    with_segment,
)
from player.media.ts_cutter import LEAST_PIECE, Cut, TransportCutter
from player.model.presentation import Presentation
from player.model.resource import Resource
from player.model.segment import ListedIndex, Segment
from player.net.failures import interrupted
from player.ports import FetchResponse, RequestKind
from player.streaming.fetch.cache import CacheEntry
from player.streaming.fetch.parts import EngineParts, Source
from player.streaming.fetch.recovery import FailedPart, History, Retry, in_words
from player.streaming.presentation.presentation_store import PresentationStore
from player.units import Micros, micros, seconds

LOG = logging.getLogger("farol.engine")

GATHERED = 32 << 10
"""Bytes that are worth to be cut, indexed and told of; a datagram alone is not."""

GATHER_FOR = micros(0.02)

SHORTEST_LIVE = micros(5)
LONGEST_BURST = micros(30)
"""How a first answer without a length is told from a file: it lasts, and at real time's pace.

Servers of live streams begin with a burst of what they hold, seconds of it; a file that comes
without its length (chunked) is over soon, or far ahead of real time.
"""


class TransportSource:
    """Reads one endless response for as long as its channel is tuned. Engine thread only.

    A piece stands in the index from its first packet on, so that the picture need not wait for
    the next key frame; its duration is set when it is known.
    """

    def __init__(self, url: str, parts: EngineParts, source: Source) -> None:
        """Read what came from `url`; reconnect to the address of `source`, the viewer's."""
        self._url = url
        self._parts = parts
        self._source = source
        self._origin = parts.clock.utc()
        self._cutter = TransportCutter(origin=self._origin)
        self._gather = Gather(self._take)
        self._settled = transport_presentation(url=url, epoch=Micros(0))
        self._presentation = self._settled
        self._store: PresentationStore | None = None
        self._count: Callable[[int], None] | None = None
        self._received = 0
        self._reached = self._origin
        self._entry: CacheEntry | None = None
        self._growing = False
        self._kept = KEPT
        self._reconnected = False
        self._attempts = 0
        self._failing_since: Micros | None = None
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
        """Read until the stream ends or the task is cancelled; `head` was read from it already.

        Raises PlayerError (network.*) where it broke off for good.
        """
        try:
            async with anyio.create_task_group() as group:
                group.start_soon(self._gather.run)
                self._take(head)
                self._failure = await self._read(stream)
                group.cancel_scope.cancel()
            if self._failure is not None:
                raise self._failure
            self._finish()
        finally:
            self._release()
            self._over = True
            self._source.wake.notify()

    # ---- connections ------------------------------------------------------------------------

    async def _read(self, stream: FetchResponse) -> PlayerError | None:
        """Read, reconnecting as the policy says; None: the stream came to its end."""
        failed = await self._drain(stream)
        while failed is not None:
            pause = self._patience(failed)
            if pause is None:
                return failed
            await anyio.sleep(seconds(pause))
            self._reconnected = True
            failed = await self._reopen()
        return None

    async def _reopen(self) -> PlayerError | None:
        """Ask the viewer's own address again: redirects give new tokens, and take credentials."""
        asked = self._source.request(Resource(uri=self._source.url), RequestKind.STREAM)
        try:
            async with self._parts.fetcher.open(replace(asked, by_viewer=True)) as response:
                return await self._drain(response)
        except PlayerError as failed:
            return failed

    async def _drain(self, response: FetchResponse) -> PlayerError | None:
        """Take all that comes; gives what broke it off, None where it is whole."""
        began = self._parts.clock.monotonic()
        try:
            async for chunk in response.chunks():
                self._gather.add(chunk)
        except PlayerError as failed:
            self._gather.flush()
            return failed
        self._gather.flush()
        if self._is_whole(response, began):
            return None
        return interrupted(response.url, "the server closed an endless stream")

    def _is_whole(self, response: FetchResponse, began: Micros) -> bool:
        """Whether an answer that ended politely was a file; servers close live streams, too."""
        if response.length is not None or self._entry is None:
            return True
        if self._reconnected:
            return False
        lasted = self._parts.clock.monotonic() - began
        ahead = self._reached - self._origin - lasted
        return lasted < SHORTEST_LIVE or ahead > LONGEST_BURST

    def _patience(self, failed: PlayerError) -> Micros | None:
        """How long to wait before the next connection; None: give up."""
        now = self._parts.clock.monotonic()
        self._attempts += 1
        self._failing_since = now if self._failing_since is None else self._failing_since
        failing_for = Micros(now - self._failing_since)
        history = History(
            part=FailedPart.INDEX,
            attempts=self._attempts,
            live=self._entry is not None,
            stale_for=failing_for,
            failing_for=failing_for,
        )
        decision = self._parts.recovery.decide(failed.failure, history)
        LOG.info("stream broke code=%s: %s", failed.failure.code, in_words(decision))
        if not isinstance(decision, Retry):
            return None
        if self._store is not None:
            self._store.recovered(failed, f"stream: {in_words(decision)}")
        return decision.after

    # ---- pieces -----------------------------------------------------------------------------

    def _take(self, data: bytes) -> None:
        self._received += len(data)
        if self._count is not None:
            self._count(len(data))
        for cut in self._cutter.push(data):
            self._attempts, self._failing_since = 0, None
            self._add(cut)

    def _finish(self) -> None:
        for cut in self._cutter.flush():
            self._add(cut, ended=True)

    def _add(self, cut: Cut, *, ended: bool = False) -> None:
        segment = _segment(cut, self._url)
        entry = self._entry_of(segment.resource)
        self._parts.cache.append(entry, cut.data)
        self._reached = segment.end
        if cut.duration is None:
            segment = replace(segment, duration=LEAST_PIECE)
        else:
            entry.complete = True
            self._release()
            self._kept = self._kept_before(segment)
        self._presentation = with_segment(self._settled, segment, budget=self._kept, ended=ended)
        if cut.duration is not None:
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
            self._growing = True
        return self._entry

    def _release(self) -> None:
        if self._entry is not None and self._growing:
            self._entry.pins -= 1
            self._growing = False

    def _kept_before(self, newest: Segment) -> Micros:
        """How far back the cache still holds every piece: nothing older can be played."""
        index = self._settled.periods[0].tracks[0].representations[0].index
        oldest = newest
        for one in reversed(index.segments if isinstance(index, ListedIndex) else ()):
            if one.resource not in self._parts.cache:
                return Micros(newest.end - oldest.start - 1)
            oldest = one
        return KEPT


class Gather:
    """Hands small reads on together: `GATHERED` bytes of them, or what `GATHER_FOR` brought."""

    def __init__(self, take: Callable[[bytes], None]) -> None:
        """Hand on to `take`."""
        self._take = take
        self._chunks: list[bytes] = []
        self._size = 0
        self._waiting = anyio.Event()

    async def run(self) -> None:
        """Let nothing wait longer than `GATHER_FOR`, until cancelled."""
        while True:
            await self._waiting.wait()
            await anyio.sleep(seconds(GATHER_FOR))
            self.flush()

    def add(self, chunk: bytes) -> None:
        """Take one read."""
        self._chunks.append(chunk)
        self._size += len(chunk)
        if self._size >= GATHERED:
            self.flush()
        else:
            self._waiting.set()

    def flush(self) -> None:
        """Hand on what there is."""
        chunks, self._chunks, self._size = self._chunks, [], 0
        if self._waiting.is_set():
            self._waiting = anyio.Event()
        if chunks:
            self._take(b"".join(chunks))


def _segment(cut: Cut, url: str) -> Segment:
    return piece_segment(
        url=url,
        number=cut.number,
        start=cut.start,
        duration=Micros(0) if cut.duration is None else cut.duration,
        discontinuity=cut.discontinuity,
    )


def _no_picture() -> PlayerError:
    return error(
        ErrorCode.MEDIA_INVALID,
        "The stream ended before a picture came. Try again later.",
        cause="no key frame in the transport stream",
    )
