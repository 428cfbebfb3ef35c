"""Picture planes and the few ways of painting on them.

The unit of length is the picture's height, so that every rung shows the same card; y runs
downward. A coverage is an int16 array of 0..128. Colours are BT.709, limited range.
"""

from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from headend.asset.glyphs import Stroke

Floats = NDArray[np.floating[Any]]
Coverage = NDArray[np.int16]
Yuv = tuple[int, int, int]
FULL = 128


@dataclass(frozen=True, slots=True)
class Planes:
    """A 4:2:0 picture; the arrays are writable and owned by the holder."""

    y: NDArray[np.uint8]
    u: NDArray[np.uint8]
    v: NDArray[np.uint8]

    def copy(self) -> "Planes":
        """A picture of its own with the same content."""
        return Planes(self.y.copy(), self.u.copy(), self.v.copy())


@dataclass(frozen=True, slots=True)
class Patch:
    """A coverage at an even pixel position, for luma and (halved) chroma."""

    left: int
    top: int
    luma: Coverage
    chroma: Coverage


def rgb(colour: str) -> tuple[float, float, float]:
    """``#rrggbb`` as three floats in 0..1."""
    red, green, blue = bytes.fromhex(colour.lstrip("#"))
    return red / 255, green / 255, blue / 255


def yuv_planes(red: Floats, green: Floats, blue: Floats) -> tuple[Floats, Floats, Floats]:
    """BT.709 R'G'B' 0..1 to limited range Y'CbCr, unrounded (ITU-R BT.709-6, 3 and 5)."""
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return (
        16 + 219 * luma,
        128 + 224 * (blue - luma) / 1.8556,
        128 + 224 * (red - luma) / 1.5748,
    )


def yuv(colour: str) -> Yuv:
    """``#rrggbb`` as one limited range BT.709 sample."""
    parts = [np.float32(part) for part in rgb(colour)]
    y, u, v = yuv_planes(*(np.array([part]) for part in parts))
    return round(float(y[0])), round(float(u[0])), round(float(v[0]))


class Sketch:
    """A still picture in R'G'B' floats: everything that does not move is painted here once.

    Attributes:
        x: pixel centres across, in heights, shape (1, width).
        y: pixel centres down, in heights, shape (height, 1).
    """

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.x: Floats = ((np.arange(width, dtype=np.float32) + 0.5) / height)[None, :]
        self.y: Floats = ((np.arange(height, dtype=np.float32) + 0.5) / height)[:, None]
        self._rgb: Floats = np.zeros((height, width, 3), np.float32)

    def fill(self, amount: Floats, colour: str) -> None:
        """Mixes a colour in by an amount of 0..1 that broadcasts to the picture."""
        mix = np.broadcast_to(amount, (self.height, self.width))[:, :, None]
        self._rgb += (np.array(rgb(colour), np.float32) - self._rgb) * mix

    def edge(self, distance: Floats) -> Floats:
        """Turns a signed distance in heights (negative inside) into an antialiased amount."""
        amount: Floats = np.clip(0.5 - distance * self.height, 0, 1)
        return amount

    def stroke(
        self, strokes: tuple[Stroke, ...], pen: float, colour: str, strength: float = 1
    ) -> None:
        """Draws polylines with a round pen; ``pen`` is its width in heights."""
        patch = stroke_patch(strokes, pen, self.height)
        top, left = max(patch.top, 0), max(patch.left, 0)
        area = self._rgb[top : patch.top + patch.luma.shape[0], left:]
        area = area[:, : patch.left + patch.luma.shape[1] - left]
        mix = patch.luma[top - patch.top :, left - patch.left :][: area.shape[0], : area.shape[1]]
        weight = (mix / np.float32(FULL) * np.float32(strength))[:, :, None]
        area += (np.array(rgb(colour), np.float32) - area) * weight

    def planes(self) -> Planes:
        """The picture in 4:2:0, with a fixed dither so that soft gradients do not band."""
        y, u, v = yuv_planes(*np.moveaxis(self._rgb, 2, 0))
        noise = np.random.default_rng(7).random(y.shape, np.float32) - 0.5
        small = [halve_floats(plane) for plane in (u, v)]
        return Planes(_bytes(y + noise), _bytes(small[0]), _bytes(small[1]))


