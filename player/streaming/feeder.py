"""Feeder: from the track buffers to libmpv, never further ahead than can be afforded."""

import logging
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from player.media.interleave import Interleaver
from player.model.presentation import TrackKind
from player.ports import EpochStart, MediaSink
from player.streaming.epoch_feed import EpochFeed
from player.streaming.load_control import LoadControl
from player.streaming.track_buffer import TrackBuffer
from player.streaming.track_line import LineParts, TimedSample, TrackLine
from player.streaming.wake import Wake
from player.units import Micros, micros, seconds

if TYPE_CHECKING:
    from player.model.sample import StreamHead

LOG = logging.getLogger("farol.engine")

SHORTEST_WAIT, LONGEST_WAIT = micros(0.05), micros(1)
"""How long a feed without work sleeps when nobody rings."""

PROBE = micros(0.7)
"""Media of a muxed stream after which a kind that has not shown itself is not in it."""

_ORDER = (TrackKind.VIDEO, TrackKind.AUDIO)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedStart:
    """Where a pass begins: at `position` exactly, or at the key frame at or after it."""

    position: Micros
    exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FeederParts:
    """The neighbours of a feeder. `opened` hears of each epoch with its origin."""

    sink: MediaSink
    line: LineParts
    control: LoadControl
    wake: Wake
    epochs: Iterator[int]
    position: Callable[[], Micros]
    held: Callable[[], bool]
    opened: Callable[[int, Micros], None]


