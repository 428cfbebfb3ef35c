"""Strangers' XML, read leniently, without network or entities."""

from typing import Any

from lxml import etree

from player.model.notes import Notes, quoted

_BLANK = b"\x00 \t\r\n"
_MARK = b"\xef\xbb\xbf"


class XmlError(ValueError):
    """There is no XML to be read; the text says why."""


class RefusedXmlError(XmlError):
    """It is XML, but too large or one that defines entities."""


def read_document(body: bytes, notes: Notes, *, largest: int) -> etree._Element:
    """Parse a whole document of at most `largest` bytes, of UTF-8 or UTF-16; raises XmlError.

    Faults that a strict reader would die of (unbound prefixes above all) become notes.
    """
    if len(body) > largest:
        raise RefusedXmlError(f"the XML has {len(body)} bytes, above {largest}")
    return read_element(utf8(body), notes)


def read_element(text: bytes, notes: Notes) -> etree._Element:
    """Parse one XML element of UTF-8; raises XmlError, above all where entities are defined.

    Whoever defines entities wants them expanded, to read our files or to fill our memory. They
    are looked for in what was parsed too: an encoding hides them from a search in the bytes.
    """
    if b"<!ENTITY" in text:
        raise RefusedXmlError("the XML defines entities, which are refused")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(text.strip(_BLANK), parser)
    except (etree.XMLSyntaxError, ValueError) as bad:
        raise XmlError(f"no XML: {quoted(str(bad))}") from bad
    if root is None:
        raise XmlError("no XML element can be found")
    if _defines_entities(root):
        raise RefusedXmlError("the XML defines entities, which are refused")
    for fault in parser.error_log:
        notes.warn(fault.line, f"XML: {quoted(fault.message)}")
    return root


def _defines_entities(root: etree._Element) -> bool:
    declared: Any = root.getroottree().docinfo.internalDTD  # more than the stubs know of
    return declared is not None and next(declared.iterentities(), None) is not None


def is_blank(body: bytes) -> bool:
    """Whether nothing but a byte order mark and white space is there."""
    return not body.strip(_BLANK + _MARK)


def utf8(body: bytes) -> bytes:
    """Turn UTF-16 with a mark into UTF-8, whose declaration must go then; drop UTF-8's mark."""
    if not body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.removeprefix(_MARK)
    text = body.decode("utf-16", "replace").lstrip()
    declared = text.startswith("<?xml") and "?>" in text
    return (text.partition("?>")[2] if declared else text).encode("utf-8", "replace")


def local_name(name: str) -> str:
    """Strip a namespace, or the prefix that stayed because nothing bound it."""
    return name.rpartition("}")[2].rpartition(":")[2]


def line_of(element: etree._Element) -> int:
    """The line where the element begins, 0 where nobody knows."""
    line: object = element.sourceline
    return line if isinstance(line, int) else 0


def is_element(one: etree._Element) -> bool:
    """Whether it is one: entity references stand between elements, with a function for a tag."""
    tag: object = one.tag
    return isinstance(tag, str)
