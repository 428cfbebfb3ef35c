"""Reads IPTV lists (M3U with IPTV attributes) line by line, in every dialect met so far.

There is no specification. Lenient on read, never silent: a warning carries the line's number.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.encoding import bytes_lines
from catalog.extinf import split_extinf
from catalog.identity import ChannelIdentities, ChannelNumbers, last_part
from catalog.m3u_attributes import (
    DAYS_KEYS,
    GUIDE_ID_KEYS,
    NO,
    NUMBER_KEYS,
    first_of,
    guide_shift,
    is_adult,
    read_catchup,
    split_groups,
)
from catalog.model import CatalogWarning, Channel, SourceIdentity
from catalog.stream_address import (
    AddressBase,
    RefusedAddressError,
    as_header,
    parse_options,
    sort_option,
    split_options,
)

MAX_WARNINGS = 1000
MAX_GUIDES = 64
MAX_NAME = 1_000
"""Characters of a channel's or a group's name: more than anybody reads."""
MAX_GROUPS = 50
"""Groups of one channel."""
MAX_DEFAULT = 2_000
"""Characters of what the header says for all channels: every one of them keeps it."""
_GUIDE_KEYS = ("x-tvg-url", "url-tvg", "tvg-url")
_DEFAULT_KEYS = ("tvg-shift", "catchup", "catchup-type", "catchup-source", *DAYS_KEYS)
_HEADER_PROPERTIES = ("stream_headers", "common_headers", "manifest_headers")
_STREAM_TAGS = ("#EXT-X-STREAM-INF", "#EXT-X-TARGETDURATION", "#EXT-X-MEDIA-SEQUENCE")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S")
_TAG_NAME = re.compile(r"#([A-Za-z0-9-]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class M3uList:
    """A whole list: channels in its order, guides it names, what was read over or left out."""

    channels: tuple[Channel, ...]
    guide_urls: tuple[str, ...] = field(repr=False)
    warnings: tuple[CatalogWarning, ...]


def parse_m3u(lines: Iterable[str] | bytes, source: SourceIdentity) -> M3uList:
    """Read a whole list into memory. Never raises on a stranger's text; any thread."""
    reader = M3uReader(source)
    text = bytes_lines(lines) if isinstance(lines, bytes) else lines
    channels = tuple(reader.read(text))
    return M3uList(
        channels=channels,
        guide_urls=tuple(reader.guide_urls),
        warnings=tuple(reader.warnings),
    )


@dataclass(slots=True)
class _Entry:
    """What is known of the next channel before its address comes."""

    stated: bool = False
    attributes: dict[str, str] = field(default_factory=dict)
    name: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)


