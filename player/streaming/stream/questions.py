"""Questions: what is asked about a segment's rung: the buffer, its bounds, and the live edge."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from player.model.presentation import ManifestFormat, PresentationType, Representation, TrackKind
from player.model.segment import Segment
from player.streaming.choice.rungs import Arrival, QueuedSegment, RungQuestion
from player.streaming.feed.track_buffer import BufferedSegment, TrackBuffer
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.load_control import LoadControl, Supply
from player.streaming.presentation.live import latency_wanted
from player.streaming.presentation.presentation_store import PresentationStore
from player.units import BitsPerSecond, Micros, micros

SOUND = BitsPerSecond(128_000)
"""What sound beside the pictures is taken for where its manifest tells no rate (HLS)."""

STEP = micros(0.5)
"""Limits are told in steps: who plans by them need not plan anew for a picture's time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionParts:
    """What questions are made of; `latency` is how far the picture is behind the live edge,
    `speed` the viewer's.
    """

    kind: TrackKind
    buffer: TrackBuffer
    store: PresentationStore
    control: LoadControl
    position: Callable[[], Micros]
    supply: Callable[[], Supply]
    together: Callable[[], frozenset[TrackKind]]
    latency: Callable[[], Micros | None]
    speed: Callable[[], float]


class Questions:
    """Makes them for one track stream. Engine thread only."""

    def __init__(self, parts: QuestionParts) -> None:
        """Look at what `parts` hold at the moment of each question."""
        self._parts = parts

    @property
    def buffered(self) -> Micros:
        """Media ahead of the picture; a hole at the end is none, or it would look like plenty."""
        buffer = self._parts.buffer
        last = buffer.last
        in_hole = last is not None and last.skipped
        until = buffer.media_until() if in_hole else buffer.cursor
        return Micros(until - self._parts.position())

    def of(self, lane: Lane, segment: Segment, replaced: Collection[Micros] = ()) -> RungQuestion:
        """What is asked before a segment is fetched.

        What begins at one of `replaced` was fetched again once, and is not any more.
        """
        buffered, speed = self.buffered, self._parts.speed()
        if self._parts.kind is not TrackKind.VIDEO:  # of sound nothing else is asked
            return RungQuestion(lane=lane, segment=segment, buffered=buffered, speed=speed)
        supply = self._parts.supply()
        return RungQuestion(
            lane=lane,
            segment=segment,
            buffered=buffered,
            buffer_limit=self._limit(lane, buffered, supply),
            reserve=self._parts.control.reserve,
            queued=self._queued(replaced),
            latency=self._parts.latency(),
            target_latency=latency_wanted(self._parts.store.presentation, segment),
            last=self._last(lane),
            shown=self._parts.buffer.rung_at(self._parts.position()),
            beside=BitsPerSecond(0) if self._counts_all else self._beside(lane, supply),
            speed=speed,
        )

    def arrival(self, chosen: BufferedSegment) -> Arrival:
        """What is told of a segment of pictures that came."""
        beside = self._beside(chosen.lane, self._parts.supply()) if self._counts_all else 0
        return Arrival(
            lane=chosen.lane,
            segment=chosen.segment,
            size=chosen.entry.byte_count,
            beside=BitsPerSecond(beside),
        )

    def _queued(self, replaced: Collection[Micros]) -> tuple[QueuedSegment, ...]:
        """The end of the buffer: what libmpv is not about to take."""
        first = self._parts.position() + self._parts.control.feed
        return tuple(
            QueuedSegment(
                segment=one.segment,
                representation=one.lane.representation,
                settled=one.skipped or not one.whole or one.segment.start in replaced,
            )
            for one in self._parts.buffer.unfed()
            if one.segment.start >= first
        )

    def _limit(self, lane: Lane, buffered: Micros, supply: Supply) -> Micros:
        """How far the buffer may grow; live, no farther than to the end of what there is."""
        store = self._parts.store
        goal = Micros(self._parts.control.limit(buffered, supply) // STEP * STEP)
        loaded = store.index(lane) if store.presentation.type is not PresentationType.VOD else None
        if loaded is None or loaded.index.ended:
            return goal
        now = store.surely_now()
        numbers = loaded.index.numbers(now)
        if not numbers:
            return goal
        edge = loaded.index.segment(numbers[-1]).made_until(now) - self._parts.position()
        return Micros(max(min(goal, edge) // STEP * STEP, STEP))

    def _last(self, lane: Lane) -> Representation | None:
        last = self._parts.buffer.last
        same = last is not None and last.lane.key[:2] == lane.key[:2]
        return last.lane.representation if last is not None and same else None

    @property
    def _counts_all(self) -> bool:
        """Whether a rung's rate counts what is fetched beside it (HLS: all of a variant)."""
        return self._parts.store.presentation.format is ManifestFormat.HLS

    def _beside(self, lane: Lane, supply: Supply) -> BitsPerSecond:
        if len(self._parts.together()) < 2:
            return BitsPerSecond(0)
        told = supply.need - lane.representation.bandwidth
        return BitsPerSecond(told if told > 0 else SOUND)
