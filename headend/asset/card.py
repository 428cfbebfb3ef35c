"""Test card: background, movement, lettering, clock, flash and strip, frame by frame."""

import numpy as np

from headend.asset.canvas import Patch, Planes, Sketch, blend, stroke_patch, yuv
from headend.asset.glyphs import TRACKING, Stroke, layout
from headend.asset.ladder import FLASH_FRAMES, FRAME_RATE, LOOP_FRAMES, Rung
from headend.asset.lineup import ChannelSpec
from headend.asset.motifs import movement
from headend.asset.strip import (
    StripCode,
    flash_box,
    paint_flash,
    paint_strip,
    strip_height,
)

MARGIN = 0.12
RIGHT = 1.66
_BAR = 0.952


class Card:
    """The moving test card of one channel at one rung.

    Building it draws the still parts once; ``frame`` then paints only what moves. Frames are
    a function of their number alone.
    """

    def __init__(self, spec: ChannelSpec, rung: Rung) -> None:
        self._spec, self._rung = spec, rung
        self._light, self._accent = yuv(spec.colours.light), yuv(spec.colours.accent)
        self._movement = movement(spec.motif, spec.colours)
        self._still = self._background()
        self._label = self._text(f"{rung.height}p · {FRAME_RATE} fps", RIGHT, 0.88, 0.026, -1)
        self._digits = [self._clock_glyph(digit) for digit in "0123456789"]
        self._dot = self._clock_glyph(".")

    def frame(self, number: int) -> Planes:
        """Paints frame ``number`` of the loop into a picture of its own."""
        planes = self._still.copy()
        self._movement.paint(planes, number)
        blend(planes, self._label, self._light)
        self._paint_clock(planes, number)
        self._paint_bar(planes, number)
        self._restore(planes)
        paint_flash(planes.y, lit=number % FRAME_RATE < FLASH_FRAMES)
        code = StripCode(channel=self._spec.number, rung=self._rung.index, frame=number)
        paint_strip(planes.y, code)
        return planes

    def _background(self) -> Planes:
        colours, sketch = self._spec.colours, Sketch(self._rung.width, self._rung.height)
        sketch.fill(np.ones((1, 1), np.float32), colours.night)
        sketch.fill((np.clip(sketch.y, 0, 1) ** 1.4).astype(np.float32), colours.deep)
        self._movement.sketch(sketch)
        self._lettering(sketch)
        self._housing(sketch)
        planes = sketch.planes()
        top = strip_height(self._rung.height) // 2
        planes.u[:top], planes.v[:top] = 128, 128
        left, high, right, low = (edge // 2 for edge in self._flash_edges())
        planes.u[high : low + 1, left : right + 1] = 128
        planes.v[high : low + 1, left : right + 1] = 128
        return planes

    def _lettering(self, sketch: Sketch) -> None:
        colours, spec = self._spec.colours, self._spec
        lines = (
            ("Farol", 0.125, 0.026, 0.13, 0.75, colours.light),
            (str(spec.number), 0.205, 0.30, 0.135, 1.0, colours.light),
            (spec.name, 0.585, 0.050, 0.15, 1.0, colours.light),
        )
        for text, top, size, pen, strength, colour in lines:
            strokes = _set(
                text, MARGIN + size * pen / 2, top, size, 0.2 if size > 0.2 else TRACKING
            )
            sketch.stroke(strokes, size * pen, colour, strength)
        rail: Stroke = ((MARGIN, _BAR), (RIGHT, _BAR))
        self._rail = stroke_patch((rail,), 0.004, sketch.height)
        tick: Stroke = ((MARGIN, 0.549), (MARGIN + 0.11, 0.549))
        sketch.stroke((tick,), 0.006, colours.accent)

    def _flash_edges(self) -> tuple[int, int, int, int]:
        return flash_box(self._rung.width, self._rung.height)

    def _housing(self, sketch: Sketch) -> None:
        """The marked corner: a frame about the flash window."""
        left, top, right, bottom = (edge / sketch.height for edge in self._flash_edges())
        gap = 0.012
        left, top, right, bottom = left - gap, top - gap, right + gap, bottom + gap
        frame = ((left, top), (right, top), (right, bottom), (left, bottom), (left, top))
        self._frame = stroke_patch((frame,), 0.004, sketch.height)

    def _restore(self, planes: Planes) -> None:
        """Takes the flash window's colour back from what moved over it, then its frame."""
        left, top, right, bottom = (edge // 2 for edge in self._flash_edges())
        for plane in (planes.u, planes.v):
            plane[top : bottom + 1, left : right + 1] = 128
        blend(planes, self._frame, self._light)

    def _text(self, text: str, x: float, top: float, size: float, side: int = 1) -> Patch:
        width = layout(text)[0] * size if side < 0 else 0.0
        return stroke_patch(_set(text, x - width, top, size), size * 0.13, self._rung.height)

    def _clock_glyph(self, char: str) -> Patch:
        return self._text(char, 0.0, 0.845, 0.058)

    def _paint_clock(self, planes: Planes, number: int) -> None:
        seconds, frames = divmod(number, FRAME_RATE)
        x, step = MARGIN + 0.004, 0.88 * 0.058
        for char in f"{seconds:02d}.{frames:02d}":
            glyph = self._dot if char == "." else self._digits[int(char)]
            left = round(x * self._rung.height) & ~1
            placed = Patch(left + glyph.left, glyph.top, glyph.luma, glyph.chroma)
            blend(planes, placed, self._light)
            x += step if char != "." else 0.3 * 0.058

    def _paint_bar(self, planes: Planes, number: int) -> None:
        """The loop's progress: a rail, what has passed, and a knob."""
        blend(planes, _faint(self._rail), self._light)
        now = MARGIN + (RIGHT - MARGIN) * number / LOOP_FRAMES
        passed: Stroke = ((MARGIN, _BAR), (now, _BAR))
        blend(planes, stroke_patch((passed,), 0.006, self._rung.height), self._accent)
        knob: Stroke = ((now, _BAR), (now, _BAR))
        blend(planes, stroke_patch((knob,), 0.018, self._rung.height), self._light)


def _set(
    text: str, x: float, top: float, size: float, tracking: float = TRACKING
) -> tuple[Stroke, ...]:
    strokes = layout(text, tracking)[1]
    return tuple(tuple((x + px * size, top + py * size) for px, py in line) for line in strokes)


def _faint(patch: Patch) -> Patch:
    return Patch(patch.left, patch.top, patch.luma // 3, patch.chroma // 3)
