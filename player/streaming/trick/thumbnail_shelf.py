"""ThumbnailShelf: the small pictures that were made, bounded in bytes."""

from collections import OrderedDict
from dataclasses import dataclass

from player.model.thumbnail import Thumbnail
from player.units import ByteCount, Micros

BUDGET = ByteCount(16 << 20)
"""About a hundred of the widest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A small picture, and the presentation time that it stands for; `until` is no more of it."""

    start: Micros
    until: Micros
    image: Thumbnail

    def covers(self, position: Micros) -> bool:
        """Whether it stands for a moment."""
        return self.start <= position < self.until


class ThumbnailShelf:
    """The least recently wanted goes first. Engine thread only."""

    def __init__(self, budget: ByteCount = BUDGET) -> None:
        """Hold at most `budget` bytes of pixels."""
        self._budget = budget
        self._made: OrderedDict[tuple[Micros, Micros], Made] = OrderedDict()
        self._size = 0

    @property
    def size(self) -> ByteCount:
        """Bytes of pixels held."""
        return ByteCount(self._size)

    def put(self, one: Made) -> None:
        """Keep one, for another of the same time; what is too large by itself is not kept."""
        key = one.start, one.until
        former = self._made.pop(key, None)
        self._size -= former.image.size if former else 0
        self._made[key] = one
        self._size += one.image.size
        while self._size > self._budget:
            _, oldest = self._made.popitem(last=False)
            self._size -= oldest.image.size

    def find(self, position: Micros) -> Made | None:
        """The one that stands for a moment most exactly, now the most recently wanted."""
        found = min(
            (one for one in self._made.values() if one.covers(position)),
            key=lambda one: one.until - one.start,
            default=None,
        )
        if found is not None:
            self._made.move_to_end((found.start, found.until))
        return found

    def clear(self) -> None:
        """Forget all: times mean something else now."""
        self._made.clear()
        self._size = 0