class M3uReader:
    """Reads one list; `guide_urls` and `warnings` grow while `read` is being consumed.

    `is_list` says afterwards whether the text was a list at all.
    A player's own playlist (HLS) handed in as a list becomes one channel: the source itself.
    """

    def __init__(self, source: SourceIdentity) -> None:
        self.guide_urls: list[str] = []
        self.warnings: list[CatalogWarning] = []
        self.is_list = False
        self._source = source
        self._base = AddressBase(source.location)
        self._identities = ChannelIdentities(source)
        self._numbers = ChannelNumbers()
        self._defaults: dict[str, str] = {}
        self._sticky: tuple[str, ...] = ()
        self._entry = _Entry()
        self._line = 0
        self._tags: Mapping[str, Callable[[str], None]] = {
            "EXTM3U": self._header,
            "EXTINF": self._extinf,
            "EXTGRP": self._group,
            "EXTVLCOPT": self._vlc_option,
            "KODIPROP": self._kodi_property,
            "EXTHTTP": self._http_headers,
        }

    def read(self, lines: Iterable[str]) -> Iterator[Channel]:
        """Give the channels of the list one by one; at most one line is held."""
        for self._line, raw in enumerate(lines, start=1):
            line = raw.strip("\ufeff\x00 \t\r\n\x0b\x0c\xa0")
            if not line:
                continue
            if line[0] != "#":
                if (channel := self._address(line)) is not None:
                    yield channel
            elif line.startswith(_STREAM_TAGS) and self._numbers.is_unused:
                yield self._whole_source()
                return
            else:
                self._tag(line)
        if self._entry.stated:
            self._warn("the last entry has no address")

    def _whole_source(self) -> Channel:
        self.is_list = True
        self._entry = _Entry(name=self._source.name)
        return self._channel(self._source.location, self._source.location)

    def _warn(self, text: str) -> None:
        if len(self.warnings) < MAX_WARNINGS:
            self.warnings.append(CatalogWarning(line=self._line, text=text))

    def _tag(self, line: str) -> None:
        found = _TAG_NAME.match(line)
        handler = self._tags.get(found.group(1).upper()) if found else None
        if found and handler:
            self._first_tag(found.group(1).upper())
            handler(line[found.end() :].lstrip(":"))

    def _first_tag(self, tag: str) -> None:
        if not self.is_list and tag != "EXTM3U":
            self._warn("the list does not begin with #EXTM3U")
        self.is_list = True

    def _header(self, text: str) -> None:
        self._sticky = ()  # lists are often several lists in a row
        attributes, _ = split_extinf(text)
        for key in _GUIDE_KEYS:
            self._add_guides(attributes.get(key, ""))
        for key in _DEFAULT_KEYS:
            if len(value := attributes.get(key, "")) > MAX_DEFAULT:
                self._warn(f"{key} of the list's first line is too long, and was left out")
            elif value:
                self._defaults[key] = value

    def _add_guides(self, text: str) -> None:
        for address in re.split(r"[,;]\s*(?=\w+:|$)", text) if text else ():
            try:
                url = self._base.resolve(address.strip()) if address.strip() else ""
            except RefusedAddressError as refused:
                self._warn(f"a guide was left out: {refused}")
                continue
            if url and url not in self.guide_urls and len(self.guide_urls) < MAX_GUIDES:
                self.guide_urls.append(url)

    def _extinf(self, text: str) -> None:
        entry = self._entry
        if entry.stated:
            self._warn("the entry before this one has no address")
            entry = self._entry = _Entry()
        entry.stated = True
        entry.attributes, entry.name = split_extinf(text)
        if entry.attributes.get("group-title"):
            self._sticky = ()

    def _group(self, text: str) -> None:
        self._sticky = self._bounded(split_groups(text))

    def _vlc_option(self, text: str) -> None:
        name, _, value = text.partition("=")
        name, value = name.strip().lower(), value.strip().strip('"')
        if (header := sort_option(name, value)) is not None:
            self._entry.headers[header[0]] = header[1]
        elif value:
            self._entry.properties[name] = value

    def _kodi_property(self, text: str) -> None:
        name, _, value = text.partition("=")
        name, value = name.strip(), value.strip()
        if name.rpartition(".")[2] in _HEADER_PROPERTIES:
            self._add_headers(parse_options(value))
        elif name:
            self._entry.properties[name] = value

    def _http_headers(self, text: str) -> None:
        try:
            headers: Any = json.loads(text)
        except (ValueError, RecursionError):
            headers = None
        if not isinstance(headers, dict):
            self._warn("#EXTHTTP holds no JSON object")
            return
        self._add_headers({name: str(value) for name, value in headers.items()})

    def _add_headers(self, options: Mapping[str, str]) -> None:
        for name, value in options.items():
            if (header := as_header(name, value)) is not None:
                self._entry.headers[header[0]] = header[1]
            else:
                self._entry.properties[name] = value

    def _address(self, line: str) -> Channel | None:
        if not self._entry.stated and not _ADDRESS.match(line):
            if self.is_list:
                self._warn("a line that belongs to no entry was left out")
            return None
        try:
            address, options = split_options(line)
            url = self._base.resolve(address)
        except RefusedAddressError as refused:
            self._warn(str(refused))
            self._entry = _Entry()
            return None
        self._first_tag("")
        self._add_headers(options)
        return self._channel(url, address)

    def _channel(self, url: str, address: str) -> Channel:
        entry, self._entry = self._entry, _Entry()
        attributes = entry.attributes
        if self._defaults:
            attributes = {**self._defaults, **attributes}
        guide_id = first_of(attributes, GUIDE_ID_KEYS)
        guide_name = attributes.get("tvg-name", "")
        name = entry.name or guide_name or last_part(address) or address.partition("?")[0]
        name = self._short(name)
        if not _ATTRIBUTE_HEADERS.isdisjoint(attributes):
            _add_attribute_headers(entry)
        if attributes.get("tvg-url"):
            self._add_guides(attributes["tvg-url"])
        return Channel(
            id=self._identities.claim(guide_id, name, address),
            number=self._numbers.claim(first_of(attributes, NUMBER_KEYS)),
            name=name,
            url=url,
            groups=self._groups_of(attributes),
            logo=attributes.get("tvg-logo", ""),
            guide_id=guide_id,
            headers=entry.headers,
            radio=attributes.get("radio", "").lower() not in NO,
            adult=is_adult(attributes),
            guide_name=guide_name,
            guide_shift=guide_shift(attributes.get("tvg-shift", "")),
            catchup=read_catchup(attributes),
            properties=entry.properties,
        )

    def _groups_of(self, attributes: Mapping[str, str]) -> tuple[str, ...]:
        titled = attributes.get("group-title", "")
        if not titled:
            return self._sticky
        return self._bounded(tuple(dict.fromkeys((*self._sticky, *split_groups(titled)))))

    def _bounded(self, groups: tuple[str, ...]) -> tuple[str, ...]:
        if len(groups) > MAX_GROUPS:
            self._warn(f"only {MAX_GROUPS} of {len(groups)} groups are kept")
        return tuple(map(self._short, groups[:MAX_GROUPS]))

    def _short(self, name: str) -> str:
        if len(name) <= MAX_NAME:
            return name
        self._warn(f"a name of {len(name)} characters was cut")
        return name[:MAX_NAME]


_ATTRIBUTE_HEADERS = frozenset(
    {"user-agent", "http-user-agent", "http-referrer", "http-referer", "referrer", "http-origin"}
)


def _add_attribute_headers(entry: _Entry) -> None:
    """Take the headers that EXTINF itself states; a line of their own says it better."""
    for key in _ATTRIBUTE_HEADERS & entry.attributes.keys():
        if (header := sort_option(key, entry.attributes[key])) is not None:
            entry.headers.setdefault(*header)
