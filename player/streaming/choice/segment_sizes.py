"""How many bytes the next segments of a rung have, as far as its index tells. Pure."""

from player.model.segment import ListedIndex, Segment, SegmentIndex
from player.units import ByteCount, Micros

AHEAD = 8
"""Segments that are looked at: what a controller plans for."""


def sizes_from(index: SegmentIndex | None, wanted: Segment) -> tuple[ByteCount, ...]:
    """The sizes of the segment that holds the middle of `wanted`, and of those behind it.

    They end before the first one of which nothing is told. Found by halving; nothing is walked,
    and of an index that is reckoned (templates name no sizes) nothing is made.
    """
    if not isinstance(index, ListedIndex) or not _tells(index):
        return ()
    first = index.place(Micros(wanted.start + wanted.duration // 2))
    if first is None:
        return ()
    found: list[ByteCount] = []
    for one in index.segments[first : first + AHEAD]:
        if one.size is None:
            break
        found.append(one.size)
    return tuple(found)


def _tells(index: ListedIndex) -> bool:
    """Whether the newest segment has a size; an index that tells one mostly tells all."""
    return bool(index.segments) and index.segments[-1].size is not None
