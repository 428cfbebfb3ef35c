"""SegmentLoader: one segment into the cache, chunk by chunk, going on where it broke off."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TypeVar

import anyio

from player.errors import ErrorCode, PlayerError, error
from player.model.resource import ByteRange, Resource
from player.model.segment import Segment
from player.net.ranges import is_other_file
from player.ports import AnswerHead, FetchRequest, RequestKind
from player.streaming.fetch.cache import CacheEntry
from player.streaming.fetch.client_data import RequestFacts
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.parts import EngineParts, Source, read_all
from player.streaming.fetch.stalls import Pauses, StallError
from player.streaming.store.tape import Tape
from player.units import ByteCount, Micros, micros, seconds

T = TypeVar("T")

HELD = micros(10)
"""How long a server may hold an answer until it has it: several segments of low latency."""

OPEN_END = ByteCount(1 << 40)
"""A length beyond any segment: "from here to the end" of a resource without a byte range."""


def _as_it_is(resource: Resource) -> Resource:
    return resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """For whom something is fetched: `place` says where it lies now, `facts` what is told of it.

    Whatever the place, the cache keeps the bytes under their first name: all places hold the
    same, so that what broke off here goes on there. `stall` is how long the answer, and then the
    next bytes of it, may take, should its server not be known for longer pauses; None: as long
    as the network waits for any.
    """

    place: Callable[[Resource], Resource] = _as_it_is
    facts: RequestFacts | None = field(default=None, repr=False)
    stall: Micros | None = None


def facts_of(lane: Lane, segment: Segment | None) -> RequestFacts:
    """What a lane and a segment tell of themselves."""
    rung, rungs = lane.representation, lane.track.representations
    return RequestFacts(
        kinds=rung.kinds or frozenset({lane.track.kind}),
        bandwidth=rung.bandwidth,
        lowest=min((one.bandwidth for one in rungs), default=None),
        top=max((one.bandwidth for one in rungs), default=None),
        duration=segment.duration if segment else None,
    )


_PLAIN = Errand()


class SegmentLoader:
    """Fetches segments and init segments of one channel. Engine thread only."""

    def __init__(self, parts: EngineParts, source: Source, tape: Tape | None = None) -> None:
        """Load for one source; what is on `tape` is asked of no server."""
        self.tape = tape or Tape()
        self._parts = parts
        self._source = source
        self._pauses = Pauses()
        self.requests = 0
        self.downloaded = 0

    def entry(self, segment: Segment, *, live: bool) -> CacheEntry:
        """The cache entry of a segment, fresh where there was none or only a broken one.

        A live server may give a name again to another segment; there the number counts, too.
        Raises PlayerError where a piece of a plain stream is not kept any more.
        """
        resource = _growing(segment) if segment.making else segment.resource
        mark = (segment.number, segment.discontinuity) if live else None
        entry = self._parts.cache.get(resource)
        if entry is not None and (entry.streamed or _is_all(entry, segment, mark)):
            return entry
        if self._source.streamed and self.tape.find(segment) is None:
            raise _not_kept()
        entry = self._parts.cache.create(resource)
        entry.mark = mark
        entry.segment = segment
        return entry

    async def piece(self, resource: Resource, errand: Errand) -> bytes:
        """All of a part of a segment; raises like `fill`, and keeps nothing."""
        body = bytearray()
        await self.stream(resource, errand, body.extend)
        if not body:
            raise _empty()
        return bytes(body)

    async def stream(
        self,
        resource: Resource,
        errand: Errand,
        came: Callable[[bytes], None],
        *,
        held: Micros = Micros(0),
    ) -> None:
        """Fetch a part of a segment, chunk by chunk; raises like `fill`.

        `held`: the server holds the answer until it has it, and no limit of ours counts.
        """
        self.requests += 1
        place = errand.place(resource)
        stall = None if held else errand.stall
        request = self._source.request(place, RequestKind.SEGMENT, errand.facts, held=held)
        async with AsyncExitStack() as open_until_here:
            opening = self._parts.fetcher.open(request)
            entering = open_until_here.enter_async_context(opening)
            response = await self._coming(entering, place.uri, stall, held=held)
            chunks = response.chunks()
            while chunk := await self._coming(anext(chunks, None), place.uri, stall, held=held):
                self.downloaded += len(chunk)
                came(chunk)

    async def _coming(
        self, coming: Awaitable[T], uri: str, stall: Micros | None, *, held: Micros
    ) -> T:
        return await (coming if held else self._in_time(coming, uri, stall))

    def count(self, size: int) -> None:
        """Count bytes of a plain stream: they come by themselves, on one request."""
        self.requests = max(self.requests, 1)
        self.downloaded += size

    async def whole(self, resource: Resource, kind: RequestKind, errand: Errand = _PLAIN) -> bytes:
        """A small resource (init segment, key) from the cache or the network."""
        entry = self._parts.cache.get(resource)
        known = self.tape.small(resource)
        if known is not None:
            return known
        if entry is None or not entry.complete:
            self.requests += 1
            request = self._source.request(errand.place(resource), kind, errand.facts)
            _, body = await read_all(self._parts, request)
            self.downloaded += len(body)
            entry = self._parts.cache.put(resource, body)
        self.tape.remember(resource, entry.body())
        return entry.body()

    async def fill(
        self,
        entry: CacheEntry,
        progress: Callable[[Micros, int], None],
        errand: Errand = _PLAIN,
        *,
        maybe_empty: bool = False,
    ) -> None:
        """Fetch what an entry lacks; `progress(started, size)` comes after each chunk.

        What is on the tape comes from there. Raises PlayerError (network.*), keeping in the
        entry what did arrive; media.truncated where the file is not what it was before the break,
        or holds nothing and must not.
        `StallError` where nothing came within the errand's limit.
        """
        if await self._from_tape(entry):
            return
        if self._source.streamed:
            raise _not_kept()
        clock, self.requests = self._parts.clock, self.requests + 1
        started = clock.monotonic()
        uri = errand.place(entry.resource).uri
        async with AsyncExitStack() as open_until_here:
            opening = self._parts.fetcher.open(self._request(entry, errand))
            entering = open_until_here.enter_async_context(opening)
            response = await self._in_time(entering, uri, errand.stall)
            skip = _begin(entry, uri, response.head)
            if entry.expected is None and not entry.size and not entry.packed:
                entry.expected = None if response.length is None else ByteCount(response.length)
            chunks = response.chunks()
            while chunk := await self._in_time(anext(chunks, None), uri, errand.stall):
                self.downloaded += len(chunk)
                wanted, skip = chunk[skip:], max(skip - len(chunk), 0)
                if wanted:
                    self._parts.cache.append(entry, wanted)
                    self._source.wake.notify()
                    progress(started, entry.size)
        if not entry.size and not maybe_empty:
            raise _empty()
        entry.complete = True

    async def _from_tape(self, entry: CacheEntry) -> bool:
        """Fill an entry from the tape, where that has its segment; tells if so."""
        kept = None if entry.segment is None else self.tape.find(entry.segment)
        body = None if kept is None else await self.tape.read(kept)
        if body is None or entry.size > len(body):
            return False
        self._parts.cache.append(entry, body[entry.size :])
        entry.complete = True
        self._source.wake.notify()
        return True

    async def _in_time(self, coming: Awaitable[T], uri: str, wanted: Micros | None) -> T:
        """What comes from a server within its limit; tells how long it took."""
        since, limit = self._parts.clock.monotonic(), self._pauses.limit(uri, wanted)
        came = await (coming if limit is None else _within(limit, coming))
        self._pauses.ended(uri, Micros(self._parts.clock.monotonic() - since))
        return came

    def _request(self, entry: CacheEntry, errand: Errand) -> FetchRequest:
        resource = errand.place(_rest(entry))
        place, tag = entry.version
        continues = bool(entry.size) and place == errand.place(entry.resource).uri
        return self._source.request(
            resource,
            RequestKind.SEGMENT,
            errand.facts,
            unless_changed=tag if continues and not entry.packed else "",
        )


async def _within(limit: Micros, coming: Awaitable[T]) -> T:
    try:
        with anyio.fail_after(seconds(limit)):
            return await coming
    except TimeoutError as fault:
        raise StallError(limit) from fault


def _begin(entry: CacheEntry, place: str, head: AnswerHead) -> int:
    """Check that an answer continues the entry; gives how many of its bytes are there already."""
    if not entry.size:
        entry.version, entry.packed = (place, head.validator), head.packed
        return 0
    former, tag = entry.version
    if former == place and is_other_file(tag, head.validator):
        raise _changed()
    return entry.size if entry.packed else 0


def _rest(entry: CacheEntry) -> Resource:
    """What an entry still lacks of its resource."""
    if not entry.size or entry.packed:
        return entry.resource
    whole = entry.resource.byte_range
    offset = (whole.offset if whole else 0) + entry.size
    length = whole.length - entry.size if whole else OPEN_END
    return Resource(
        uri=entry.resource.uri,
        byte_range=ByteRange(offset=ByteCount(offset), length=ByteCount(length)),
    )


def _growing(segment: Segment) -> Resource:
    """What the entry is called of a segment whose address the list does not tell yet."""
    return Resource(uri=f"{segment.resource.uri}#{segment.number}")


def _is_all(entry: CacheEntry, segment: Segment, mark: object) -> bool:
    """Whether an entry holds all of a segment; of one in the making not its first part alone."""
    return entry.complete and entry.mark == mark and bool(entry.parts or not segment.making)


def gone() -> PlayerError:
    """A segment in the making is not listed any more."""
    return error(
        ErrorCode.MEDIA_TRUNCATED,
        "A piece of this channel is gone before all of it came; Farol goes on after it.",
        cause="a segment in the making left its list",
    )


def _empty() -> PlayerError:
    return error(
        ErrorCode.MEDIA_TRUNCATED,
        "A piece of this channel is empty; Farol goes on after it.",
        cause="an answer without a byte",
    )


def _changed() -> PlayerError:
    return error(
        ErrorCode.MEDIA_TRUNCATED,
        "A piece of this channel changed while it was read; Farol goes on after it.",
        cause="another entity tag than before the break",
    )


def _not_kept() -> PlayerError:
    return error(
        ErrorCode.MEDIA_TRUNCATED,
        "This part of the channel is not kept any more; Farol goes on after it.",
        cause="a piece of a plain transport stream left the cache",
    )
