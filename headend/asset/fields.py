"""Fields of light that move by a table, and the small shapes that the motifs share."""

from collections.abc import Callable
from math import pi

import numpy as np
from numpy.typing import NDArray

from headend.asset.canvas import (
    FULL,
    Coverage,
    Floats,
    Patch,
    Planes,
    Sketch,
    blend,
    halve,
    stroke_patch,
    yuv,
)
from headend.asset.glyphs import Point

CENTRE_X, CENTRE_Y = 1.24, 0.50
STEPS = 4096
TURN: Floats = np.arange(STEPS, dtype=np.float32) / STEPS


class MapLayer:
    """A field of phases lit through a table: one gather a frame moves the whole field.

    Args:
        sketch: gives the pixel grid.
        box: left, top, right, bottom in heights; clipped to the picture.
        phase: of the offsets from the motif's centre, in turns.
        weight: of the same, 0..1.
    """

    def __init__(
        self,
        sketch: Sketch,
        box: tuple[float, float, float, float],
        phase: Callable[[Floats, Floats], Floats],
        weight: Callable[[Floats, Floats], Floats],
        colour: str,
        centre: Point = (CENTRE_X, CENTRE_Y),
    ) -> None:
        left, top, right, bottom = (round(edge * sketch.height) & ~1 for edge in box)
        right, bottom = min(right, sketch.width & ~1), min(bottom, sketch.height)
        dx = sketch.x[:, left:right] - np.float32(centre[0])
        dy = sketch.y[top:bottom] - np.float32(centre[1])
        steps = np.floor(phase(dx, dy) % 1 * STEPS).astype(np.intp) % STEPS
        self._index = np.broadcast_to(steps, (bottom - top, right - left)).copy()
        self._index_half = self._index[::2, ::2].copy()
        self._weight: Coverage = np.rint(weight(dx, dy) * FULL).astype(np.int16)
        self._weight_half = halve(self._weight)
        self._left, self._top, self._colour = left, top, yuv(colour)

    def paint(self, planes: Planes, light: Floats) -> None:
        """Lights the field; ``light`` is 0..1 for each of the 4096 steps of a turn."""
        table = np.rint(light * FULL).astype(np.int16)
        luma = _lit(table, self._index, self._weight)
        chroma = _lit(table, self._index_half, self._weight_half)
        blend(planes, Patch(self._left, self._top, luma, chroma), self._colour)


def _lit(table: Coverage, index: NDArray[np.intp], weight: Coverage) -> Coverage:
    lit = table.take(index)
    lit *= weight
    lit >>= 7
    return lit


def angle(dx: Floats, dy: Floats) -> Floats:
    """The direction of an offset in turns, clockwise from east, -0.5..0.5."""
    return np.arctan2(dy, dx) / np.float32(2 * pi)


def apart(phase: float) -> Floats:
    """Distance of each step of a turn from a phase, -0.5..0.5."""
    return (TURN - np.float32(phase) + np.float32(0.5)) % 1 - np.float32(0.5)


def smooth(value: Floats) -> Floats:
    """Clips to 0..1 and eases both ends."""
    clipped = np.clip(value, 0, 1)
    return clipped * clipped * (3 - 2 * clipped)


def disc(x: float, y: float, radius: float, height: int) -> Patch:
    """A round spot; all lengths in heights but the last, which is the picture's lines."""
    return stroke_patch((((x, y), (x, y)),), 2 * radius, height)


def mix(first: str, second: str, share: float) -> str:
    """A colour between two, both as ``#rrggbb``."""
    parts = zip(bytes.fromhex(first[1:]), bytes.fromhex(second[1:]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in parts)
