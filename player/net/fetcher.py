"""HttpFetcher: the one door to the network for everything that the player loads."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import anyio
import httpx

from player.clock import Clock
from player.model.transfer import TransferSample
from player.net import redirects
from player.net.body import Body
from player.net.clients import Clients
from player.net.cmcd import placed
from player.net.failures import (
    bad_url,
    is_unverified,
    round_in_circles,
    status_error,
    transport_error,
    unsupported_scheme,
    unverified,
)
from player.net.inline import open_inline
from player.net.limits import FetchLimits
from player.net.local_file import open_file
from player.net.meter import Meter
from player.net.ranges import range_header
from player.net.request_headers import sendable
from player.net.udp import open_datagrams
from player.net.warm import names_a_manifest
from player.ports import FetchRequest, FetchResponse, RequestKind, Route

_ZIPPABLE = frozenset({RequestKind.MANIFEST, RequestKind.LIST, RequestKind.OTHER})
_MEGABYTE = 1 << 20
_MOST = {
    RequestKind.MANIFEST: 64 * _MEGABYTE,
    RequestKind.INIT: 64 * _MEGABYTE,
    RequestKind.SEGMENT: 512 * _MEGABYTE,
    RequestKind.KEY: _MEGABYTE,
    RequestKind.TIME: _MEGABYTE,
    RequestKind.LIST: 4 * _MEGABYTE,
}
_LAST_PORT = 65_535
_SYSTEM = Route()
_DATAGRAMS = frozenset({"udp", "rtp"})


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
        route: Route = _SYSTEM,
    ) -> None:
        """Report what the line does to `on_transfer`; `transport` stands in for the network.

        `route` is for requests that bring none of their own. Raises ValueError for a proxy of a
        kind that is not spoken here.
        """
        self._route = route
        self._clock = clock
        self._on_transfer = on_transfer
        self._limits = limits or FetchLimits()
        self._clients = Clients(self._limits, user_agent, transport)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._clients.aclose()

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
        raise unsupported_scheme(uri, scheme, misled=not request.by_viewer)

    @asynccontextmanager
    async def _open_web(self, request: FetchRequest) -> AsyncIterator[FetchResponse]:
        told = self._on_transfer if request.measured else None
        meter = Meter(self._clock, told, request.kind, held=request.held > 0)
        whole = self._limits.whole_within(request.kind, request.held)
        until = None if whole is None else anyio.current_time() + whole
        body = Body(await self._follow(request), meter, stall=self._limits.stall, until=until)
        try:
            if request.head_only:
                body.without()
            else:
                body.cut_to(request.resource.byte_range, _MOST.get(request.kind))
            yield body
        finally:
            meter.finish()
            await body.close()

    async def _follow(self, request: FetchRequest) -> httpx.Response:
        """Send the request and go where redirects lead; the answer is a success."""
        uri, told = placed(request.resource.uri, request.report)
        url = _parse(uri, misled=not request.by_viewer)
        headers = {**sendable(request.headers), **told}
        for _ in range(redirects.LIMIT + 1):
            response = await self._send(request, url, headers)
            if not redirects.is_redirect(response):
                return await self._successful(request, response)
            await response.aclose()
            following = redirects.target(url, redirects.location(response))
            headers = redirects.headers_for(url, following, headers)
            url = following
        raise round_in_circles(str(url), response.status_code, redirects.LIMIT)

    async def _send(
        self, request: FetchRequest, url: httpx.URL, headers: dict[str, str]
    ) -> httpx.Response:
        if (url.port or 0) > _LAST_PORT:  # the socket's own complaint is an exception group
            raise bad_url(
                str(url), f"there is no port {url.port}", misled=_is_misled(request, url)
            )
        try:
            return await self._send_once(request, url, headers)
        except (httpx.InvalidURL, UnicodeError) as fault:
            raise bad_url(str(url), str(fault), misled=_is_misled(request, url)) from fault
        except (httpx.HTTPError, TimeoutError, OSError, ValueError) as fault:
            if not is_unverified(fault):
                raise transport_error(fault, str(url)) from fault
            failed = fault
        return await self._with_accepted(request, url, headers, failed)

    async def _send_once(
        self, request: FetchRequest, url: httpx.URL, headers: dict[str, str]
    ) -> httpx.Response:
        client = await self._clients.of(self._way(request), url)
        method = "HEAD" if request.head_only else "GET"
        built = client.build_request(method, url, headers=_headers(request, headers))
        with anyio.fail_after(self._limits.head_within(request.kind, request.held)):
            leads_on = request.kind is RequestKind.STREAM and names_a_manifest(url)
            if leads_on and not request.alone:
                return await self._send_warming(client, built)
            return await client.send(built, stream=True)

    async def _send_warming(
        self, client: httpx.AsyncClient, request: httpx.Request
    ) -> httpx.Response:
        """Send the request, and open beside it the connections that its answer will ask for."""
        answers: list[httpx.Response] = []
        faults: list[Exception] = []
        async with anyio.create_task_group() as group:
            group.start_soon(self._clients.warm, client, request.url)
            try:
                answers.append(await client.send(request, stream=True))
            except (httpx.HTTPError, OSError, ValueError) as fault:
                faults.append(fault)
            group.cancel_scope.cancel()
        if faults:
            raise faults[0]
        return answers[0]

    def _way(self, request: FetchRequest) -> Route:
        own = request.route
        return Route(
            proxy=own.proxy or self._route.proxy,
            certificate=own.certificate or self._route.certificate,
        )

    async def _with_accepted(
        self, request: FetchRequest, url: httpx.URL, headers: dict[str, str], fault: Exception
    ) -> httpx.Response:
        """Try again where the certificate is the one that the viewer accepted."""
        way = self._way(request)
        accepted, shown = way.certificate, await self._clients.look_at(way, url)
        if not accepted or shown != accepted or self._clients.trusted(url, accepted):
            raise unverified(str(url), shown, fault) from fault
        self._clients.trust(url, accepted)
        return await self._send(request, url, headers)

    async def _successful(self, request: FetchRequest, response: httpx.Response) -> httpx.Response:
        if response.is_success:
            return response
        failure = status_error(response, request.kind, self._clock.utc())
        await response.aclose()
        raise failure


def _headers(request: FetchRequest, headers: dict[str, str]) -> dict[str, str]:
    encoding = "gzip, deflate" if request.kind in _ZIPPABLE else "identity"
    wanted = request.resource.byte_range
    ranged = {"Range": range_header(wanted)} if wanted else {}
    coding = "identity" if wanted else encoding
    if wanted and request.unless_changed:
        ranged["If-Range"] = request.unless_changed
    return {"Accept-Encoding": coding} | headers | ranged


def _is_misled(request: FetchRequest, url: httpx.URL) -> bool:
    """Whether it is not the viewer who gave an address."""
    return not request.by_viewer or url != httpx.URL(request.resource.uri)


def _parse(uri: str, *, misled: bool = False) -> httpx.URL:
    try:
        url = httpx.URL(uri)
        named = bool(url.host)  # an odd A-label is found out here only
    except (httpx.InvalidURL, ValueError, TypeError) as fault:
        raise bad_url(uri, str(fault), misled=misled) from fault
    if not named:
        raise bad_url(uri, "an address without a host", misled=misled)
    return url
