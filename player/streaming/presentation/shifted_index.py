"""ShiftedIndex: a stretch of another index, at another time. Pure."""

from bisect import bisect_left
from dataclasses import dataclass, field, replace

from player.model.segment import Segment, SegmentIndex
from player.units import Micros

LAST = Micros(1 << 62)
"""A moment by which everything that was announced is there."""

APART = 1_000_000
"""Between the discontinuity numbers of stretches: each has a clock of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftedIndex:
    """The segments of `index` that begin from `since` until `until`, moved by `shift`.

    Times are those of `index`. `stretch` tells the clocks of several stretches apart.
    """

    index: SegmentIndex = field(repr=False)
    since: Micros
    until: Micros | None = None
    shift: Micros = Micros(0)
    stretch: int = 0

    @property
    def ended(self) -> bool:
        """See `SegmentIndex.ended`; a stretch has ended when all of it has come."""
        if self.index.ended or self.until is None:
            return self.index.ended
        known = self.index.numbers(LAST)
        return bool(known) and self.index.segment(known[-1]).end >= self.until

    @property
    def reload_after(self) -> Micros | None:
        """See `SegmentIndex.reload_after`."""
        return self.index.reload_after

    def numbers(self, now: Micros) -> range:
        """See `SegmentIndex.numbers`."""
        found = self.index.numbers(now)
        first = bisect_left(found, self.since, key=self._starts)
        last = (
            len(found) if self.until is None else bisect_left(found, self.until, key=self._starts)
        )
        return found[first : max(first, last)]

    def segment(self, number: int) -> Segment:
        """See `SegmentIndex.segment`."""
        return self._moved(self.index.segment(number))

    def find(self, time: Micros, now: Micros) -> Segment | None:
        """See `SegmentIndex.find`."""
        numbers = self.numbers(now)
        if not numbers:
            return None
        found = self.index.find(Micros(time - self.shift), now)
        number = numbers[0] if found is None else found.number
        return self.segment(min(max(number, numbers[0]), numbers[-1]))

    def _starts(self, number: int) -> Micros:
        return self.index.segment(number).start

    def _moved(self, one: Segment) -> Segment:
        offset = one.media_offset
        return replace(
            one,
            start=Micros(one.start + self.shift),
            media_offset=None if offset is None else Micros(offset + self.shift),
            discontinuity=one.discontinuity + self.stretch * APART,
        )
