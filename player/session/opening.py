"""Opening an address: one request, a look at its first bytes, and the way to play it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from urllib.parse import urlsplit

from player.api import PlayRequest
from player.errors import ErrorCode, PlayerError, error
from player.manifest.face import parse, sniff
from player.model.presentation import ManifestFormat, Presentation
from player.model.resource import Resource
from player.ports import FetchRequest, FetchResponse, RequestKind
from player.streaming.parts import Reach, Source
from player.units import ByteCount

HEAD = ByteCount(4096)
"""Bytes looked at to tell what an address holds."""

LARGEST_MANIFEST = ByteCount(64 << 20)

DIRECT_SCHEMES = frozenset({"rtsp", "rtsps", "rtmp", "rtmps", "srt", "file", ""})
"""Schemes that libmpv reads itself; a path without a scheme is a file."""

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
    return Source(url=request.url, headers=request.headers, local=local)


def is_local(url: str) -> bool:
    """Whether an address is a file of this machine."""
    scheme = urlsplit(url).scheme.lower()
    return scheme in {"", "file"} or len(scheme) == 1


def is_direct(url: str) -> bool:
    """Whether libmpv reads this address itself, without a look at its bytes."""
    scheme = urlsplit(url).scheme.lower()
    return (scheme in DIRECT_SCHEMES or len(scheme) == 1) and not _is_local_manifest(url)


def _as_uri(url: str) -> str:
    """A path of this machine as a file URI, everything else as it is."""
    if not is_local(url) or url.lower().startswith("file:"):
        return url
    return Path(url).absolute().as_uri()


def _is_local_manifest(url: str) -> bool:
    return PurePath(urlsplit(url).path).suffix.lower() in {".m3u8", ".mpd"}


@asynccontextmanager
async def open_address(request: PlayRequest, parts: Reach) -> AsyncIterator[Opened]:
    """Open an address and tell what it is; a transport stream stays open for the block.

    Raises PlayerError (input.*, network.*, manifest.*). The stream that was looked at is the
    stream that is played: a source that allows one connection is asked once.
    """
    if is_direct(request.url):
        yield Opened(url=request.url)
        return
    fetch = FetchRequest(
        resource=Resource(uri=_as_uri(request.url)),
        kind=RequestKind.STREAM,
        headers=request.headers,
        by_viewer=True,
    )
    async with parts.fetcher.open(fetch) as response:
        chunks = response.chunks()
        head = await _head(chunks)
        kind = sniff(head, content_type=response.content_type, url=response.url)
        if kind is ManifestFormat.TS:
            yield Opened(url=response.url, stream=_Continued(response, chunks), head=head)
            return
        if kind is None:
            if not _is_media(head):
                raise not_a_channel(head, response.content_type)
            yield Opened(url=response.url)
            return
        body = await _rest(head, chunks)
    presentation = await parts.worker(
        lambda: parse(body, url=response.url, now=parts.clock.utc(), format=kind)
    )
    yield Opened(url=response.url, presentation=presentation)


class _Continued:
    """A response whose first bytes were read already: the rest of the same body."""

    def __init__(self, response: FetchResponse, chunks: AsyncIterator[bytes]) -> None:
        self.url = response.url
        self.content_type = response.content_type
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
    return head[4:8] == b"ftyp" or head.startswith(_MEDIA_HEADS)


def not_a_channel(head: bytes, content_type: str) -> PlayerError:
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
