"""One file a rendition with an index: what byte-range players read (ISO/IEC 14496-12 8.16.3)."""

import struct
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from headend.cmaf.boxes import full_box


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedFile:
    """A file that is never stored: a head (initialisation and sidx) and segments made on demand.

    Attributes:
        head: initialisation segment and index.
        init_size: bytes of the initialisation segment alone.
        offsets: where each segment starts, and the size of the whole.
    """

    head: bytes
    init_size: int
    offsets: Sequence[int]

    @property
    def size(self) -> int:
        """Bytes of the whole file."""
        return self.offsets[-1]

    def pieces(self, first: int, last: int, segment: Callable[[int], bytes]) -> Iterator[bytes]:
        """Bytes `first` to `last`, both included; `segment` makes one segment by its number."""
        if first < len(self.head):
            yield self.head[first : last + 1]
        index = max(bisect_right(self.offsets, first) - 1, 0)
        while index < len(self.offsets) - 1 and self.offsets[index] <= last:
            begin = self.offsets[index]
            yield segment(index)[max(first - begin, 0) : last + 1 - begin]
            index += 1


def indexed_file(
    init: bytes, timescale: int, sizes: Sequence[int], durations: Sequence[int]
) -> IndexedFile:
    """The file of an initialisation segment and segments of known sizes and durations (ticks)."""
    rows = b"".join(
        struct.pack(">III", size, duration, 0x90000000)
        for size, duration in zip(sizes, durations, strict=True)
    )
    times = struct.pack(">IIIIHH", 1, timescale, 0, 0, 0, len(sizes))
    head = init + full_box(b"sidx", 0, 0, times, rows)
    offsets = list(accumulate(sizes, initial=len(head)))
    return IndexedFile(head=head, init_size=len(init), offsets=offsets)
