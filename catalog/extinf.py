"""Reads the attributes and the name out of an `#EXTINF` or `#EXTM3U` line, however it is quoted.

There is no specification; the behaviour follows what players of such lists do:
attribute values double-quoted, single-quoted or bare, quotes unbalanced.
"""

import re

_KEY_OR_COMMA = re.compile(r"(?<![A-Za-z])([A-Za-z][\w.-]{0,63})\s{0,8}=\s{0,8}|,")
_TIDY = re.compile(r'\s*+-?\d*+((?:\s++[A-Za-z][\w.-]*+="[^"]*+")*+)\s*+,(.*)', re.DOTALL)
_TIDY_PAIR = re.compile(r'([A-Za-z][\w.-]*+)="([^"]*+)"')
_BARE = re.compile(r"\S*")
_SINGLE_CLOSE = re.compile(r"'(?=[\s,]|$)")
_NEXT_KEY_INSIDE = re.compile(r"\s[A-Za-z][\w.-]{0,63}=$")
_KNOWN_ATTRIBUTE = re.compile(
    r"(?:^|\s)(?:tvg-[\w-]+|group-title|catchup[\w-]*|radio|ch-number|channel-id)="
)
_KEY_TAIL = 66


def split_extinf(text: str) -> tuple[dict[str, str], str | None]:
    """Split what follows `#EXTINF:` or `#EXTM3U` into attributes (lower-case keys) and the name.

    The name is None where no comma introduces one. Takes time linear in the length.
    """
    return _split_tidy(text) or _Scanner(text).split()


def _split_tidy(text: str) -> tuple[dict[str, str], str | None] | None:
    """Split a line of balanced, double-quoted attributes, as nearly all are; None: it is not."""
    found = _TIDY.fullmatch(text)
    if found is None or "=" in found.group(2) or '=" ' in found.group(1):
        return None
    pairs = _TIDY_PAIR.findall(found.group(1))
    return {key.lower(): value.strip() for key, value in pairs}, found.group(2).strip()


class _Scanner:
    """Walks once over one line; remembers what would otherwise be looked for again and again."""

    __slots__ = ("_last_close", "_last_known", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._last_known: int | None = None
        self._last_close: int | None = None

    def split(self) -> tuple[dict[str, str], str | None]:
        text = self._text
        attributes: dict[str, str] = {}
        at = 0
        while found := _KEY_OR_COMMA.search(text, at):
            key = found.group(1)
            at = found.end()
            if key is not None:
                value, at = self._value(at)
                attributes[key.lower()] = value
            elif not self._attributes_follow(at):
                return attributes, text[at:].strip()
        return attributes, None

    def _attributes_follow(self, at: int) -> bool:
        """Whether a comma is no separator: some lists put one between duration and attributes."""
        if self._last_known is None:
            if self._text.find("=", at) < 0:
                return False
            known = [found.start() for found in _KNOWN_ATTRIBUTE.finditer(self._text)]
            self._last_known = known[-1] if known else -1
        return self._last_known >= at

    def _value(self, at: int) -> tuple[str, int]:
        """Read the value that starts at `at`; give it and where to go on."""
        quote = self._text[at : at + 1]
        if quote == '"':
            return self._until(at, self._text.find('"', at + 1))
        if quote == "'":
            return self._until(at, self._single_close(at + 1))
        return self._bare(at)

    def _single_close(self, at: int) -> int:
        """Find the single quote that closes; one inside a word is an apostrophe."""
        if self._last_close is None:
            closes = [found.start() for found in _SINGLE_CLOSE.finditer(self._text)]
            self._last_close = closes[-1] if closes else -1
        if self._last_close < at:
            return -1
        close = _SINGLE_CLOSE.search(self._text, at)
        return close.start() if close else -1

    def _until(self, at: int, close: int) -> tuple[str, int]:
        """Read a quoted value; a missing closing quote costs this value only, no other."""
        text = self._text
        if close < 0:
            comma = text.find(",", at)
            end = comma if comma >= 0 else len(text)
            return text[at + 1 : end].strip(), end
        if text[close - 1] == "=":
            swallowed = _NEXT_KEY_INSIDE.search(text, max(at, close - _KEY_TAIL), close)
            if swallowed:
                return text[at + 1 : swallowed.start()].strip(), swallowed.start()
        return text[at + 1 : close].strip(), close + 1

    def _bare(self, at: int) -> tuple[str, int]:
        """Read an unquoted value: to the next space, or to the comma that introduces the name."""
        found = _BARE.match(self._text, at)
        value = found.group() if found else ""
        end = at + len(value)
        if "," not in value or self._attributes_follow(end):
            return value.strip("\"',"), end
        comma = value.rfind(",") if "://" in value else value.find(",")
        return value[:comma].strip("\"'"), at + comma
