"""Segments found by arithmetic, never written out (ISO/IEC 23009-1 5.3.9.5, 5.3.9.6)."""

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import NamedTuple

from player.manifest.dash.urls import UrlTemplate
from player.model.resource import Protection, Resource
from player.model.segment import Segment
from player.units import MICROS_PER_SECOND, Micros, scaled

UNTOLD_STEP = Micros(500_000)
"""How much comes at once where nobody says (CMAF chunks of low-latency services: 0.2 to 1 s)."""


class Run(NamedTuple):
    """Segments of equal duration: an S element, or a whole template with @duration.

    `first` is the number of the first one, `time` its media time and `duration` theirs in
    ticks; `size` None: without an end. `named` is what @n puts between `first` and the number
    in the address.
    """

    first: int
    time: int
    duration: int
    size: int | None
    named: int = 0

    @property
    def end(self) -> int | None:
        """Media time at which the run ends."""
        return None if self.size is None else self.time + self.size * self.duration


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """When segments come and go (A.3.2): all Micros, `start` in UTC.

    A segment exists from `start` + its end in the presentation - `offset`, until `depth` (None:
    for ever) after its end.
    """

    start: Micros
    offset: Micros = Micros(0)
    depth: Micros | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """Segments can be had `early` before they end, and come as they are made (5.3.9.5.3).

    `start` is the UTC time of presentation time 0.
    """

    start: Micros
    early: Micros


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateIndex:
    """A SegmentIndex of runs; immutable, and as small as the manifest that it came from.

    `availability` is None where every listed segment exists already. `ended` is True where the
    manifest is static or the period is over for good. `shift` is added to the wire's numbers.
    `making` is None where segments are whole once they are there.
    """

    media: UrlTemplate = field(repr=False)
    runs: tuple[Run, ...]
    timescale: int
    offset: int = 0
    period_start: Micros = Micros(0)
    period_end: Micros | None = None
    availability: Availability | None = None
    ended: bool = True
    reload_after: Micros | None = None
    shift: int = 0
    init: Resource | None = None
    protection: tuple[Protection, ...] = field(default=(), repr=False)
    making: Making | None = None

    def numbers(self, now: Micros) -> range:
        """See `SegmentIndex.numbers`: the window is a function of `now`."""
        if not self.runs:
            return range(0)
        first = self.runs[0].first
        if self.availability is None:
            return range(first + self.shift, self._after_last() + self.shift)
        live = self.availability
        elapsed = now - live.start
        stop = self._ended_at(self._ticks(Micros(elapsed + live.offset)))
        if live.depth is not None:
            first = max(
                first, min(self._ended_at(self._ticks(Micros(elapsed - live.depth))), stop)
            )
        return range(first + self.shift, max(stop, first) + self.shift)

    def segment(self, number: int) -> Segment:
        """See `SegmentIndex.segment`."""
        wire = number - self.shift
        place = bisect_right(self.runs, wire, key=lambda run: run.first) - 1
        if place < 0:
            raise IndexError(number)
        run = self.runs[place]
        step = wire - run.first
        if run.size is not None and step >= run.size:
            raise IndexError(number)
        return self._segment(wire, run.time + step * run.duration, run)

    def find(self, time: Micros, now: Micros) -> Segment | None:
        """See `SegmentIndex.find`."""
        numbers = self.numbers(now)
        if not numbers:
            return None
        wanted = self._at(self._ticks(time)) + self.shift
        found = self.segment(min(max(wanted, numbers[0]), numbers[-1]))
        if time >= found.end and found.number + 1 in numbers:
            return self.segment(found.number + 1)
        return found

    def nearest(self, time: Micros) -> Segment | None:
        """Find like `find`, but whatever the time is: among all that is or will be."""
        return self.segment(self._at(self._ticks(time)) + self.shift) if self.runs else None

    def _segment(self, wire: int, time: int, run: Run) -> Segment:
        start, end = self._micros(time), self._micros(time + run.duration)
        if self.period_end is not None:
            end = max(min(end, self.period_end), start)
        live, making = self.availability, self.making
        return Segment(
            number=wire + self.shift,
            start=start,
            duration=Micros(end - start),
            resource=Resource(uri=self.media.expand(wire + run.named, time)),
            init=self.init,
            media_offset=self.media_offset,
            protection=self.protection,
            available_at=Micros(live.start + end - live.offset) if live else None,
            whole_at=Micros(making.start + end) if making else None,
            step=_step(Micros(end - start), making.early) if making else None,
        )

    @property
    def media_offset(self) -> Micros:
        """Presentation time of media time 0 (5.3.9.2.2: period start - presentationTimeOffset)."""
        return Micros(self.period_start - scaled(self.offset, self.timescale))

    def _micros(self, ticks: int) -> Micros:
        return Micros(self.period_start + scaled(ticks - self.offset, self.timescale))

    def _ticks(self, time: Micros) -> int:
        """The last tick whose presentation time, rounded down, is not after `time`."""
        elapsed = (time - self.period_start + 1) * self.timescale - 1
        return self.offset + elapsed // MICROS_PER_SECOND

    def _at(self, ticks: int) -> int:
        """Wire number of the segment that covers `ticks`; in a hole, the one before."""
        place = max(bisect_right(self.runs, ticks, key=lambda run: run.time) - 1, 0)
        run = self.runs[place]
        step = max((ticks - run.time) // run.duration, 0)
        return run.first + (step if run.size is None else min(step, run.size - 1))

    def _ended_at(self, ticks: int) -> int:
        """One more than the wire number of the last segment that has ended at `ticks`."""
        place = bisect_right(self.runs, ticks, key=lambda run: run.time) - 1
        if place < 0:
            return self.runs[0].first
        run = self.runs[place]
        ended = (ticks - run.time) // run.duration
        full = run.size is not None and ended >= run.size
        return run.first + (run.size if full and run.size is not None else ended)

    def _after_last(self) -> int:
        last = self.runs[-1]
        return last.first + (last.size or 0)


def _step(duration: Micros, early: Micros) -> Micros:
    """How much comes at once: what has been made when it can be asked for first."""
    return Micros(duration - early) if early < duration else min(UNTOLD_STEP, duration)
