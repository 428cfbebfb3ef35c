"""TrackLine: one track's bytes on their way from the buffer through the demuxer."""

from collections.abc import Callable
from dataclasses import dataclass, field

from player.errors import ErrorCode, Failure, PlayerError, Severity
from player.model.presentation import Container, TrackKind
from player.model.sample import Sample, StreamHead
from player.model.segment import Segment
from player.ports import Demuxed, Demuxer, WorkerRunner
from player.streaming.recovery import FailedPart, GiveUp, History, RecoveryPolicy
from player.streaming.timeline import MediaTimeline
from player.streaming.track_buffer import BufferedSegment, TrackBuffer
from player.streaming.unlock import KeyFor, Unlock
from player.units import Micros

SHORT = 0.6
"""A segment that holds less than this share of its duration was cut off on the way."""


NOTHING_YET = Micros(-(1 << 62))
"""What a line has reached before its first sample: it lags behind every other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedSample:
    """A sample in presentation time; `run` counts the demuxer runs of its line."""

    kind: TrackKind
    head: StreamHead
    sample: Sample
    pts: Micros
    dts: Micros
    run: int

    @property
    def end(self) -> Micros:
        """Presentation time at which the sample has been shown."""
        return Micros(self.pts + self.sample.duration)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineParts:
    """The neighbours of one line."""

    worker: WorkerRunner
    open_demuxer: Callable[[Container], Demuxer]
    timeline: MediaTimeline
    recovery: RecoveryPolicy
    key_for: KeyFor = field(repr=False)
    report: Callable[[Failure], None]


@dataclass(slots=True, kw_only=True)
class _Run:
    """One stretch of segments that one demuxer reads."""

    demuxer: Demuxer
    unlock: Unlock
    key: tuple[object, ...]
    number: int
    next_number: int
    first: Segment
    offset: Micros | None = None
    heads: dict[int, StreamHead] = field(default_factory=dict)
    held: list[Sample] = field(default_factory=list)


class TrackLine:
    """Demuxes what one buffer holds, in order. Engine thread; the demuxing is a worker's."""

    def __init__(
        self, buffer: TrackBuffer, wanted: frozenset[TrackKind], start: Micros, parts: LineParts
    ) -> None:
        """Read `buffer` from presentation time `start`, keeping streams of the wanted kinds."""
        self.buffer = buffer
        self.reached = NOTHING_YET
        self.wanted = wanted
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
            self._first = None
        if self._broken or not chunks:
            return []
        try:
            batches = await self._demux(head, b"".join(chunks), begins=begins)
        except PlayerError as failed:
            self._break(failed)
            return []
        return self._timed_in(batches, self._run)

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
        return self._timed_in(rest, run)

    def _finish(self, head: BufferedSegment) -> None:
        self.buffer.pop()
        self._taken = 0
        self.reached = Micros(max(self.reached, head.segment.end))
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

    def _timed_in(self, batches: tuple[Demuxed, ...], run: _Run | None) -> list[TimedSample]:
        timed: list[TimedSample] = []
        if run is None:
            return timed
        for batch in batches:
            run.heads.update({head.stream: head for head in batch.heads})
            run.held += [s for s in batch.samples if run.heads[s.stream].kind in self.wanted]
            if run.offset is None:
                self._learn(run)
            if run.offset is not None:
                offset, held, run.held = run.offset, run.held, []
                timed += [self._place(run, sample, offset) for sample in held]
        return timed

    def _learn(self, run: _Run) -> None:
        """Place the run in presentation time by its first picture, without pictures its sound.

        Its first sample is its first segment's, however late the demuxer gives it.
        """
        kinds = {head.kind for head in run.heads.values()} & self.wanted
        leader = TrackKind.VIDEO if TrackKind.VIDEO in kinds else TrackKind.AUDIO
        times = [s.pts for s in run.held if run.heads[s.stream].kind is leader]
        if times:
            run.offset = self._parts.timeline.offset(run.first, min(times))

    def _place(self, run: _Run, sample: Sample, offset: Micros) -> TimedSample:
        head, pts = run.heads[sample.stream], Micros(sample.pts + offset)
        self._first = pts if self._first is None else min(self._first, pts)
        self._last = Micros(max(self._last, pts + sample.duration))
        self.reached = Micros(max(self.reached, pts))
        dts = Micros(sample.dts + offset)
        return TimedSample(
            kind=head.kind, head=head, sample=sample, pts=pts, dts=dts, run=run.number
        )


def _run_key(head: BufferedSegment) -> tuple[object, ...]:
    """What must stay the same for one demuxer to go on."""
    return head.lane.key, head.segment.discontinuity, head.segment.init, head.init


def _truncated(segment: Segment) -> Failure:
    return Failure(
        code=ErrorCode.MEDIA_TRUNCATED,
        sentence="A piece of this channel was cut off on its way; "
        "Farol goes on with the next one.",
        severity=Severity.RECOVERABLE,
        cause=f"segment {segment.number} holds less than its duration",
        uri=segment.resource.uri,
    )
