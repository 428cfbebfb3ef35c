"""Connection pools: one for each way in which servers are reached."""

import ssl
from urllib.parse import urlsplit

import anyio
import httpx

from player.net.certificates import looking_context, pinned_context
from player.net.failures import bad_proxy
from player.net.limits import FetchLimits
from player.net.redirects import lay_aside
from player.net.warm import WarmBackend, install
from player.ports import Route

_LOCAL = ("all://localhost", "all://127.0.0.1", "all://[::1]")
_MOST = 8
"""Pools besides the usual one; each has its own connections."""

_USUAL = Route()
_Origin = tuple[str, int | None]


class Clients:
    """Makes a pool for each `Route` when it is needed, and keeps the latest. Engine thread.

    A certificate that the viewer accepted counts for the servers that show it (`trust`); all
    others are verified as ever.
    """

    def __init__(
        self,
        limits: FetchLimits,
        user_agent: str,
        transport: httpx.AsyncBaseTransport | None,
    ) -> None:
        """Begin with the usual pool; `transport` stands in for the network of all."""
        self._limits = limits
        self._user_agent = user_agent
        self._transport = transport
        self._usual = self._make(_USUAL)
        self._warm = _warmed(self._usual)
        self._others: dict[Route, httpx.AsyncClient] = {}
        self._trusted: set[tuple[str, _Origin]] = set()

    async def aclose(self) -> None:
        """Close every connection."""
        for client in (self._usual, *self._others.values()):
            await client.aclose()
        if self._warm is not None:
            await self._warm.aclose()

    async def warm(self, client: httpx.AsyncClient, url: httpx.URL) -> None:
        """Open spare connections to the server at `url`, where `client` can use them."""
        if self._warm is not None and client is self._usual and _is_straight(client, url):
            port = url.port or {"https": 443}.get(url.scheme, 80)
            await self._warm.warm(url.host, port, within=self._limits.connect)

    def trust(self, url: httpx.URL, certificate: str) -> None:
        """The server at `url` shows the accepted certificate: it is taken from now on."""
        self._trusted.add((certificate, _origin(url)))

    def trusted(self, url: httpx.URL, certificate: str) -> bool:
        """Whether the server at `url` was seen with the accepted certificate."""
        return (certificate, _origin(url)) in self._trusted

    async def look_at(self, route: Route, url: httpx.URL) -> str | None:
        """The fingerprint of the certificate that a server shows; None where it cannot be had.

        Looked at by the same way that requests take; nothing is sent.
        """
        shown: list[str] = []
        if self._transport is not None:
            return None
        async with self._make(Route(proxy=route.proxy), looking_context(shown)) as client:
            with anyio.move_on_after(self._limits.connect):
                try:
                    await client.head(url.copy_with(userinfo=b"", raw_path=b"/"))
                except (httpx.HTTPError, OSError, ValueError):
                    return shown[0] if shown else None
        return None

    async def of(self, route: Route, url: httpx.URL) -> httpx.AsyncClient:
        """The pool for a request; raises PlayerError (input.bad-url) for a proxy that is none."""
        pinned = route.certificate if self.trusted(url, route.certificate) else ""
        way = Route(proxy=route.proxy, certificate=pinned)
        if way == _USUAL:
            return self._usual
        if way not in self._others:
            pin = pinned_context(pinned) if pinned else None
            self._others[way] = self._checked(way, pin)
            await self._drop_oldest()
        return self._others[way]

    async def _drop_oldest(self) -> None:
        while len(self._others) > _MOST:
            oldest = next(iter(self._others))
            await self._others.pop(oldest).aclose()

    def _checked(self, way: Route, pin: ssl.SSLContext | None) -> httpx.AsyncClient:
        try:
            if not way.proxy or urlsplit(way.proxy).port != 0:  # one beyond all ports raises
                return self._make(way, pin)
            raise ValueError("no port")
        except (ValueError, httpx.InvalidURL) as fault:
            raise bad_proxy(fault) from fault

    def _make(self, way: Route, own: ssl.SSLContext | None = None) -> httpx.AsyncClient:
        limits = self._limits
        # No proxy of the system's stands between us and our own machine; the viewer's own may.
        own_machine = {} if way.proxy else dict.fromkeys(_LOCAL)
        return httpx.AsyncClient(
            http2=True,
            transport=self._transport,
            proxy=way.proxy or None,
            verify=own or True,
            mounts=own_machine,
            headers={"User-Agent": self._user_agent, "Accept": "*/*"},
            event_hooks={"response": [lay_aside]},
            timeout=httpx.Timeout(None, connect=limits.connect, write=limits.stall),
            limits=httpx.Limits(
                max_connections=limits.connections,
                max_keepalive_connections=limits.keep_alive,
                keepalive_expiry=limits.keep_alive_seconds,
            ),
        )


def _warmed(client: httpx.AsyncClient) -> WarmBackend | None:
    return install([client._transport, *client._mounts.values()])


def _is_straight(client: httpx.AsyncClient, url: httpx.URL) -> bool:
    """Whether no proxy of the system's stands before a server; httpx has no public word for it."""
    way = client._transport_for_url(url)
    return way is client._transport


def _origin(url: httpx.URL) -> _Origin:
    return url.host, url.port
