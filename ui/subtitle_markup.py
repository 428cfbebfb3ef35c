"""Cues as rich text for the screen: all of a stranger's text escaped, colours made legible. Pure.

Qt reads "#aarrggbb" where the model writes "#rrggbbaa".
"""

import html
import unicodedata
from collections.abc import Iterable
from dataclasses import replace

from player.model.cue import CueAlign, CueSpan, CueWriting

_DIMMEST = 0.30
"""Letters without a ground of their own stand on a dark outline: below this luminance (WCAG's,
0 to 1) they are mixed with white."""

_UNDRAWN = ("Cc", "Cs")


def inked(line: Iterable[CueSpan]) -> str:
    """Give a line in its author's colours."""
    return "".join(_span(span, coloured=True) for span in line)


def outline(line: Iterable[CueSpan]) -> str:
    """Give the same line without colours, for what is drawn dark around the letters."""
    return "".join(_span(span, coloured=False) for span in line)


def columns(lines: Iterable[tuple[CueSpan, ...]]) -> list[tuple[CueSpan, ...]]:
    """Turn lines of vertical text to columns: one letter below the other."""
    return [
        tuple(_stood(span, last=i == len(line) - 1) for i, span in enumerate(line))
        for line in lines
    ]


def paragraph(lines: Iterable[str]) -> str:
    """Join lines of markup."""
    return "<br>".join(lines)


def side(align: CueAlign, text: str, writing: CueWriting = CueWriting.HORIZONTAL) -> str:
    """Give "left", "center" or "right" for an alignment; START and END follow the text."""
    if writing is not CueWriting.HORIZONTAL or align is CueAlign.CENTER:
        return "center"
    if align in (CueAlign.LEFT, CueAlign.RIGHT):
        return align.value
    return "right" if (align is CueAlign.END) != from_right(text) else "left"


def from_right(text: str) -> bool:
    """Whether the text's first strong letter is one of a script written from right to left."""
    kinds = (unicodedata.bidirectional(letter) for letter in text)
    return next((kind for kind in kinds if kind in ("L", "R", "AL")), "L") != "L"


def legible(color: str, background: str) -> str:
    """Give a text colour "#rrggbb" that can be read on its ground (none: the dark outline)."""
    parts = [int(color[place : place + 2], 16) for place in (1, 3, 5)]
    if background and background[7:] > "7f":
        return color[:7]
    while _luminance(parts) < _DIMMEST:
        parts = [part + (255 - part) // 4 + 1 for part in parts]
    return "#" + "".join(f"{min(part, 255):02x}" for part in parts)


def _luminance(parts: list[int]) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in parts)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _span(span: CueSpan, *, coloured: bool) -> str:
    text = html.escape(_printable(span.text)).replace("\n", "<br>").replace("  ", " &nbsp;")
    for tag, on in (("b", span.bold), ("i", span.italic), ("u", span.underline)):
        text = f"<{tag}>{text}</{tag}>" if on else text
    rules = []
    if coloured and span.color:
        rules.append(f"color:{legible(span.color, span.background)}")
    if coloured and span.background[7:] not in ("", "00"):
        rules.append(f"background-color:#{span.background[7:]}{span.background[1:7]}")
    return f'<span style="{";".join(rules)}">{text}</span>' if rules else text


def _printable(text: str) -> str:
    """Drop what no font draws; joiners and marks of direction stay."""
    return "".join(
        letter for letter in text if letter == "\n" or unicodedata.category(letter) not in _UNDRAWN
    )


def _stood(span: CueSpan, *, last: bool) -> CueSpan:
    letters = "\n".join(span.text) + ("" if last else "\n")
    return replace(span, text=letters)
