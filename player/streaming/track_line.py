"""TrackLine: one track's bytes on their way from the buffer through the demuxer."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from player.errors import ErrorCode, Failure, PlayerError, Severity
from player.model.event import TimedEvent
from player.model.presentation import Container, TrackKind
from player.model.sample import Sample, StreamHead
from player.model.segment import Segment
from player.ports import Demuxed, Demuxer, MediaEvent, WorkerRunner
from player.streaming.recovery import FailedPart, GiveUp, History, RecoveryPolicy
from player.streaming.timeline import FAR, MediaTimeline, Placement
from player.streaming.track_buffer import BufferedSegment, TrackBuffer
from player.streaming.unlock import KeyFor, Unlock
from player.units import Micros

SHORT = 0.6
"""A segment that holds less than this share of its duration was cut off on the way."""


NOTHING_YET = Micros(-(1 << 62))
"""What a line has reached before its first sample: it lags behind every other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedSample:
    """A sample in presentation time; `run` counts the demuxer runs of its line.

    `clock` names what its time was learned from (`Placement`); `drift` is how far its time has
    come ahead of the manifest's.
    """

    kind: TrackKind
    head: StreamHead
    sample: Sample
    pts: Micros
    dts: Micros
    run: int
    clock: int = 0
    drift: Micros = Micros(0)

    @property
    def end(self) -> Micros:
        """Presentation time at which the sample has been shown."""
        return Micros(self.pts + self.sample.duration)


def _unheard(*_: object) -> None:
    """Nobody listens."""


def _no_subtitle(_: StreamHead) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class LineParts:
    """The neighbours of one line.

    `on_text` takes the samples of text streams, `on_event` what the media say of moments; both
    in presentation time, as soon as they were demuxed, and again where media is read again.
    """

    worker: WorkerRunner
    open_demuxer: Callable[[Container], Demuxer]
    timeline: MediaTimeline
    recovery: RecoveryPolicy
    key_for: KeyFor = field(repr=False)
    report: Callable[[Failure], None]
    on_text: Callable[[StreamHead, tuple[TimedSample, ...]], None] = _unheard
    on_event: Callable[[TimedEvent], None] = _unheard


@dataclass(slots=True, kw_only=True)
class _Run:
    """One stretch of segments that one demuxer reads.

    `placed` is where it lies, and, by stream, where its time stamps have jumped since; `first`
    is the segment whose samples teach that. `until` is the end of the period.
    """

    demuxer: Demuxer
    unlock: Unlock
    key: tuple[object, ...]
    number: int
    next_number: int
    first: Segment
    until: Micros | None = None
    placed: Placement | None = None
    jumped: dict[int, Placement] = field(default_factory=dict)
    before: dict[int, Micros] = field(default_factory=dict)
    drift: Micros = Micros(0)
    over: set[int] = field(default_factory=set)
    heads: dict[int, StreamHead] = field(default_factory=dict)
    held: list[Sample] = field(default_factory=list)
    events: list[MediaEvent] = field(default_factory=list)


