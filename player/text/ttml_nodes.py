"""TTML elements by their local names, read without entities or network."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from player.model.notes import Notes, quoted
from player.text.bounds import LARGEST_DOCUMENT
from player.text.failures import unreadable


@dataclass(frozen=True, slots=True)
class Text:
    """Character data between elements."""

    text: str


@dataclass(slots=True)
class Node:
    """One element: local name, attributes by local names, children in order."""

    element: etree._Element
    name: str
    attributes: dict[str, str]

    @property
    def line(self) -> int:
        """The line where the element begins, 0 where nobody knows."""
        line: object = self.element.sourceline
        return line if isinstance(line, int) else 0

    def get(self, name: str) -> str:
        """An attribute's trimmed text, "" where there is none."""
        return self.attributes.get(name, "")

    def children(self) -> Iterator["Node"]:
        """The elements directly inside."""
        return (one for one in self.content() if isinstance(one, Node))

    def content(self) -> Iterator["Node | Text"]:
        """Elements and character data, in order; entity references are passed over."""
        if self.element.text:
            yield Text(self.element.text)
        for one in self.element:
            if _is_element(one):
                yield _node(one)
            if one.tail:
                yield Text(one.tail)

    def all(self, name: str) -> Iterator["Node"]:
        """The elements of that local name at any depth, in order."""
        for one in self.element.iter():
            if _is_element(one) and _local(one.tag) == name:
                yield _node(one)


def read_root(data: bytes, notes: Notes) -> Node:
    """Parse a document's XML; faults that can be got over become notes.

    Raises PlayerError, for entities that are defined too: whoever defines some wants them
    expanded, to read our files or to fill our memory.
    """
    if len(data) > LARGEST_DOCUMENT:
        raise unreadable(f"the TTML document has {len(data)} bytes")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(_utf8(data).strip(b"\x00 \t\r\n"), parser)
    except (etree.XMLSyntaxError, ValueError) as bad:
        raise unreadable(f"no XML: {quoted(str(bad))}") from bad
    if root is None:
        raise unreadable("no XML element can be found")
    if _defines_entities(root):
        raise unreadable("the XML defines entities, which are refused")
    for fault in parser.error_log:
        notes.warn(fault.line, f"XML: {quoted(fault.message)}")
    return _node(root)


def _defines_entities(root: etree._Element) -> bool:
    declared: Any = root.getroottree().docinfo.internalDTD  # more than the stubs know of
    return declared is not None and next(declared.iterentities(), None) is not None


def _utf8(data: bytes) -> bytes:
    """Turn UTF-16 with a mark into UTF-8, whose declaration must go then."""
    if not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.removeprefix(b"\xef\xbb\xbf")
    text = data.decode("utf-16", "replace").lstrip()
    declared = text.startswith("<?xml") and "?>" in text
    return (text.partition("?>")[2] if declared else text).encode("utf-8", "replace")


def _node(element: etree._Element) -> Node:
    found = {_local(str(key)): str(value).strip() for key, value in element.attrib.items()}
    return Node(element, _local(str(element.tag)), found)


def _is_element(one: etree._Element) -> bool:
    tag: object = one.tag  # entity references have a function for a tag
    return isinstance(tag, str)


def _local(name: str) -> str:
    return name.rpartition("}")[2].rpartition(":")[2]
