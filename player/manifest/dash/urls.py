"""SegmentTemplate's address templates (ISO/IEC 23009-1 5.3.9.4.4)."""

import re
from dataclasses import dataclass, field

from player.manifest.addresses import Base

WIDEST = 64
"""Digits to pad to; wider formats are attacks, not addresses."""
_IDENTIFIER = re.compile(
    r"\$(?:(RepresentationID|Number|Bandwidth|Time|SubNumber)(?:%0?(\d{0,3})([diuxXo]))?)?\$"
)
_EARLY = ("RepresentationID", "Bandwidth")


@dataclass(frozen=True, slots=True)
class UrlTemplate:
    """An absolute address with places for a number and a time."""

    parts: tuple[str, ...] = field(repr=False)
    """Literal text at even places, a "N" or "T" with its format specification at odd ones."""

    def expand(self, number: int, time: int) -> str:
        """Give the address of one segment."""
        if len(self.parts) == 1:
            return self.parts[0]
        return "".join(
            part if not place % 2 else format(number if part[0] == "N" else time, part[1:])
            for place, part in enumerate(self.parts)
        )


def template(text: str, base: Base, *, representation_id: str, bandwidth: int) -> UrlTemplate:
    """Prepare a template for one representation; raises ForeignSchemeError."""
    values = {"RepresentationID": representation_id, "Bandwidth": bandwidth}

    def early(found: re.Match[str]) -> str:
        name, width, kind = found.groups()
        if name not in _EARLY:
            return found.group()
        value = values[name]
        return str(value) if isinstance(value, str) else format(value, _spec(width, kind))

    expanded = _IDENTIFIER.sub(early, text)
    joined = Base(base.url.replace("$", "%24")).join(expanded)
    return UrlTemplate(_split(joined))


def _split(text: str) -> tuple[str, ...]:
    parts, literal, last = [""], "", 0
    for found in _IDENTIFIER.finditer(text):
        literal += text[last : found.start()]
        last = found.end()
        name, width, kind = found.groups()
        if name in ("Number", "Time"):
            parts[-1] = literal
            parts += [name[0] + _spec(width, kind), ""]
            literal = ""
        elif name == "SubNumber":
            literal += format(1, _spec(width, kind))
        elif name is None:
            literal += "$"
        else:
            literal += found.group()
    parts[-1] = literal + text[last:]
    return tuple(parts)


def _spec(width: str | None, kind: str | None) -> str:
    """Turn printf's `%0[width]d` into Python's own."""
    letter = {"x": "x", "X": "X", "o": "o"}.get(kind or "d", "d")
    return f"0{min(int(width), WIDEST)}{letter}" if width else letter
