"""What stands on a list's address line: the URL, its options after `|`, what may be opened."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urljoin

STREAM_SCHEMES = frozenset({"http", "https", "udp", "rtp", "rtsp", "rtmp", "srt"})
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_OPTION = re.compile(r'(?<![!\w.-])([!\w.-]{1,64})=("[^"]*"|[^|&]*)')
_MAX_OPTIONS = 16_384
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_PLAYER_OPTIONS = frozenset({"seekable", "verifypeer", "auth", "customrequest", "sslcipherlist"})
_HEADERS_BY_OPTION = {
    "http-user-agent": "User-Agent",
    "user-agent": "User-Agent",
    "http-referrer": "Referer",
    "http-referer": "Referer",
    "referrer": "Referer",
    "referer": "Referer",
    "http-origin": "Origin",
    "origin": "Origin",
    "http-cookie": "Cookie",
    "cookie": "Cookie",
}


class RefusedAddressError(Exception):
    """An address that is not opened; the text says why and holds no part of it but the scheme."""


@dataclass(frozen=True, slots=True)
class AddressBase:
    """Where a list came from: its URL, or its path. May hold credentials."""

    location: str

    @property
    def is_file(self) -> bool:
        """Whether the list is a local file, which alone may name local files."""
        scheme = _scheme(self.location)
        return bool(self.location) and scheme in ("", "file")

    def resolve(self, address: str) -> str:
        """Give the absolute URL of an address in this list.

        Raises:
            RefusedAddressError: a command, an unknown scheme, a local file named by a remote list.
        """
        if _CONTROL.search(address):
            raise RefusedAddressError("an address with control characters was left out")
        scheme = _scheme(address)
        if scheme in STREAM_SCHEMES or (scheme == "file" and self.is_file):
            return address
        if scheme:
            raise RefusedAddressError(f"addresses of the kind {scheme[:20]}: are not opened")
        return self._joined(address)

    def _joined(self, address: str) -> str:
        if not self.location:
            raise RefusedAddressError("a relative address in a list whose own address is unknown")
        if not self.is_file:
            return _joined_url(self.location, address)
        folder = Path(unquote(self.location.removeprefix("file://"))).absolute().parent
        return (folder / address).as_uri()


def split_options(address: str) -> tuple[str, dict[str, str]]:
    """Part `URL|Name=value&Name=value` into the URL and its options; values are unquoted."""
    if "|" not in address:
        return address, {}
    url, _, tail = address.partition("|")
    options = parse_options(tail)
    return (url, options) if options else (address, {})


def parse_options(text: str) -> dict[str, str]:
    """Read `Name=value` pairs parted by `&` or `|`, percent-encoded or in quotes."""
    return {
        name.lstrip("!"): unquote(value).strip().strip('"')
        for name, value in _OPTION.findall(text[:_MAX_OPTIONS])
    }


def sort_option(name: str, value: str) -> tuple[str, str] | None:
    """Give the HTTP header that an option of a list stands for; None if it stands for none."""
    known = _HEADERS_BY_OPTION.get(name.lower())
    if known is None or _CONTROL.search(value) or not value:
        return None
    return known, value


def as_header(name: str, value: str) -> tuple[str, str] | None:
    """Give a header for a pair that a list calls one; None for player options and bad names.

    A control character would let a list write further headers into the request.
    """
    if name.lower() in _PLAYER_OPTIONS or not _HEADER_NAME.fullmatch(name):
        return None
    if _CONTROL.search(value) or not value:
        return None
    return _HEADERS_BY_OPTION.get(name.lower(), name), value


def _scheme(address: str) -> str:
    found = _SCHEME.match(address)
    return found.group(1).lower() if found else ""


def _joined_url(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError as broken:
        raise RefusedAddressError("an address that is no URL was left out") from broken
