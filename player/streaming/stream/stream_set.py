"""StreamSet: the track streams that are fetched beside one another, for one pass."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

import anyio

from player.errors import Failure, PlayerError, Severity
from player.model.presentation import Period, Track, TrackKind
from player.streaming.choice.rungs import RungChooser
from player.streaming.feed.track_buffer import BufferedSegment, TrackBuffer
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.load_control import Supply
from player.streaming.fetch.parts import EngineParts, Reporter, Source
from player.streaming.fetch.segment_loader import SegmentLoader
from player.streaming.presentation.period_order import Kinds
from player.streaming.presentation.presentation_store import PresentationStore
from player.streaming.stream.track_change import leading
from player.streaming.stream.track_stream import TrackStream
from player.streaming.stream.track_stream_parts import TrackStreamParts
from player.units import ByteCount, Micros

SupplyOf = Callable[[Collection[TrackStream], Micros, ByteCount], Supply]
"""How the line stands to streams, seen from the picture, with so many bytes held before them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamSetParts:
    """The neighbours of all sets; `failed` hears what ends the channel.

    `gives_way` is asked first: whether the channel goes on without a lane's track. `latency` is
    how far the picture is behind the live edge, `speed` how fast the viewer has it played.
    """

    engine: EngineParts
    source: Source
    store: PresentationStore
    loader: SegmentLoader
    reporter: Reporter
    choosers: Mapping[TrackKind, RungChooser]
    match: Callable[[Period, TrackKind], Track | None]
    kinds: Kinds
    supply: SupplyOf
    failed: Callable[[Failure], None]
    arrived: Callable[[BufferedSegment], None]
    gives_way: Callable[[Lane], bool]
    latency: Callable[[], Micros | None]
    speed: Callable[[], float]


class StreamSet:
    """It fetches periods of the same kinds, from `start` on. Engine thread only.

    One that was begun behind a `former` counts its goals from the picture, over both; until it is
    played its failure costs nothing but itself.
    """

    def __init__(
        self,
        lanes: Mapping[TrackKind, Lane],
        start: Micros,
        parts: StreamSetParts,
        former: "StreamSet | None" = None,
    ) -> None:
        """Begin at `start` with a stream for each of `lanes`."""
        self.start = start
        self.lanes = dict(lanes)
        self.failure: Failure | None = None
        self._parts = parts
        self._former = former
        self._position = start
        self._over, self._ended = anyio.Event(), anyio.Event()
        self.streams = {kind: self.make(kind, lane, start) for kind, lane in lanes.items()}

    async def run(self) -> None:
        """Fetch until `end` is called, or cancelled."""
        try:
            async with anyio.create_task_group() as group:
                for stream in sorted(self.streams.values(), key=_sound_first):
                    group.start_soon(self._guarded, stream)
                await self._over.wait()
                group.cancel_scope.cancel()
        finally:
            self._ended.set()

    def stop(self) -> None:
        """Let `run` return, soon."""
        self._over.set()

    async def end(self) -> None:
        """Let `run` return, and wait for it."""
        self._over.set()
        await self._ended.wait()

    def play(self, position: Micros) -> None:
        """From now on it is the one that plays; the picture stands at `position`."""
        self._former, self._position = None, position

    def make(self, kind: TrackKind, lane: Lane, position: Micros) -> TrackStream:
        """A stream of this set; it is neither run nor taken in by this."""
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
                chooser=parts.choosers[kind],
                reporter=parts.reporter,
                position=lambda: self.position,
                supply=lambda: self.supply,
                match=parts.match,
                kinds=parts.kinds,
                together=lambda: frozenset(self.streams),
                arrived=parts.arrived,
                latency=parts.latency,
                speed=parts.speed,
            ),
        )

    @property
    def position(self) -> Micros:
        """Presentation time of the picture, whichever set it is of."""
        return self._former.position if self._former else self._position

    @position.setter
    def position(self, position: Micros) -> None:
        self._position = position

    @property
    def finished(self) -> bool:
        """Whether every stream has all of its part."""
        return all(one.buffer.finished for one in self.streams.values())

    @property
    def whole_until(self) -> Micros:
        """Presentation time up to which every kind is complete."""
        return min(one.buffer.whole_until() for one in self.streams.values())

    @property
    def leading_lane(self) -> Lane | None:
        """Where the pictures are fetched, without pictures the sound."""
        return leading({kind: one.lane for kind, one in self.streams.items()})

    @property
    def shown(self) -> dict[TrackKind, Lane]:
        """What is on the picture, by the newest manifest; before it, where it is fetched."""
        store, streams = self._parts.store, self.streams.items()
        lanes = {kind: one.buffer.lane_at(self.position) or one.lane for kind, one in streams}
        return {kind: store.current(lane) for kind, lane in lanes.items()}

    @property
    def lanes_now(self) -> dict[TrackKind, Lane]:
        """Where each stream fetches, by the newest manifest."""
        store = self._parts.store
        return {kind: store.current(one.lane) for kind, one in self.streams.items()}

    @property
    def held(self) -> ByteCount:
        """Bytes ahead of the picture, of this set and of those before it."""
        own = sum(one.buffer.ahead(self.position) for one in self.streams.values())
        return ByteCount(own + (self._former.held if self._former else 0))

    @property
    def supply(self) -> Supply:
        """How the line stands to what is fetched, at the speed at which that is played."""
        supply, speed = self._supply(), self._parts.speed()
        if supply.headroom is None or speed == 1.0:
            return supply
        return replace(supply, headroom=supply.headroom / speed)

    def _supply(self) -> Supply:
        before = self._former.held if self._former else ByteCount(0)
        return self._parts.supply(self.streams.values(), self.position, before)

    @property
    def beat(self) -> Micros:
        """How long the line takes to bring the next segment of every kind; 0: nobody knows."""
        headroom = self._supply().headroom
        lasts = (one.buffer.last for one in self.streams.values())
        longest = max((one.segment.duration for one in lasts if one), default=0)
        return Micros(round(longest / headroom)) if headroom else Micros(0)

    def buffers(self) -> dict[TrackKind, TrackBuffer]:
        """What is to be fed."""
        return {kind: stream.buffer for kind, stream in self.streams.items()}

    async def _guarded(self, stream: TrackStream) -> None:
        try:
            await stream.run()
        except PlayerError as failed:
            self.failure = self.failure or failed.failure
            if self._former is None:
                self._give_up(stream.lane, failed.failure)

    def _give_up(self, lane: Lane, failure: Failure) -> None:
        if self._parts.gives_way(lane):
            self._parts.reporter.error(failure.with_severity(Severity.RECOVERABLE))
        else:
            self._parts.failed(failure)


def _sound_first(stream: TrackStream) -> bool:
    """Sound is small: asked for after the pictures it would wait on the line behind them."""
    return stream.kind is TrackKind.VIDEO
