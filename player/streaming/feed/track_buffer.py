"""TrackBuffer: the segments of one track, from what was fed a while ago to what is fetched."""

from collections import deque
from dataclasses import dataclass, field

from player.model.presentation import Representation
from player.model.segment import Segment
from player.streaming.fetch.cache import CacheEntry
from player.streaming.fetch.lane import Lane
from player.units import ByteCount, Micros, micros


@dataclass(slots=True, kw_only=True, eq=False)
class BufferedSegment:
    """A chosen segment and where its bytes are; `skipped` marks one that could not be had.

    `key` is the one its playlist named (HLS identity). `taken`: libmpv has been given some of it.
    `given_up` ends its fetch: nothing more will be added to its entry. `equipped`: its init
    section and key are here, without which its bytes say nothing.
    """

    segment: Segment
    lane: Lane
    entry: CacheEntry
    init: bytes = b""
    key: bytes = field(default=b"", repr=False)
    skipped: bool = False
    taken: bool = False
    given_up: bool = False
    equipped: bool = True

    @property
    def whole(self) -> bool:
        """Whether nothing more is on its way."""
        return self.equipped and self.entry.complete


BACK = micros(30)
"""How much of what was fed stays, so that a restart behind the picture needs no byte (Media3)."""

BACK_BYTES = ByteCount(48 << 20)

HISTORY = 256
"""Segments whose rung is remembered, to tell which one is on screen."""


