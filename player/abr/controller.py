"""The face of rate adaptation: what a controller is told, and what it answers."""

from dataclasses import dataclass
from typing import Protocol

from player.units import BitsPerSecond, ByteCount, Micros


def mbps(rate: float) -> str:
    """Write a rate as every reason does."""
    return f"{rate / 1e6:.2f} Mb/s"


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderRung:
    """A representation as a controller sees it.

    `height` is 0 where it is unknown; `segment_size` is the size of the segment to be fetched
    next, where the manifest tells.
    """

    id: str
    bandwidth: BitsPerSecond
    height: int = 0
    segment_size: ByteCount | None = None

    @property
    def name(self) -> str:
        """What a tester calls it."""
        rate = mbps(self.bandwidth)
        return f"{self.height}p {rate}" if self.height else rate


@dataclass(frozen=True, slots=True, kw_only=True)
class AbrInput:
    """All that a decision may rest on. `ladder` is never empty, lowest bandwidth first.

    `media_time` is the presentation time at which the segment to be fetched begins; `playing` the
    id of the rung fetched last (None: the first segment); `buffer` what is ready to play after
    the playing position; `fixed` the rung that the viewer chose. `viewport_height` is in pixels;
    `dropped_rate` the share of frames dropped in the last seconds, 0..1.
    """

    now: Micros
    media_time: Micros
    buffer: Micros
    segment_duration: Micros
    ladder: tuple[LadderRung, ...]
    playing: str | None = None
    estimate: BitsPerSecond | None = None
    confidence: float = 0.0
    latency: Micros | None = None
    target_latency: Micros | None = None
    max_height: int | None = None
    viewport_height: int | None = None
    dropped_rate: float = 0.0
    fixed: str | None = None

    @property
    def current(self) -> LadderRung | None:
        """The rung fetched last, if the ladder still has it."""
        return next((rung for rung in self.ladder if rung.id == self.playing), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The rung to fetch next, and why: one line, with the numbers that decided."""

    rung: LadderRung
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AbandonInput:
    """A segment on its way. `rung` is the one being fetched, `ladder` what is allowed instead.

    `received` counts bytes, come in `pieces`; `expected_size` is the whole segment's where the
    server told.
    """

    now: Micros
    started: Micros
    received: ByteCount
    buffer: Micros
    segment_duration: Micros
    ladder: tuple[LadderRung, ...]
    rung: LadderRung
    expected_size: ByteCount | None = None
    pieces: int = 6


class AbrController(Protocol):
    """Chooses rungs. One for each session; it may remember. Engine thread, no I/O."""

    def choose(self, given: AbrInput) -> Decision:
        """Choose the rung of the next segment."""
        ...

    def abandon(self, given: AbandonInput) -> Decision | None:
        """Tell whether to give a segment up and fetch it again from the rung named."""
        ...
