"""Remote elements (xlink, ISO/IEC 23009-1 5.5): named while absent, put in place once fetched."""

import re
from collections.abc import Mapping

from lxml import etree

from player.formats.xml_elements import XmlError, local_name, read_element, utf8
from player.manifest.addresses import Base, ForeignSchemeError
from player.manifest.bounds import DEEPEST_LINKS, LARGEST_REMOTE, MOST_LINKS
from player.manifest.dash.nodes import Node
from player.model.notes import Notes

RESOLVE_TO_ZERO = "urn:mpeg:dash:resolve-to-zero:2013"
_LINKED = ("Period", "AdaptationSet", "EventStream", "SegmentList")
_INSIDE = {
    "MPD": ("Period",),
    "Period": ("AdaptationSet", "EventStream", "SegmentList"),
    "AdaptationSet": ("Representation", "SegmentList"),
    "Representation": ("SegmentList",),
}
"""Where links can lie: no element inside one of its own name, however deep a document nests."""
_DECLARATION = re.compile(rb"^\s*<\?xml[^>]*\?>")


def has_links(node: Node) -> bool:
    """Whether any element below `node` lies elsewhere."""
    return any(
        (one.name in _LINKED and one.text("href") != "") or has_links(one)
        for one in node.children(*_INSIDE.get(node.name, ()))
    )


class Links:
    """Puts remote elements in place; belongs to one call, and changes the tree it is given."""

    def __init__(self, notes: Notes, url: str, remote: Mapping[str, bytes]) -> None:
        """`remote` holds the bodies by address; an empty one could not be had."""
        self.missing: list[str] = []
        self._notes = notes
        self._base = Base(url)
        self._remote = remote
        self._count = 0

    def resolve(self, element: etree._Element, above: tuple[str, ...] = ()) -> None:
        """Replace the links below `element`; what is not there yet is named in `missing`."""
        here = Node(element, self._notes)
        for node in here.children(*_INSIDE.get(here.name, ())):
            self._one(node, above)

    def _one(self, node: Node, above: tuple[str, ...]) -> None:
        if node.name in _LINKED and node.text("href"):
            self._link(node, above)
        else:
            self.resolve(node.element, above)

    def _link(self, node: Node, above: tuple[str, ...]) -> None:
        href = node.text("href")
        if href == RESOLVE_TO_ZERO:
            _remove(node.element)
            return
        if node.text("actuate") != "onLoad":
            self._keep(node, "is to be fetched on request, which is not done")
            return
        address = self._address(node, href, above)
        if address is None:
            return
        body = self._remote.get(address)
        if body is None:
            if address not in self.missing:
                self.missing.append(address)
            self._keep(node, "")
        elif not body:
            self._keep(node, "could not be had")
        else:
            self._replace(node, body, (*above, address))

    def _address(self, node: Node, href: str, above: tuple[str, ...]) -> str | None:
        self._count += 1
        try:
            address = self._base.join(href)
        except ForeignSchemeError as refused:
            self._keep(node, f"was refused: {refused}")
            return None
        if address in above or len(above) >= DEEPEST_LINKS:
            self._keep(node, "leads round in circles or too deep")
            return None
        if self._count > MOST_LINKS:
            self._keep(node, f"is one of more than {MOST_LINKS}")
            return None
        return address

    def _keep(self, node: Node, why: str) -> None:
        """Leave what the element holds itself, if that is anything (5.5.3)."""
        if why:
            node.warn(f"a remote {node.name} (xlink) {why}")
        for name in [key for key in node.element.attrib if local_name(str(key)) == "href"]:
            del node.element.attrib[name]
        if len(node.element):
            self.resolve(node.element)
        elif node.name != "Period" or why:
            _remove(node.element)

    def _replace(self, node: Node, body: bytes, above: tuple[str, ...]) -> None:
        found = self._read(node, body)
        if not found:
            self._keep(node, f"holds no {node.name}")
            return
        parent = node.element.getparent()
        if parent is None:
            return
        place = parent.index(node.element)
        parent[place : place + 1] = [one.element for one in found]
        for one in found:
            self._one(one, above)

    def _read(self, node: Node, body: bytes) -> list[Node]:
        """The elements of the node's kind; several may stand side by side without a root."""
        if len(body) > LARGEST_REMOTE:
            return []
        text = _DECLARATION.sub(b"", utf8(body))
        try:
            root = read_element(
                b"<remote>" + text.strip(b"\x00 \t\r\n") + b"</remote>", self._notes
            )
        except XmlError:
            return []
        return list(Node(root, self._notes).children(node.name))


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
