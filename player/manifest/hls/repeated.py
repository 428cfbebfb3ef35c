"""Finds what a reloaded list repeats word for word, so that only its head and tail are read."""

import re
from dataclasses import dataclass

from player.manifest.hls.playlist import Keys, MediaPlaylist, Memory, Piece
from player.model.segment import Segment

_FIRST_ADDRESS = re.compile(r"(?:[^\S\n]*(?:#[^\n]*)?\n)*[^\S\n]*[^#\s][^\n]*\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The former load of a list, as its reader sees it; `shift`: see PlaylistIndex."""

    segments: tuple[Segment, ...]
    shift: int
    memory: Memory | None

    def places(self, first: int, behind: int) -> range:
        """Where in `segments` the server's numbers from `first` on, below `behind`, stand.

        Empty unless the last of them is there.
        """
        if not self.segments:
            return range(0)
        moved = self.shift - self.segments[0].number
        stop = behind + moved
        return range(max(first + moved, 0), stop if 0 < stop <= len(self.segments) else 0)

    def key_changes(self, places: range) -> list[tuple[int, Keys]]:
        """The keys in force at the first of some places, and every change within them."""
        first, changes = places.start, self.memory.keys if self.memory else []
        within = [(since - first, keys) for since, keys in changes if first < since < places.stop]
        return [(0, self._keys_at(first)), *within]

    def _keys_at(self, place: int) -> Keys:
        if self.memory is not None:
            return self.memory.keys_at(place)
        return {key.system: key for key in self.segments[place].protection}


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """`count` segments of the former load, the last of them, and a Memory's parts for them."""

    count: int
    last: Segment
    ends: list[int]
    keys: list[tuple[int, Keys]]


def unread_from(text: str) -> int:
    """Offset behind the first segment's address, 0 where there is none."""
    found = _FIRST_ADDRESS.match(text)
    return found.end() if found else 0


def repeated(
    known: Known, head: MediaPlaylist, keys: Keys, text: str, first: int
) -> Repeated | None:
    """Compare `text`, read up to its first segment (offset `first`), with the former load.

    None where the first segment is another one than before, or under other keys.
    """
    memory = known.memory
    places = known.places(head.first_sequence, head.first_sequence + 1)
    if memory is None or not memory.ends or not places or len(head.pieces) != 1 or head.skipped:
        return None
    place = places.start
    if not _same(head.pieces[0], known.segments[place]) or keys != memory.keys_at(place):
        return None
    last = _last_same(memory, place, text, first)
    moved = first - memory.ends[place]
    return Repeated(
        count=last - place + 1,
        last=known.segments[last],
        ends=[end + moved for end in memory.ends[place : last + 1]],
        keys=known.key_changes(range(place, last + 1)),
    )


def _same(piece: Piece, segment: Segment) -> bool:
    return (
        piece.resource == segment.resource
        and piece.duration == segment.duration
        and piece.init == segment.init
        and piece.init_protection == segment.init_protection
        and piece.gap == segment.gap
        and piece.protection == segment.protection
    )


def _last_same(memory: Memory, place: int, text: str, first: int) -> int:
    """The last segment up to which both texts are the same, by halving."""
    before, ends = memory.text, memory.ends
    low, high = place, len(ends) - 1
    while low < high:
        middle = (low + high + 1) // 2
        there, here = ends[low], first + ends[low] - ends[place]
        length = ends[middle] - there
        if text[here : here + length] == before[there : ends[middle]]:
            low = middle
        else:
            high = middle - 1
    return low
