"""TrackLine: one track's bytes on their way from the buffer through the demuxer."""

from collections.abc import Callable
from dataclasses import dataclass, field

from player.errors import Failure, PlayerError, Severity
from player.model.event import TimedEvent
from player.model.presentation import Container, TrackKind
from player.model.sample import StreamHead
from player.model.segment import Segment
from player.ports import Demuxed, Demuxer, WorkerRunner
from player.streaming.feed.demux_run import Run, run_key
from player.streaming.feed.lacking import Lacked, Lacking, Lacks, cut_off, promised_kinds
from player.streaming.feed.run_placing import NOTHING_YET, PlacingParts, RunPlacing
from player.streaming.feed.timed_sample import TimedSample
from player.streaming.feed.timeline import MediaTimeline
from player.streaming.feed.track_buffer import BufferedSegment, TrackBuffer
from player.streaming.feed.unlock import KeyFor, Unlock
from player.streaming.fetch.recovery import FailedPart, GiveUp, History, RecoveryPolicy
from player.units import Micros, micros

SHORT = 0.6
"""A segment that holds less than this share of its duration was cut off on the way."""

SHORTEST = micros(0.5)
"""Of segments shorter than this, what demuxers hold back is too much to judge them by."""


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
    lacked: Lacked
    on_text: Callable[[StreamHead, tuple[TimedSample, ...]], None] = _unheard
    on_event: Callable[[TimedEvent], None] = _unheard
    lacks: Lacks = field(default_factory=dict)


