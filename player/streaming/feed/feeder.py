"""Feeder: from the track buffers to libmpv, never further ahead than can be afforded."""

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from player.model.presentation import TrackKind
from player.model.sample import StreamHead
from player.ports import MediaSink
from player.streaming.feed.epoch_writer import LEAD, EpochParts, EpochWriter
from player.streaming.feed.frame_times import FrameTimes
from player.streaming.feed.sample_order import ORDER, SampleOrder
from player.streaming.feed.timed_sample import TimedSample
from player.streaming.feed.track_buffer import TrackBuffer
from player.streaming.feed.track_line import LineParts, TrackLine
from player.streaming.fetch.load_control import LoadControl
from player.streaming.fetch.wake import Wake
from player.units import Micros, micros, seconds

if TYPE_CHECKING:
    from player.streaming.feed.epoch_feed import StreamTimes

LOG = logging.getLogger("farol.engine")

LONGEST_WAIT = micros(1)
"""How long a feed without bytes sleeps when nobody rings."""

REMEMBERED = 8
"""Epochs of which it is known what their times mean."""


def _no_subtitle(_: StreamHead) -> bool:
    return False


def _replaces() -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedStart:
    """Where a pass begins: at `position` exactly, or at the key frame at or after it."""

    position: Micros
    exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FeederParts:
    """The neighbours of a feeder. `opened` hears of each epoch with its origin.

    `subtitle` tells which bitmap text stream (DVB) goes to libmpv with the pictures, `append`
    whether the feed goes on from a former one that libmpv is still playing.
    """

    sink: MediaSink
    line: LineParts
    control: LoadControl
    wake: Wake
    epochs: Iterator[int]
    position: Callable[[], Micros]
    held: Callable[[], bool]
    opened: Callable[[int, Micros], None]
    subtitle: Callable[[StreamHead], bool] = _no_subtitle
    append: Callable[[], bool] = _replaces


