"""One file a rendition with an index: what byte-range players read (ISO/IEC 14496-12 8.16.3)."""

import struct
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from headend.cmaf.boxes import full_box

Row = tuple[int, int]
"""Bytes and ticks of what a row of an index speaks of."""

_MEDIA, _INDEX = 0, 1 << 31
_STARTS_WITH_SAP = 0x90000000
_FAN = 8
_LARGEST = (1 << 32) - 1


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
    init: bytes,
    timescale: int,
    sizes: Sequence[int],
    durations: Sequence[int],
    *,
    levels: int = 1,
) -> IndexedFile:
    """The file of an initialisation segment and segments of known sizes and durations (ticks).

    With two `levels` the index names further indexes, `_FAN` segments each, all in the head.
    """
    rows = list(zip(sizes, durations, strict=True))
    index = _sidx(timescale, 0, rows) if levels == 1 else _two_levels(timescale, rows)
    head = init + index
    offsets = list(accumulate(sizes, initial=len(head)))
    return IndexedFile(head=head, init_size=len(init), offsets=offsets)


def _sidx(
    timescale: int, time: int, rows: Sequence[Row], *, offset: int = 0, kind: int = _MEDIA
) -> bytes:
    """One index; `offset` lies between its end and what the first row speaks of."""
    version = 1 if max(time, offset) > _LARGEST else 0  # a day of 1080p is beyond 32 bits
    layout = ">IIQQHH" if version else ">IIIIHH"
    head = struct.pack(layout, 1, timescale, time, offset, 0, len(rows))
    body = b"".join(
        struct.pack(">III", kind | size, duration, _STARTS_WITH_SAP) for size, duration in rows
    )
    return full_box(b"sidx", version, 0, head, body)


def _two_levels(timescale: int, rows: Sequence[Row]) -> bytes:
    """A top index whose rows are indexes in a line; each of these skips the ones behind it.

    The media come after all indexes, so that a row of the top one has the size of an index and
    the duration of its segments (ISO/IEC 14496-12 clause 8.16.3, figure 9, second form).
    """
    groups = [rows[first : first + _FAN] for first in range(0, len(rows), _FAN)]
    lengths = [len(_sidx(timescale, 0, group)) for group in groups]
    durations = [sum(duration for _, duration in group) for group in groups]
    parts = [_sidx(timescale, 0, list(zip(lengths, durations, strict=True)), kind=_INDEX)]
    media, time = 0, 0
    for index, group in enumerate(groups):
        behind = sum(lengths[index + 1 :])
        parts.append(_sidx(timescale, time, group, offset=behind + media))
        media += sum(size for size, _ in group)
        time += durations[index]
    return b"".join(parts)
