"""The movements of the open: two lighthouses, the tide, the stars about the pole."""

from math import pi

import numpy as np

from headend.asset.canvas import (
    FULL,
    Floats,
    Patch,
    Planes,
    Sketch,
    blend,
    halve,
    yuv,
)
from headend.asset.fields import (
    CENTRE_X,
    TURN,
    MapLayer,
    angle,
    apart,
    mix,
    smooth,
)
from headend.asset.ladder import LOOP_FRAMES
from headend.asset.model import Colours


def _stars(sketch: Sketch, seed: int, count: int, floor: float, colour: str) -> None:
    random = np.random.default_rng(seed)
    for x, y, size in random.random((count, 3)):
        spot = (float(x) * 1.76 + 0.01, 0.09 + float(y) * (floor - 0.09))
        sketch.stroke(((spot, spot),), 0.0016 + 0.003 * float(size) ** 3, colour, 0.7)


def _lighthouse(sketch: Sketch, x: float, base: float, lamp: float, colour: str) -> None:
    """Tower, gallery, lantern and roof as one silhouette over a rock."""
    down = (sketch.y - lamp) / (base - lamp)
    half = 0.020 + 0.020 * down
    tower = np.maximum(np.abs(sketch.x - x) - half, np.maximum(lamp - sketch.y, sketch.y - base))
    sketch.fill(sketch.edge(tower), colour)
    for y, width in ((lamp, 0.062), (lamp - 0.052, 0.05)):
        sketch.stroke((((x - width / 2, y), (x + width / 2, y)),), 0.009, colour)
    for side in (-0.019, 0.019):
        sketch.stroke((((x + side, lamp), (x + side, lamp - 0.05)),), 0.004, colour)
    roof = ((x - 0.02, lamp - 0.055), (x, lamp - 0.085), (x + 0.02, lamp - 0.055))
    sketch.stroke((roof, ((x, lamp - 0.06), (x, lamp - 0.105))), 0.009, colour)
    rock = np.hypot((sketch.x - x) / 2.6, sketch.y - base - 0.035) - 0.062
    sketch.fill(sketch.edge(np.maximum(rock, sketch.y - base - 0.03)), colour)


class Beam:
    """A lighthouse at night; its two beams sweep round three times a loop."""

    LAMP = (CENTRE_X, 0.36)
    SEA = 0.76

    def __init__(self, colours: Colours) -> None:
        self._colours = colours

    def sketch(self, sketch: Sketch) -> None:
        colours, (x, lamp) = self._colours, self.LAMP
        _stars(sketch, 3, 130, self.SEA - 0.06, colours.light)
        sketch.fill(sketch.edge(self.SEA - sketch.y) * 0.75, colours.night)
        glint = np.exp(-(((sketch.x - x) / (0.05 + (sketch.y - self.SEA))) ** 2))
        ripple = 0.5 + 0.5 * np.sin(sketch.y * 260 + np.sin(sketch.x * 40) * 1.5)
        sea = sketch.edge(self.SEA + 0.004 - sketch.y)
        sketch.fill((sea * glint * ripple * 0.3).astype(np.float32), colours.accent)
        halo = np.exp(-np.hypot(sketch.x - x, sketch.y - lamp + 0.026) / 0.05)
        sketch.fill(halo * 0.9, colours.accent)
        _lighthouse(sketch, x, self.SEA - 0.01, lamp, mix(colours.night, "#000000", 0.6))
        sketch.stroke((((x, lamp - 0.027),) * 2,), 0.03, colours.light)
        self._layer = MapLayer(
            sketch,
            (0.3, 0.07, 1.78, self.SEA),
            angle,
            lambda dx, dy: (
                smooth((np.hypot(dx, dy) - 0.016) / 0.03)
                * np.clip(1 - np.hypot(dx, dy * 1.3) / 0.94, 0, 1) ** 1.3
                * smooth((self.SEA - lamp - dy) / 0.12)
            ),
            colours.accent,
            (x, lamp - 0.026),
        )

    def paint(self, planes: Planes, frame: int) -> None:
        turn = 3 * frame / LOOP_FRAMES
        light = np.exp(-((apart(turn) / 0.022) ** 2))
        self._layer.paint(planes, 0.85 * (light + np.exp(-((apart(turn + 0.5) / 0.022) ** 2))))


class Rings:
    """The sister light at dusk: rings of light go out from the lamp, one each two seconds."""

    LAMP = (CENTRE_X, 0.44)
    SEA = 0.78
    COUNT = 6

    def __init__(self, colours: Colours) -> None:
        self._colours = colours

    def sketch(self, sketch: Sketch) -> None:
        colours, (x, lamp) = self._colours, self.LAMP
        sun = np.hypot(sketch.x - 0.93, sketch.y - self.SEA) - 0.12
        glow = np.exp(-np.maximum(sun, 0) / 0.16)
        sketch.fill(glow * 0.5, colours.accent)
        sketch.fill(sketch.edge(sun), colours.accent)
        sea = sketch.edge(self.SEA - sketch.y)
        sketch.fill(sea, colours.night)
        path = np.exp(-(((sketch.x - 0.93) / (0.1 + (sketch.y - self.SEA) * 0.5)) ** 2))
        ripple = 0.5 + 0.5 * np.sin(sketch.y * 300 + np.sin(sketch.x * 31) * 1.5)
        sketch.fill((sea * path * ripple * 0.6).astype(np.float32), colours.accent)
        _lighthouse(sketch, x, self.SEA - 0.01, lamp, mix(colours.night, "#000000", 0.55))
        sketch.stroke((((x, lamp - 0.027),) * 2,), 0.03, colours.light)
        self._layer = MapLayer(
            sketch,
            (0.62, 0.07, 1.78, self.SEA),
            lambda dx, dy: np.minimum(np.hypot(dx, dy) / 0.62, np.float32(0.9999)),
            lambda dx, dy: (
                np.clip(1 - np.hypot(dx, dy) / 0.62, 0, 1) * smooth(np.hypot(dx, dy) / 0.06)
            ),
            colours.light,
            (x, lamp - 0.026),
        )

    def paint(self, planes: Planes, frame: int) -> None:
        within = (TURN * self.COUNT - np.float32(12 * frame / LOOP_FRAMES) + 0.5) % 1 - 0.5
        self._layer.paint(planes, 0.75 * np.exp(-((within / 0.075) ** 2)))


