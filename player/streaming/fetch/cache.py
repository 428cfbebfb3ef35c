"""SegmentCache: what was fetched, in chunks, bounded in bytes, outliving the channel."""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from player.model.resource import Resource
from player.units import ByteCount

if TYPE_CHECKING:
    from player.model.segment import Segment


class CacheEntry:
    """The bytes of one resource as they arrive; append-only. Engine thread only.

    A reader goes through `chunks` by index and asks `complete` to know whether more will come.
    `segment` is which one it is, where it is one. `streamed`: somebody else fills it, and it
    cannot be fetched again. `mark` tells apart what a live server put under the same name in
    turn; `version` names where the bytes are from and the entity tag they had there; `packed`:
    they came compressed, so that their count is no place in the file. `expected` is how many
    there will be, where a byte range or the server said so. `parts` counts the parts of its
    segment that it holds, where it is filled by parts.
    """

    __slots__ = (
        "chunks", "complete", "expected", "mark", "packed", "parts", "pins", "resource", "segment",
        "size", "streamed", "version",
    )  # fmt: skip

    def __init__(self, resource: Resource) -> None:
        """Begin empty."""
        self.resource = resource
        self.segment: Segment | None = None
        self.chunks: list[bytes] = []
        self.size = 0
        self.complete = False
        self.streamed = False
        self.mark: object = None
        self.version = ("", "")
        self.packed = False
        self.parts = 0
        self.expected = resource.byte_range.length if resource.byte_range else None
        self.pins = 0

    @property
    def byte_count(self) -> ByteCount:
        """Bytes so far."""
        return ByteCount(self.size)

    def body(self) -> bytes:
        """All bytes so far."""
        if len(self.chunks) > 1:
            self.chunks = [b"".join(self.chunks)]
        return self.chunks[0] if self.chunks else b""


class SegmentCache:
    """Least recently used entries go first; pinned ones never. Engine thread only.

    The budget may be exceeded only by what is pinned: what is being written or fed.
    """

    def __init__(self, budget: ByteCount) -> None:
        """Hold at most `budget` bytes."""
        self._budget = budget
        self._entries: OrderedDict[Resource, CacheEntry] = OrderedDict()
        self._size = self._pinned = 0

    @property
    def size(self) -> ByteCount:
        """Bytes held."""
        return ByteCount(self._size)

    @property
    def room(self) -> ByteCount:
        """What the budget leaves beside what is pinned: more than that ahead would be lost."""
        return ByteCount(max(self._budget - self._pinned, 0))

    def __contains__(self, resource: object) -> bool:
        """Whether `resource` is held, without making it any younger."""
        return resource in self._entries

    def get(self, resource: Resource) -> CacheEntry | None:
        """The entry of `resource`, now the most recently used; None where there is none."""
        entry = self._entries.get(resource)
        if entry is not None:
            self._entries.move_to_end(resource)
        return entry

    def create(self, resource: Resource) -> CacheEntry:
        """A fresh entry for `resource`; a former one is dropped."""
        self.drop(resource)
        entry = CacheEntry(resource)
        self._entries[resource] = entry
        return entry

    def append(self, entry: CacheEntry, chunk: bytes) -> None:
        """Add bytes to an entry, making room among the others."""
        entry.chunks.append(chunk)
        entry.size += len(chunk)
        if self._entries.get(entry.resource) is entry:
            self._size += len(chunk)
            self._pinned += len(chunk) if entry.pins else 0
            self._evict()

    def put(self, resource: Resource, body: bytes) -> CacheEntry:
        """Store a whole body at once."""
        entry = self.create(resource)
        with self.pinned(entry):
            self.append(entry, body)
        entry.complete = True
        return entry

    def drop(self, resource: Resource) -> None:
        """Forget a resource, whoever may still be reading its entry."""
        entry = self._entries.pop(resource, None)
        if entry is not None:
            self._size -= entry.size
            self._pinned -= entry.size if entry.pins else 0

    @contextmanager
    def pinned(self, entry: CacheEntry) -> Iterator[CacheEntry]:
        """Keep an entry from eviction while the block runs."""
        self._pin(entry, 1)
        try:
            yield entry
        finally:
            self._pin(entry, -1)
            self._evict()

    def _pin(self, entry: CacheEntry, more: int) -> None:
        before, entry.pins = bool(entry.pins), entry.pins + more
        if self._entries.get(entry.resource) is entry:
            self._pinned += entry.size * (bool(entry.pins) - before)

    def _evict(self) -> None:
        for resource in self._spare():
            self.drop(resource)

    def _spare(self) -> list[Resource]:
        excess, spare = self._size - self._budget, []
        for entry in self._entries.values():
            if excess <= 0:
                break
            if not entry.pins:
                spare.append(entry.resource)
                excess -= entry.size
        return spare
