"""Pass: from a start, or a seek that needs the network, to the next one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import anyio

from player.errors import Failure, PlayerError, Severity
from player.model.presentation import TrackKind
from player.model.sample import StreamHead
from player.streaming.feed.feeder import Feeder, FeederParts, FeedStart
from player.streaming.feed.track_line import LineParts
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.parts import EngineParts, Reporter, Source
from player.streaming.fetch.plan import JOIN_TOLERANCE
from player.streaming.gate import BufferState
from player.streaming.stream.stream_set import StreamSet
from player.streaming.stream.track_change import TrackChange
from player.streaming.stream.track_stream import TrackStream
from player.units import Micros, micros


@dataclass(frozen=True, slots=True, kw_only=True)
class PassParts:
    """The neighbours of a pass.

    `failed` hears what ends the channel, `restart` where a new pass must begin, `fed` that
    libmpv was given all of this one.
    """

    engine: EngineParts
    source: Source
    reporter: Reporter
    line: LineParts
    epochs: Iterator[int]
    held: Callable[[], bool]
    opened: Callable[[int], None]
    failed: Callable[[Failure], None]
    restart: Callable[[Micros], None]
    fed: Callable[[], None]
    subtitle: Callable[[StreamHead], bool]


class Pass:
    """A stream set that plays, and its feed. Engine thread only.

    It holds periods of the same kinds, all of them fetched for themselves or none: where the
    next one has others, it ends, and another pass goes on from it without a gap.
    """

    def __init__(
        self,
        fetched: StreamSet,
        start: FeedStart,
        parts: PassParts,
        former: "Pass | None" = None,
    ) -> None:
        """Play `fetched` from `start`, after what `former` still shows."""
        self.fetched = fetched
        fetched.play(former.position if former else start.position)
        self._former = former
        self.fed = False
        self.ended = False
        self._over = anyio.Event()
        self._parts = parts
        self._epochs: set[int] = set()
        self._last_epoch = self._left = 0
        self._pending: anyio.CancelScope | None = None
        self._group: anyio.abc.TaskGroup | None = None
        self.streams = fetched.streams
        shown = former.fetched.buffers() if former else {}
        for kind, buffer in fetched.buffers().items():
            if kind in shown:
                buffer.follow(shown[kind])
        self.feeder = Feeder(fetched.buffers(), start, self._feeder_parts())

    async def run(self) -> None:
        """Feed until `end` is called, or cancelled; then nothing of it is fetched any more."""
        async with anyio.create_task_group() as group:
            self._group = group
            group.start_soon(self._feed)
            await self._over.wait()
            group.cancel_scope.cancel()
        await self.fetched.end()

    def end(self) -> None:
        """Let `run` return."""
        self._over.set()

    def rewind(self, position: Micros) -> bool:
        """Play on from a moment that is in the buffers; False: it is not, nothing was done."""
        covered = all(one.buffer.covers(position) for one in self.streams.values())
        if self.fed or not covered:
            return False
        again = FeedStart(position=position, exact=True)
        if not self.feeder.restart(again, self.fetched.buffers()):
            return False
        self.position = position
        self._left, self._former = self._last_epoch, None
        for stream in self.streams.values():
            stream.moved()
        return True

    def change(self, wanted: TrackChange) -> bool:
        """Take another sound, soon; the old one goes on until the new one can be heard.

        False: that needs a pass of its own.
        """
        self.keep()
        if self.fed or self._group is None or self._former is not None:
            return False
        if wanted.lane is None:
            self._take_over(wanted, None)
            return True
        scope = anyio.CancelScope()
        self._pending = scope
        self._group.start_soon(self._swap, wanted, wanted.lane, scope)
        return True

    def keep(self) -> bool:
        """Take back a change that is not heard yet; tells if there was one."""
        pending, self._pending = self._pending, None
        if pending is not None:
            pending.cancel()
        return pending is not None

    async def _swap(self, wanted: TrackChange, lane: Lane, scope: anyio.CancelScope) -> None:
        # Its segments need not end where those of the pictures do: a little earlier, the one that
        # is nearly over counts too.
        since = Micros(max(self.position - JOIN_TOLERANCE, lane.period.start))
        stream = self.fetched.make(TrackKind.AUDIO, lane, since)
        with scope:
            async with anyio.create_task_group() as group:
                group.start_soon(self._try, stream, wanted, scope)
                while not stream.buffer.covers(self.position):
                    await self._parts.source.wake.wait(micros(0.5))
                if scope.cancel_called:
                    return
                self._pending = None  # from now on it is one of the pass
                self._take_over(wanted, stream)

    async def _try(
        self, stream: TrackStream, wanted: TrackChange, scope: anyio.CancelScope
    ) -> None:
        """Until a sound is heard its failure costs nothing but itself."""
        try:
            await stream.run()
        except PlayerError as failed:
            if self.streams.get(stream.kind) is stream:
                self._parts.failed(failed.failure)
            elif not scope.cancel_called:
                self._parts.reporter.error(failed.failure.with_severity(Severity.RECOVERABLE))
                self.keep()
                wanted.refused()

    def _take_over(self, wanted: TrackChange, stream: TrackStream | None) -> None:
        former = self.streams.pop(TrackKind.AUDIO, None)
        if former is not None:
            former.stop()
        if stream is not None:
            self.streams[TrackKind.AUDIO] = stream
        again = FeedStart(position=self.position, exact=True)
        if self.feeder.restart(again, self.fetched.buffers()):
            wanted.moved()
        else:
            self._parts.restart(self.position)

    # ---- what is asked of it ----------------------------------------------------------------

    @property
    def position(self) -> Micros:
        """Presentation time of the picture."""
        return self.fetched.position

    @position.setter
    def position(self, position: Micros) -> None:
        self.fetched.position = position
        self.feeder.moved()

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
        return self.fetched.leading_lane

    def buffer_state(self, moved: Micros) -> BufferState:
        """What the gate looks at, where the picture has moved on since libmpv told its place."""
        return BufferState(
            buffered=Micros(self.playable - moved),
            all_fetched=self.fetched.finished,
            supply=lambda: self.fetched.supply,
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
        """Feed all of it; its failure is the channel's."""
        try:
            await self.feeder.run()
        except PlayerError as failed:
            self._parts.failed(failed.failure)
            return
        self.fed = True
        self._parts.fed()

    def _opened(self, epoch: int, _origin: Micros) -> None:
        self._epochs.add(epoch)
        self._last_epoch = epoch
        self._parts.opened(epoch)

    # ---- parts ------------------------------------------------------------------------------

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
