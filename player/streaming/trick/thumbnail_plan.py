"""Thumbnails: which of a sheet's tiles stands for a moment, and which rung is small. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from player.model.presentation import Representation, TileGrid
from player.model.segment import Segment, SegmentIndex
from player.units import Micros

LEAST_WIDTH = 160
"""Pixels of a tile; one with fewer tells little."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """What a small picture stands for, in presentation time; `number` is its tile's."""

    number: int
    start: Micros
    until: Micros

    def covers(self, position: Micros) -> bool:
        """Whether a moment lies in it."""
        return self.start <= position < self.until


def covering(index: SegmentIndex, position: Micros, now: Micros) -> Segment | None:
    """The segment that holds a moment; None: it is not there (yet), or any more."""
    found = index.find(position, now)
    if found is None or found.gap or found.making or found.protection:
        return None
    return found if found.start <= position < found.end else None


def stretches(segment: Segment, grid: TileGrid) -> Iterator[Stretch]:
    """What each tile of a sheet stands for; of a sheet that is not full the last ones are none."""
    count = grid.columns * grid.rows
    lasts = grid.duration or segment.duration / count
    for number in range(count):
        start = Micros(segment.start + round(number * lasts))
        until = Micros(min(segment.start + round((number + 1) * lasts), segment.end))
        if start < until:
            yield Stretch(number=number, start=start, until=until)


def smallest(rungs: tuple[Representation, ...]) -> Representation:
    """The rung with the least bytes whose tiles are wide enough, else the last."""
    return next((one for one in rungs if _tile_width(one) >= LEAST_WIDTH), rungs[-1])


def _tile_width(one: Representation) -> int:
    """DASH tells the sheet's width, HLS a tile's."""
    if one.width is None:
        return LEAST_WIDTH
    return one.width // (one.tiles.columns if one.tiles and one.source is None else 1)
