"""TTML elements by their local names, read without entities or network."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from player.formats.xml_elements import XmlError, is_element, line_of, local_name, read_document
from player.model.notes import Notes
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
        return line_of(self.element)

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
            if is_element(one):
                yield _node(one)
            if one.tail:
                yield Text(one.tail)

    def all(self, name: str) -> Iterator["Node"]:
        """The elements of that local name at any depth, in order."""
        for one in self.element.iter():
            if is_element(one) and local_name(one.tag) == name:
                yield _node(one)


def read_root(data: bytes, notes: Notes) -> Node:
    """Parse a document's XML; faults that can be got over become notes. Raises PlayerError."""
    try:
        return _node(read_document(data, notes, largest=LARGEST_DOCUMENT))
    except XmlError as bad:
        raise unreadable(str(bad)) from bad


def _node(element: etree._Element) -> Node:
    found = {local_name(str(key)): str(value).strip() for key, value in element.attrib.items()}
    return Node(element, local_name(str(element.tag)), found)
