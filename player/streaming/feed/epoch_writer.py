"""EpochWriter: ordered samples into streams for libmpv, one after the other without a seam."""

import logging
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass

from player.model.presentation import TrackKind
from player.model.sample import StreamHead
from player.ports import EpochStart, MediaSink
from player.streaming.feed.epoch_feed import HOLE, EpochFeed, StreamTimes
from player.streaming.feed.joint import Joint, Pictures
from player.streaming.feed.sample_order import ORDER, SampleOrder
from player.streaming.feed.timed_sample import TimedSample
from player.units import Micros, micros, seconds

LOG = logging.getLogger("farol.engine")

LEAD = micros(1)
"""Pictures this far beyond a sound that waits for their time line will not tell it any more."""

PREROLL = micros(0.1)
"""Sound before the moment that is wanted, for decoders that need what went before."""

LONGEST_PRIMING = micros(1.4)
"""Sound that only prepares its decoder: an Opus pre-skip has 16 bits at 48 kHz."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochParts:
    """The neighbours of a writer. `times` remembers what each epoch's times mean.

    `append` tells whether its first stream follows what libmpv is playing.
    """

    sink: MediaSink
    epochs: Iterator[int]
    held: Callable[[], bool]
    opened: Callable[[int, Micros], None]
    times: MutableMapping[int, StreamTimes]
    append: Callable[[], bool]


class EpochWriter:
    """Writes what a `SampleOrder` gives; knows when one stream cannot hold it. Engine thread."""

    def __init__(self, order: SampleOrder, exactly_from: Micros | None, parts: EpochParts) -> None:
        """Write from the first key frame; `exactly_from` is where the picture shall begin."""
        self.epoch: EpochFeed | None = None
        self._order = order
        self._exactly_from = exactly_from
        self._parts = parts
        self._heads: dict[TrackKind, StreamHead] = {}
        self._joint: Joint | None = None
        self._pictures = Pictures()
        self._waiting: list[TimedSample] = []
        self._out: list[bytes] = []
        self._priming: list[TimedSample] = []

    @property
    def pictures(self) -> StreamHead | None:
        """How the pictures of the newest epoch are decoded; None: it has none."""
        return self._heads.get(TrackKind.VIDEO)

    def flow(self, *, ended: bool) -> None:
        """Write everything whose place is certain."""
        if not self._order.settle(ended=ended):
            return
        while (item := self._order.pop()) is not None:
            self._take(item)
        if ended:
            self._let_go()
            if self._joint is not None:
                self._close_joint(self._joint)
        self._flush()

    def finish(self) -> None:
        """No more will come."""
        if self.epoch is not None:
            self.epoch.finish()

    def _take(self, item: TimedSample) -> None:
        if self._joint is not None:
            self._join(self._joint, item)
        elif self.epoch is not None or self._open(item):
            self._write(item)

    def _write(self, item: TimedSample) -> None:
        """Write an item, or begin the joint to the next epoch with it."""
        epoch = self.epoch
        if epoch is None or (item.kind is TrackKind.TEXT and not epoch.accepts(item)):
            return
        if self._is_early(epoch, item):
            self._waiting.append(item)
            return
        if not epoch.accepts(item) and not item.sample.key:
            return
        at = epoch.place(item)
        if at is None or epoch.is_left_out(item, at, self._order.peek(TrackKind.VIDEO)):
            return
        if self._meets_other_sound(epoch, item, at):
            return
        blind = epoch.begins_blind(item, at)
        self._pictures.add(item)
        if blind or not epoch.accepts(item):
            # Pictures that were written are not shown again, whatever sound begins beside them.
            self._cut(
                epoch, item, epoch.ends[item.kind] if blind else self._beyond(epoch, item, at)
            )
            return
        self._out.append(epoch.write(item, at))
        if item.kind is epoch.leader and self._waiting:
            self._release(epoch, item)

    def _meets_other_sound(self, epoch: EpochFeed, item: TimedSample, at: Micros) -> bool:
        """Whether a picture lies beyond where the next sound, of another kind, makes a joint."""
        sound = self._order.peek(TrackKind.AUDIO)
        if item.kind is not TrackKind.VIDEO or sound is None or epoch.accepts(sound):
            return False
        joint = epoch.times.at(sound) if epoch.times.knows(sound) else None
        if joint is None or at + item.sample.duration // 2 < joint:
            return False
        self._joint = Joint(at=joint, leads=False)
        self._join(self._joint, item)
        return True

    def _is_early(self, epoch: EpochFeed, item: TimedSample) -> bool:
        """Whether an item is of a clock that the pictures, still on their way, come to later."""
        if item.kind is epoch.leader or epoch.times.knows(item):
            return False
        waiting = self._waiting[0].pts if self._waiting else item.pts
        return self._order.brings(TrackKind.VIDEO) and item.pts - waiting < LEAD

    def _release(self, epoch: EpochFeed, leader: TimedSample) -> None:
        """Write what waited for the pictures' clock."""
        if epoch.times.knows(self._waiting[0]) or leader.pts - self._waiting[0].pts > LEAD:
            self._let_go()

    def _let_go(self) -> None:
        waiting, self._waiting = self._waiting, []
        for item in waiting:
            if self.epoch is not None:
                self.epoch.times.adopt(item)
            if self._joint is None:
                self._put(item)
            else:
                self._join(self._joint, item)

    def _put(self, item: TimedSample) -> None:
        at = self.epoch.place(item) if self.epoch else None
        if self.epoch is not None and at is not None:
            if self.epoch.accepts(item):
                self._out.append(self.epoch.write(item, at))
            else:
                self._cut(self.epoch, item, self._beyond(self.epoch, item, at))

    def _beyond(self, epoch: EpochFeed, item: TimedSample, at: Micros) -> Micros:
        return at if item.kind is epoch.leader else max(at, epoch.ends[epoch.leader])

    def _flush(self) -> None:
        out, self._out = self._out, []
        if self.epoch is not None:
            self.epoch.feed(b"".join(out))

    def _open(self, item: TimedSample) -> bool:
        """Open an epoch at the first key frame (without pictures: at the first sound)."""
        self._heads = self._order.heads
        leader = TrackKind.VIDEO if TrackKind.VIDEO in self._heads else TrackKind.AUDIO
        if item.kind is not leader or not item.sample.key:
            self._prime(item)
            return False
        priming = self._priming_before(item)
        exact = self._exactly_from
        wanted = 0 if exact is None else exact - (item.pts - item.drift)
        skip = item.sample.skip if leader is TrackKind.AUDIO else 0
        start = Micros(priming + max(wanted, skip, 0))
        begin = EpochStart(
            epoch=next(self._parts.epochs),
            start=start,
            append=self._parts.append(),
            paused=self._parts.held(),
            interlaced=item.head.interlaced,
        )
        heads = {kind: self._heads[kind] for kind in ORDER if kind in self._heads}
        since = Micros(max(wanted - PREROLL, 0))
        self._enter_epoch(begin, StreamTimes.beginning(item, at=priming), heads, since)
        sound = self._order.peek(TrackKind.AUDIO)
        if sound is not None and self.epoch is not None and abs(sound.pts - item.pts) < LEAD:
            self.epoch.times.adopt(sound)
        for sound in self._priming if priming else ():
            self._write(sound)
        return True

    def _prime(self, item: TimedSample) -> None:
        """Keep the sound that goes before the first picture, from where its decoder begins."""
        if item.kind is TrackKind.AUDIO and (item.sample.skip or self._priming):
            self._priming.append(item)

    def _priming_before(self, leader: TimedSample) -> Micros:
        """How long before the first picture a sound begins that only prepares its decoder.

        The stream begins with it, and is shown from the picture on.
        """
        sound = self._priming[0] if self._priming else self._order.peek(TrackKind.AUDIO)
        if sound is None or not sound.sample.skip:
            return Micros(0)
        before = Micros(leader.pts - sound.pts)
        return before if 0 < before <= LONGEST_PRIMING else Micros(0)

    def _enter_epoch(
        self,
        begin: EpochStart,
        times: StreamTimes,
        heads: Mapping[TrackKind, StreamHead],
        since: Micros,
    ) -> None:
        subtitle = self._order.subtitle()
        if subtitle is not None and TrackKind.TEXT not in heads:
            heads = {**heads, TrackKind.TEXT: subtitle}
        self._heads = dict(heads)
        self.epoch = EpochFeed(self._parts.sink, begin, times, heads, since)
        self._parts.times[begin.epoch] = times
        self._parts.opened(begin.epoch, times.presentation(Micros(0)))

    def _cut(self, epoch: EpochFeed, item: TimedSample, at: Micros) -> None:
        """The stream ends at its time `at`; another begins there with `item`, without a gap."""
        LOG.info(
            "epoch cut at=%.3f kind=%s codec=%s", seconds(item.pts), item.kind, item.head.codec
        )
        leads = item.kind is epoch.leader
        self._joint = Joint(at=at, leads=leads)
        if leads and item.kind is TrackKind.VIDEO:
            self._joint.pictures = list(self._pictures.since_key)
        else:
            self._joint.rest = [item]
        self._maybe_close(self._joint)

    def _join(self, joint: Joint, item: TimedSample) -> None:
        """Take an item while the old stream still gets what comes before the joint."""
        epoch = self.epoch
        if epoch is None:
            return
        known = item.kind is epoch.leader or epoch.times.knows(item)
        at = epoch.times.at(item) if known else None
        if item.kind is epoch.leader and not joint.leads and not joint.pictures:
            at = epoch.place(item)
        before = known and at is not None and joint.is_before(item, at) and epoch.accepts(item)
        if before and at is not None:
            self._pictures.add(item)
            self._out.append(epoch.write(item, at))
            return
        joint.add(item, self._pictures)
        self._pictures.add(item)
        if joint.complete:
            self._close_joint(joint)

    def _maybe_close(self, joint: Joint) -> None:
        """Close at once where the other kind brings nothing any more."""
        other = TrackKind.AUDIO if joint.leads else TrackKind.VIDEO
        if other not in self._heads or not self._order.brings(other):
            self._close_joint(joint)

    def _close_joint(self, joint: Joint) -> None:
        old, self._joint = self.epoch, None
        items = joint.items()
        if old is None or not items:
            return
        self._flush()
        old.finish()
        first = items[0]
        base = old.times.at(first)
        base = joint.at if base is None else base
        # A sound whose clock is not the pictures' may lie anywhere: these go on where they ended.
        ends = old.ends[old.leader]
        at = joint.at if joint.leads or joint.at - ends <= HOLE else ends
        begin = EpochStart(
            epoch=next(self._parts.epochs),
            start=Micros(max(at - base, 0)),
            append=True,
            paused=self._parts.held(),
            interlaced=first.head.interlaced,
        )
        times = old.times.rebased(base, first)
        self._enter_epoch(begin, times, self._heads_after(joint), begin.start)
        for item in items:
            self._take(item)

    def _heads_after(self, joint: Joint) -> dict[TrackKind, StreamHead]:
        """The heads of the next stream: of what comes first of each kind, else as before."""
        heads = dict(self._heads)
        queued = [one for kind in ORDER if (one := self._order.peek(kind)) is not None]
        for item in (*queued, *reversed(joint.items())):
            if item.kind is not TrackKind.TEXT:
                heads[item.kind] = item.head
        return {kind: heads[kind] for kind in ORDER if kind in heads}
