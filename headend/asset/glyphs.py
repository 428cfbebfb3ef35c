"""A small stroke alphabet: capitals, digits and the marks that the cards need.

Drawn for Farol: one pen, round ends. A glyph lives in a box of cap height 1 with y downward;
angles are degrees, clockwise from east. PyAV carries no freetype, hence letters of our own.
"""

import unicodedata
from math import cos, radians, sin

Point = tuple[float, float]
Stroke = tuple[Point, ...]
Glyph = tuple[float, tuple[Stroke, ...]]  # advance width, strokes

TRACKING = 0.3  # space between glyphs, cap heights
SPACE = 0.4


def _arc(cx: float, cy: float, rx: float, ry: float, start: float, stop: float) -> Stroke:
    steps = max(4, round(abs(stop - start) / 9))
    turns = [radians(start + (stop - start) * i / steps) for i in range(steps + 1)]
    return tuple((cx + rx * cos(a), cy + ry * sin(a)) for a in turns)


def _ring(cx: float, cy: float, rx: float, ry: float) -> Stroke:
    return _arc(cx, cy, rx, ry, 0, 360)


_SIX = (_ring(0.29, 0.68, 0.28, 0.32), _arc(0.60, 0.68, 0.59, 0.72, 180, 250))
_NINE = tuple(tuple((0.58 - x, 1 - y) for x, y in stroke) for stroke in _SIX)
_P_BOWL = ((0, 1), (0, 0), (0.28, 0), *_arc(0.28, 0.27, 0.27, 0.27, -90, 90), (0, 0.54))

