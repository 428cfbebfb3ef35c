"""MPD elements by their local names, with attributes read leniently (ISO/IEC 23009-1 5.3)."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from player.formats.xml_elements import (
    RefusedXmlError,
    XmlError,
    is_blank,
    is_element,
    line_of,
    local_name,
    read_document,
)
from player.manifest import failures
from player.manifest.bounds import LARGEST_INTEGER, LARGEST_MPD, MOST_ALIKE
from player.manifest.times import date_time, iso_duration
from player.model.notes import Notes, quoted
from player.units import Micros


def read_root(body: bytes, notes: Notes) -> "Node":
    """Parse an MPD's XML; raises PlayerError."""
    if is_blank(body):
        raise failures.empty()
    try:
        return Node(read_document(body, notes, largest=LARGEST_MPD), notes)
    except RefusedXmlError as bad:
        raise failures.invalid(str(bad)) from bad
    except XmlError as bad:
        raise failures.not_a_manifest(str(bad)) from bad


@dataclass(slots=True)
class Node:
    """One element; what cannot be read is noted with its line and counts as absent."""

    element: etree._Element
    notes: Notes
    _attributes: dict[str, str] | None = field(default=None, repr=False)
    _children: dict[str, list[tuple[int, "Node"]]] | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """The element's local name."""
        return local_name(str(self.element.tag))

    @property
    def line(self) -> int:
        """The line where the element begins, 0 where nobody knows."""
        return line_of(self.element)

    @property
    def content(self) -> str:
        """The element's own text, trimmed."""
        return (self.element.text or "").strip()

    def warn(self, text: str) -> None:
        """Note something about this element."""
        self.notes.warn(self.line, text)

    def children(self, *names: str) -> Iterator["Node"]:
        """The direct children of these local names, in order; sorted out when first asked for.

        Every representation asks its set and period: elements that were put in or taken out
        since want a Node of their own.
        """
        if self._children is None:
            self._children = self._sorted_out()
        found = [pair for name in dict.fromkeys(names) for pair in self._children.get(name, ())]
        if len(names) > 1:
            found.sort(key=lambda pair: pair[0])
        return iter([node for _, node in found])

    def few(self, *names: str) -> Iterator["Node"]:
        """Those children of which an element has a handful, and every one below it asks again.

        Beyond MOST_ALIKE they are left out, with a note.
        """
        found = list(self.children(*names))
        if len(found) > MOST_ALIKE:
            self.warn(f"more than {MOST_ALIKE} of {'/'.join(names)}; the first ones count")
        return iter(found[:MOST_ALIKE])

    def _sorted_out(self) -> dict[str, list[tuple[int, "Node"]]]:
        found: dict[str, list[tuple[int, Node]]] = {}
        for place, one in enumerate(self.element):
            if is_element(one):
                found.setdefault(local_name(one.tag), []).append((place, Node(one, self.notes)))
        return found

    def child(self, name: str) -> "Node | None":
        """The first direct child of that name."""
        return next(self.children(name), None)

    def attributes(self) -> Mapping[str, str]:
        """All attributes by their local names, trimmed."""
        if self._attributes is None:
            found = self.element.attrib.items()
            self._attributes = {local_name(str(key)): str(value).strip() for key, value in found}
        return self._attributes

    def text(self, name: str) -> str:
        """An attribute's trimmed text, "" where there is none."""
        return self.attributes().get(name, "")

    def integer(self, name: str, default: int | None = None) -> int | None:
        """An attribute as an integer below 2^62 (either sign)."""
        raw = self.text(name)
        if not raw:
            return default
        digits = raw.removeprefix("-").removeprefix("+")
        if digits.isascii() and digits.isdigit() and len(digits) < 20:
            value = int(raw)
            if abs(value) < LARGEST_INTEGER:
                return value
        self.warn(f"{name} is unreadable: {quoted(raw)}")
        return default

    def number(self, name: str) -> float | None:
        """An attribute as a finite decimal number."""
        raw = self.text(name)
        try:
            value = float(raw) if raw else None
        except ValueError:
            value = math.nan
        if value is None or math.isfinite(value):
            return value
        self.warn(f"{name} is no number: {quoted(raw)}")
        return None

    def date(self, name: str) -> Micros | None:
        """An attribute as an xs:dateTime, in UTC."""
        raw = self.text(name)
        value = date_time(raw) if raw else None
        if raw and value is None:
            self.warn(f"{name} is no date: {quoted(raw)}")
        return value

    def yes(self, name: str) -> bool:
        """An attribute as an xs:boolean, False where there is none."""
        return self.text(name).lower() in ("true", "1")

    def duration(self, name: str) -> Micros | None:
        """An attribute as an xs:duration."""
        raw = self.text(name)
        value = iso_duration(raw) if raw else None
        if raw and value is None:
            self.warn(f"{name} is no duration: {quoted(raw)}")
        return value
