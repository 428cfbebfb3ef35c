"""The movements about a figure: globe, arena, film leader, drifting balls."""

from itertools import pairwise
from math import cos, pi, sin

import numpy as np

from headend.asset.canvas import (
    Floats,
    Planes,
    Sketch,
    blend,
    stroke_patch,
    yuv,
)
from headend.asset.fields import (
    CENTRE_X,
    CENTRE_Y,
    TURN,
    MapLayer,
    apart,
    disc,
    mix,
    smooth,
)
from headend.asset.glyphs import Point, Stroke
from headend.asset.ladder import LOOP_FRAMES
from headend.asset.model import Colours


class Globe:
    """A globe of lines that turns once a loop."""

    RADIUS = 0.315

    def __init__(self, colours: Colours) -> None:
        self._colours = colours

    def sketch(self, sketch: Sketch) -> None:
        colours, radius = self._colours, self.RADIUS
        dx, dy = sketch.x - CENTRE_X, sketch.y - CENTRE_Y
        away = np.hypot(dx, dy) - radius
        sketch.fill(np.exp(-np.maximum(away, 0) / 0.07) * 0.45, colours.deep)
        shade = np.clip(0.5 - (dx + dy) / (3 * radius), 0, 1)
        sketch.fill(sketch.edge(away) * (0.35 + 0.65 * shade), colours.deep)
        for row in range(-2, 3):
            y = radius * sin(row * pi / 6)
            half = radius * cos(row * pi / 6)
            line = ((CENTRE_X - half, CENTRE_Y + y), (CENTRE_X + half, CENTRE_Y + y))
            sketch.stroke((line,), 0.003, colours.light, 0.45)
        sketch.stroke((_circle(radius),), 0.006, colours.light, 0.9)
        self._layer = MapLayer(
            sketch,
            (CENTRE_X - radius, CENTRE_Y - radius, CENTRE_X + radius, CENTRE_Y + radius),
            self._longitude,
            lambda x, y: sketch.edge(np.hypot(x, y) - radius),
            colours.accent,
        )

    def _longitude(self, dx: Floats, dy: Floats) -> Floats:
        half = np.sqrt(np.maximum(self.RADIUS**2 - dy * dy, 1e-6))
        return np.arcsin(np.clip(dx / half, -1, 1)) / np.float32(2 * pi)

    def paint(self, planes: Planes, frame: int) -> None:
        turn = np.float32(frame / LOOP_FRAMES)
        lines = ((TURN - turn) * 12 + 0.5) % 1 - 0.5
        day = 0.30 * smooth(np.float32(0.5) - np.abs(apart(frame / LOOP_FRAMES)) * 3 + 0.5)
        self._layer.paint(planes, np.clip(day + 0.7 * np.exp(-((lines / 0.05) ** 2)), 0, 1))


def _circle(radius: float, flat: float = 1.0) -> Stroke:
    turns = [2 * pi * i / 96 for i in range(97)]
    return tuple((CENTRE_X + radius * cos(a), CENTRE_Y + radius * flat * sin(a)) for a in turns)


class Orbits:
    """Runners on the lanes of an arena, each lane with a pace of its own."""

    LANES = ((0.20, 6), (0.275, 5), (0.35, 4), (0.425, 3))
    FLAT = 0.56
    TAIL_PENS = (0.017, 0.012, 0.008, 0.004)

    def __init__(self, colours: Colours) -> None:
        self._colours = colours

    def sketch(self, sketch: Sketch) -> None:
        colours = self._colours
        self._height = sketch.height
        dx, dy = sketch.x - CENTRE_X, (sketch.y - CENTRE_Y) / self.FLAT
        away = np.hypot(dx, dy)
        sketch.fill(sketch.edge((away - 0.4625) * self.FLAT) * 0.55, colours.deep)
        sketch.fill(sketch.edge((away - 0.1625) * self.FLAT) * 0.9, colours.night)
        for radius in (0.1625, 0.2375, 0.3125, 0.3875, 0.4625):
            sketch.stroke((_circle(radius, self.FLAT),), 0.0035, colours.light, 0.6)
        middle = ((CENTRE_X, CENTRE_Y - 0.09), (CENTRE_X, CENTRE_Y + 0.09))
        sketch.stroke((middle, _circle(0.05, self.FLAT)), 0.003, colours.light, 0.4)

    def _spot(self, radius: float, turn: float) -> Point:
        angle = 2 * pi * turn
        return CENTRE_X + radius * cos(angle), CENTRE_Y + radius * self.FLAT * sin(angle)

    def paint(self, planes: Planes, frame: int) -> None:
        for lane, (radius, laps) in enumerate(self.LANES):
            turn = laps * frame / LOOP_FRAMES + lane * 0.31
            colour = yuv(self._colours.accent if lane % 2 else self._colours.light)
            tail = tuple(
                self._spot(radius, turn - 0.02 * i) for i in range(len(self.TAIL_PENS) + 1)
            )
            for piece, pen in zip(pairwise(tail), self.TAIL_PENS, strict=True):
                blend(planes, stroke_patch((piece,), pen, self._height), colour)
            x, y = tail[0]
            blend(planes, disc(x, y, 0.021, self._height), colour)


