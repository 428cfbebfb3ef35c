"""Opening an address: one request, a look at its first bytes, and the way to play it."""

import re
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from urllib.parse import urlsplit
from urllib.request import url2pathname

import anyio

from player.api import PlayRequest
from player.errors import ErrorCode, PlayerError, error
from player.manifest.face import sniff
from player.model.presentation import ManifestFormat, Presentation
from player.model.resource import Resource
from player.net.failures import bad_url
from player.ports import FetchRequest, FetchResponse, RequestKind, Route
from player.streaming.fetch.parts import Reach, Source
from player.streaming.presentation.manifest_reader import read_manifest
from player.units import ByteCount

HEAD = ByteCount(4096)
"""Bytes looked at to tell what an address holds."""

LARGEST_MANIFEST = ByteCount(64 << 20)

DIRECT_SCHEMES = frozenset({"rtsp", "rtsps", "rtmp", "rtmps", "srt"})
"""Schemes from elsewhere that libmpv reads itself."""

_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")

_CANNOT_OPEN = "The file cannot be opened. Check that it is there and readable."

_MEDIA_HEADS = (b"\x1a\x45\xdf\xa3", b"OggS", b"fLaC", b"RIFF", b"FLV\x01", b"ID3")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What an address turned out to be.

    With `presentation`: a manifest. With `stream`: a plain transport stream whose first bytes
    are `head`. With neither: something for libmpv to read by itself from `url`.
    """

    url: str = field(repr=False)
    presentation: Presentation | None = None
    stream: FetchResponse | None = None
    head: bytes = field(default=b"", repr=False)


def source_of(request: PlayRequest) -> Source:
    """How the server of a request is spoken to."""
    local = is_local(request.url)
    route = Route(proxy=request.proxy, certificate=request.accepted_certificate)
    return Source(url=request.url, headers=request.headers, local=local, route=route)


def is_local(url: str) -> bool:
    """Whether an address is a file of this machine."""
    return _is_path(url) or _scheme(url) == "file"


def is_direct(url: str) -> bool:
    """Whether libmpv reads this address itself, without a look at its bytes."""
    return (is_local(url) or _scheme(url) in DIRECT_SCHEMES) and not _is_local_manifest(url)


def _scheme(url: str) -> str:
    """The scheme in lower case, "" without one; never fails, as taking all apart may."""
    found = _SCHEME.match(url)
    return found[1].lower() if found else ""


def _is_path(url: str) -> bool:
    """Whether an address is a path of this machine; a single letter is a drive's, no scheme."""
    return len(_scheme(url)) < 2


def _as_uri(url: str) -> str:
    """A path of this machine as a file URI, everything else as it is."""
    return Path(url).absolute().as_uri() if _is_path(url) else url


def _is_local_manifest(url: str) -> bool:
    path = re.split("[?#]", url)[0] if _scheme(url) == "file" else url
    return is_local(url) and PurePath(path).suffix.lower() in {".m3u8", ".mpd"}


async def _for_libmpv(url: str) -> str:
    """An address that libmpv cannot take for an option or its own standard input.

    A file becomes an absolute path. Raises PlayerError where there is none to be read.
    """
    if _is_path(url):
        return await _readable(url)
    try:
        parts = urlsplit(url)
    except ValueError as fault:
        raise bad_url(url, str(fault)) from fault
    if not is_local(url):
        return url
    if parts.netloc not in {"", "localhost"}:
        raise bad_url(url, f"a file on another machine ({parts.netloc})")
    return await _readable(url2pathname(parts.path))


async def _readable(name: str) -> str:
    path = await anyio.Path(name).absolute()
    try:
        found = await path.stat()
    except (OSError, ValueError) as fault:  # ValueError: a name with a NUL in it
        raise _no_file(_CANNOT_OPEN, type(fault).__name__) from fault
    if not name:
        raise _no_file(_CANNOT_OPEN, "an empty name")
    if stat.S_ISDIR(found.st_mode):
        raise _no_file("This is a folder, not a file. Name a file inside it.", "a directory")
    return str(path)


def _no_file(sentence: str, cause: str) -> PlayerError:
    return error(ErrorCode.NETWORK_UNREACHABLE, sentence, cause=cause)


