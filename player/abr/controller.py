"""The face of rate adaptation: what a controller is told, and what it answers."""

from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from player.units import BitsPerSecond, ByteCount, Micros, micros, seconds

FED = micros(4)
"""Media ahead of the picture that libmpv has, or is about to have: nothing there is replaced."""


def mbps(rate: float) -> str:
    """Write a rate as every reason does."""
    return f"{rate / 1e6:.2f} Mb/s"


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderRung:
    """A representation as a controller sees it.

    `bandwidth` is what it takes, in the mean where that is known, and `peak` what it takes at
    most (None: the same). `height` is 0 where it is unknown; `sizes` are those of the segment to
    be fetched next and of those that follow it, as far as the manifest tells (none: nothing is
    told).
    """

    id: str
    bandwidth: BitsPerSecond
    height: int = 0
    sizes: tuple[ByteCount, ...] = ()
    peak: BitsPerSecond | None = None

    @property
    def segment_size(self) -> ByteCount | None:
        """The size of the segment to be fetched next, where the manifest tells."""
        return self.sizes[0] if self.sizes else None

    def bits(self, duration: Micros) -> float:
        """What the next segment weighs: as it was told, else so long at the bandwidth; never 0."""
        return max(8.0 * (self.segment_size or 0) or self.bandwidth * seconds(duration), 1.0)

    @property
    def name(self) -> str:
        """What a tester calls it."""
        rate = mbps(self.bandwidth)
        return f"{self.height}p {rate}" if self.height else rate


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """What is known of the line, as the estimator saw it.

    `rate` is the mean (None: nothing is known, not even a guess), `low` what it seldom falls
    below; `recent` are the rates of the last transfers, oldest first, waiting for their first
    bytes left out; `latency` is that wait. `confidence` goes from 0 (a guess, such as what this
    network did last time) towards 1. `shared`: this is one picture's share of a line that others
    use beside it, and no more than that may be taken.
    """

    rate: BitsPerSecond | None = None
    low: BitsPerSecond | None = None
    recent: tuple[BitsPerSecond, ...] = ()
    latency: Micros = Micros(0)
    confidence: float = 0.0
    shared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A buffered segment that libmpv was not given yet.

    `height` is 0 where it is unknown. `settled`: it stays as it is, such as one that was fetched
    again already.
    """

    start: Micros
    duration: Micros
    bandwidth: BitsPerSecond
    height: int = 0
    settled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AbrInput:
    """All that a decision may rest on. `ladder` is never empty, lowest bandwidth first.

    `media_time` is the presentation time at which the segment to be fetched begins; `playing` the
    id of the rung fetched last (None: the first segment); `buffer` what is ready to play after
    the playing position, `buffer_limit` how far it may grow, `reserve` what of it playback does
    not use: with less than that it holds; `queued` the end of it, oldest first. `latency` and
    `target_latency` are how far behind the live edge playback is and is meant to be; None: not
    live. `fixed` is the rung that the viewer chose, `decoder_height` what the decoder
    is known to bear, `max_height` and `max_bandwidth` what he (or
    a metered line) allows. `viewport_height` is the picture's on the screen, in pixels;
    `dropped_rate` the share of frames dropped in the last seconds, 0..1, of the rung `shown`
    (None: of the one fetched last). `beside` is what else the line has to carry and no rung's
    bandwidth counts: sound that is fetched by itself. `step` is how much of the segment can be
    played by itself as soon as it has come (a chunk, a part); None: nothing before all of it.
    """

    now: Micros
    media_time: Micros
    buffer: Micros
    segment_duration: Micros
    ladder: tuple[LadderRung, ...]
    step: Micros | None = None
    playing: str | None = None
    line: LineView = field(default_factory=LineView)
    buffer_limit: Micros = Micros(30_000_000)
    reserve: Micros = Micros(0)
    queued: tuple[Queued, ...] = ()
    latency: Micros | None = None
    target_latency: Micros | None = None
    max_height: int | None = None
    decoder_height: int | None = None
    max_bandwidth: BitsPerSecond | None = None
    viewport_height: int | None = None
    dropped_rate: float = 0.0
    shown: str | None = None
    beside: BitsPerSecond = BitsPerSecond(0)
    fixed: str | None = None

    @property
    def current(self) -> LadderRung | None:
        """The rung fetched last, if the ladder still has it."""
        return next((rung for rung in self.ladder if rung.id == self.playing), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What to fetch next, and why: one line, with the numbers that decided.

    `wait`: fetch nothing for so long, unless something changes; `replace`: before the next
    segment, fetch the queued one that begins at this presentation time again, from `rung`. It
    takes the other's place once it is whole, if that was not given to libmpv meanwhile.
    """

    rung: LadderRung
    reason: str
    wait: Micros = Micros(0)
    replace: Micros | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AbandonInput:
    """A segment on its way. `rung` is the one being fetched, `ladder` what there is instead,
    whatever caps allow.

    `received` counts bytes, come in `pieces`; `expected_size` is the whole segment's where the
    server told. `first_byte` is when the first of them came. `again`: it is there already, from
    another rung; giving it up means to leave that as it is.
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
    first_byte: Micros | None = None
    again: bool = False
    line: LineView = field(default_factory=LineView)

    @property
    def bits(self) -> float:
        """What the whole segment weighs: as the server told, else as the ladder does."""
        return 8.0 * (self.expected_size or 0) or self.rung.bits(self.segment_duration)


class AbrController(Protocol):
    """Chooses rungs. One for each session; it may remember. Engine thread, no I/O."""

    def choose(self, given: AbrInput) -> Decision:
        """Choose the rung of the next segment."""
        ...

    def abandon(self, given: AbandonInput) -> Decision | None:
        """Tell whether to give a segment up and fetch it again from the rung named."""
        ...


@runtime_checkable
class Thinker(Protocol):
    """A controller that decides better after it has thought."""

    def think(self) -> bool:
        """Think for some 50 ms, maybe in a worker; tells whether there is more to think about."""
        ...
