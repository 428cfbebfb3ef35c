"""How a stretch of text looks, as far as formats agree; what is not told is inherited."""

from collections.abc import Iterable
from dataclasses import dataclass

from player.model.cue import CueSpan


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """Looks of text; None (colours: "") is "as around". Colours are "#rrggbbaa".

    Sizes and faces are missing on purpose: those are the viewer's choice, not the author's.
    """

    bold: bool | None = None
    italic: bool | None = None
    underline: bool | None = None
    color: str = ""
    background: str = ""

    def over(self, outer: "Style") -> "Style":
        """This style laid over the one around it."""
        return Style(
            bold=outer.bold if self.bold is None else self.bold,
            italic=outer.italic if self.italic is None else self.italic,
            underline=outer.underline if self.underline is None else self.underline,
            color=self.color or outer.color,
            background=self.background or outer.background,
        )

    def span(self, text: str) -> CueSpan:
        """Some text in this style."""
        return CueSpan(
            text=text,
            bold=bool(self.bold),
            italic=bool(self.italic),
            underline=bool(self.underline),
            color=self.color,
            background=self.background,
        )


PLAIN = Style()


def lines_of(runs: Iterable[tuple[str, Style]]) -> tuple[tuple[CueSpan, ...], ...]:
    """Break styled text at its newlines; runs of one style become one span.

    Blank lines at the start and the end are dropped, and blanks at the ends of lines.
    """
    lines: list[list[tuple[str, Style]]] = [[]]
    for text, style in runs:
        first, *others = text.split("\n")
        _append(lines[-1], first, style)
        for part in others:
            lines.append([])
            _append(lines[-1], part, style)
    made = [tuple(style.span(text) for text, style in _stripped(line)) for line in lines]
    while made and not made[-1]:
        made.pop()
    while made and not made[0]:
        made.pop(0)
    return tuple(made)


def _append(line: list[tuple[str, Style]], text: str, style: Style) -> None:
    if line and line[-1][1] == style:
        line[-1] = (line[-1][0] + text, style)
    elif text:
        line.append((text, style))


def _stripped(line: list[tuple[str, Style]]) -> list[tuple[str, Style]]:
    left = list(line)
    while left and not left[0][0].lstrip(" \t"):
        left.pop(0)
    while left and not left[-1][0].rstrip(" \t"):
        left.pop()
    if left:
        left[0] = (left[0][0].lstrip(" \t"), left[0][1])
        left[-1] = (left[-1][0].rstrip(" \t"), left[-1][1])
    return left
