"""Ladder: representations as controllers see them, with all that is known of their sizes."""

from collections.abc import Sequence

from player.abr.controller import LadderRung, Queued
from player.abr.rung_rates import RungRates, is_bridged
from player.model.presentation import Representation
from player.model.segment import Segment
from player.streaming.choice.rungs import Arrival, QueuedSegment, RungQuestion
from player.streaming.choice.segment_sizes import sizes_from
from player.units import MICROS_PER_SECOND, BitsPerSecond, ByteCount, Micros


class Ladder:
    """Makes rungs, and learns from what was fetched of them. Engine thread only."""

    def __init__(self) -> None:
        """Begin with the manifest's word alone."""
        self._rates = RungRates()

    def came(self, arrival: Arrival) -> None:
        """Learn what a segment really took, with what its rung's rate counts besides.

        That is a guess where sound tells no rate: it makes no rung larger than it says it is.
        """
        one, duration = arrival.lane.representation, arrival.segment.duration
        told, beside = _bytes(one.bandwidth, duration), _bytes(arrival.beside, duration)
        size = ByteCount(max(min(arrival.size + beside, told), arrival.size))
        self._rates.came(one.id, one.bandwidth, size, duration)

    def first(self, rungs: Sequence[Representation]) -> tuple[LadderRung, ...]:
        """The rungs before any segment is known, lowest first."""
        return _sorted([self._rung(one, None, None) for one in rungs])

    def of(
        self, rungs: Sequence[Representation], question: RungQuestion
    ) -> tuple[LadderRung, ...]:
        """The rungs for a segment, lowest first."""
        target = question.target_latency
        return _sorted([self._rung(one, question.segment, target) for one in rungs])

    def rung(self, one: Representation, question: RungQuestion) -> LadderRung:
        """One of them."""
        return self._rung(one, question.segment, question.target_latency)

    def queued(
        self, segments: Sequence[QueuedSegment], target_latency: Micros | None
    ) -> tuple[Queued, ...]:
        """What is buffered, by the same measure."""
        return tuple(
            Queued(
                start=one.segment.start,
                duration=one.segment.duration,
                bandwidth=self._rate(one.representation, target_latency),
                height=one.representation.height or 0,
                settled=one.settled,
            )
            for one in segments
        )

    def _rung(
        self, one: Representation, segment: Segment | None, target_latency: Micros | None
    ) -> LadderRung:
        return LadderRung(
            id=one.id,
            bandwidth=self._rate(one, target_latency),
            height=one.height or 0,
            sizes=sizes_from(one.index, segment) if segment is not None else (),
            peak=one.bandwidth,
        )

    def _rate(self, one: Representation, target_latency: Micros | None) -> BitsPerSecond:
        if not is_bridged(target_latency):
            return one.bandwidth
        return self._rates.mean(one.id, one.bandwidth, one.average_bandwidth)


def _bytes(rate: BitsPerSecond, duration: Micros) -> int:
    return rate * duration // (8 * MICROS_PER_SECOND)


def _sorted(rungs: list[LadderRung]) -> tuple[LadderRung, ...]:
    """By the rate that decides, which may order them otherwise than their peaks do."""
    return tuple(sorted(rungs, key=lambda one: one.bandwidth))