@asynccontextmanager
async def open_address(
    request: PlayRequest, parts: Reach, *, look: bool = False
) -> AsyncIterator[Opened]:
    """Open an address and tell what it is; a transport stream stays open for the block.

    Raises PlayerError (input.*, network.*, manifest.*). The stream that was looked at is the
    stream that is played, and what libmpv reads itself was closed before: a source that allows
    one connection is never asked for two. With `look`, what libmpv would read itself is looked
    into as well where it can be: a file whatever its name, a transport stream that has an end.
    """
    if is_direct(request.url):
        itself = await _for_libmpv(request.url)
        if not (look and is_local(request.url)):
            yield Opened(url=itself)
            return
    fetch = FetchRequest(
        resource=Resource(uri=_as_uri(request.url)),
        kind=RequestKind.STREAM,
        headers=request.headers,
        by_viewer=True,
        route=source_of(request).route,
    )
    async with parts.fetcher.open(fetch) as response:
        chunks = response.chunks()
        head = await _head(chunks)
        kind = sniff(head, content_type=response.content_type, url=response.url)
        if kind is ManifestFormat.TS and (look or response.length is None):
            yield Opened(url=response.url, stream=_Continued(response, chunks), head=head)
            return
        if kind is None and not _is_media(head):
            raise _not_a_channel(head, response.content_type)
        whole = kind in {ManifestFormat.HLS, ManifestFormat.DASH}
        body = await _rest(head, chunks) if whole else b""
    if kind is None or not whole:  # a film of known length: libmpv seeks in it by itself
        yield Opened(url=response.url)
        return
    presentation = await read_manifest(
        parts, source_of(request), body, url=response.url, format=kind
    )
    asked = presentation.reporting or response.head.reporting
    yield Opened(url=response.url, presentation=replace(presentation, reporting=asked))


class _Continued:
    """A response whose first bytes were read already: the rest of the same body."""

    def __init__(self, response: FetchResponse, chunks: AsyncIterator[bytes]) -> None:
        self.url = response.url
        self.content_type = response.content_type
        self.length = response.length
        self.head = response.head
        self._chunks = chunks

    def chunks(self) -> AsyncIterator[bytes]:
        """What follows."""
        return self._chunks


async def _head(chunks: AsyncIterator[bytes]) -> bytes:
    head = b""
    async for chunk in chunks:
        head += chunk
        if len(head) >= HEAD:
            break
    return head


async def _rest(head: bytes, chunks: AsyncIterator[bytes]) -> bytes:
    body = [head]
    size = len(head)
    async for chunk in chunks:
        body.append(chunk)
        size += len(chunk)
        if size > LARGEST_MANIFEST:
            raise error(
                ErrorCode.MANIFEST_INVALID,
                "This address sends far more than a channel's playlist; it cannot be one.",
                cause=f"more than {LARGEST_MANIFEST} bytes",
            )
    return b"".join(body)


def _is_media(head: bytes) -> bool:
    return head[4:8] == b"ftyp" or head.startswith(_MEDIA_HEADS) or _is_sound(head)


def _is_sound(head: bytes) -> bool:
    """Whether it begins with a frame of AAC (ADTS, ISO/IEC 14496-3 1.A.2) or MPEG audio.

    Radio comes so; a server that joins it in the middle of a frame is asked again by nobody.
    """
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    if head[1] & 0xF6 == 0xF0:  # layer 0: ADTS, of a known sampling rate
        return head[2] >> 2 & 0xF < 13
    return bool(head[1] & 0x06) and head[2] >> 4 != 15 and head[2] >> 2 & 3 != 3


def _not_a_channel(head: bytes, content_type: str) -> PlayerError:
    """The error of an address that answers with something that is not a channel."""
    if not head.strip():
        return error(
            ErrorCode.MANIFEST_EMPTY,
            "The address answers, but with nothing in it. Try again later or check the list.",
        )
    page = b"<html" in head[:1024].lower() or content_type == "text/html"
    what = "a web page" if page else "something that is not a channel"
    return error(
        ErrorCode.MANIFEST_NOT_A_MANIFEST,
        f"The address answers with {what}. Check it, or ask whoever gave you the list.",
        cause=f"content type {content_type or 'unknown'}",
    )
