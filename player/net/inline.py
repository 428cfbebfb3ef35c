"""Reads what stands in the address itself (RFC 2397), as HLS keys sometimes do."""

from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import unquote_to_bytes

from player.net.failures import bad_url
from player.ports import AnswerHead, FetchRequest, FetchResponse


@asynccontextmanager
async def open_inline(request: FetchRequest) -> AsyncIterator[FetchResponse]:
    """Open a `data:` URI; raises PlayerError (input.bad-url)."""
    yield InlineBody(request)


class InlineBody:
    """Implements `FetchResponse` over the bytes of a `data:` URI."""

    def __init__(self, request: FetchRequest) -> None:
        """Take the URI apart."""
        head, comma, data = request.resource.uri.partition(":")[2].partition(",")
        words = [word.strip().lower() for word in head.split(";")]
        raw = unquote_to_bytes(data)
        try:
            body = b64decode(raw) if words[-1] == "base64" else raw
        except ValueError as fault:
            raise bad_url("data:", f"not base64: {fault}") from fault
        if not comma:
            raise bad_url("data:", "an inline address without a comma")
        part = request.resource.byte_range
        self._body = body[part.offset : part.offset + part.length] if part else body
        self._type = words[0] if "/" in words[0] else "text/plain"

    @property
    def url(self) -> str:
        """Only the scheme: the bytes may be a key, and nothing is relative to them."""
        return "data:"

    @property
    def content_type(self) -> str:
        """See `FetchResponse.content_type`."""
        return self._type

    @property
    def length(self) -> int:
        """See `FetchResponse.length`."""
        return len(self._body)

    @property
    def head(self) -> AnswerHead:
        """See `FetchResponse.head`: nothing."""
        return AnswerHead()

    async def chunks(self) -> AsyncIterator[bytes]:
        """See `FetchResponse.chunks`."""
        yield self._body