class TrackBuffer:
    """A queue whose head is being fed and whose tail is being fetched. Engine thread only.

    Behind the head it keeps `back` of what was fed, at most `BACK_BYTES`, for `rewind`.
    """

    def __init__(self, start: Micros, back: Micros = BACK) -> None:
        """Begin empty at presentation time `start`."""
        self._queue: deque[BufferedSegment] = deque()
        self._fed: deque[BufferedSegment] = deque()
        self._fed_bytes = 0
        self._back = back
        self._start = start
        self._end = self._had_until = start
        self._last: BufferedSegment | None = None
        self._shown: deque[tuple[Micros, Lane]] = deque(maxlen=HISTORY)
        self.finished = False

    @property
    def cursor(self) -> Micros:
        """Presentation time up to which segments were chosen."""
        return self._end

    @property
    def from_(self) -> Micros:
        """The earliest presentation time that `rewind` can reach."""
        return self._fed[0].segment.start if self._fed else self._start

    @property
    def last(self) -> BufferedSegment | None:
        """The newest chosen segment, even when it was fed already."""
        return self._last

    @property
    def head(self) -> BufferedSegment | None:
        """The segment being fed, or next to be."""
        return self._queue[0] if self._queue else None

    @property
    def drained(self) -> bool:
        """Whether all there will ever be was fed."""
        return self.finished and not self._queue

    def unfed(self) -> tuple[BufferedSegment, ...]:
        """The segments of which nothing was fed yet, in order."""
        return tuple(one for one in self._queue if not one.taken)

    def ahead(self, position: Micros) -> ByteCount:
        """Bytes of the segments that end after a presentation time."""
        size = 0
        for kept in (self._queue, self._fed):
            for one in reversed(kept):
                if one.segment.end <= position:
                    break
                size += one.entry.size
        return ByteCount(size)

    def covers(self, position: Micros) -> bool:
        """Whether bytes of that moment are here, all of them or still growing."""
        held = (one for kept in (self._fed, self._queue) for one in kept)
        return any(_holds(one, position) and one.entry.chunks for one in held)

    def append(self, chosen: BufferedSegment) -> None:
        """Add the next chosen segment."""
        self._queue.append(chosen)
        self._last = chosen
        self._end = chosen.segment.end
        self._shown.append((chosen.segment.start, chosen.lane))

    def follow(self, former: "TrackBuffer") -> None:
        """Remember which rungs another buffer had before this one: they are still on screen."""
        self._shown = deque((*former._shown, *self._shown), maxlen=HISTORY)

    def rung_at(self, position: Micros) -> Representation | None:
        """The representation that was chosen for a presentation time."""
        lane = self.lane_at(position)
        return lane.representation if lane else None

    def lane_at(self, position: Micros) -> Lane | None:
        """The lane that was chosen for a presentation time."""
        newest_first = reversed(self._shown)
        return next((lane for start, lane in newest_first if start <= position), None)

    def retract(self, chosen: BufferedSegment) -> None:
        """Take the newest one back (abandoned, or to be fetched from another rung)."""
        if self._queue and self._queue[-1] is chosen:
            self._queue.pop()
            self._shown.pop()
            self._last = self._queue[-1] if self._queue else None
            self._end = self._queue_end

    def settle(self, chosen: BufferedSegment) -> None:
        """The newest one is whole: what was guessed of its end, while it was made, is known."""
        if self._last is chosen:
            self._end = chosen.segment.end

    def swap(self, old: BufferedSegment, new: BufferedSegment) -> bool:
        """Put another rung's segment in place of one; False: that was given, or is gone."""
        place = next((at for at, one in enumerate(self._queue) if one is old), None)
        if place is None or old.taken:
            return False
        self._queue[place] = new
        if self._last is old:
            self._last, self._end = new, new.segment.end
        for at, (start, lane) in enumerate(self._shown):
            if start == old.segment.start and lane is old.lane:
                self._shown[at] = new.segment.start, new.lane
        return True

    def pop(self) -> BufferedSegment:
        """The head was fed whole: it goes behind, where it stays for a while."""
        fed = self._queue.popleft()
        self._start = fed.segment.end
        self._had_until = self._had_until if fed.skipped else fed.segment.end
        self._fed.append(fed)
        self._fed_bytes += fed.entry.size
        while self._fed and self._is_too_much(self._fed[0]):
            self._fed_bytes -= self._fed.popleft().entry.size
        return fed

    def reaches(self, position: Micros) -> bool:
        """Whether `rewind` can make a presentation time the next to be fed."""
        return self.from_ <= position < max(self._end, self._start)

    def rewind(self, position: Micros) -> bool:
        """Make the segment of a presentation time the head again, or the next one to come.

        False where that moment was never here, or is no more: then nothing has changed.
        """
        if not self.reaches(position):
            return False
        kept = [*self._fed, *self._queue]
        first = next((at for at, one in enumerate(kept) if one.segment.end > position), len(kept))
        self._fed = deque(kept[:first])
        self._queue = deque(kept[first:])
        self._fed_bytes = sum(one.entry.size for one in self._fed)
        for one in self._queue:
            one.taken = False
        self._start = kept[first].segment.start if first < len(kept) else self._end
        return True

    def drop_unfed(self, since: Micros | None = None) -> bool:
        """Forget the segments (from `since` on) of which nothing was fed; tells if there were."""
        dropped = False
        while self._queue and not self._queue[-1].taken:
            if since is not None and self._queue[-1].segment.start < since:
                break
            self._queue.pop()
            self._shown.pop()
            dropped = True
        if dropped:
            self._end = self._queue_end
            self._last = self._queue[-1] if self._queue else None
            self.finished = False
        return dropped

    @property
    def _queue_end(self) -> Micros:
        """Where the next one is to begin: a gap before one taken back is still to come."""
        return self._queue[-1].segment.end if self._queue else self._start

    def whole_until(self) -> Micros:
        """Presentation time up to which every chosen segment is complete."""
        until = self._start
        for chosen in self._queue:
            if not chosen.entry.complete and not chosen.skipped:
                break
            until = chosen.segment.end
        return until

    def media_until(self) -> Micros:
        """Presentation time up to which there is, or was, something: holes at the end apart."""
        whole = (one for one in reversed(self._queue) if one.entry.complete and not one.skipped)
        return next((one.segment.end for one in whole), self._had_until)

    def _is_too_much(self, oldest: BufferedSegment) -> bool:
        too_old = oldest.segment.end <= self._start - self._back
        return too_old or self._fed_bytes > BACK_BYTES


def _holds(one: BufferedSegment, position: Micros) -> bool:
    return one.segment.start <= position < one.segment.end
