"""Attribute lists (RFC 8216bis 4.2), read leniently: spaces, single quotes, lost quotes."""

import re
from dataclasses import dataclass, field
from typing import TypeVar

from player.manifest.bounds import LARGEST_INTEGER
from player.manifest.times import decimal_seconds
from player.model.notes import Notes, quoted
from player.model.resource import ByteRange
from player.units import ByteCount, Micros

T = TypeVar("T")

_ATTRIBUTE = re.compile(
    r"""(?<![A-Za-z0-9_-])([A-Za-z0-9_-]+)\s*=\s*("[^"]*"?|'[^']*'|[^,]*)\s*(?:,|$)?"""
)
"""A name begins where none goes on: else each letter of a run would be tried as a beginning."""
_INTEGER = re.compile(r"\s*\+?(\d{1,19})", re.ASCII)
_SIZE = re.compile(r"\s*(\d{1,6})\s*[xX]\s*(\d{1,6})", re.ASCII)
_RANGE = re.compile(r"\s*(\d{1,18})(?:\s*@\s*(\d{1,18}))?\s*", re.ASCII)


@dataclass(slots=True)
class Attributes:
    """The attributes of one tag; what cannot be read is noted and counts as absent."""

    line: int
    notes: Notes
    values: dict[str, str] = field(default_factory=dict, repr=False)

    def text(self, name: str) -> str:
        """The value without its quotes, "" where there is none."""
        return self.values.get(name, "")

    def yes(self, name: str) -> bool:
        """Whether an enumerated value is YES."""
        return self.text(name).strip().upper() == "YES"

    def integer(self, name: str) -> int | None:
        """A decimal integer; a fraction is cut off."""
        raw = self.text(name)
        value = integer(raw) if raw else None
        return self._checked(name, raw, value)

    def number(self, name: str) -> float | None:
        """A positive decimal floating-point number."""
        raw = self.text(name)
        try:
            value = float(raw) if raw else None
        except ValueError:
            value = None
        good = value is not None and 0 < value < LARGEST_INTEGER
        return self._checked(name, raw, value if good else None)

    def seconds(self, name: str) -> Micros | None:
        """Decimal seconds, signed."""
        raw = self.text(name)
        return self._checked(name, raw, decimal_seconds(raw) if raw else None)

    def size(self, name: str) -> tuple[int, int] | None:
        """A decimal resolution as (width, height)."""
        raw = self.text(name)
        found = _SIZE.match(raw)
        value = (int(found.group(1)), int(found.group(2))) if found else None
        return self._checked(name, raw, value)

    def _checked(self, name: str, raw: str, value: T | None) -> T | None:
        if raw and value is None:
            self.notes.warn(self.line, f"{name} is unreadable: {quoted(raw)}")
        return value


def read_attributes(text: str, line: int, notes: Notes) -> Attributes:
    """Read what follows a tag's colon; the first of two equal names counts."""
    found = Attributes(line, notes)
    for match in _ATTRIBUTE.finditer(text):
        value = match.group(2)
        quote = value[:1]
        if quote in ('"', "'"):
            value = value.strip(quote)
        found.values.setdefault(match.group(1).upper(), value.strip().rstrip("\"'"))
    return found


def integer(text: str) -> int | None:
    """Read a decimal integer leniently (trailing text is ignored); None where there is none."""
    found = _INTEGER.match(text)
    value = int(found.group(1)) if found else None
    return value if value is None or value < LARGEST_INTEGER else None


def byte_range(text: str, implied_offset: int | None) -> ByteRange | None:
    """Read `length[@offset]` (RFC 8216bis 4.4.4.2); None where it says nothing usable."""
    found = _RANGE.match(text)
    if found is None or int(found.group(1)) == 0:
        return None
    offset = int(found.group(2)) if found.group(2) else implied_offset
    if offset is None:
        return None
    return ByteRange(offset=ByteCount(offset), length=ByteCount(int(found.group(1))))
