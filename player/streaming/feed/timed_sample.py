"""TimedSample: a sample that has its place in presentation time."""

from dataclasses import dataclass

from player.model.presentation import TrackKind
from player.model.sample import Sample, StreamHead
from player.units import Micros


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedSample:
    """A sample in presentation time; `run` counts the demuxer runs of its line.

    `clock` names what its time was learned from (`Placement`); `drift` is how far its time has
    come ahead of the manifest's.
    """

    kind: TrackKind
    head: StreamHead
    sample: Sample
    pts: Micros
    dts: Micros
    run: int
    clock: int = 0
    drift: Micros = Micros(0)

    @property
    def end(self) -> Micros:
        """Presentation time at which the sample has been shown."""
        return Micros(self.pts + self.sample.duration)
