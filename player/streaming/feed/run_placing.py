"""RunPlacing: where the samples of one demuxer run lie in presentation time."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from player.model.event import TimedEvent
from player.model.presentation import TrackKind
from player.model.sample import Sample, StreamHead
from player.model.segment import Segment
from player.ports import Demuxed, MediaEvent
from player.streaming.feed.timed_sample import TimedSample
from player.streaming.feed.timeline import FAR, MediaTimeline, Placement
from player.units import Micros, micros

NOTHING_YET = Micros(-(1 << 62))
"""What a line has reached before its first sample: it lags behind every other."""

PROBE = micros(0.7)
"""Media of a muxed stream after which a kind that has not shown itself is not in it."""

_LEADERS = (TrackKind.VIDEO, TrackKind.AUDIO)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacingParts:
    """What all runs of a line share.

    `wanted` kinds become samples, text goes to `on_text` unless it is the `subtitle` that goes
    with the pictures. `follows`: another line's pictures lead into new timelines.
    """

    timeline: MediaTimeline
    wanted: frozenset[TrackKind]
    follows: bool
    subtitle: Callable[[StreamHead], bool]
    on_text: Callable[[StreamHead, tuple[TimedSample, ...]], None]
    on_event: Callable[[TimedEvent], None]


class RunPlacing:
    """Places the samples of one demuxer run. Engine thread only.

    `kinds` are those that the container announced, none where it did not. `reached` is how far
    its media has come in the manifest's time, `drift` how far presentation time is ahead of
    that; `covered` spans what came since the newest segment began.
    """

    def __init__(self, number: int, first: Segment, parts: PlacingParts) -> None:
        """Begin run `number` with a segment, whose samples teach where the run lies."""
        self.heads: dict[int, StreamHead] = {}
        self.kinds: frozenset[TrackKind] = frozenset()
        self.reached = NOTHING_YET
        self.drift = Micros(0)
        self.placed: Placement | None = None
        self._number = number
        self._first = first
        self._parts = parts
        self._until: Micros | None = None
        self._jumped: dict[int, Placement] = {}
        self._before: dict[int, Micros] = {}
        self._over: set[int] = set()
        self._held: list[Sample] = []
        self._events: list[MediaEvent] = []
        self._marks = False
        self._begins: Micros | None = None
        self._ends = NOTHING_YET

    @property
    def covered(self) -> Micros:
        """How much media came since the newest segment began."""
        return Micros(0) if self._begins is None else Micros(self._ends - self._begins)

    def begin(self, segment: Segment, until: Micros | None) -> None:
        """The next bytes are a segment's; `until` is the end of its period.

        Where the manifest does not tell what media time means (HLS), its end is only the sum of
        rounded durations, and nothing is cut off there.
        """
        self._begins, self._marks = None, True
        if self._first.media_offset != segment.media_offset:
            self._first, self.placed = segment, None
            self._jumped.clear()
        end = None if segment.media_offset is None else until
        if self._until != end:
            self._until = end
            self._over.clear()

    def take(self, batches: tuple[Demuxed, ...], segment: Segment | None) -> list[TimedSample]:
        """Place what was demuxed with bytes of a segment (None: with the last of the run)."""
        timed: list[TimedSample] = []
        for batch in batches:
            self.kinds = batch.kinds or self.kinds
            self.heads.update({head.stream: head for head in batch.heads})
            self._held += [one for one in batch.samples if self._wants(self.heads[one.stream])]
            self._events += batch.events
            if self.placed is None:
                self._learn(segment)
            if self.placed is not None:
                held, self._held = self._held, []
                timed += self._all_placed(held, segment or self._first)
                self._tell(segment or self._first, self.placed)
        return timed

    def _wants(self, head: StreamHead) -> bool:
        return head.kind in self._parts.wanted or head.kind is TrackKind.TEXT

    def _leader(self) -> TrackKind:
        kinds = {head.kind for head in self.heads.values()} & self._parts.wanted
        return next((kind for kind in _LEADERS if kind in kinds), TrackKind.TEXT)

    def _learn(self, segment: Segment | None) -> None:
        """Place the run in presentation time by its first picture, without pictures its sound.

        Its first sample is its first segment's, however late the demuxer gives it; that one
        tells nothing of where a later segment begins.
        """
        leader = self._leader()
        times = [s.pts for s in self._held if self.heads[s.stream].kind is leader]
        if times and (segment is None or not self._awaits_pictures(leader, times)):
            timeline, first = self._parts.timeline, self._first
            self.placed = timeline.place(first, min(times), follows=self._parts.follows)
            self.drift = timeline.drifted(self.placed)
            self._marks = self._marks and segment is first

    def _awaits_pictures(self, leader: TrackKind, times: list[Micros]) -> bool:
        """Whether a muxed stream has only shown its sound so far."""
        may_come = TrackKind.VIDEO in (self.kinds or self._parts.wanted) & self._parts.wanted
        return leader is TrackKind.AUDIO and may_come and max(times) - min(times) <= PROBE

    def _all_placed(self, held: list[Sample], segment: Segment) -> list[TimedSample]:
        """The samples in presentation time; those of text are handed on instead."""
        timed: list[TimedSample] = []
        text: dict[int, list[TimedSample]] = {}
        for sample in held:
            item = self._place(sample, segment)
            if item is None:
                continue
            if item.kind is TrackKind.TEXT and not self._parts.subtitle(item.head):
                text.setdefault(sample.stream, []).append(item)
            else:
                timed.append(item)
        for stream, items in text.items():
            self._parts.on_text(self.heads[stream], tuple(items))
        return timed

    def _place(self, sample: Sample, segment: Segment) -> TimedSample | None:
        head, placed = self.heads[sample.stream], self._placement(sample, segment)
        pts, dts = Micros(sample.pts + placed.offset), Micros(sample.dts + placed.offset)
        if self._marks and head.kind is self._leader():
            self._mark(placed, segment, sample.pts)
        if head.kind is not TrackKind.TEXT:
            self._cover(pts, sample.duration)
        if self._is_beyond(sample, head, pts):
            return None
        return TimedSample(
            kind=head.kind,
            head=head,
            sample=sample,
            pts=pts,
            dts=dts,
            run=self._number,
            clock=placed.clock,
            drift=self.drift,
        )

    def _cover(self, pts: Micros, duration: Micros) -> None:
        self._begins = pts if self._begins is None else min(self._begins, pts)
        self._ends = Micros(max(self._ends, pts + duration))
        self.reached = Micros(max(self.reached, pts - self.drift))

    def _placement(self, sample: Sample, segment: Segment) -> Placement:
        """Where a sample lies: where its run does, unless its time stamps jumped unannounced."""
        before = self._before.get(sample.stream, sample.pts)
        self._before[sample.stream] = sample.pts
        far = abs(sample.pts - before) > FAR
        if far and self.heads[sample.stream].kind is not TrackKind.TEXT:
            self._jumped[sample.stream] = self._parts.timeline.place(
                segment, sample.pts, follows=self._parts.follows
            )
        placed = self._jumped.get(sample.stream, self.placed)
        return placed or Placement(clock=0, offset=Micros(0))

    def _mark(self, placed: Placement, segment: Segment, pts: Micros) -> None:
        """A segment begins: see how far its manifest has drifted from it."""
        self._marks = False
        timeline = self._parts.timeline
        if self._parts.follows:
            self.drift = timeline.drifted(placed)
        else:
            self.drift = timeline.drift(placed, segment, pts)

    def _is_beyond(self, sample: Sample, head: StreamHead, pts: Micros) -> bool:
        """Whether a sample lies after its period's end, which the next period fills.

        Sound that ends there is kept whole: the next period's may well go on where it ends.
        Pictures that follow one left out in decoding order may need it; they go, too, up to the
        next key frame (Media Source Extensions 3.5.9: append window).
        """
        if self._until is None:
            return False
        end = self._until + self.drift
        if head.kind is TrackKind.VIDEO:
            if pts + sample.duration // 2 >= end:
                self._over.add(sample.stream)
            elif sample.key:
                self._over.discard(sample.stream)
            return sample.stream in self._over
        return pts >= end

    def _tell(self, segment: Segment, placed: Placement) -> None:
        """Hand on what the media say of moments, in presentation time."""
        events, self._events = self._events, []
        for one in events:
            base = segment.start if one.relative else Micros(placed.offset - self.drift)
            start = Micros(base + one.event.start)
            self._parts.on_event(replace(one.event, start=start))
