"""Pass: from a start, or a seek that needs the network, to the next one."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass

import anyio

from player.errors import Failure, PlayerError, Severity
from player.model.presentation import Period, Track, TrackKind
from player.model.sample import StreamHead
from player.streaming.choice.engine_options import EngineOptions
from player.streaming.feed.feeder import Feeder, FeederParts, FeedStart
from player.streaming.feed.track_buffer import TrackBuffer
from player.streaming.feed.track_line import LineParts
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.load_control import Supply
from player.streaming.fetch.parts import EngineParts, Reporter, Source
from player.streaming.fetch.segment_loader import SegmentLoader
from player.streaming.gate import BufferState
from player.streaming.presentation.period_order import Kinds
from player.streaming.presentation.presentation_store import PresentationStore
from player.streaming.stream.track_stream import TrackStream
from player.streaming.stream.track_stream_parts import TrackStreamParts
from player.streaming.supply import supply_of
from player.units import Micros, micros


@dataclass(frozen=True, slots=True, kw_only=True)
class PassParts:
    """The neighbours of a pass.

    `failed` hears what ends the channel, `restart` where a new pass must begin, `fed` that
    libmpv was given all of this one. `kinds` are those that a period brings by itself.
    """

    engine: EngineParts
    source: Source
    store: PresentationStore
    loader: SegmentLoader
    reporter: Reporter
    options: EngineOptions
    line: LineParts
    epochs: Iterator[int]
    held: Callable[[], bool]
    opened: Callable[[int], None]
    failed: Callable[[Failure], None]
    restart: Callable[[Micros], None]
    fed: Callable[[], None]
    match: Callable[[Period, TrackKind], Track | None]
    kinds: Kinds
    subtitle: Callable[[StreamHead], bool]


class Pass:
    """Its own buffers and its own feed. Engine thread only.

    It holds periods of the same kinds, all of them fetched for themselves or none: where the
    next one has others, it ends, and another pass goes on from it without a gap.
    """

    def __init__(
        self,
        lanes: Mapping[TrackKind, Lane],
        start: FeedStart,
        parts: PassParts,
        former: "Pass | None" = None,
    ) -> None:
        """Begin at `start` with a stream for each of `lanes`, after what `former` still shows."""
        self.position: Micros = former.position if former else start.position
        self._former = former
        self.fed = False
        self.ended = False
        self._over = anyio.Event()
        self._parts = parts
        self._epochs: set[int] = set()
        self._last_epoch = self._left = 0
        self._change: anyio.CancelScope | None = None
        self._group: anyio.abc.TaskGroup | None = None
        self.streams = {
            kind: self._stream(kind, lane, start.position) for kind, lane in lanes.items()
        }
        self.feeder = Feeder(self._buffers(), start, self._feeder_parts())

    async def run(self) -> None:
        """Fetch and feed until `end` is called, or cancelled."""
        async with anyio.create_task_group() as group:
            self._group = group
            for stream in sorted(self.streams.values(), key=_sound_first):
                group.start_soon(self._guarded, stream.run)
            group.start_soon(self._guarded, self._feed)
            await self._over.wait()
            group.cancel_scope.cancel()

    def end(self) -> None:
        """Let `run` return."""
        self._over.set()

    def rewind(self, position: Micros) -> bool:
        """Play on from a moment that is in the buffers; False: it is not, nothing was done."""
        covered = all(one.buffer.covers(position) for one in self.streams.values())
        if self.fed or not covered:
            return False
        again = FeedStart(position=position, exact=True)
        if not self.feeder.restart(again, self._buffers()):
            return False
        self.position = position
        self._left, self._former = self._last_epoch, None
        for stream in self.streams.values():
            stream.moved()
        return True

    def change(self, kind: TrackKind, lane: Lane | None, moved: Callable[[], None]) -> bool:
        """Take another track of a kind (None: its bytes are in the pictures'), soon.

        The old one goes on until the new one has what is to be heard now; then `moved` is
        called. False: that needs a pass of its own.
        """
        if self.fed or self._group is None:
            return False
        if self._change is not None:
            self._change.cancel()
        self._group.start_soon(self._swap, kind, lane, moved)
        return True

    async def _swap(self, kind: TrackKind, lane: Lane | None, moved: Callable[[], None]) -> None:
        if lane is None:
            self._take_over(kind, None, moved)
            return
        stream = self._stream(kind, lane, self.position)
        with anyio.CancelScope() as scope:
            self._change = scope
            async with anyio.create_task_group() as group:
                group.start_soon(self._try, stream, scope)
                while not stream.buffer.covers(self.position):
                    await self._parts.source.wake.wait(micros(0.5))
                self._change = None  # from now on it is one of the pass
                self._take_over(kind, stream, moved)

    async def _try(self, stream: TrackStream, change: anyio.CancelScope) -> None:
        """Until a track is heard its failure costs nothing but itself."""
        try:
            await stream.run()
        except PlayerError as failed:
            if self.streams.get(stream.kind) is stream:
                self._parts.failed(failed.failure)
                return
            self._parts.reporter.error(failed.failure.with_severity(Severity.RECOVERABLE))
            change.cancel()

    def _take_over(
        self, kind: TrackKind, stream: TrackStream | None, moved: Callable[[], None]
    ) -> None:
        former = self.streams.pop(kind, None)
        if former is not None:
            former.stop()
        if stream is not None:
            self.streams[kind] = stream
        again = FeedStart(position=self.position, exact=True)
        if self.feeder.restart(again, self._buffers()):
            moved()
        else:
            self._parts.restart(self.position)

    def _buffers(self) -> dict[TrackKind, TrackBuffer]:
        return {kind: stream.buffer for kind, stream in self.streams.items()}

    # ---- what is asked of it ----------------------------------------------------------------

    @property
    def playable(self) -> Micros:
        """Media ahead of the picture that needs no further byte."""
        return Micros(max(self.feeder.playable_until - self.position, 0))

    @property
    def taken(self) -> Micros:
        """Presentation time up to which libmpv has, or is about to have, something of a kind."""
        edges = [
            unfed[0].segment.start if (unfed := one.buffer.unfed()) else one.buffer.cursor
            for one in self.streams.values()
        ]
        return max(edges, default=self.position)

    @property
    def opened(self) -> bool:
        """Whether libmpv was given an epoch of this pass."""
        return bool(self._epochs) or self._former is not None

    @property
    def shown(self) -> bool:
        """Whether there was anything in it, and no former one is still on the picture."""
        return bool(self._epochs)

    @property
    def leading_lane(self) -> Lane | None:
        """Where the pictures are fetched, without pictures the sound."""
        for kind in (TrackKind.VIDEO, TrackKind.AUDIO):
            if kind in self.streams:
                return self.streams[kind].lane
        return None

    @property
    def supply(self) -> Supply:
        """How the line stands to what is fetched."""
        return supply_of(self._parts.engine, self.streams.values(), self.position)

    @property
    def buffer_state(self) -> BufferState:
        """What the gate looks at."""
        return BufferState(
            buffered=self.playable,
            all_fetched=all(stream.buffer.finished for stream in self.streams.values()),
            supply=lambda: self.supply,
            now=self._parts.engine.clock.monotonic(),
        )

    def locate(self, epoch: int, position: Micros) -> Micros | None:
        """Presentation time of a moment of an epoch, None where it is none of this pass.

        None, too, where a seek has left it behind: its last word would lead the feed back.
        """
        if 0 < epoch <= self._left:
            return None
        found = self.feeder.locate(epoch, position)
        if found is None:
            return self._former.locate(epoch, position) if self._former else None
        self._former = None
        return found

    def knows(self, epoch: int) -> bool:
        """Whether an epoch is one of this pass, or of those that it goes on from."""
        return epoch in self._epochs or (self._former is not None and self._former.knows(epoch))

    def is_last(self, epoch: int) -> bool:
        """Whether nothing follows this epoch."""
        return self.fed and epoch == self._last_epoch

    def leave(self, epoch: int) -> None:
        """An epoch has ended: what goes on from it must not wait for it any more."""
        if self._former is not None and self._former.is_last(epoch):
            self._former = None

    # ---- running ----------------------------------------------------------------------------

    async def _feed(self) -> None:
        await self.feeder.run()
        self.fed = True
        self._parts.fed()

    async def _guarded(self, work: Callable[[], Awaitable[None]]) -> None:
        """Run a task of the pass; its failure is the channel's."""
        try:
            await work()
        except PlayerError as failed:
            self._parts.failed(failed.failure)

    def _opened(self, epoch: int, _origin: Micros) -> None:
        self._epochs.add(epoch)
        self._last_epoch = epoch
        self._parts.opened(epoch)

    # ---- parts ------------------------------------------------------------------------------

    def _stream(self, kind: TrackKind, lane: Lane, position: Micros) -> TrackStream:
        parts = self._parts
        return TrackStream(
            kind,
            lane,
            position,
            TrackStreamParts(
                engine=parts.engine,
                source=parts.source,
                store=parts.store,
                loader=parts.loader,
                chooser=parts.options.choosers[kind],
                reporter=parts.reporter,
                position=lambda: self.position,
                supply=lambda: self.supply,
                match=parts.match,
                kinds=parts.kinds,
                together=lambda: frozenset(self.streams),
            ),
        )

    def _feeder_parts(self) -> FeederParts:
        parts = self._parts
        return FeederParts(
            sink=parts.engine.sink,
            line=parts.line,
            control=parts.engine.control,
            wake=parts.source.wake,
            epochs=parts.epochs,
            position=lambda: self.position,
            held=parts.held,
            opened=self._opened,
            subtitle=parts.subtitle,
            append=lambda: self._former is not None,
        )


def _sound_first(stream: TrackStream) -> bool:
    """Sound is small: asked for after the pictures it would wait on the line behind them."""
    return stream.kind is TrackKind.VIDEO
