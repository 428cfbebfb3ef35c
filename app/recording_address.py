"""What can be said of an address before anything is asked: whether it can be recorded, a title."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from player.net.masking import MASK, mask_url
from player.session.opening import is_direct, is_local

_KINDS = frozenset({"http", "https", "udp", "rtp"})

_EVERYBODYS = re.compile(
    r"(index|master|main|playlist|manifest|stream|chunklist|prog_index|media|video|live|hls|dash"
    r"|cmaf|ts|fmp4|channels?|tv|vod|play|media|streams|m3u8|mpd|out|v\d+|a|u|i)"
    r"([-_.]?(\d{1,2}|hls|dash|cmaf|ts|fmp4))*",
    re.IGNORECASE,
)
"""Names that packagers give to what is alike at every channel."""

_ENDING = re.compile(r"\.(m3u8?|mpd|isml?|ts|mp4|smil)$", re.IGNORECASE)

_NO_STREAM = (
    "This cannot be recorded: it comes neither as HLS or DASH nor as a live transport stream."
)

_LONGEST = 40

_TOKEN = re.compile(r"(?=.*\d)(?=.*[a-zA-Z])[\w~=+-]{16,}|[0-9a-fA-F]{12,}|\d{7,}")
"""What looks like an account's number or a signature, and not like a name."""


def title_of(address: str) -> str:
    """What a recording of an address is called: its last name that tells something, its host.

    No user, password or token is ever part of it.
    """
    masked = mask_url(address)
    try:
        parts = urlsplit(masked)
        host = "" if is_local(address) else parts.hostname or ""
    except ValueError:
        return "Farol"
    path = masked if is_local(address) and not parts.scheme else parts.path
    name = next(filter(_tells, map(_plain, reversed(path.split("/")))), "")
    return f"{name} ({host})" if name and host else name or host or "Farol"


def obstacle_to(address: str) -> str:
    """Say in a sentence why an address can never be recorded; "" where it may be."""
    if is_local(address):
        return _no_file(address)
    if is_direct(address):
        return _NO_STREAM
    try:
        parts = urlsplit(address)
        sound = bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound:
        return "This address cannot be right; check how it is written."
    if parts.scheme.lower() not in _KINDS:
        return f'Farol does not open addresses of the kind "{parts.scheme}:" here.'
    return ""


def _no_file(address: str) -> str:
    path = unquote(urlsplit(address).path) if address.lower().startswith("file:") else address
    try:
        there = bool(path) and Path(path).is_file()
    except (OSError, ValueError):
        there = False
    if not there:
        return (
            f"{address!r} is no address and no file. A channel of a list is recorded by its number"
            " or its name with --source LIST."
        )
    return _NO_STREAM if is_direct(address) else ""


def _plain(name: str) -> str:
    return _ENDING.sub("", unquote(name)).strip()


def _tells(name: str) -> bool:
    tells = bool(name) and MASK not in name and not _EVERYBODYS.fullmatch(name)
    return tells and len(name) <= _LONGEST and not _TOKEN.fullmatch(name) and name.isprintable()