class TrackLine:
    """Demuxes what one buffer holds, in order. Engine thread; the demuxing is a worker's."""

    def __init__(
        self,
        buffer: TrackBuffer,
        wanted: frozenset[TrackKind],
        parts: LineParts,
        *,
        follows: bool = False,
        subtitle: Callable[[StreamHead], bool] = _no_subtitle,
    ) -> None:
        """Read `buffer`, keeping streams of the wanted kinds.

        `follows`: another line's pictures lead into new timelines. `subtitle` tells which text
        stream is handed on with the pictures instead of to `on_text`.
        """
        self.buffer = buffer
        self.reached = NOTHING_YET
        self.wanted = wanted
        self.passed = NOTHING_YET
        self.announced: frozenset[TrackKind] = frozenset()
        self._subtitle = subtitle
        self._parts = parts
        self._placing = PlacingParts(
            timeline=parts.timeline,
            wanted=wanted,
            follows=follows,
            subtitle=subtitle,
            on_text=parts.on_text,
            on_event=parts.on_event,
        )
        self._run: Run | None = None
        self._runs = 0
        self._taken = 0
        self._next_number = 0
        self._broken = False
        self._broken_in_a_row = 0
        self._brought: set[TrackKind] = set()
        self._lacking = Lacking(parts.lacks, parts.lacked)

    @property
    def drained(self) -> bool:
        """Whether nothing will come any more."""
        return self.buffer.drained and self._run is None

    @property
    def subtitle(self) -> StreamHead | None:
        """The text stream that goes with the pictures, where there is one."""
        heads = self._run.placing.heads.values() if self._run else ()
        text = (head for head in heads if head.kind is TrackKind.TEXT)
        return next((head for head in text if self._subtitle(head)), None)

    @property
    def expected(self) -> frozenset[TrackKind]:
        """Kinds that this line will surely bring; all wanted ones where nobody told."""
        head = self.buffer.head or self.buffer.last
        told = self.announced or (head.lane.representation.kinds if head else frozenset())
        return ((told & self.wanted) or self.wanted) - self.lacks

    @property
    def lacks(self) -> frozenset[TrackKind]:
        """Kinds that were promised and turned out not to be there."""
        head = self.buffer.head or self.buffer.last
        return self._lacking.of(head.lane) if head else frozenset()

    @property
    def ready(self) -> bool:
        """Whether `advance` has something to do now."""
        head = self.buffer.head
        if head is None:
            return self.buffer.drained and self._run is not None
        some = head.entry.complete or len(head.entry.chunks) > self._taken
        return head.skipped or (head.equipped and some)

    async def advance(self) -> list[TimedSample]:
        """Demux the bytes that are there; gives what became whole. Only when `ready`."""
        head = self.buffer.head
        if head is None:
            return await self._close()
        ended = [] if self._continues(head) else await self._close()
        if not head.skipped:
            ended += await self._take(head)
            while self._holds_back(head):  # it became whole while a worker read
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
        return run.key == run_key(head) and self._next_number == head.segment.number

    def _consumed(self, head: BufferedSegment) -> bool:
        return head.entry.complete and self._taken >= len(head.entry.chunks)

    def _holds_back(self, head: BufferedSegment) -> bool:
        """Whether that a segment is over, told after its last byte, lets more of it out."""
        return self._run is not None and self._run.unlock.holds and self._consumed(head)

    async def _take(self, head: BufferedSegment) -> list[TimedSample]:
        head.taken = True
        begins, chunks = not self._taken, head.entry.chunks[self._taken :]
        self._taken += len(chunks)
        if begins and self._run is not None:
            self._run.placing.begin(head.segment, head.lane.period.end)
        if self._broken or not (chunks or self._holds_back(head)):
            return []
        try:
            batches = await self._demux(head, b"".join(chunks), begins=begins)
        except PlayerError as failed:
            self._break(failed)
            return []
        return self._placed(batches, self._run, head.segment)

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
            return run.demuxer.feed(clear) if clear else ()

        return await self._parts.worker(work)

    def _open(self, head: BufferedSegment) -> Run:
        self._runs += 1
        container = head.lane.representation.container
        run = Run(
            demuxer=self._parts.open_demuxer(container),
            unlock=Unlock(container, self._parts.key_for),
            key=run_key(head),
            placing=RunPlacing(self._runs, head.segment, self._placing),
        )
        run.placing.begin(head.segment, head.lane.period.end)
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
        rest: tuple[Demuxed, ...] = ()
        for ending in run.endings:
            try:
                rest += await self._parts.worker(ending)
            except PlayerError as failed:
                self._parts.report(failed.failure.with_severity(Severity.RECOVERABLE))
        return self._placed(rest, run, None)

    def _placed(
        self, batches: tuple[Demuxed, ...], run: Run | None, segment: Segment | None
    ) -> list[TimedSample]:
        if run is None:
            return []
        timed = run.placing.take(batches, segment)
        self.announced = run.placing.kinds & self.wanted
        self.reached = Micros(max(self.reached, run.placing.reached))
        self._brought |= {item.kind for item in timed}
        return timed

    def _finish(self, head: BufferedSegment) -> None:
        self.buffer.pop()
        self._taken = 0
        self.reached = Micros(max(self.reached, head.segment.end))
        self._judge(head)
        self._next_number = head.segment.number + 1
        if not head.skipped and not self._broken:
            self._broken_in_a_row = 0
        self._broken = False

    def _judge(self, head: BufferedSegment) -> None:
        """See what a segment brought, and what not."""
        brought, segment = frozenset(self._brought), head.segment
        self._brought.clear()
        if head.skipped or (not brought and segment.duration >= SHORTEST):
            drift = self._run.placing.drift if self._run else Micros(0)
            self.passed = Micros(max(self.passed, segment.end + drift))
        if head.skipped or self._broken:
            return
        span = segment.start, segment.end
        promised = promised_kinds(head.lane.representation, self.wanted, self.announced)
        self._lacking.look(head.lane, promised, brought, span)
        if not self.wanted <= self.lacks:
            self._check_whole(segment)

    def _check_whole(self, segment: Segment) -> None:
        """Tell of a segment that was cut off; of a short one it cannot be seen this early."""
        placing = self._run.placing if self._run else None
        if placing is None or placing.placed is None or segment.duration < SHORTEST:
            return
        if placing.covered < segment.duration * SHORT:
            self._parts.report(cut_off(segment))
