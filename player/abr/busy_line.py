"""BusyLine: what the whole line carried, from what single transfers did on it.

Transfers that run at once add up to one line, and time in which nobody fetched, or in which the
server had nothing to send, is no time of the line's. Small ones (lists, keys) say nothing of it by
themselves, but beside others they took their part: parts of low latency are hardly larger than
the lists that come with them.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from player.model.transfer import Burst, TransferSample
from player.units import MICROS_PER_SECOND, Micros

OPEN = Micros(10 * MICROS_PER_SECOND)
"""How far back a transfer still under way may reach: for so long the order does not matter."""

_TINY = 16_000
_SMALL = 64_000  # a transfer over before TCP was up to speed says little of the line
_TINY_TIME = 250_000  # what is small and yet took longer tells of a slow line
_AT_ONCE = 5_000  # what is shorter lay whole in a socket's buffer
_BESIDE = 20_000  # what is small and came all at once was on its way for so long

_GRAIN = 100_000
_GAP = MICROS_PER_SECOND
"""Stretches that follow each other within a second are one, up to a tenth of a second of work: a
server that sends each frame as it is made leaves thirty of them a second.
"""

Stretch = tuple[Micros, Micros, float]
"""From when to when, and bits a second."""

Work = tuple[Micros, Micros, float, int]
"""From when to when, bits a second, and for how long of that time the line was busy."""


def stretches_of(sample: TransferSample) -> list[Stretch]:
    """Give when a transfer kept the line busy, and with how much; nothing where it tells nothing.

    A body that came all at once was on its way since the request. One that its server sent in
    bursts is measured within them (hls.js#3563, dash.js#3538).
    """
    if sample.size <= 0 or is_tiny(sample.size, sample.ended - sample.first_byte):
        return []
    if _has_paused(sample):
        return [_stretch_of(one) for one in sample.bursts]
    begun = sample.first_byte
    for one in sample.bursts:
        if one.end - one.start >= _AT_ONCE and one.size > 0:
            # What came at once counts for its time, but says nothing of the rate.
            _, end, bits = _stretch_of(one)
            return [(begun, end, bits)]
    if sample.ended - begun < _AT_ONCE:
        begun = sample.started
    return [_stretch(begun, sample.ended, sample.size)]


def beside_of(sample: TransferSample) -> list[Stretch]:
    """Give what a small transfer took of the line from others; nothing for a larger one.

    It lasts `_BESIDE` at the least: since when it was on its way nobody saw.
    """
    if sample.size <= 0 or sample.size >= _TINY:
        return []
    start = min(sample.first_byte, sample.ended - _BESIDE)
    return [_stretch(Micros(start), sample.ended, sample.size)]


def came_at_once(sample: TransferSample) -> bool:
    """Whether it is not known since when what a server held was on its way."""
    return sample.held and sample.ended - sample.first_byte < _AT_ONCE


def _has_paused(sample: TransferSample) -> bool:
    """Whether the server had nothing to send for a while, before a burst or between two."""
    bursts = sample.bursts
    return len(bursts) > 1 or any(one.start > sample.first_byte + _AT_ONCE for one in bursts)


def is_small(sample: TransferSample) -> bool:
    """Whether a transfer was over before it could say what the line carries."""
    began = sample.first_byte if sample.body_began is None else sample.body_began
    size = sample.size if sample.body_size is None else sample.body_size
    return is_tiny(size, sample.ended - began, _SMALL)


def is_tiny(size: int, time: int, small: int = _TINY) -> bool:
    """Whether so many bytes within so many microseconds say nothing of the line."""
    return size < small and time < _TINY_TIME


def _stretch_of(burst: Burst) -> Stretch:
    """One that came all at once had no more than a moment."""
    if burst.end - burst.start >= _AT_ONCE:
        return _stretch(burst.start, burst.end, burst.size)
    return _stretch(burst.start, Micros(burst.start + _AT_ONCE), burst.size + burst.lead)


def _stretch(start: Micros, end: Micros, size: int) -> Stretch:
    end = Micros(max(end, start + 1))
    return start, end, size * 8.0 * MICROS_PER_SECOND / (end - start)


class BusyLine:
    """Adds transfers up. What lies further back than `OPEN` is settled, and given out once."""

    def __init__(self) -> None:
        """Begin with a line on which nothing was seen."""
        self._transfers: list[Stretch] = []
        self._beside: list[Stretch] = []
        self._until: Micros | None = None
        self._newest: Micros | None = None

    @property
    def settled(self) -> Micros | None:
        """Until when all is known that will be; None: nothing was seen."""
        return self._until

    def add(self, transfer: Iterable[Stretch]) -> list[Work]:
        """Count a transfer; gives what is settled by it, oldest first."""
        for begun, end, bits in transfer:
            start = begun if self._until is None else max(begun, self._until)
            if start < end:
                self._transfers.append((start, end, bits))
                self._newest = end if self._newest is None else max(self._newest, end)
        if self._newest is None:
            return []
        until = Micros(self._newest - OPEN)
        self._until = until if self._until is None else max(self._until, until)
        return self._settle(self._until)

    def add_beside(self, transfer: Iterable[Stretch]) -> None:
        """Count what says nothing by itself: with those beside which it came, else not at all."""
        settled, newest = self._until, self._newest
        self._beside += [one for one in transfer if settled is None or one[0] >= settled]
        recent = max((end for _, end, _ in self._beside), default=0) - OPEN
        self._beside = [
            one
            for one in self._beside
            if one[1] >= recent or (newest is not None and one[0] < newest)
        ]

    def open(self) -> list[Work]:
        """Give what the line did since it was settled, as known so far, oldest first."""
        return _work(_line(self._transfers, self._beside))

    def _settle(self, until: Micros) -> list[Work]:
        before, self._transfers = _parted(self._transfers, until)
        beside, self._beside = _parted(self._beside, until)
        return _work(_line(before, beside))


def _parted(transfers: list[Stretch], until: Micros) -> tuple[list[Stretch], list[Stretch]]:
    """What came before a moment, and what comes after it."""
    before = [(a, min(b, until), bits) for a, b, bits in transfers if a < until]
    return before, [(max(a, until), b, bits) for a, b, bits in transfers if b > until]


def _line(transfers: list[Stretch], beside: list[Stretch]) -> Iterator[Stretch]:
    """Give each busy stretch of the whole line, oldest first.

    What came `beside` transfers took its part of the line from them: it counts while they ran.
    """
    if len(transfers) + len(beside) < 2:
        yield from transfers
        return
    edges = [(start, 1, 1, bits) for start, _, bits in transfers]
    edges += [(end, -1, 1, bits) for _, end, bits in transfers]
    edges += [(start, 1, 0, bits) for start, _, bits in beside]
    edges += [(end, -1, 0, bits) for _, end, bits in beside]
    edges.sort()  # an end before what begins with it
    running, at_once, carried = 0, 0, 0.0
    for (at, way, counts, bits), (following, *_) in pairwise(edges):
        running += way * counts
        at_once += way
        carried = max(carried + way * bits, 0.0) if at_once else 0.0
        if running and at < following:
            yield at, following, carried


def _work(stretches: Iterable[Stretch]) -> list[Work]:
    """Put together what is too short to be looked at by itself."""
    found: list[Work] = []
    for start, end, bits in stretches:
        time = end - start
        if found:
            begun, ended, rate, busy = found[-1]
            if busy < _GRAIN and start - ended <= _GAP:
                mean = (rate * busy + bits * time) / (busy + time)
                found[-1] = (begun, end, mean, busy + time)
                continue
        found.append((start, end, bits, time))
    return found
