"""When the line may be taken from pictures and sound for something that nobody waits for. Pure."""

from dataclasses import dataclass

from player.model.segment import Segment
from player.streaming.fetch.lane import Lane
from player.units import MICROS_PER_SECOND, BitsPerSecond, ByteCount, Micros

TINY = ByteCount(16_000)
"""What does not count: a page of WebVTT. Pictures of a second take ten times as much."""

MARGIN = 2
"""By how much the buffer must outlast a fetch that has the line for itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spare:
    """How pictures and sound stand: `running`, with `playable` media, `enough` from now on.

    `rate` is the line's, None where nothing is known of it; `beat` is how long it takes to bring
    the next segment of each of them.
    """

    running: bool
    playable: Micros
    enough: Micros
    rate: BitsPerSecond | None = None
    beat: Micros = Micros(0)

    def allows(self, size: ByteCount | None) -> bool:
        """Whether so many bytes may be fetched now; None: nobody knows how many."""
        if not self.running:
            return False
        if size is not None and size <= TINY:
            return True
        if size is None or not self.rate:
            return self.playable >= self.enough
        taken = MARGIN * size * 8 * MICROS_PER_SECOND // self.rate
        return self.playable >= max(self.enough, taken + self.beat)


def expected_size(segment: Segment, lane: Lane, last: ByteCount | None) -> ByteCount | None:
    """How many bytes a text segment will have: as told, else as its rate has it, or the last."""
    if segment.size is not None:
        return segment.size
    told = lane.representation.bandwidth * segment.duration // (8 * MICROS_PER_SECOND)
    return max(ByteCount(told), last or ByteCount(0)) or None