class Feeder:
    """Feeds one pass (from a start or a seek to the end). Engine thread only."""

    def __init__(
        self, buffers: Mapping[TrackKind, TrackBuffer], start: FeedStart, parts: FeederParts
    ) -> None:
        """Feed `buffers` from `start` on."""
        self._parts = parts
        self._times: OrderedDict[int, StreamTimes] = OrderedDict()
        self._asked: tuple[FeedStart, Mapping[TrackKind, TrackBuffer]] | None = None
        self._opened = self._over = False
        self._wanted = Wake()
        self._lines: dict[TrackKind, TrackLine] = {}
        self.frames = FrameTimes()
        self._begin_pass(start, buffers)

    def _begin_pass(self, start: FeedStart, buffers: Mapping[TrackKind, TrackBuffer]) -> None:
        self._start = start
        self._parts.line.timeline.restart()
        self._lines = {
            kind: TrackLine(
                buffers[kind],
                _wanted(kind, buffers),
                self._parts.line,
                follows=kind is not TrackKind.VIDEO and TrackKind.VIDEO in buffers,
                subtitle=self._parts.subtitle,
            )
            for kind in ORDER
            if kind in buffers
        }
        exactly_from = start.position if start.exact else None
        self._order = SampleOrder(self._lines, exactly_from)
        epochs = EpochParts(
            sink=self._parts.sink,
            epochs=self._parts.epochs,
            held=self._parts.held,
            opened=self._opened_epoch,
            times=self._times,
            append=self._follows_on,
        )
        self._writer = EpochWriter(self._order, exactly_from, epochs)

    def _follows_on(self) -> bool:
        return not self._opened and self._parts.append()

    def _opened_epoch(self, epoch: int, origin: Micros) -> None:
        self._opened = True
        while len(self._times) > REMEMBERED:
            self._times.popitem(last=False)
        self._parts.opened(epoch, origin)

    # ---- the face ---------------------------------------------------------------------------

    @property
    def fed_until(self) -> Micros:
        """Presentation time up to which libmpv has every kind."""
        return self._writer.epoch.fed_until if self._writer.epoch else self._start.position

    @property
    def pictures(self) -> StreamHead | None:
        """What the pictures say of themselves; None: there are none, or not yet."""
        return self._writer.pictures

    @property
    def opened(self) -> bool:
        """Whether a first key frame was found and an epoch opened."""
        return self._opened

    @property
    def playable_until(self) -> Micros:
        """Presentation time up to which every kind can be played without another byte."""
        if self._asked is not None:  # the lines are still those of before
            return min(one.whole_until() for one in self._asked[1].values())
        reach = [max(line.buffer.whole_until(), line.reached) for line in self._reading()]
        return min(reach) if reach else self.fed_until

    def locate(self, epoch: int, position: Micros) -> Micros | None:
        """The presentation time of a time of one of this feed's epochs; None: of no other."""
        times = self._times.get(epoch)
        return times.presentation(position) if times else None

    def restart(self, start: FeedStart, buffers: Mapping[TrackKind, TrackBuffer]) -> bool:
        """Begin again at a position, from what the buffers hold; a new epoch replaces the old.

        Buffers that are being fed are rewound, others replace or join them. False, and nothing
        is done, where one that is kept has not got that moment, or all was fed already.
        """
        kept = [line.buffer for line in self._lines.values()]
        known = [buffer for buffer in buffers.values() if any(buffer is one for one in kept)]
        if self._over or not all(buffer.reaches(start.position) for buffer in known):
            return False
        self._asked = start, dict(buffers)
        self._wanted.notify()
        self._parts.wake.notify()
        return True

    def moved(self) -> None:
        """The picture is elsewhere: libmpv may want more."""
        if self._spare() <= 0:
            self._wanted.notify()

    async def run(self) -> None:
        """Feed until everything was fed and the last epoch was finished."""
        try:
            while self._asked or self._reading() or not self._finish():
                self._begin_again()
                if self._reading():
                    await self._step()
        finally:
            self._over = True
            self._close_lines()

    # ---- lines ------------------------------------------------------------------------------

    def _finish(self) -> bool:
        self._writer.flow(ended=True)
        self._writer.finish()
        return True

    def _begin_again(self) -> None:
        if self._asked is None:
            return
        start, buffers = self._asked
        self._asked = None
        LOG.info("feed again at=%.3f kinds=%s", seconds(start.position), ",".join(buffers))
        kept = [line.buffer for line in self._lines.values()]
        self._close_lines()
        for buffer in buffers.values():
            if any(buffer is one for one in kept):
                buffer.rewind(start.position)
        self._begin_pass(start, buffers)

    def _close_lines(self) -> None:
        for line in self._lines.values():
            line.close()

    def _reading(self) -> list[TrackLine]:
        """The lines that still have something to bring."""
        return [line for line in self._lines.values() if not line.drained]

    async def _step(self) -> None:
        if self._spare() > 0:  # whatever comes meanwhile is for later: the picture's moves ring
            await self._wanted.wait()
            return
        line = self._next_line()
        if line is None:
            await self._parts.wake.wait(LONGEST_WAIT)
            return
        items = await line.advance()
        if self._asked is None:
            for item in items:
                self._enter(item)
            self._writer.flow(ended=False)

    def _enter(self, item: TimedSample) -> None:
        if item.kind is TrackKind.VIDEO:
            self.frames.add(Micros(item.pts - item.drift))
        self._order.enter(item)

    def _spare(self) -> Micros:
        """How long libmpv can do with what it has before it wants more; 0: feed now."""
        if self._writer.epoch is None:
            return Micros(0)
        ahead = Micros(self.fed_until - self._parts.position())
        return self._parts.control.spare(ahead)

    def _next_line(self) -> TrackLine | None:
        """The line that lags most, if it has bytes; pictures lead into a new timeline.

        Text is never waited for: it comes when it is there.
        """
        text = self._lines.get(TrackKind.TEXT)
        if text is not None and text.ready and not text.drained and not self._is_unplaced(text):
            return text
        media = [line for line in self._reading() if line is not text]
        if not media:
            return text if text is not None and text.ready else None
        lagging = min(media, key=lambda line: line.reached)
        video = self._lines.get(TrackKind.VIDEO)
        if video is not None and not video.drained and self._waits_for(video, lagging):
            lagging = video
        return lagging if lagging.ready else None

    def _waits_for(self, video: TrackLine, line: TrackLine) -> bool:
        head = line.buffer.head
        return self._is_unplaced(line) and (
            head is None or video.reached < head.segment.start + 3 * LEAD
        )

    def _is_unplaced(self, line: TrackLine) -> bool:
        head = line.buffer.head
        return head is not None and not self._parts.line.timeline.knows(head.segment)


def _wanted(kind: TrackKind, buffers: Mapping[TrackKind, TrackBuffer]) -> frozenset[TrackKind]:
    """A muxed stream gives the sound too, unless the sound has a track of its own."""
    if kind is TrackKind.VIDEO and TrackKind.AUDIO not in buffers:
        return frozenset({TrackKind.VIDEO, TrackKind.AUDIO})
    return frozenset({kind})