def halve_floats(plane: Floats) -> Floats:
    """Averages two by two."""
    rows = plane[0::2] + plane[1::2]
    halved: Floats = (rows[:, 0::2] + rows[:, 1::2]) / 4
    return halved


def _bytes(plane: Floats) -> NDArray[np.uint8]:
    return np.clip(np.rint(plane), 0, 255).astype(np.uint8)


def halve(coverage: Coverage) -> Coverage:
    """The coverage of the chroma samples that lie under a luma coverage of even size."""
    rows = coverage[0::2] + coverage[1::2]
    return (rows[:, 0::2] + rows[:, 1::2]) >> 2


def blend(planes: Planes, patch: Patch, colour: Yuv) -> None:
    """Paints a colour through a patch; what lies outside the picture is left out."""
    _blend_plane(planes.y, patch.left, patch.top, patch.luma, colour[0])
    _blend_plane(planes.u, patch.left // 2, patch.top // 2, patch.chroma, colour[1])
    _blend_plane(planes.v, patch.left // 2, patch.top // 2, patch.chroma, colour[2])


def _blend_plane(
    plane: NDArray[np.uint8], left: int, top: int, coverage: Coverage, level: int
) -> None:
    x, y = max(left, 0), max(top, 0)
    area = plane[y : max(top + coverage.shape[0], 0), x : max(left + coverage.shape[1], 0)]
    part = coverage[y - top :, x - left :][: area.shape[0], : area.shape[1]]
    delta: Coverage = np.int16(level) - area.astype(np.int16)
    delta *= part
    delta += FULL // 2
    delta >>= 7
    area += delta.astype(np.uint8)  # wraps around on purpose: the sum is right modulo 256


def stroke_patch(strokes: tuple[Stroke, ...], pen: float, height: int) -> Patch:
    """Rasters polylines (points in heights) with a round pen for a picture of ``height`` lines."""
    points = [(x * height, y * height) for stroke in strokes for x, y in stroke]
    reach = pen * height / 2 + 1
    left = floor(min(x for x, _ in points) - reach) & ~1
    top = floor(min(y for _, y in points) - reach) & ~1
    right = ceil(max(x for x, _ in points) + reach + 1) & ~1
    bottom = ceil(max(y for _, y in points) + reach + 1) & ~1
    distance = np.full((bottom - top, right - left), np.float32(1e6))
    for stroke in strokes:
        for a, b in pairwise(stroke):
            _near_segment(
                distance,
                (a[0] * height - left, a[1] * height - top),
                (b[0] * height - left, b[1] * height - top),
                reach,
            )
    soft = np.clip(pen * height / 2 + 0.5 - distance, 0, 1) * FULL
    luma = np.rint(soft).astype(np.int16)
    return Patch(left, top, luma, halve(luma))


def _near_segment(
    distance: Floats, a: tuple[float, float], b: tuple[float, float], reach: float
) -> None:
    """Lowers ``distance`` (pixels) to that from the segment, only where the pen may reach."""
    x0, x1 = max(0, floor(min(a[0], b[0]) - reach)), ceil(max(a[0], b[0]) + reach)
    y0, y1 = max(0, floor(min(a[1], b[1]) - reach)), ceil(max(a[1], b[1]) + reach)
    area = distance[y0:y1, x0:x1]
    x = np.arange(x0, x0 + area.shape[1], dtype=np.float32)[None, :] + np.float32(0.5 - a[0])
    y = np.arange(y0, y0 + area.shape[0], dtype=np.float32)[:, None] + np.float32(0.5 - a[1])
    dx, dy = np.float32(b[0] - a[0]), np.float32(b[1] - a[1])
    along = np.clip((x * dx + y * dy) / max(dx * dx + dy * dy, np.float32(1e-9)), 0, 1)
    np.minimum(area, np.hypot(x - along * dx, y - along * dy), out=area)
