"""SegmentLoader: one segment into the cache, chunk by chunk, going on where it broke off."""

from collections.abc import Callable

from player.errors import ErrorCode, PlayerError, error
from player.model.resource import ByteRange, Resource
from player.model.segment import Segment
from player.ports import RequestKind
from player.streaming.cache import CacheEntry
from player.streaming.parts import EngineParts, Source, read_all
from player.units import ByteCount, Micros

OPEN_END = ByteCount(1 << 40)
"""A length beyond any segment: "from here to the end" of a resource without a byte range."""


class SegmentLoader:
    """Fetches segments and init segments of one channel. Engine thread only."""

    def __init__(self, parts: EngineParts, source: Source) -> None:
        """Load for one source."""
        self._parts = parts
        self._source = source
        self.requests = 0
        self.downloaded = 0

    def entry(self, segment: Segment, *, live: bool) -> CacheEntry:
        """The cache entry of a segment, fresh where there was none or only a broken one.

        A live server may give a name again to another segment; there the number counts, too.
        Raises PlayerError where a piece of a plain stream is not kept any more.
        """
        resource = segment.resource
        mark = (segment.number, segment.discontinuity) if live else None
        entry = self._parts.cache.get(resource)
        if entry is not None and (entry.streamed or (entry.complete and entry.mark == mark)):
            return entry
        if self._source.streamed:
            raise _not_kept()
        entry = self._parts.cache.create(resource)
        entry.mark = mark
        return entry

    def count(self, size: int) -> None:
        """Count bytes of a plain stream: they come by themselves, on one request."""
        self.requests = max(self.requests, 1)
        self.downloaded += size

    async def whole(self, resource: Resource, kind: RequestKind) -> bytes:
        """A small resource (init segment, key) from the cache or the network."""
        entry = self._parts.cache.get(resource)
        if entry is None or not entry.complete:
            self.requests += 1
            _, body = await read_all(self._parts, self._source.request(resource, kind))
            self.downloaded += len(body)
            entry = self._parts.cache.put(resource, body)
        return entry.body()

    async def fill(self, entry: CacheEntry, progress: Callable[[Micros, int], None]) -> None:
        """Fetch what an entry lacks; `progress(started, size)` comes after each chunk.

        Raises PlayerError (network.*), keeping in the entry what did arrive.
        """
        clock, self.requests = self._parts.clock, self.requests + 1
        started = clock.monotonic()
        request = self._source.request(_rest(entry), RequestKind.SEGMENT)
        async with self._parts.fetcher.open(request) as response:
            async for chunk in response.chunks():
                self._parts.cache.append(entry, chunk)
                self.downloaded += len(chunk)
                self._source.wake.notify()
                progress(started, entry.size)
        entry.complete = True


def _rest(entry: CacheEntry) -> Resource:
    """What an entry still lacks of its resource."""
    if not entry.size:
        return entry.resource
    whole = entry.resource.byte_range
    offset = (whole.offset if whole else 0) + entry.size
    length = whole.length - entry.size if whole else OPEN_END
    return Resource(
        uri=entry.resource.uri,
        byte_range=ByteRange(offset=ByteCount(offset), length=ByteCount(length)),
    )


def _not_kept() -> PlayerError:
    return error(
        ErrorCode.MEDIA_TRUNCATED,
        "This part of the channel is not kept any more; Farol goes on after it.",
        cause="a piece of a plain transport stream left the cache",
    )
