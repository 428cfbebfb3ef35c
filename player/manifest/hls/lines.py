"""A playlist's bytes as numbered lines, with EXT-X-DEFINE's variables put in."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl, urlsplit

from player.manifest.bounds import LONGEST_LINE, MOST_SUBSTITUTED
from player.manifest.hls.attributes import read_attributes
from player.model.notes import Notes, quoted

BLANKS = " \t\r\n\v\f\x00\ufeff"

_REFERENCE = re.compile(r"\{\$([A-Za-z0-9_-]{1,200})\}")
_NAME = re.compile(r"[A-Za-z0-9_-]{1,200}")
_DEFINE = "#EXT-X-DEFINE:"


def decoded(body: bytes) -> str:
    """Decode a playlist: UTF-8 (RFC 8216bis 4.1), UTF-16 with a mark, else Latin-1."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", "replace")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("latin-1").removeprefix("ï»¿")


class Lines:
    """A playlist's text, given out as (line number, stripped line, offset behind the line)."""

    def __init__(
        self, body: bytes, *, url: str, imported: Mapping[str, str], notes: Notes
    ) -> None:
        """Read `body`; `imported` are the multivariant playlist's variables."""
        self.variables: dict[str, str] = {}
        self.text = decoded(body).replace("\r\n", "\n").replace("\r", "\n")
        self.substitutes = "{$" in self.text or _DEFINE in self.text
        self._url = url
        self._imported = imported
        self._notes = notes
        self._grown = 0
        if not self.text.lstrip(BLANKS).startswith("#EXTM3U"):
            notes.warn(1, "the list does not begin with #EXTM3U")

    def __iter__(self) -> Iterator[tuple[int, str, int]]:
        """Give all lines but blank ones."""
        return self.between(0, len(self.text))

    def between(self, first: int, last: int) -> Iterator[tuple[int, str, int]]:
        """Give the lines of a stretch, with `{$name}` replaced by what was defined above."""
        number, end = self.text.count("\n", 0, first), first
        for raw in self.text[first:last].split("\n"):
            number += 1
            end += len(raw) + 1
            line = raw.strip(BLANKS)
            if not line:
                continue
            if self.substitutes:
                line = self._substituted(number, line)
                if line.startswith(_DEFINE):
                    self._define(number, line[len(_DEFINE) :])
                    continue
            yield number, line, end

    def _substituted(self, number: int, line: str) -> str:
        if "{$" not in line:
            return line
        parts: list[str] = []
        length, last = 0, 0
        for found in _REFERENCE.finditer(line):
            value = self.variables.get(found.group(1))
            if value is None:
                self._notes.warn(number, f"variable {quoted(found.group(1))} is not defined")
                value = found.group()
            parts += (line[last : found.start()], value)
            last = found.end()
            length += len(value)
            if length > LONGEST_LINE or self._grown + length > MOST_SUBSTITUTED:
                self._notes.warn(number, "variables make this line too long; left as it is")
                return line
        self._grown += length
        return "".join((*parts, line[last:]))

    def _define(self, number: int, text: str) -> None:
        """EXT-X-DEFINE (RFC 8216bis 4.4.2.3): a value, an import or a query parameter."""
        attributes = read_attributes(text, number, self._notes)
        name = attributes.text("NAME")
        if name:
            if "VALUE" not in attributes.values:
                self._notes.warn(number, f"variable {quoted(name)} has no value; taken as empty")
            self._set(number, name, attributes.text("VALUE"))
        elif attributes.text("IMPORT"):
            self._take(number, attributes.text("IMPORT"), self._imported)
        elif attributes.text("QUERYPARAM"):
            self._take(number, attributes.text("QUERYPARAM"), _query(self._url))
        else:
            self._notes.warn(number, "EXT-X-DEFINE defines nothing")

    def _take(self, number: int, name: str, source: Mapping[str, str]) -> None:
        if name in source:
            self._set(number, name, source[name])
        else:
            self._notes.warn(number, f"variable {quoted(name)} cannot be imported")

    def _set(self, number: int, name: str, value: str) -> None:
        if _NAME.fullmatch(name) is None:
            self._notes.warn(number, f"a variable cannot be called {quoted(name)}")
        elif name in self.variables:
            self._notes.warn(number, f"variable {quoted(name)} is defined twice; the first counts")
        else:
            self.variables[name] = value


def _query(url: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True, max_num_fields=1_000))
    except ValueError:
        return {}
