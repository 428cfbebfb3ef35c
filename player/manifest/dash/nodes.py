"""MPD elements by their local names, with attributes read leniently (ISO/IEC 23009-1 5.3)."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from player.manifest import failures
from player.manifest.notes import Notes, quoted
from player.manifest.times import iso_duration
from player.units import Micros

LARGEST = 2**62
LARGEST_BODY = 64_000_000
"""Bytes; real MPDs of day-long windows stay below ten million."""


def read_root(body: bytes, notes: Notes) -> "Node":
    """Parse an MPD's XML without touching the network or entities; raises PlayerError.

    Faults that a strict reader would die of (unbound prefixes above all) become notes.
    """
    if not body.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise failures.empty()
    if len(body) > LARGEST_BODY:
        raise failures.invalid(f"the MPD has {len(body)} bytes")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(_utf8(body).strip(b"\x00 \t\r\n"), parser)
    except (etree.XMLSyntaxError, ValueError) as bad:
        raise failures.not_a_manifest(f"no XML: {quoted(str(bad))}") from bad
    if root is None:
        raise failures.not_a_manifest("no XML element can be found")
    for fault in parser.error_log:
        notes.warn(fault.line, f"XML: {quoted(fault.message)}")
    return Node(root, notes)


def _utf8(body: bytes) -> bytes:
    """Turn UTF-16 with a mark into UTF-8, whose declaration must go then."""
    if not body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body
    text = body.decode("utf-16", "replace").lstrip()
    declared = text.startswith("<?xml") and "?>" in text
    return (text.partition("?>")[2] if declared else text).encode("utf-8", "replace")


def local_name(name: str) -> str:
    """Strip a namespace, or the prefix that stayed because nothing bound it."""
    return name.rpartition("}")[2].rpartition(":")[2]


@dataclass(slots=True)
class Node:
    """One element; what cannot be read is noted with its line and counts as absent."""

    element: etree._Element
    notes: Notes
    _attributes: dict[str, str] | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """The element's local name."""
        return local_name(str(self.element.tag))

    @property
    def line(self) -> int:
        """The line where the element begins, 0 where nobody knows."""
        line: object = self.element.sourceline
        return line if isinstance(line, int) else 0

    @property
    def content(self) -> str:
        """The element's own text, trimmed."""
        return (self.element.text or "").strip()

    def warn(self, text: str) -> None:
        """Note something about this element."""
        self.notes.warn(self.line, text)

    def children(self, *names: str) -> Iterator["Node"]:
        """The direct children of these local names, in order."""
        for one in self.element:
            tag: object = one.tag  # entity references have a function for a tag
            if isinstance(tag, str) and local_name(tag) in names:
                yield Node(one, self.notes)

    def child(self, name: str) -> "Node | None":
        """The first direct child of that name."""
        return next(self.children(name), None)

    def text(self, name: str) -> str:
        """An attribute's trimmed text, "" where there is none."""
        if self._attributes is None:
            found = self.element.attrib.items()
            self._attributes = {local_name(str(key)): str(value).strip() for key, value in found}
        return self._attributes.get(name, "")

    def integer(self, name: str, default: int | None = None) -> int | None:
        """An attribute as an integer below 2^62 (either sign)."""
        raw = self.text(name)
        if not raw:
            return default
        digits = raw.removeprefix("-").removeprefix("+")
        if digits.isascii() and digits.isdigit() and len(digits) < 20:
            value = int(raw)
            if abs(value) < LARGEST:
                return value
        self.warn(f"{name} is unreadable: {quoted(raw)}")
        return default

    def duration(self, name: str) -> Micros | None:
        """An attribute as an xs:duration."""
        raw = self.text(name)
        value = iso_duration(raw) if raw else None
        if raw and value is None:
            self.warn(f"{name} is no duration: {quoted(raw)}")
        return value
