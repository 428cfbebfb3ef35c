"""Reads XMLTV guides (xmltv.dtd) as streams: packed or not, well-formed or not, of any size."""

import codecs
import html
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from catalog.compression import BROKEN_INSIDE, open_unpacked
from catalog.encoding import guess_encoding
from catalog.model import CatalogWarning
from catalog.xmltv_cut import ElementCutter
from catalog.xmltv_time import parse_time

MAX_WARNINGS = 1000
MAX_TEXT = 16_384
"""Characters of one title or description that are kept."""

_DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_ATTRIBUTE = re.compile(r"""(?<![\w:.-])([\w:.-]++)\s*+=\s*+(?:"([^"<]*)"|'([^'<]*)')""")
_FIELD = re.compile(
    r"<(title|sub-title|desc|category|display-name|icon|lcn)(?=[\s/>])([^<>]*)>"
    r"([^<]*)(</\1\s*>)?"
)
_FIELD_START = re.compile(
    r"<(?:title|sub-title|desc|category|credits|date|icon|episode-num|rating|display-name)[\s/>]"
)
_MARKUP = re.compile(r"</?[A-Za-z][^<>]*>")
_BREAK = re.compile(r"<(?:br|/p|/div|/li)\b[^<>]*>", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_CDATA_START: Final = "<![CDATA["


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideChannel:
    """A channel as a guide names it; the same id may come several times (its names add up)."""

    id: str
    names: tuple[str, ...]
    logo: str = ""


class GuideEntry(NamedTuple):
    """A programme as a guide states it: POSIX seconds, `stop` None where it is not said."""

    channel: str
    start: int
    stop: int | None
    title: str
    subtitle: str
    description: str
    categories: tuple[str, ...]


class XmltvReader:
    """Reads one guide; `warnings`, `consumed` (unpacked bytes) grow while `read` is consumed."""

    def __init__(self) -> None:
        self.warnings: list[CatalogWarning] = []
        self.consumed = 0
        self._encoding = "utf-8"
        self._left_out = 0

    def read_file(self, path: Path) -> Iterator[GuideChannel | GuideEntry]:
        """Give channels and programmes in the file's order.

        Raises:
            UnreadableFileError: the packing cannot be read at all.
            OSError: the file cannot be opened.
        """
        with open_unpacked(path) as stream:
            yield from self.read(stream)

    def read(self, stream: io.BufferedIOBase) -> Iterator[GuideChannel | GuideEntry]:
        """Give channels and programmes in the stream's order. Never raises on its content."""
        cutter = ElementCutter(self._as_bytes(stream))
        for name, element in cutter:
            self.consumed = cutter.consumed
            text = self._text(element)
            item = self._channel(text) if name == b"channel" else self._programme(text)
            if item is not None:
                yield item
        self.consumed = cutter.consumed
        self._close(cutter)

    def _close(self, cutter: ElementCutter) -> None:
        if cutter.broken:
            self._warn(cutter.broken)
        if cutter.oversized:
            self._warn(f"{cutter.oversized} elements are too large and were left out")
        if self._left_out:
            self._warn(f"{self._left_out} elements without channel or time were left out")

    def _warn(self, text: str) -> None:
        if len(self.warnings) < MAX_WARNINGS:
            self.warnings.append(CatalogWarning(line=0, text=text))

    def _as_bytes(self, stream: io.BufferedIOBase) -> io.BufferedIOBase:
        """Learn the encoding from the head; UTF-16, whose tags are no ASCII, is recoded."""
        try:
            head = stream.read1(4096)
        except BROKEN_INSIDE as broken:
            self._warn(f"the file is damaged: {broken}")
            return io.BytesIO()
        rest = _Joined(head, stream)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return _Recoded(rest)
        declared = _DECLARED.search(head)
        if declared is not None:
            self._encoding = _known_encoding(declared.group(1).decode("ascii"))
        return rest

    def _text(self, element: bytes) -> str:
        """Decode an element: as UTF-8 if it is, else as declared, else as detected."""
        try:
            return element.decode("utf-8")
        except UnicodeDecodeError:
            if self._encoding == "utf-8":
                self._encoding = guess_encoding(element)
        return element.decode(self._encoding, "replace")

    def _channel(self, text: str) -> GuideChannel | None:
        attributes, body = _head(text)
        identity = attributes.get("id", "")
        if not identity:
            self._left_out += 1
            return None
        fields = _fields(body)
        names = tuple(dict.fromkeys(value for key, value in fields if key == "display-name"))
        logo = next((value for key, value in fields if key == "icon"), "")
        return GuideChannel(id=identity, names=names, logo=logo)

    def _programme(self, text: str) -> GuideEntry | None:
        attributes, body = _head(text)
        start = parse_time(attributes.get("start", ""))
        channel = attributes.get("channel", "")
        if start is None or not channel:
            self._left_out += 1
            return None
        fields = _fields(body)
        single = dict(reversed(fields))  # the first of several languages
        return GuideEntry(
            channel=channel,
            start=start,
            stop=parse_time(attributes.get("stop", "")),
            title=single.get("title", ""),
            subtitle=single.get("sub-title", ""),
            description=single.get("desc", ""),
            categories=tuple(dict.fromkeys(v for key, v in fields if key == "category")),
        )


class _Joined(io.BufferedIOBase):
    """A stream whose first bytes have been read already."""

    def __init__(self, head: bytes, rest: io.BufferedIOBase) -> None:
        self._head = head
        self._rest = rest

    def read1(self, size: int = -1, /) -> bytes:
        if self._head:
            head, self._head = self._head, b""
            return head
        return self._rest.read1(size)


class _Recoded(io.BufferedIOBase):
    """A UTF-16 stream as UTF-8."""

    def __init__(self, rest: io.BufferedIOBase) -> None:
        self._rest = rest
        self._decoder = codecs.getincrementaldecoder("utf-16")("replace")

    def read1(self, size: int = -1, /) -> bytes:
        while block := self._rest.read1(size):
            if text := self._decoder.decode(block):
                return text.encode("utf-8", "replace")
        return b""


def _known_encoding(name: str) -> str:
    """Give an encoding that Python knows and that extends ASCII."""
    try:
        known = codecs.lookup(name).name
        return known if "<".encode(known) == b"<" else "utf-8"
    except (LookupError, UnicodeError):
        return "utf-8"


def _head(text: str) -> tuple[dict[str, str], str]:
    """Part an element into its attributes and its content."""
    end = text.find(">")
    head, body = (text[:end], text[end + 1 :]) if end >= 0 else (text, "")
    attributes = {
        key: _plain(value).strip() if "&" in (value := double or single) else value.strip()
        for key, double, single in _ATTRIBUTE.findall(head)
    }
    return attributes, body


def _fields(body: str) -> list[tuple[str, str]]:
    """Give (name, text) of the fields a guide is read for, in their order; never empty texts."""
    if "<!" in body:
        body = _without_sections(body)
    found: list[tuple[str, str, str, str]] = _FIELD.findall(body)
    if not all(closed or attributes.endswith("/") for _, attributes, _, closed in found):
        found = _fields_with_markup(body)
    return [
        (name, value[:MAX_TEXT])
        for name, attributes, text, closed in found
        if (value := text if closed and _is_plain(text) else _value(name, attributes, text))
    ]


def _fields_with_markup(body: str) -> list[tuple[str, str, str, str]]:
    """Find the fields where some have tags in their text, or no end."""
    fields: list[tuple[str, str, str, str]] = []
    at = 0
    while found := _FIELD.search(body, at):
        name, attributes, text, closed = found.groups()
        at = found.end()
        if not closed and not attributes.endswith("/"):
            text, at = _with_markup(body, found.start(3), name)
        fields.append((name, attributes, text, ""))
    return fields


def _value(name: str, attributes: str, text: str) -> str:
    if name == "icon":
        found = {key: double or single for key, double, single in _ATTRIBUTE.findall(attributes)}
        return _plain(found.get("src", ""))
    return "" if attributes.endswith("/") else _plain(text).strip()


def _with_markup(body: str, at: int, name: str) -> tuple[str, int]:
    """Read a field that has tags in it, or no end: up to its end tag or the next field."""
    following = _FIELD_START.search(body, at)
    limit = following.start() if following else len(body)
    end = body.find(f"</{name}", at, limit)
    return (body[at:end], end) if end >= 0 else (body[at:limit], limit)


def _without_sections(body: str) -> str:
    """Take comments out and write CDATA as escaped text, in one pass."""
    parts: list[str] = []
    at = 0
    while (start := body.find("<!", at)) >= 0:
        parts.append(body[at:start])
        is_data = body.startswith(_CDATA_START, start)
        begin = start + (len(_CDATA_START) if is_data else 2)
        end = body.find(
            "]]>" if is_data else "-->" if body.startswith("--", begin) else ">", begin
        )
        if end < 0:
            at = len(body)
            break
        if is_data:
            parts.append(html.escape(body[begin:end]))
        at = end + (1 if body[end] == ">" else 3)
    parts.append(body[at:])
    return "".join(parts)


def _is_plain(text: str) -> bool:
    """Whether a field's text is just text, as most is."""
    return "&" not in text and text.isprintable() and text == text.strip()


def _plain(text: str) -> str:
    """Give text without entities, markup and control characters.

    Entities are resolved twice: many guides escape what was already escaped.
    """
    if "&" in text:
        text = html.unescape(text)
        if "&" in text and ";" in text:
            text = html.unescape(text)
    if "<" in text:
        text = _MARKUP.sub("", _BREAK.sub("\n", text))
    return _CONTROL.sub("", text) if not text.isprintable() else text
