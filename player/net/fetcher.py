"""HttpFetcher: the one door to the network for everything that the player loads."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

import anyio
import httpx

from player.clock import Clock
from player.model.transfer import TransferSample
from player.net import redirects
from player.net.body import Body, Meter
from player.net.failures import (
    bad_url,
    interrupted,
    status_error,
    transport_error,
    unsupported_scheme,
)
from player.net.inline import open_inline
from player.net.local_file import open_file
from player.net.ranges import range_header
from player.net.udp import open_datagrams
from player.ports import FetchRequest, FetchResponse, RequestKind

_ZIPPABLE = frozenset({RequestKind.MANIFEST, RequestKind.OTHER})
_MEGABYTE = 1 << 20
_MOST = {
    RequestKind.MANIFEST: 64 * _MEGABYTE,
    RequestKind.INIT: 64 * _MEGABYTE,
    RequestKind.SEGMENT: 512 * _MEGABYTE,
    RequestKind.KEY: _MEGABYTE,
    RequestKind.TIME: _MEGABYTE,
}
_LOCAL = ("all://localhost", "all://127.0.0.1", "all://[::1]")
_LAST_PORT = 65_535
_DATAGRAMS = frozenset({"udp", "rtp"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """Time-outs in seconds, and how many connections may be open at once.

    `connect` covers name, TCP and TLS; `first_byte` the whole way to the response's head, once
    for each redirect; `stall` the wait between two pieces of the body.
    """

    connect: float = 5.0
    first_byte: float = 10.0
    stall: float = 5.0
    connections: int = 32
    keep_alive: int = 16
    keep_alive_seconds: float = 30.0


class HttpFetcher:
    """Implements `ByteFetcher` over one pool of connections (HTTP/1.1 and HTTP/2).

    Engine thread; asyncio or trio. Never retries. Everything that it raises is a PlayerError
    whose texts hold no credentials. `aclose` ends it.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        user_agent: str = "Farol",
        on_transfer: Callable[[TransferSample], None] | None = None,
        limits: FetchLimits | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Report what the line does to `on_transfer`; `transport` stands in for the network."""
        self._clock = clock
        self._on_transfer = on_transfer
        self._limits = limits or FetchLimits()
        self._client = _client(self._limits, user_agent, transport)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._client.aclose()

    def open(self, request: FetchRequest) -> AbstractAsyncContextManager[FetchResponse]:
        """See `ByteFetcher.open`. Schemes: http, https, data; the viewer's own: file, udp, rtp."""
        uri = request.resource.uri
        scheme = uri.partition(":")[0].lower() if ":" in uri else ""
        if scheme in redirects.WEB:
            return self._open_web(request)
        if scheme == "data":
            return open_inline(request)
        if request.by_viewer and scheme == "file":
            return open_file(request)
        if request.by_viewer and scheme in _DATAGRAMS:
            return open_datagrams(request, stall=self._limits.stall)
        raise unsupported_scheme(uri, scheme)

    @asynccontextmanager
    async def _open_web(self, request: FetchRequest) -> AsyncIterator[FetchResponse]:
        meter = Meter(self._clock, self._on_transfer, request.kind)
        body = Body(await self._follow(request), meter, stall=self._limits.stall)
        try:
            body.cut_to(request.resource.byte_range, _MOST.get(request.kind))
            yield body
        finally:
            meter.finish()
            await body.close()

    async def _follow(self, request: FetchRequest) -> httpx.Response:
        """Send the request and go where redirects lead; the answer is a success."""
        url, headers = _parse(request.resource.uri), dict(request.headers)
        for _ in range(redirects.LIMIT + 1):
            response = await self._send(request, url, headers)
            if not redirects.is_redirect(response):
                return await self._successful(request, response)
            await response.aclose()
            following = redirects.target(url, response.headers["location"])
            headers = redirects.headers_for(url, following, headers)
            url = following
        raise interrupted(str(url), f"more than {redirects.LIMIT} redirects")

    async def _send(
        self, request: FetchRequest, url: httpx.URL, headers: dict[str, str]
    ) -> httpx.Response:
        if (url.port or 0) > _LAST_PORT:  # the socket's own complaint is an exception group
            raise bad_url(str(url), f"there is no port {url.port}")
        try:
            built = self._client.build_request("GET", url, headers=_headers(request, headers))
            with anyio.fail_after(self._limits.connect + self._limits.first_byte):
                return await self._client.send(built, stream=True)
        except (httpx.InvalidURL, UnicodeError) as fault:
            raise bad_url(str(url), str(fault)) from fault
        except (httpx.HTTPError, TimeoutError, OSError, ValueError) as fault:
            raise transport_error(fault, str(url)) from fault

    async def _successful(self, request: FetchRequest, response: httpx.Response) -> httpx.Response:
        if response.is_success:
            return response
        failure = status_error(response, request.kind, self._clock.utc())
        await response.aclose()
        raise failure


def _client(
    limits: FetchLimits, user_agent: str, transport: httpx.AsyncBaseTransport | None
) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        http2=True,
        transport=transport,
        mounts=dict.fromkeys(_LOCAL),  # no proxy stands between us and our own machine
        headers={"User-Agent": user_agent, "Accept": "*/*"},
        timeout=httpx.Timeout(None, connect=limits.connect, write=limits.stall),
        limits=httpx.Limits(
            max_connections=limits.connections,
            max_keepalive_connections=limits.keep_alive,
            keepalive_expiry=limits.keep_alive_seconds,
        ),
    )


def _headers(request: FetchRequest, headers: dict[str, str]) -> dict[str, str]:
    encoding = "gzip, deflate" if request.kind in _ZIPPABLE else "identity"
    wanted = request.resource.byte_range
    ranged = {"Range": range_header(wanted)} if wanted else {}
    coding = "identity" if wanted else encoding
    return {"Accept-Encoding": coding} | headers | ranged


def _parse(uri: str) -> httpx.URL:
    try:
        url = httpx.URL(uri)
    except (httpx.InvalidURL, ValueError, TypeError) as fault:
        raise bad_url(uri, str(fault)) from fault
    if not url.host:
        raise bad_url(uri, "an address without a host")
    return url