class Leader:
    """A film leader: the hand wipes round the dial every four seconds."""

    RADIUS = 0.30

    def __init__(self, colours: Colours) -> None:
        self._colours = colours

    def sketch(self, sketch: Sketch) -> None:
        colours, radius = self._colours, self.RADIUS
        away = np.hypot(sketch.x - CENTRE_X, sketch.y - CENTRE_Y)
        sketch.fill(sketch.edge(away - radius) * 0.35, colours.accent)
        self._layer = MapLayer(
            sketch,
            (CENTRE_X - radius, CENTRE_Y - radius, CENTRE_X + radius, CENTRE_Y + radius),
            lambda dx, dy: np.arctan2(dx, -dy) / np.float32(2 * pi),
            lambda dx, dy: sketch.edge(np.hypot(dx, dy) - radius),
            colours.light,
        )
        cross = (
            ((CENTRE_X - 0.43, CENTRE_Y), (CENTRE_X + 0.43, CENTRE_Y)),
            ((CENTRE_X, CENTRE_Y - 0.36), (CENTRE_X, CENTRE_Y + 0.34)),
        )
        sketch.stroke(cross, 0.003, colours.light, 0.5)
        for size, pen in ((radius, 0.006), (0.25, 0.004), (0.335, 0.003)):
            sketch.stroke((_circle(size),), pen, colours.light, 0.85)

    def paint(self, planes: Planes, frame: int) -> None:
        behind = (np.float32(6 * frame / LOOP_FRAMES) - TURN) % 1
        edge = np.clip(behind * 700, 0, 1)
        self._layer.paint(planes, edge * (0.08 + 0.72 * (1 - behind) ** 2.2))


class Bubbles:
    """Balls of the palette's colours drift about each other."""

    BALLS = (
        (0.115, 1, 2, 0.0, 0.0),
        (0.085, 2, 1, 0.3, 0.55),
        (0.060, 1, 3, 0.55, 1.0),
        (0.045, 3, 2, 0.15, 0.3),
        (0.035, 2, 3, 0.75, 0.8),
        (0.028, 3, 1, 0.9, 1.0),
        (0.020, 1, 1, 0.45, 0.0),
    )

    def __init__(self, colours: Colours) -> None:
        self._tints = [yuv(mix(colours.accent, colours.light, ball[4])) for ball in self.BALLS]
        self._colours = colours

    def sketch(self, sketch: Sketch) -> None:
        self._height = sketch.height
        for radius, amount in ((0.40, 0.25), (0.31, 0.3), (0.21, 0.35)):
            away = np.hypot(sketch.x - CENTRE_X, sketch.y - CENTRE_Y) - radius
            sketch.fill(sketch.edge(away) * amount, self._colours.deep)

    def paint(self, planes: Planes, frame: int) -> None:
        turn = 2 * pi * frame / LOOP_FRAMES
        for (radius, across, down, shift, _), tint in zip(self.BALLS, self._tints, strict=True):
            x = CENTRE_X + (0.40 - radius) * sin(across * turn + 2 * pi * shift)
            y = CENTRE_Y + (0.37 - radius) * cos(down * turn + 5 * shift)
            blend(planes, disc(x, y, radius, self._height), tint)
