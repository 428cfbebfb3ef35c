"""TrackBuffer: the segments chosen for one track, in order, between the fetcher and the feed."""

from collections import deque
from dataclasses import dataclass, field

from player.model.presentation import Representation
from player.model.segment import Segment
from player.streaming.cache import CacheEntry
from player.streaming.lane import Lane
from player.units import Micros


@dataclass(slots=True, kw_only=True, eq=False)
class BufferedSegment:
    """A chosen segment and where its bytes are; `skipped` marks one that could not be had.

    `key` is the one its playlist named (HLS identity). `taken`: libmpv has been given some of it.
    `given_up` ends its fetch: nothing more will be added to its entry.
    """

    segment: Segment
    lane: Lane
    entry: CacheEntry
    init: bytes = b""
    key: bytes = field(default=b"", repr=False)
    skipped: bool = False
    taken: bool = False
    given_up: bool = False


HISTORY = 256
"""Segments whose rung is remembered, to tell which one is on screen."""


class TrackBuffer:
    """A queue whose head is being fed and whose tail is being fetched. Engine thread only."""

    def __init__(self, start: Micros) -> None:
        """Begin empty at presentation time `start`."""
        self._queue: deque[BufferedSegment] = deque()
        self._start = start
        self._end = start
        self._last: BufferedSegment | None = None
        self._shown: deque[tuple[Micros, Representation]] = deque(maxlen=HISTORY)
        self.finished = False

    @property
    def cursor(self) -> Micros:
        """Presentation time up to which segments were chosen."""
        return self._end

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

    def append(self, chosen: BufferedSegment) -> None:
        """Add the next chosen segment."""
        self._queue.append(chosen)
        self._last = chosen
        self._end = chosen.segment.end
        self._shown.append((chosen.segment.start, chosen.lane.representation))

    def rung_at(self, position: Micros) -> Representation | None:
        """The representation that was chosen for a presentation time."""
        newest_first = reversed(self._shown)
        return next((rung for start, rung in newest_first if start <= position), None)

    def retract(self, chosen: BufferedSegment) -> None:
        """Take the newest one back (abandoned, or to be fetched from another rung)."""
        if self._queue and self._queue[-1] is chosen:
            self._queue.pop()
            self._shown.pop()
            self._last = self._queue[-1] if self._queue else None
            self._end = chosen.segment.start

    def pop(self) -> BufferedSegment:
        """Take the head away: it was fed whole."""
        self._start = self._queue[0].segment.end
        return self._queue.popleft()

    def drop_unfed(self) -> bool:
        """Forget every segment of which nothing was fed yet; tells whether there was one."""
        dropped = False
        while self._queue and not self._queue[-1].taken:
            self._end = self._queue.pop().segment.start
            self._shown.pop()
            dropped = True
        if dropped:
            self._last = self._queue[-1] if self._queue else None
            self.finished = False
        return dropped

    def whole_until(self) -> Micros:
        """Presentation time up to which every chosen segment is complete."""
        until = self._start
        for chosen in self._queue:
            if not chosen.entry.complete and not chosen.skipped:
                break
            until = chosen.segment.end
        return until