class Tide:
    """Four swells that pass before each other under a pale sun."""

    CRESTS = (  # level, turns a loop, waves, lightness
        (0.695, 2, 3.1, 0.75),
        (0.765, -3, 4.3, 0.5),
        (0.835, 3, 2.7, 0.25),
        (0.92, -2, 3.7, 0.0),
    )
    SWELL = 0.024

    def __init__(self, colours: Colours) -> None:
        self._colours = colours

    def sketch(self, sketch: Sketch) -> None:
        colours = self._colours
        sun = np.hypot(sketch.x - CENTRE_X, sketch.y - 0.38) - 0.15
        sketch.fill(np.exp(-np.maximum(sun, 0) / 0.12) * 0.35, colours.accent)
        sketch.fill(sketch.edge(sun), colours.light)
        self._x, self._height = sketch.x, sketch.height
        tints = [mix(colours.night, colours.accent, crest[3] * 0.8) for crest in self.CRESTS]
        self._tints = [yuv(tint) for tint in tints]
        for (level, _, _, _), tint in zip(self.CRESTS, tints, strict=True):
            first = round((level + self.SWELL) * sketch.height) & ~1
            sketch.fill((np.arange(sketch.height) >= first)[:, None].astype(np.float32), tint)

    def paint(self, planes: Planes, frame: int) -> None:
        turn = 2 * pi * frame / LOOP_FRAMES
        for (level, speed, waves, _), tint in zip(self.CRESTS, self._tints, strict=True):
            top = round((level - self.SWELL) * self._height) & ~1
            rows = np.arange(top, round((level + self.SWELL) * self._height) & ~1)[:, None]
            swell = np.sin(self._x * waves + speed * turn) * 0.65
            swell = swell + 0.35 * np.sin(self._x * waves * 2.3 - speed * 2 * turn)
            crest = (level + self.SWELL * 0.95 * swell) * self._height
            cover = np.clip((rows + 1 - crest) * FULL, 0, FULL).astype(np.int16)
            cover = cover[:, : cover.shape[1] & ~1]
            blend(planes, Patch(0, top, cover, halve(cover)), tint)


class Trails:
    """Stars turn about the pole over a mountain ridge."""

    POLE = (CENTRE_X, 0.47)
    SPACING = 0.024

    def __init__(self, colours: Colours) -> None:
        self._colours = colours

    def sketch(self, sketch: Sketch) -> None:
        colours = self._colours
        glow = np.exp(-(((sketch.y - 0.9) / 0.22) ** 2)) * 0.35
        sketch.fill(glow.astype(np.float32), colours.accent)
        self._layer = MapLayer(
            sketch, (0.6, 0.07, 1.78, 0.86), self._phase, self._weight, colours.light, self.POLE
        )
        sketch.stroke(((self.POLE, self.POLE),), 0.012, colours.light)
        for scale, base, tint in ((1.0, 0.80, 0.35), (1.7, 0.86, 0.0)):
            ridge = self._ridge(sketch.x, scale, base)
            sketch.fill(sketch.edge(ridge - sketch.y), mix("#060913", colours.deep, tint))

    def _ridge(self, x: Floats, scale: float, base: float) -> Floats:
        waves = ((2.1, 0.045, 0.4), (5.3, 0.02, 1.9), (11.7, 0.008, 0.2), (29.0, 0.003, 1.1))
        ridge = np.full_like(x, base)
        for rate, size, shift in waves:
            ridge -= size * np.sin(x * rate * scale + shift)
        return ridge

    def _phase(self, dx: Floats, dy: Floats) -> Floats:
        ring = np.floor(np.hypot(dx, dy) / self.SPACING)
        return angle(dx, dy) + (ring * np.float32(0.618034)) % 1

    def _weight(self, dx: Floats, dy: Floats) -> Floats:
        radius = np.hypot(dx, dy)
        ring = np.floor(radius / self.SPACING)
        across = (radius / self.SPACING) % 1 - 0.5
        bright = 0.35 + 0.65 * ((ring * np.float32(0.3819)) % 1)
        ridge = self._ridge(dx + np.float32(self.POLE[0]), 1.0, 0.80)
        above = smooth((ridge - dy - np.float32(self.POLE[1])) * 60)
        fade = np.clip(1.25 - radius / 0.6, 0, 1) * (ring > 0)
        weight: Floats = np.exp(-((across / 0.13) ** 2)) * bright * fade * above
        return weight

    def paint(self, planes: Planes, frame: int) -> None:
        behind = (np.float32(frame / LOOP_FRAMES) - TURN) % 1
        second = (behind + np.float32(0.43)) % 1
        light = (
            np.clip(1 - behind / 0.17, 0, 1) ** 1.5 + 0.7 * np.clip(1 - second / 0.1, 0, 1) ** 2
        )
        self._layer.paint(planes, np.minimum(light, 1))
