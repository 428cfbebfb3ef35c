"""SampleOrder: the samples of several lines in the one order that a stream wants."""

from collections.abc import Mapping

from player.media.interleave import Interleaver
from player.model.presentation import TrackKind
from player.model.sample import StreamHead
from player.streaming.feed.lacking import LONGEST_APART
from player.streaming.feed.run_placing import PROBE
from player.streaming.feed.timed_sample import TimedSample
from player.streaming.feed.track_line import TrackLine
from player.units import Micros, micros

MUXED_LAG = micros(2)
"""How far the kinds of one muxed stream lie apart at most; what is missing longer is not there."""

BESIDE = micros(0.1)
"""How much earlier than the end of a hole the sound may begin again."""

ORDER = (TrackKind.VIDEO, TrackKind.AUDIO, TrackKind.TEXT)
"""What comes first of two samples with one time, and in a stream's head."""


class SampleOrder:
    """Gathers until every expected kind has shown itself, then orders by decode time.

    `heads` are those of the first samples. Engine thread only.
    """

    def __init__(self, lines: Mapping[TrackKind, TrackLine], exactly_from: Micros | None) -> None:
        """Order what `lines` bring; `exactly_from`: a presentation time that is to be hit."""
        self.heads: dict[TrackKind, StreamHead] = {}
        self._lines = lines
        self._exactly_from = exactly_from
        self._pending: list[TimedSample] = []
        self._pushed: dict[TrackKind, Micros] = {}
        self._interleaver: Interleaver[TimedSample] | None = None

    @property
    def reading(self) -> list[TrackLine]:
        """The lines that still have something to bring."""
        return [line for line in self._lines.values() if not line.drained]

    def enter(self, item: TimedSample) -> None:
        """Take a sample of any line."""
        self._pushed[item.kind] = max(self._pushed.get(item.kind, item.dts), item.dts)
        if self._interleaver is None:
            self._pending.append(item)
            self.heads.setdefault(item.kind, item.head)
            return
        self._interleaver.join(ORDER.index(item.kind))
        self._interleaver.push(ORDER.index(item.kind), item, item.dts)

    def settle(self, *, ended: bool) -> bool:
        """See what the lines can still bring; False while a kind has not shown itself."""
        if self._interleaver is None and not self._begin(ended=ended):
            return False
        if self._interleaver is not None:
            self._advance_sparse(self._interleaver)
            self._end_drained(self._interleaver)
        return True

    def pop(self) -> TimedSample | None:
        """The next sample whose place is certain."""
        return self._interleaver.pop() if self._interleaver else None

    def peek(self, kind: TrackKind) -> TimedSample | None:
        """The next sample of a kind, certain or not; None where none is here."""
        return self._interleaver.peek(ORDER.index(kind)) if self._interleaver else None

    def brings(self, kind: TrackKind) -> bool:
        """Whether a sample of a kind is here or may come."""
        return self.peek(kind) is not None or any(kind in one.wanted for one in self.reading)

    def subtitle(self) -> StreamHead | None:
        """The text stream that goes with the pictures."""
        return next((one.subtitle for one in self._lines.values() if one.subtitle), None)

    def _begin(self, *, ended: bool) -> bool:
        """Start interleaving once every kind that is to be expected has shown itself."""
        if not self._pending or not (ended or self._settled()):
            return False
        tracks = [place for place, kind in enumerate(ORDER) if kind in self.heads]
        self._interleaver = Interleaver(tracks)
        pending, self._pending = self._pending, []
        for item in self._from_key(pending):
            self.enter(item)
        return True

    def _from_key(self, pending: list[TimedSample]) -> list[TimedSample]:
        """Without the pictures before the last key frame at or before an exact start."""
        exactly_from = self._exactly_from
        if exactly_from is None:
            return pending
        keys = [
            number
            for number, item in enumerate(pending)
            if item.kind is TrackKind.VIDEO
            and item.sample.key
            and item.pts - item.drift <= exactly_from
        ]
        return [
            item
            for number, item in enumerate(pending)
            if item.kind is not TrackKind.VIDEO or not keys or number >= keys[-1]
        ]

    def _settled(self) -> bool:
        if self._expected() <= self.heads.keys():
            return True
        times = [item.pts for item in self._pending]
        missing = self._expected() - self.heads.keys()
        announced = any(missing & line.announced for line in self.reading)
        patience = LONGEST_APART if announced else PROBE
        return self._is_single() and max(times) - min(times) > patience

    def _is_single(self) -> bool:
        return len([line for line in self.reading if _is_media(line)]) < 2

    def _expected(self) -> set[TrackKind]:
        return set().union(*(line.expected for line in self.reading if _is_media(line)))

    def _advance_sparse(self, interleaver: Interleaver[TimedSample]) -> None:
        """Wait neither for what a muxed stream has not got, nor for a hole, nor for text."""
        for line in self._lines.values():
            pushed = [self._pushed[kind] for kind in line.wanted if kind in self._pushed]
            for kind in line.wanted & self._pushed.keys():
                if len(line.wanted) > 1:
                    lag = LONGEST_APART if kind in line.announced else MUXED_LAG
                    upto = max(pushed) - lag
                    interleaver.advance(ORDER.index(kind), Micros(upto))
                elif line.passed > self._pushed[kind] and _may_be_passed(kind, line):
                    interleaver.advance(ORDER.index(kind), Micros(line.passed - BESIDE))
        if TrackKind.TEXT in self._pushed:
            interleaver.advance(ORDER.index(TrackKind.TEXT), max(self._pushed.values()))

    def _end_drained(self, interleaver: Interleaver[TimedSample]) -> None:
        """End what no line brings any more; subtitles come with any of them, unwanted as such."""
        reading = [line.wanted | {TrackKind.TEXT} for line in self.reading]
        for kind in self._pushed:
            if not any(kind in wanted for wanted in reading):
                interleaver.end(ORDER.index(kind))


def _is_media(line: TrackLine) -> bool:
    return line.wanted != {TrackKind.TEXT}


def _may_be_passed(kind: TrackKind, line: TrackLine) -> bool:
    """Whether a hole is not waited for: any in the sound, and pictures that are gone for good."""
    return kind is TrackKind.AUDIO or kind in line.lacks
