"""Subtitles and captions as they are drawn, whatever format they came in."""

from dataclasses import dataclass
from enum import StrEnum

from player.units import Micros


class CueWriting(StrEnum):
    """How lines follow each other: from the top, or as columns from the right or the left."""

    HORIZONTAL = "horizontal"
    COLUMNS_FROM_RIGHT = "rl"
    COLUMNS_FROM_LEFT = "lr"


class CueAlign(StrEnum):
    """How lines lie in their box; START and END follow the direction of the text."""

    START = "start"
    CENTER = "center"
    END = "end"
    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True, kw_only=True)
class CueSpan:
    """A stretch of one line in one style; colours are "#rrggbbaa", "" for the viewer's own."""

    text: str
    bold: bool = False
    italic: bool = False
    underline: bool = False
    color: str = ""
    background: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CueBox:
    """Where in the picture: all in per cent of its width or height.

    `x`, `y` None: where the viewer has subtitles (bottom centre). They name the point of the box
    that `anchor_x`, `anchor_y` (per cent of the box itself) tell: 50, 100 is the middle of its
    lower edge. `width` is the widest the text may become before it wraps (of `writing` in
    columns: the tallest).
    """

    x: float | None = None
    y: float | None = None
    width: float = 90.0
    anchor_x: float = 50.0
    anchor_y: float = 100.0
    align: CueAlign = CueAlign.CENTER
    writing: CueWriting = CueWriting.HORIZONTAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """Lines of text shown from `start` until `end`.

    Times are those of whoever made the cue: a document's own, a container's, or presentation
    time once it was placed. A cue that goes on unchanged into the next segment is an equal value
    there, times included. `forced`: shown to those as well who chose no subtitles.
    """

    start: Micros
    end: Micros
    lines: tuple[tuple[CueSpan, ...], ...]
    box: CueBox = CueBox()
    forced: bool = False

    @property
    def text(self) -> str:
        """The words alone, lines parted by newlines."""
        return "\n".join("".join(span.text for span in line) for line in self.lines)