class TrackLine:
    """Demuxes what one buffer holds, in order. Engine thread; the demuxing is a worker's."""

    def __init__(
        self,
        buffer: TrackBuffer,
        wanted: frozenset[TrackKind],
        start: Micros,
        parts: LineParts,
        *,
        follows: bool = False,
        subtitle: Callable[[StreamHead], bool] = _no_subtitle,
    ) -> None:
        """Read `buffer` from presentation time `start`, keeping streams of the wanted kinds.

        `follows`: another line's pictures lead into new timelines. `subtitle` tells which text
        stream is handed on with the pictures instead of to `on_text`.
        """
        self.buffer = buffer
        self.reached = NOTHING_YET
        self.wanted = wanted
        self.passed = NOTHING_YET
        self._follows = follows
        self._subtitle = subtitle
        self._marks = False
        self._parts = parts
        self._run: _Run | None = None
        self._runs = 0
        self._taken = 0
        self._first: Micros | None = None
        self._last = start
        self._broken = False
        self._broken_in_a_row = 0

    @property
    def drained(self) -> bool:
        """Whether nothing will come any more."""
        return self.buffer.drained and self._run is None

    @property
    def subtitle(self) -> StreamHead | None:
        """The text stream that goes with the pictures, where there is one."""
        heads = self._run.heads.values() if self._run else ()
        text = (head for head in heads if head.kind is TrackKind.TEXT)
        return next((head for head in text if self._subtitle(head)), None)

    @property
    def expected(self) -> frozenset[TrackKind]:
        """Kinds that this line will surely bring; all wanted ones where nobody told."""
        head = self.buffer.head or self.buffer.last
        told = head.lane.representation.kinds if head else frozenset()
        return (told & self.wanted) or self.wanted

    @property
    def ready(self) -> bool:
        """Whether `advance` has something to do now."""
        head = self.buffer.head
        if head is None:
            return self.buffer.drained and self._run is not None
        return head.skipped or head.entry.complete or len(head.entry.chunks) > self._taken

    async def advance(self) -> list[TimedSample]:
        """Demux the bytes that are there; gives what became whole. Only when `ready`."""
        head = self.buffer.head
        if head is None:
            return await self._close()
        ended = [] if self._continues(head) else await self._close()
        if not head.skipped:
            ended += await self._take(head)
        if self.buffer.head is head and (head.skipped or self._consumed(head)):
            ended += await self._close_broken()
            self._finish(head)
        return ended

    async def _close_broken(self) -> list[TimedSample]:
        """End the run where the segment ended inside a fragment: the next begins afresh."""
        run = self._run
        if run is None or (run.demuxer.whole and run.unlock.whole):
            return []
        self._broken = True
        return await self._close()

    def close(self) -> None:
        """Give the demuxer up; the line is over."""
        if self._run is not None:
            self._run.demuxer.close()
            self._run = None

    def _continues(self, head: BufferedSegment) -> bool:
        run = self._run
        if run is None:
            return True
        if self._taken:
            return True
        return run.key == _run_key(head) and run.next_number == head.segment.number

    def _consumed(self, head: BufferedSegment) -> bool:
        return head.entry.complete and self._taken >= len(head.entry.chunks)

    async def _take(self, head: BufferedSegment) -> list[TimedSample]:
        head.taken = True
        begins, chunks = not self._taken, head.entry.chunks[self._taken :]
        self._taken += len(chunks)
        if begins:
            self._begin(head)
        if self._broken or not chunks:
            return []
        try:
            batches = await self._demux(head, b"".join(chunks), begins=begins)
        except PlayerError as failed:
            self._break(failed)
            return []
        return self._timed_in(batches, self._run, head.segment)

    def _begin(self, head: BufferedSegment) -> None:
        self._first, self._marks = None, True
        run = self._run
        if run is not None and run.first.media_offset != head.segment.media_offset:
            run.first, run.placed = head.segment, None
            run.jumped.clear()
        if run is not None and run.until != head.lane.period.end:
            run.until = head.lane.period.end
            run.over.clear()

    async def _demux(
        self, head: BufferedSegment, data: bytes, *, begins: bool
    ) -> tuple[Demuxed, ...]:
        fresh = self._run is None
        run = self._run or self._open(head)
        ends = self._consumed(head)

        def work() -> tuple[Demuxed, ...]:
            clear = run.unlock.feed(head.init) if fresh and head.init else b""
            if begins:
                run.unlock.begin(head)
            clear += run.unlock.feed(data)
            if ends:
                clear += run.unlock.end()
            return run.demuxer.feed(clear)

        return await self._parts.worker(work)

    def _open(self, head: BufferedSegment) -> _Run:
        self._runs += 1
        container = head.lane.representation.container
        run = _Run(
            demuxer=self._parts.open_demuxer(container),
            unlock=Unlock(container, self._parts.key_for),
            key=_run_key(head),
            number=self._runs,
            next_number=head.segment.number,
            first=head.segment,
            until=head.lane.period.end,
        )
        self._run = run
        return run

    def _break(self, failed: PlayerError) -> None:
        """Give up the rest of this segment; the next begins with a fresh demuxer.

        Raises what was given where the policy sees no use in going on.
        """
        self._broken = True
        self.close()
        history = History(
            part=FailedPart.SEGMENT, attempts=1, skipped_in_a_row=self._broken_in_a_row
        )
        self._broken_in_a_row += 1
        if isinstance(self._parts.recovery.decide(failed.failure, history), GiveUp):
            raise failed
        self._parts.report(failed.failure.with_severity(Severity.RECOVERABLE))

    async def _close(self) -> list[TimedSample]:
        run, self._run = self._run, None
        if run is None:
            return []
        try:
            rest = await self._parts.worker(run.demuxer.flush)
        except PlayerError as failed:
            self._parts.report(failed.failure.with_severity(Severity.RECOVERABLE))
            return []
        return self._timed_in(rest, run, None)

    def _finish(self, head: BufferedSegment) -> None:
        self.buffer.pop()
        self._taken = 0
        self.reached = Micros(max(self.reached, head.segment.end))
        if head.skipped:
            drift = self._run.drift if self._run else Micros(0)
            self.passed = Micros(max(self.passed, head.segment.end + drift))
        if self._run is not None:
            self._run.next_number = head.segment.number + 1
        if not head.skipped and not self._broken:
            self._check_whole(head.segment)
            self._broken_in_a_row = 0
        self._broken = False

    def _check_whole(self, segment: Segment) -> None:
        first = segment.start if self._first is None else self._first
        if self._last - first < segment.duration * SHORT:
            self._parts.report(_truncated(segment))

    # ---- placing ----------------------------------------------------------------------------

    def _timed_in(
        self, batches: tuple[Demuxed, ...], run: _Run | None, segment: Segment | None
    ) -> list[TimedSample]:
        timed: list[TimedSample] = []
        if run is None:
            return timed
        for batch in batches:
            run.heads.update({head.stream: head for head in batch.heads})
            run.held += [one for one in batch.samples if self._wants(run.heads[one.stream])]
            run.events += batch.events
            if run.placed is None:
                self._learn(run)
            if run.placed is not None:
                held, run.held = run.held, []
                timed += self._placed(run, held, segment or run.first)
                self._tell(run, segment or run.first, run.placed)
        return timed

    def _wants(self, head: StreamHead) -> bool:
        return head.kind in self.wanted or head.kind is TrackKind.TEXT

    def _leader(self, run: _Run) -> TrackKind:
        kinds = {head.kind for head in run.heads.values()} & self.wanted
        return next((kind for kind in _LEADERS if kind in kinds), TrackKind.TEXT)

    def _learn(self, run: _Run) -> None:
        """Place the run in presentation time by its first picture, without pictures its sound.

        Its first sample is its first segment's, however late the demuxer gives it.
        """
        leader = self._leader(run)
        times = [s.pts for s in run.held if run.heads[s.stream].kind is leader]
        if times:
            timeline = self._parts.timeline
            run.placed = timeline.place(run.first, min(times), follows=self._follows)
            run.drift = timeline.drifted(run.placed)

    def _placed(self, run: _Run, held: list[Sample], segment: Segment) -> list[TimedSample]:
        """The samples in presentation time; those of text are handed on instead."""
        timed: list[TimedSample] = []
        text: dict[int, list[TimedSample]] = {}
        for sample in held:
            item = self._place(run, sample, segment)
            if item is None:
                continue
            if item.kind is TrackKind.TEXT and not self._subtitle(item.head):
                text.setdefault(sample.stream, []).append(item)
            else:
                timed.append(item)
        for stream, items in text.items():
            self._parts.on_text(run.heads[stream], tuple(items))
        return timed

    def _place(self, run: _Run, sample: Sample, segment: Segment) -> TimedSample | None:
        head, placed = run.heads[sample.stream], self._placement(run, sample, segment)
        pts, dts = Micros(sample.pts + placed.offset), Micros(sample.dts + placed.offset)
        if self._marks and head.kind is self._leader(run):
            self._mark(run, placed, segment, sample.pts)
        if head.kind is not TrackKind.TEXT:
            self._first = pts if self._first is None else min(self._first, pts)
            self._last = Micros(max(self._last, pts + sample.duration))
            self.reached = Micros(max(self.reached, pts - run.drift))
        if self._is_beyond(run, sample, head, pts):
            return None
        return TimedSample(
            kind=head.kind,
            head=head,
            sample=sample,
            pts=pts,
            dts=dts,
            run=run.number,
            clock=placed.clock,
            drift=run.drift,
        )

    def _placement(self, run: _Run, sample: Sample, segment: Segment) -> Placement:
        """Where a sample lies: where its run does, unless its time stamps jumped unannounced."""
        before = run.before.get(sample.stream, sample.pts)
        run.before[sample.stream] = sample.pts
        if abs(sample.pts - before) > FAR and run.heads[sample.stream].kind is not TrackKind.TEXT:
            timeline = self._parts.timeline
            run.jumped[sample.stream] = timeline.place(segment, sample.pts, follows=self._follows)
        placed = run.jumped.get(sample.stream, run.placed)
        return placed or Placement(clock=0, offset=Micros(0))

    def _mark(self, run: _Run, placed: Placement, segment: Segment, pts: Micros) -> None:
        """A segment begins: see how far its manifest has drifted from it."""
        self._marks = False
        timeline = self._parts.timeline
        if self._follows:
            run.drift = timeline.drifted(placed)
        else:
            run.drift = timeline.drift(placed, segment, pts)

    def _is_beyond(self, run: _Run, sample: Sample, head: StreamHead, pts: Micros) -> bool:
        """Whether a sample lies after its period's end, which the next period fills.

        Pictures that follow one left out in decoding order may need it; they go, too, up to the
        next key frame (Media Source Extensions 3.5.9: append window).
        """
        if run.until is None:
            return False
        middle = pts + sample.duration // 2
        beyond = middle >= run.until + run.drift
        if head.kind is TrackKind.VIDEO:
            if beyond:
                run.over.add(sample.stream)
            elif sample.key:
                run.over.discard(sample.stream)
            return sample.stream in run.over
        return beyond

    def _tell(self, run: _Run, segment: Segment, placed: Placement) -> None:
        """Hand on what the media say of moments, in presentation time."""
        events, run.events = run.events, []
        for one in events:
            base = segment.start if one.relative else Micros(placed.offset - run.drift)
            start = Micros(base + one.event.start)
            self._parts.on_event(replace(one.event, start=start))


_LEADERS = (TrackKind.VIDEO, TrackKind.AUDIO)


def _run_key(head: BufferedSegment) -> tuple[object, ...]:
    """What must stay the same for one demuxer to go on."""
    rung = head.lane.representation.id
    return rung, head.segment.discontinuity, head.segment.init, head.init


def _truncated(segment: Segment) -> Failure:
    return Failure(
        code=ErrorCode.MEDIA_TRUNCATED,
        sentence="A piece of this channel was cut off on its way; "
        "Farol goes on with the next one.",
        severity=Severity.RECOVERABLE,
        cause=f"segment {segment.number} holds less than its duration",
        uri=segment.resource.uri,
    )
