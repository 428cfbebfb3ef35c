"""Tape: what one session has stored: its segments by track and by time."""

from bisect import bisect_right, insort
from collections import OrderedDict
from collections.abc import Callable, Collection
from typing import Protocol

from player.errors import Failure
from player.model.presentation import TrackKind
from player.model.resource import Resource
from player.model.segment import Segment
from player.streaming.store.kept import Kept, Lineage
from player.units import ByteCount, Micros, micros

SAME = micros(0.1)
"""How far the same boundary may lie apart in two rungs."""

SMALL = 64
"""Init sections and keys that are remembered; a session with more of them changes its keys."""

_PLAYED = (TrackKind.VIDEO, TrackKind.AUDIO)

_Name = tuple[Resource, int, int]


class Keeper(Protocol):
    """Who writes and reads: the segment store."""

    def keep(self, one: Kept) -> bool:
        """Take a segment to be written soon; False: there is no room for it."""
        ...

    async def read(self, one: Kept) -> bytes | None:
        """Its bytes; None where they cannot be had any more."""
        ...


class Tape:
    """The newest of a moment counts, be it of another rung. Engine thread only.

    `report` hears, once, that something could not be kept. Without a `keeper` nothing is.
    """

    def __init__(
        self,
        number: int = 0,
        keeper: Keeper | None = None,
        report: Callable[[Failure], None] | None = None,
    ) -> None:
        """Begin with nothing on it."""
        self.number = number
        self._keeper = keeper
        self._report = report
        self._tracks: dict[tuple[str, str], list[Kept]] = {}
        self._names: dict[_Name, Kept] = {}
        self._small: OrderedDict[Resource, bytes] = OrderedDict()
        self._protected = False

    @property
    def on(self) -> bool:
        """Whether anything is kept at all."""
        return self._keeper is not None

    def protect(self) -> None:
        """The session has keys: from now on all that is not surely encrypted is sealed."""
        self._protected = True

    # ---- what goes onto it ------------------------------------------------------------------

    def put(
        self, lineage: Lineage, segment: Segment, body: bytes, *, protected: bool = False
    ) -> None:
        """Keep a segment as it came; `protected`: its session has keys.

        From then on all that is not known to be encrypted already is sealed.
        """
        if self._keeper is None or self.find(segment) is not None:
            return
        encrypted = is_encrypted(lineage, segment, body)
        self._protected = self._protected or protected or encrypted
        one = Kept(
            lineage=lineage,
            segment=segment,
            size=ByteCount(len(body)),
            tape=self.number,
            body=body,
            sealed=self._protected and not encrypted,
        )
        if self._keeper.keep(one):
            self._names[_name(segment)] = one
            self._enter(one)

    def _enter(self, one: Kept) -> None:
        line = self._tracks.setdefault(one.lineage.of_track, [])
        former = _at(line, Micros(one.segment.start + SAME // 2))
        if former is not None and abs(former.segment.start - one.segment.start) < SAME:
            line.remove(former)
        insort(line, one, key=_start)

    def lose(self, one: Kept) -> None:
        """It is not to be had any more."""
        name = _name(one.segment)
        if self._names.get(name) is one:
            del self._names[name]
        line = self._tracks.get(one.lineage.of_track, [])
        if one in line:
            line.remove(one)

    def remember(self, resource: Resource, body: bytes) -> None:
        """Keep an init section or a key in memory: servers drop them, too."""
        if self._keeper is not None:
            self._small[resource] = body
            self._small.move_to_end(resource)
            while len(self._small) > SMALL:
                self._small.popitem(last=False)

    def tell(self, failure: Failure) -> None:
        """Tell that something could not be kept; once."""
        report, self._report = self._report, None
        if report is not None:
            report(failure)

    # ---- what is on it ----------------------------------------------------------------------

    def small(self, resource: Resource) -> bytes | None:
        """An init section or a key that was fetched before."""
        return self._small.get(resource)

    def find(self, segment: Segment) -> Kept | None:
        """That very segment, of whatever rung it is."""
        return self._names.get(_name(segment))

    def at(self, track: tuple[str, str], time: Micros) -> Kept | None:
        """What covers a presentation time, else the first that begins after it.

        What ends within `SAME` after it does not count: that is the one before.
        """
        line = self._tracks.get(track, [])
        place = max(bisect_right(line, time, key=_start) - 1, 0)
        while place < len(line) and line[place].segment.end <= time + SAME:
            place += 1
        return line[place] if place < len(line) else None

    def end(self, track: tuple[str, str]) -> Micros | None:
        """Where the newest segment of a track ends; None where there is none."""
        line = self._tracks.get(track)
        return line[-1].segment.end if line else None

    def since(self, periods: Collection[str]) -> Micros | None:
        """From when on there is something of every kind; None where there is nothing.

        Only what is of these periods counts.
        """
        oldest = dict[TrackKind, Micros]()
        for (period, _), line in self._tracks.items():
            if line and line[0].lineage.kind in _PLAYED and period in periods:
                kind, start = line[0].lineage.kind, line[0].segment.start
                oldest[kind] = min(oldest.get(kind, start), start)
        return max(oldest.values(), default=None)

    async def read(self, one: Kept) -> bytes | None:
        """Its bytes as they came; None, and it is lost, where they cannot be had."""
        body = one.body
        if body is None and self._keeper is not None:
            body = await self._keeper.read(one)
        if body is None:
            self.lose(one)
        return body


def is_encrypted(lineage: Lineage, segment: Segment, body: bytes) -> bool:
    """Whether bytes are surely encrypted as they came.

    HLS says so of each segment (RFC 8216 4.3.2.4). Elsewhere protected rungs may begin in the
    clear: there a fragment must tell of its encrypted samples itself (ISO/IEC 23001-7 7.2).
    """
    if segment.protection:
        return True
    return bool(lineage.rung.protection) and b"senc" in body.partition(b"mdat")[0]


def _at(line: list[Kept], time: Micros) -> Kept | None:
    place = bisect_right(line, time, key=_start) - 1
    return line[place] if place >= 0 else None


def _start(one: Kept) -> Micros:
    return one.segment.start


def _name(segment: Segment) -> _Name:
    """A live server may give a name again to another segment; there the number counts, too."""
    return segment.resource, segment.number, segment.discontinuity
