"""HttpFetcher and whom it asks: a transport of functions, or a server that behaves badly."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import anyio
import httpx
import pytest
from anyio.abc import SocketAttribute, SocketStream

from player.clock import SystemClock
from player.errors import Failure, PlayerError
from player.model.resource import ByteRange, Resource
from player.net.fetcher import HttpFetcher
from player.net.limits import FetchLimits
from player.ports import FetchRequest, RequestKind
from player.units import ByteCount

Handler = Callable[[SocketStream, str, dict[str, str]], Awaitable[None]]
BODY = bytes(range(256)) * 400
QUICK = FetchLimits(connect=0.5, first_byte=0.3, stall=0.3)


def ask(
    uri: str,
    kind: RequestKind = RequestKind.SEGMENT,
    part: tuple[int, int] | None = None,
    headers: dict[str, str] | None = None,
    *,
    by_viewer: bool = False,
) -> FetchRequest:
    byte_range = ByteRange(offset=ByteCount(part[0]), length=ByteCount(part[1])) if part else None
    return FetchRequest(
        resource=Resource(uri=uri, byte_range=byte_range),
        kind=kind,
        headers=headers or {},
        by_viewer=by_viewer,
    )


async def load(fetcher: HttpFetcher, request: FetchRequest) -> bytes:
    async with fetcher.open(request) as response:
        return b"".join([chunk async for chunk in response.chunks()])


async def fail(fetcher: HttpFetcher, request: FetchRequest) -> Failure:
    with pytest.raises(PlayerError) as caught:
        await load(fetcher, request)
    return caught.value.failure


@asynccontextmanager
async def using(**options: object) -> AsyncIterator[HttpFetcher]:
    fetcher = HttpFetcher(SystemClock(), **{"limits": QUICK} | options)  # type: ignore[arg-type]
    try:
        yield fetcher
    finally:
        await fetcher.aclose()


def mocked(handler: Callable[[httpx.Request], httpx.Response]) -> httpx.MockTransport:
    return httpx.MockTransport(handler)


@asynccontextmanager
async def serving(
    handler: Handler, opened: Callable[[int], object] = id, port: int = 0
) -> AsyncIterator[str]:
    """A server that answers each request by `handler`, byte by byte as that likes.

    `opened` hears the far port of each connection.
    """

    async def connection(stream: SocketStream) -> None:
        opened(stream.extra(SocketAttribute.remote_port))  # noqa: S610 - anyio's, not Django's
        try:
            async with stream:
                while (head := await _head(stream)) is not None:
                    await handler(stream, *head)
        except (anyio.BrokenResourceError, anyio.ClosedResourceError):
            return

    listener = await anyio.create_tcp_listener(
        local_host="127.0.0.1", local_port=port, reuse_port=True
    )
    port = listener.extra(SocketAttribute.local_port)  # noqa: S610 - anyio's, not Django's
    async with listener, anyio.create_task_group() as group:
        group.start_soon(listener.serve, connection)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            group.cancel_scope.cancel()


async def _head(stream: SocketStream) -> tuple[str, dict[str, str]] | None:
    text = b""
    while b"\r\n\r\n" not in text:
        try:
            text += await stream.receive()
        except anyio.EndOfStream:
            return None
    lines = text.decode().split("\r\n")
    pairs = (line.split(": ", 1) for line in lines[1:] if ": " in line)
    return lines[0].split(" ")[1], {name.lower(): value for name, value in pairs}


def answer(body: bytes, *head: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *head, "", ""]
    return "\r\n".join(lines).encode() + body
