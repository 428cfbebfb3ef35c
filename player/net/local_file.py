"""Reads a file that the viewer himself named."""

import os
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit
from urllib.request import url2pathname

import anyio

from player.errors import ErrorCode, PlayerError, error
from player.model.resource import ByteRange
from player.net.failures import bad_url
from player.ports import AnswerHead, FetchRequest, FetchResponse

_PIECE = 1 << 16


@asynccontextmanager
async def open_file(request: FetchRequest) -> AsyncIterator[FetchResponse]:
    """Open the file of a `file:` URI; raises PlayerError (input.bad-url, network.unreachable)."""
    uri = request.resource.uri
    try:
        parts = urlsplit(uri)
    except ValueError as fault:
        raise bad_url(uri, str(fault)) from fault
    if parts.netloc not in ("", "localhost"):
        raise bad_url(uri, f"a file on another machine ({parts.netloc})")
    try:
        file = await anyio.open_file(url2pathname(parts.path), "rb")
    except (OSError, ValueError) as fault:
        raise _unreadable(uri, fault) from fault
    async with file:
        yield FileBody(uri, file, request.resource.byte_range)


class FileBody:
    """Implements `FetchResponse` over an open file."""

    def __init__(self, uri: str, file: anyio.AsyncFile[bytes], part: ByteRange | None) -> None:
        """Read `file` whole, or a part of it."""
        self._uri, self._file = uri, file
        self._skip = part.offset if part else 0
        self._left: int | None = part.length if part else None

    @property
    def url(self) -> str:
        """See `FetchResponse.url`."""
        return self._uri

    @property
    def content_type(self) -> str:
        """Always "": a file system knows none."""
        return ""

    @property
    def length(self) -> int | None:
        """See `FetchResponse.length`; None for a pipe or a device."""
        told = os.fstat(self._file.wrapped.fileno())
        return told.st_size if stat.S_ISREG(told.st_mode) else None

    @property
    def head(self) -> AnswerHead:
        """See `FetchResponse.head`: nothing."""
        return AnswerHead()

    def chunks(self) -> AsyncIterator[bytes]:
        """See `FetchResponse.chunks`."""
        return self

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Iterate over the pieces."""
        return self

    async def __anext__(self) -> bytes:
        """Give the next piece."""
        size = _PIECE if self._left is None else min(_PIECE, self._left)
        try:
            if self._skip:
                await self._file.seek(self._skip)
                self._skip = 0
            data = await self._file.read(size) if size else b""
        except OSError as fault:
            raise _unreadable(self._uri, fault) from fault
        if not data:
            raise StopAsyncIteration
        self._left = None if self._left is None else self._left - len(data)
        return data


def _unreadable(uri: str, fault: Exception) -> PlayerError:
    return error(
        ErrorCode.NETWORK_UNREACHABLE,
        "This file cannot be read; check its name and your permissions.",
        cause=f"{type(fault).__name__}: {fault}",
        uri=uri,
    )
