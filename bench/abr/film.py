"""What is played in a simulation: a ladder and the size of each segment. Pure."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from player.abr.controller import LadderRung
from player.units import BitsPerSecond, ByteCount

TOLD = 8
"""Of how many segments a manifest's sizes are told ahead."""


@dataclass(frozen=True)
class Film:
    """`rates` of the rungs in bit/s, lowest first; `sizes` in bits, a row for each segment."""

    name: str
    segment_s: float
    rates: tuple[int, ...]
    sizes: tuple[tuple[float, ...], ...]

    @property
    def possible(self) -> bool:
        """Whether it can be played: segments, each with a size on each of the rising rungs."""
        rising = list(self.rates) == sorted(self.rates) and all(one > 0 for one in self.rates)
        rows = all(len(row) == len(self.rates) and min(row) > 0 for row in self.sizes)
        return self.segment_s > 0 and bool(self.rates) and rising and bool(self.sizes) and rows

    @property
    def top(self) -> float:
        """The highest rate in Mbit/s."""
        return self.rates[-1] / 1e6

    @cached_property
    def ladders(self) -> tuple[tuple[LadderRung, ...], ...]:
        """The ladder as a controller sees it before each segment."""
        return tuple(self._ladder(index) for index in range(len(self.sizes)))

    def _ladder(self, index: int) -> tuple[LadderRung, ...]:
        told = self.sizes[index : index + TOLD]
        return tuple(
            LadderRung(
                id=str(place),
                bandwidth=BitsPerSecond(rate),
                sizes=tuple(ByteCount(round(row[place] / 8)) for row in told),
            )
            for place, rate in enumerate(self.rates)
        )


def read_film(path: Path) -> Film:
    """Read a film in Sabre's form: segment duration, rungs, sizes in bits."""
    told = json.loads(path.read_text(encoding="utf-8"))
    film = Film(
        path.stem,
        told["segment_duration_ms"] / 1e3,
        tuple(round(1e3 * one) for one in told["bitrates_kbps"]),
        tuple(tuple(float(size) for size in row) for row in told["segment_sizes_bits"]),
    )
    if not film.possible:
        raise ValueError(f"{path.name} is no film: rising rates, and a size for each in each row")
    return film


def made_film(
    rates_kbps: Sequence[int], segment_s: float, count: int, *, spread: float = 0.25
) -> Film:
    """Make a film whose scenes need more or less than the mean, alike on all rungs."""
    draw = random.Random(7)  # noqa: S311 - the same film each time, no secret
    scenes = [draw.lognormvariate(0, spread) for _ in range(count)]
    mean = sum(scenes) / count
    rates = tuple(1000 * one for one in rates_kbps)
    sizes = tuple(tuple(rate * segment_s * one / mean for rate in rates) for one in scenes)
    return Film("made", segment_s, rates, sizes)