_GLYPHS: dict[str, Glyph] = {
    "A": (0.72, (((0, 1), (0.36, 0), (0.72, 1)), ((0.12, 0.67), (0.6, 0.67)))),
    "B": (
        0.56,
        (
            ((0, 0.48), (0, 0), (0.28, 0), *_arc(0.28, 0.24, 0.24, 0.24, -90, 90), (0, 0.48)),
            ((0, 0.48), (0.3, 0.48), *_arc(0.3, 0.74, 0.26, 0.26, -90, 90), (0, 1), (0, 0.48)),
        ),
    ),
    "C": (0.74, (_arc(0.45, 0.5, 0.45, 0.5, -50, -310),)),
    "D": (0.7, (((0, 0), (0.24, 0), *_arc(0.24, 0.5, 0.46, 0.5, -90, 90), (0, 1), (0, 0)),)),
    "E": (0.5, (((0.5, 0), (0, 0), (0, 1), (0.5, 1)), ((0, 0.48), (0.42, 0.48)))),
    "F": (0.48, (((0.48, 0), (0, 0), (0, 1)), ((0, 0.48), (0.4, 0.48)))),
    "G": (0.88, ((*_arc(0.45, 0.5, 0.45, 0.5, -50, -360), (0.52, 0.5)),)),
    "H": (0.64, (((0, 0), (0, 1)), ((0.64, 0), (0.64, 1)), ((0, 0.48), (0.64, 0.48)))),
    "I": (0.0, (((0, 0), (0, 1)),)),
    "J": (0.4, (((0.4, 0), *_arc(0.2, 0.74, 0.2, 0.26, 0, 170)),)),
    "K": (0.58, (((0, 0), (0, 1)), ((0.56, 0), (0, 0.6)), ((0.2, 0.39), (0.58, 1)))),
    "L": (0.46, (((0, 0), (0, 1), (0.46, 1)),)),
    "M": (0.8, (((0, 1), (0, 0), (0.4, 0.64), (0.8, 0), (0.8, 1)),)),
    "N": (0.66, (((0, 1), (0, 0), (0.66, 1), (0.66, 0)),)),
    "O": (0.92, (_ring(0.46, 0.5, 0.46, 0.5),)),
    "P": (0.55, (_P_BOWL,)),
    "Q": (0.92, (_ring(0.46, 0.5, 0.46, 0.5), ((0.58, 0.7), (0.92, 1.05)))),
    "R": (0.57, (_P_BOWL, ((0.26, 0.54), (0.57, 1)))),
    "S": (
        0.52,
        ((*_arc(0.27, 0.25, 0.24, 0.25, -35, -270), *_arc(0.26, 0.75, 0.26, 0.25, -90, 145)),),
    ),
    "T": (0.6, (((0, 0), (0.6, 0)), ((0.3, 0), (0.3, 1)))),
    "U": (0.62, (((0, 0), *_arc(0.31, 0.68, 0.31, 0.32, 180, 0), (0.62, 0)),)),
    "V": (0.68, (((0, 0), (0.34, 1), (0.68, 0)),)),
    "W": (1.0, (((0, 0), (0.26, 1), (0.5, 0.2), (0.74, 1), (1, 0)),)),
    "X": (0.62, (((0, 0), (0.62, 1)), ((0.62, 0), (0, 1)))),
    "Y": (0.62, (((0, 0), (0.31, 0.5), (0.62, 0)), ((0.31, 0.5), (0.31, 1)))),
    "Z": (0.58, (((0, 0), (0.58, 0), (0, 1), (0.58, 1)),)),
    "0": (0.58, (_ring(0.29, 0.5, 0.29, 0.5),)),
    "1": (0.58, (((0.1, 0.2), (0.34, 0), (0.34, 1)),)),
    "2": (0.58, ((*_arc(0.29, 0.27, 0.27, 0.27, 188, 400), (0.02, 1), (0.58, 1)),)),
    "3": (
        0.58,
        ((*_arc(0.28, 0.24, 0.24, 0.24, 205, 450), *_arc(0.28, 0.74, 0.28, 0.26, -90, 155)),),
    ),
    "4": (0.58, (((0.42, 1), (0.42, 0), (0, 0.7), (0.58, 0.7)),)),
    "5": (0.58, (((0.5, 0), (0.1, 0), *_arc(0.28, 0.68, 0.29, 0.32, -132, 150)),)),
    "6": (0.58, _SIX),
    "7": (0.58, (((0, 0), (0.58, 0), (0.2, 1)),)),
    "8": (0.58, (_ring(0.29, 0.245, 0.23, 0.245), _ring(0.29, 0.745, 0.28, 0.255))),
    "9": (0.58, _NINE),
    ".": (0.0, (((0, 1), (0, 1)),)),
    ":": (0.0, (((0, 0.28), (0, 0.28)), ((0, 0.82), (0, 0.82)))),
    "·": (0.0, (((0, 0.52), (0, 0.52)),)),
    "-": (0.3, (((0, 0.55), (0.3, 0.55)),)),
    "/": (0.4, (((0, 1.08), (0.4, -0.08)),)),
    " ": (SPACE - TRACKING, ()),
}

_MARKS: dict[str, Stroke] = {  # combining marks, x from the middle of the letter
    "\u0301": ((-0.03, -0.2), (0.1, -0.36)),
    "\u0303": ((-0.2, -0.22), (-0.1, -0.29), (0.08, -0.22), (0.2, -0.3)),
    "\u0327": ((0.02, 1.0), (0.05, 1.12), (-0.08, 1.2)),
    "\u0302": ((-0.14, -0.2), (0, -0.34), (0.14, -0.2)),
}


def layout(text: str, tracking: float = TRACKING) -> tuple[float, tuple[Stroke, ...]]:
    """Sets a line of text; returns its width and its strokes, in cap heights.

    Lower case is drawn as capitals, an unknown character as a space.
    """
    x = 0.0
    start = 0.0
    width = 0.0
    strokes: list[Stroke] = []
    for char in unicodedata.normalize("NFD", text.upper()):
        if char in _MARKS:
            shapes: tuple[Stroke, ...] = (_MARKS[char],)
            origin = start + width / 2
        else:
            width, shapes = _GLYPHS.get(char, _GLYPHS[" "])
            origin = start = x
            x += width + tracking
        strokes += [tuple((px + origin, py) for px, py in shape) for shape in shapes]
    return max(0.0, x - tracking), tuple(strokes)
