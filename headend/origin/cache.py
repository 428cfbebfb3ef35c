"""Hot segments in memory, bounded in bytes."""

from collections import OrderedDict
from collections.abc import Callable, Hashable


class SegmentCache:
    """Keeps the segments used last; all segments are immutable, so nothing ever goes stale.

    Used from the server's loop only. Making a segment is synchronous: two requests for the same
    one never make it twice.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._used = 0
        self._entries: OrderedDict[Hashable, bytes] = OrderedDict()

    @property
    def used(self) -> int:
        """Bytes held now; never above the capacity."""
        return self._used

    def get(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """The bytes of `key`, made now if they are not here."""
        found = self._entries.get(key)
        if found is not None:
            self._entries.move_to_end(key)
            return found
        made = make()
        if len(made) <= self._capacity:
            self._entries[key] = made
            self._used += len(made)
            self._evict()
        return made

    def _evict(self) -> None:
        while self._used > self._capacity:
            _, oldest = self._entries.popitem(last=False)
            self._used -= len(oldest)
