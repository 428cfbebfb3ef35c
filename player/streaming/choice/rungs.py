"""The seam between a track stream and whoever chooses its rungs."""

from dataclasses import dataclass
from typing import Protocol

from player.abr.suitability import Output
from player.model.presentation import Representation, Track
from player.model.segment import Segment
from player.streaming.fetch.lane import Lane
from player.units import Micros, micros

PENALTY = micros(60)
"""How long a rung that failed is left alone (Media3's default for a track)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RungQuestion:
    """Which rung for `segment`? `buffered` is media ahead of the picture.

    `target_latency` is how far behind the live edge playback is meant to be; None: not live.
    """

    lane: Lane
    segment: Segment
    buffered: Micros
    target_latency: Micros | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A fetch under way since `started`: `received` bytes have come, in `pieces`."""

    question: RungQuestion
    started: Micros
    received: int
    pieces: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RungAnswer:
    """The rung to take and why, in one line."""

    representation: Representation
    reason: str


class RungChooser(Protocol):
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

    def exclude(self, lane: Lane) -> bool:
        """Leave a failed rung alone for a while; False where no other is left."""
        ...

    def readmit(self, lane: Lane) -> None:
        """Take a rung again that was not to blame."""
        ...

    def instead(self, lane: Lane) -> RungAnswer:
        """The rung to go on with where nothing of a failed one's segments is known."""
        ...

    def limit(self, output: Output) -> None:
        """Take only rungs that this output can show, from the next choice on."""
        ...