class Feeder:
    """Feeds one pass (from a start or a seek to the end). Engine thread only."""

    def __init__(
        self, buffers: Mapping[TrackKind, TrackBuffer], start: FeedStart, parts: FeederParts
    ) -> None:
        """Feed `buffers` from `start` on."""
        self._parts = parts
        self._start = start
        self._lines = {
            kind: TrackLine(buffers[kind], _wanted(kind, buffers), start.position, parts.line)
            for kind in _ORDER
            if kind in buffers
        }
        self._pending: list[TimedSample] = []
        self._interleaver: Interleaver[TimedSample] | None = None
        self._heads: dict[TrackKind, StreamHead] = {}
        self._epoch: EpochFeed | None = None
        self._opened = False

    @property
    def fed_until(self) -> Micros:
        """Presentation time up to which libmpv has every kind."""
        return min(self._epoch.ends.values()) if self._epoch else self._start.position

    @property
    def opened(self) -> bool:
        """Whether a first key frame was found and an epoch opened."""
        return self._opened

    @property
    def playable_until(self) -> Micros:
        """Presentation time up to which every kind can be played without another byte."""
        reach = [max(line.buffer.whole_until(), line.reached) for line in self._reading()]
        return min(reach, default=self.fed_until)

    async def run(self) -> None:
        """Feed until everything was fed and the last epoch was finished."""
        try:
            while self._reading():
                await self._step()
            self._flow(ended=True)
            if self._epoch is not None:
                self._epoch.finish()
        finally:
            for line in self._lines.values():
                line.close()

    def _reading(self) -> list[TrackLine]:
        """The lines that still have something to bring."""
        return [line for line in self._lines.values() if not line.drained]

    async def _step(self) -> None:
        line, spare = self._next_line(), self._spare()
        if line is None or spare > 0:
            pause = LONGEST_WAIT if line is None else max(spare, SHORTEST_WAIT)
            await self._parts.wake.wait(Micros(min(pause, LONGEST_WAIT)))
            return
        for item in await line.advance():
            self._enter(item)
        self._flow(ended=False)

    def _spare(self) -> Micros:
        """How long libmpv can do with what it has before it wants more; 0: feed now."""
        if self._epoch is None:
            return Micros(0)
        ahead = Micros(self.fed_until - self._parts.position())
        return self._parts.control.spare(ahead)

    def _next_line(self) -> TrackLine | None:
        """The line that lags most, if it has bytes; pictures lead into a new timeline."""
        lagging = min(self._reading(), key=lambda line: line.reached)
        video = self._lines.get(TrackKind.VIDEO)
        if video is not None and not video.drained and self._is_unplaced(lagging):
            lagging = video
        return lagging if lagging.ready else None

    def _is_unplaced(self, line: TrackLine) -> bool:
        head = line.buffer.head
        return head is not None and not self._parts.line.timeline.knows(head.segment)

    # ---- samples ----------------------------------------------------------------------------

    def _enter(self, item: TimedSample) -> None:
        if self._interleaver is None:
            self._pending.append(item)
            self._heads.setdefault(item.kind, item.head)
        elif item.kind in self._heads:
            self._interleaver.push(_ORDER.index(item.kind), item, item.dts)

    def _flow(self, *, ended: bool) -> None:
        while True:
            if self._interleaver is None and not self._begin(ended=ended):
                return
            cut = self._write_ready()
            if cut is None:
                return
            self._cut(cut)

    def _begin(self, *, ended: bool) -> bool:
        """Start interleaving once every kind that is to be expected has shown itself."""
        if not self._pending or not (ended or self._settled()):
            return False
        tracks = [place for place, kind in enumerate(_ORDER) if kind in self._heads]
        self._interleaver = Interleaver(tracks)
        pending, self._pending = self._pending, []
        for item in pending:
            self._enter(item)
        return True

    def _settled(self) -> bool:
        if self._expected() <= self._heads.keys():
            return True
        times = [item.pts for item in self._pending]
        return self._is_single() and max(times) - min(times) > PROBE

    def _is_single(self) -> bool:
        return len(self._reading()) < 2

    def _expected(self) -> set[TrackKind]:
        return set().union(*(line.expected for line in self._reading()))

    def _write_ready(self) -> TimedSample | None:
        """Write what may be written; gives the item at which the stream must be cut, if any."""
        interleaver = self._interleaver
        if interleaver is None:
            return None
        self._end_drained(interleaver)
        out: list[bytes] = []
        ready = deque(interleaver.pop_ready())
        while ready:
            _, item = ready.popleft()
            if self._epoch is None and not self._open(item):
                continue
            if self._epoch is not None and not self._epoch.fits(item):
                self._feed(out)
                self._pending = [item, *(rest for _, rest in ready)]
                return item
            if self._epoch is not None:
                out.append(self._epoch.write(item))
        self._feed(out)
        return None

    def _end_drained(self, interleaver: Interleaver[TimedSample]) -> None:
        reading = [line.wanted for line in self._reading()]
        for kind in self._heads:
            if not any(kind in wanted for wanted in reading):
                interleaver.end(_ORDER.index(kind))

    def _feed(self, out: list[bytes]) -> None:
        if self._epoch is not None:
            self._epoch.feed(b"".join(out))

    # ---- epochs -----------------------------------------------------------------------------

    def _open(self, item: TimedSample) -> bool:
        """Open an epoch at the first key frame (without pictures: at the first sound)."""
        leader = TrackKind.VIDEO if TrackKind.VIDEO in self._heads else TrackKind.AUDIO
        if item.kind is not leader or not item.sample.key:
            return False
        first = not self._opened
        exact = first and self._start.exact
        begin = EpochStart(
            epoch=next(self._parts.epochs),
            start=Micros(max(self._start.position - item.pts, 0) if exact else 0),
            append=not first,
            paused=self._parts.held(),
        )
        heads = {kind: self._heads[kind] for kind in _ORDER if kind in self._heads}
        self._epoch = EpochFeed(self._parts.sink, begin, item.pts, heads)
        self._opened = True
        self._parts.opened(begin.epoch, item.pts)
        return True

    def _cut(self, item: TimedSample) -> None:
        """End the stream before `item` and begin another with it, without a gap."""
        LOG.info(
            "epoch cut at=%.3f kind=%s codec=%s", seconds(item.pts), item.kind, item.head.codec
        )
        if self._epoch is not None:
            self._epoch.finish()
        self._epoch = None
        if self._interleaver is not None:
            for kind in self._heads:
                self._interleaver.end(_ORDER.index(kind))
            self._pending += [rest for _, rest in self._interleaver.pop_ready()]
        self._interleaver = None
        self._heads = {}
        for rest in self._pending:
            self._heads.setdefault(rest.kind, rest.head)


def _wanted(kind: TrackKind, buffers: Mapping[TrackKind, TrackBuffer]) -> frozenset[TrackKind]:
    """A muxed stream gives the sound too, unless the sound has a track of its own."""
    if kind is TrackKind.VIDEO and TrackKind.AUDIO not in buffers:
        return frozenset(_ORDER)
    return frozenset({kind})
