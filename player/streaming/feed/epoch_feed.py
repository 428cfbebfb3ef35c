"""EpochFeed: one continuous Matroska stream to libmpv, from its first key frame on."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from player.media.disposable import is_disposable
from player.media.matroska import MatroskaWriter
from player.media.silence import silent_frame
from player.model.presentation import TrackKind
from player.model.sample import Sample, StreamHead
from player.ports import EpochStart, MediaSink
from player.streaming.feed.lacking import LONGEST_APART
from player.streaming.feed.timed_sample import TimedSample
from player.streaming.feed.timeline import MOST_CLOCKS, TOLD
from player.units import Micros, micros

HOLE = micros(0.5)
"""A jump in presentation time that is not played through but left out, like all engines do."""

UNHEARD = micros(0.06)
"""A hole in the sound that libmpv would begin anew for; shorter ones pass by themselves."""

LONGEST_SILENCE = micros(30)

MOST_MARKS = 1024
"""Joints of one stream that are remembered; libmpv is a few seconds behind the last of them."""


@dataclass(slots=True)
class _Span:
    """From presentation time `since` on, `shift` leads to stream time; None: left out."""

    since: Micros
    shift: Micros | None


@dataclass(slots=True)
class StreamTimes:
    """From presentation time to one stream's own and back; pure.

    A stream's time never jumps, whatever presentation time does: where a new clock begins (an
    HLS discontinuity) its first picture goes right after the last one, and so does the picture
    after a hole. Each clock keeps its own spans, for the sound may come to it earlier or later.
    """

    spans: dict[int, list[_Span]] = field(default_factory=dict)
    marks: list[tuple[Micros, Micros]] = field(default_factory=list)
    clock: int | None = None
    dts: Micros = Micros(0)

    @classmethod
    def beginning(cls, origin: TimedSample, at: Micros = Micros(0)) -> "StreamTimes":
        """The times of a stream whose leading track begins with `origin`, at `at`."""
        shift = Micros(origin.pts - at)
        spans = {origin.clock: [_Span(origin.pts, shift)]}
        marks = [(Micros(0), Micros(shift - origin.drift))]
        return cls(spans=spans, marks=marks, clock=origin.clock, dts=origin.dts)

    def lead(self, item: TimedSample, end: Micros) -> Micros:
        """Stream time of an item of the leading track, which has been written up to `end`."""
        if item.clock != self.clock:
            self._join(item, end)
        found = self.at(item)
        if found is None or (found - end > HOLE and self._may_jump(item)):
            found = self._jump(item, end)
        self.dts = item.dts
        self._mark(found, Micros(item.pts - item.drift - found))
        return found

    def at(self, item: TimedSample) -> Micros | None:
        """Stream time of an item by what is known; None where it lies in a hole."""
        spans = self.spans.get(item.clock) or self.spans.get(self.clock or 0)
        if not spans:
            return None
        place = max(bisect_right(spans, item.pts, key=lambda one: one.since) - 1, 0)
        shift = spans[place].shift
        return None if shift is None else Micros(item.pts - shift)

    def knows(self, item: TimedSample) -> bool:
        """Whether the leading track has come to the item's clock."""
        return item.clock in self.spans

    def adopt(self, item: TimedSample) -> None:
        """Let an item's clock run with the leading track's, which will not come to it."""
        spans = self.spans.get(self.clock or 0)
        if spans and item.clock not in self.spans:
            self.spans[item.clock] = [_Span(item.pts, spans[-1].shift)]

    def presentation(self, position: Micros) -> Micros:
        """The presentation time that stands at a time of the stream."""
        if not self.marks:
            return position
        place = max(bisect_right(self.marks, position, key=lambda mark: mark[0]) - 1, 0)
        return Micros(position + self.marks[place][1])

    def rebased(self, base: Micros, origin: TimedSample) -> "StreamTimes":
        """The times of a stream that begins with `origin`, at `base` of this one."""
        spans = {
            clock: [_Span(one.since, _moved(one.shift, base)) for one in all_of]
            for clock, all_of in self.spans.items()
        }
        marks = [(Micros(0), Micros(origin.pts - origin.drift))]
        return StreamTimes(spans=spans, marks=marks, clock=origin.clock, dts=origin.dts)

    def _may_jump(self, item: TimedSample) -> bool:
        """Pictures come in decoding order: one that is far ahead may only be shown later."""
        return item.sample.key or item.dts - self.dts > HOLE + item.sample.duration

    def _join(self, item: TimedSample, end: Micros) -> None:
        """A clock begins: right after what was written, unless the manifest told where."""
        spans = self.spans.get(item.clock) or self.spans.get(self.clock or 0)
        natural = item.pts - (spans[-1].shift or 0) if spans else 0
        self.clock = item.clock
        while len(self.spans) >= MOST_CLOCKS and item.clock not in self.spans:
            del self.spans[next(iter(self.spans))]
        if item.clock in self.spans:  # what is used is not the oldest
            self.spans[item.clock] = self.spans.pop(item.clock)
        told = item.clock == TOLD and abs(natural - end) <= HOLE
        shift = item.pts - (natural if told or natural - end < -HOLE else end)
        if item.clock not in self.spans:
            self.spans[item.clock] = [_Span(item.pts, Micros(shift))]
        elif (self.spans[item.clock][-1].shift or 0) != shift:
            self.spans[item.clock].append(_Span(item.pts, Micros(shift)))

    def _jump(self, item: TimedSample, end: Micros) -> Micros:
        spans = self.spans[item.clock]
        last = spans[-1].shift
        if len(spans) >= 2 * MOST_MARKS:
            del spans[:MOST_MARKS]
        if last is not None:
            spans.append(_Span(Micros(end + last), None))
        spans.append(_Span(item.pts, Micros(item.pts - end)))
        return end

    def _mark(self, at: Micros, ahead: Micros) -> None:
        if not self.marks or (self.marks[-1][1] != ahead and at >= self.marks[-1][0]):
            self.marks.append((at, ahead))
            if len(self.marks) > MOST_MARKS:
                del self.marks[: MOST_MARKS // 2]


class EpochFeed:
    """Writes timed samples of one epoch; opened at construction. Engine thread only.

    `ends` is the stream time up to which each kind was written.
    """

    def __init__(
        self,
        sink: MediaSink,
        start: EpochStart,
        times: StreamTimes,
        heads: Mapping[TrackKind, StreamHead],
        since: Micros = Micros(0),
    ) -> None:
        """Open the epoch in the sink and write the stream's head; sound begins at `since`."""
        self.epoch = start.epoch
        self.times = times
        self.leader = next(iter(heads))
        self.ends: dict[TrackKind, Micros] = {
            kind: Micros(0) if kind is self.leader else since for kind in heads
        }
        self._heard: set[TrackKind] = set()
        self._start = start.start
        self._sink = sink
        self._tracks = {kind: number for number, kind in enumerate(heads, 1)}
        self._runs: dict[TrackKind, tuple[int, StreamHead]] = {}
        self._needs_key: dict[TrackKind, bool] = {}
        self._hidden: tuple[int, StreamHead] | None = None
        self._writer = MatroskaWriter(list(heads.values()))
        sink.open(start)
        sink.feed(self.epoch, self._writer.head())

    @property
    def fed_until(self) -> Micros:
        """Presentation time up to which libmpv has picture and sound, as far as there are both."""
        ends = [end for kind, end in self.ends.items() if kind is not TrackKind.TEXT]
        gone = max(ends) - LONGEST_APART
        return self.times.presentation(min(end for end in ends if end >= gone))

    def accepts(self, item: TimedSample) -> bool:
        """Whether the stream's head describes an item well enough."""
        track = self._tracks.get(item.kind)
        return track is not None and self._writer.accepts(track, item.head)

    def place(self, item: TimedSample) -> Micros | None:
        """Stream time of an item; None: it lies in a hole that is left out."""
        if item.kind is self.leader:
            return self.times.lead(item, self._led_until())
        return self.times.at(item)

    def is_left_out(self, item: TimedSample, at: Micros, ahead: TimedSample | None) -> bool:
        """Whether a sound at `at` lies in a hole of the pictures, whose next one is `ahead`."""
        end = self.ends[self.leader]
        if item.kind is self.leader or ahead is None or at + _half(item) < end:
            return False
        following = self.times.at(ahead)
        return ahead.clock == self.times.clock and following is not None and following - end > HOLE

    def _led_until(self) -> Micros:
        """Where the next picture goes if it need not wait: where the last one, or the sound, ends.

        Sound that went on alone through a hole in the pictures was heard: nothing is left out.
        """
        end = self.ends[self.leader]
        sound = self.ends.get(TrackKind.AUDIO, end)
        return sound if sound - end > HOLE else end

    def begins_blind(self, item: TimedSample, at: Micros) -> bool:
        """Whether a picture is to be shown whose key frame lay before what was shown already.

        So it is where renditions are not aligned, or a programme goes on inside a segment.
        """
        if item.kind is not TrackKind.VIDEO or item.sample.key:
            return False
        return self._hidden == (item.run, item.head) and at + _half(item) >= self.ends[item.kind]

    def write(self, item: TimedSample, at: Micros) -> bytes:
        """The stream's bytes for an item at stream time `at`, b"" where it must be left out.

        Left out are what lies before the origin, what an earlier rung already showed, pictures
        without their key frame, and such before the start as are neither shown nor needed.
        """
        self._begin_run(item)
        if at < 0 or self._shown(item, at) or self._without_key(item):
            return b""
        track = self._tracks[item.kind]
        filled = self._silence(item, at)
        lasts = item.sample.duration - item.sample.discard
        self.ends[item.kind] = Micros(max(self.ends[item.kind], at + lasts))
        self._heard.add(item.kind)
        if self._is_idle(item, Micros(at + item.sample.duration)):
            return filled
        return filled + self._writer.write(track, item.sample, at)

    def feed(self, data: bytes) -> None:
        """Give bytes to libmpv."""
        if data:
            self._sink.feed(self.epoch, data)

    def finish(self) -> None:
        """No more will come for this epoch."""
        self._sink.finish(self.epoch)

    def _begin_run(self, item: TimedSample) -> None:
        if self._runs.get(item.kind) != (item.run, item.head):
            self._runs[item.kind] = (item.run, item.head)
            self._needs_key[item.kind] = item.kind is TrackKind.VIDEO
            self._hidden = None if item.kind is TrackKind.VIDEO else self._hidden
            self._writer.begin_run(self._tracks[item.kind], item.head)

    def _shown(self, item: TimedSample, at: Micros) -> bool:
        """Whether the middle of the sample lies before what was written (a run's overlap)."""
        if item.kind is TrackKind.VIDEO and not self._needs_key[item.kind]:
            return False
        shown = at + _half(item) < self.ends[item.kind]
        if shown and item.kind is TrackKind.VIDEO and item.sample.key:
            self._hidden = (item.run, item.head)
        return shown

    def _without_key(self, item: TimedSample) -> bool:
        if self._needs_key[item.kind] and item.sample.key:
            self._needs_key[item.kind], self._hidden = False, None
        return self._needs_key[item.kind]

    def _is_idle(self, item: TimedSample, end: Micros) -> bool:
        """Whether a picture would be decoded in vain: two of three, mostly, on the way to a start.

        A deinterlacer looks at every field before its own.
        """
        if item.kind is not TrackKind.VIDEO or end > self._start or item.head.interlaced:
            return False
        return is_disposable(item.head.codec, item.sample.data)

    def _silence(self, item: TimedSample, at: Micros) -> bytes:
        """Frames for a hole in the sound, where the codec has one that says nothing."""
        end, step = self.ends[item.kind], item.sample.duration
        if item.kind is not TrackKind.AUDIO or item.kind not in self._heard or step <= 0:
            return b""
        frame = silent_frame(item.head) if UNHEARD < at - end <= LONGEST_SILENCE else b""
        out = []
        while frame and at - end > step // 2:
            silent = _silent(item.sample, frame)
            out.append(self._writer.write(self._tracks[item.kind], silent, end))
            end = Micros(end + step)
        return b"".join(out)


def _half(item: TimedSample) -> Micros:
    return Micros(item.sample.duration // 2)


def _moved(shift: Micros | None, base: Micros) -> Micros | None:
    return None if shift is None else Micros(shift + base)


def _silent(like: Sample, frame: bytes) -> Sample:
    return replace(like, data=frame, key=True, skip=Micros(0), discard=Micros(0))
