"""The seam between a track stream and whoever chooses its rungs."""

from dataclasses import dataclass
from typing import Protocol

from player.abr.suitability import Output
from player.model.presentation import Representation, Track
from player.model.segment import Segment
from player.streaming.fetch.lane import Lane
from player.units import BitsPerSecond, ByteCount, Micros, micros

PENALTY = micros(60)
"""How long a rung that failed is left alone (Media3's default for a track)."""


FORWARD = micros(30)
"""How far a buffer grows where nobody says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedSegment:
    """A buffered segment that libmpv was not given yet; `settled`: it is not fetched again."""

    segment: Segment
    representation: Representation
    settled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RungQuestion:
    """Which rung for `segment`? `buffered` is media ahead of the picture.

    `buffer_limit` is how far that may grow, `reserve` what of it playback does not use, `queued`
    the end of it that libmpv was not given, without a gap.
    `latency` and `target_latency` are how far behind the live edge playback is and is meant to
    be; None: not live. `last` is the rung fetched last (None: that of the lane), `shown` the one
    on the screen. `beside` is what else is fetched and no rung's rate counts. `speed` is the
    viewer's: how many seconds of media are played in one.
    """

    lane: Lane
    segment: Segment
    buffered: Micros
    buffer_limit: Micros = FORWARD
    reserve: Micros = Micros(0)
    queued: tuple[QueuedSegment, ...] = ()
    latency: Micros | None = None
    target_latency: Micros | None = None
    last: Representation | None = None
    shown: Representation | None = None
    beside: BitsPerSecond = BitsPerSecond(0)
    speed: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A fetch under way since `started`: `received` bytes have come, in `pieces`.

    `buffered` is media ahead of the picture now, without any of this segment; `expected` how many
    bytes the server said, `first_byte` when the first of them came. `again`: it is buffered
    already, from another rung.
    """

    question: RungQuestion
    started: Micros
    received: int
    pieces: int
    buffered: Micros
    expected: ByteCount | None = None
    first_byte: Micros | None = None
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A segment that came whole; `beside` is what its rung's rate counts and other bytes were."""

    lane: Lane
    segment: Segment
    size: ByteCount
    beside: BitsPerSecond = BitsPerSecond(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class RungAnswer:
    """The rung to take and why, in one line.

    `wait`: fetch nothing for so long; `replace`: fetch the buffered one that begins then again.
    """

    representation: Representation
    reason: str
    wait: Micros = Micros(0)
    replace: Micros | None = None


class RungAvoider(Protocol):
    """Leaves rungs alone that failed. Engine thread only."""

    def exclude(self, lane: Lane) -> bool:
        """Leave a failed rung alone for a while; False where no other is left."""
        ...

    def readmit(self, lane: Lane) -> None:
        """Take a rung again that was not to blame."""
        ...


class RungChooser(RungAvoider, Protocol):
    """Chooses rungs for one track. Engine thread only."""

    def first(self, track: Track) -> Representation:
        """The rung to begin a track with."""
        ...

    def choose(self, question: RungQuestion) -> RungAnswer:
        """The rung for a segment that is about to be fetched."""
        ...

    def abandon(self, progress: Progress) -> RungAnswer | None:
        """A lower rung to take instead of going on with this fetch, or None."""
        ...

    def came(self, arrival: Arrival) -> None:
        """Learn what a segment really took."""
        ...

    def instead(self, lane: Lane) -> RungAnswer:
        """The rung to go on with where nothing of a failed one's segments is known."""
        ...

    def limit(self, output: Output) -> None:
        """Take only rungs that this output can show, from the next choice on."""
        ...
