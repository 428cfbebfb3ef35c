"""Connections opened before they are needed: a start then waits for the handshake once only."""

from collections.abc import Iterable
from typing import Any

import anyio
import httpcore
import httpx

SPARE = 3
"""Connections opened beside a manifest's own: its pictures, its sound and their heads."""

_MANIFESTS = (".m3u8", ".m3u", ".mpd")
_FAULTS = (httpcore.ConnectError, httpcore.ConnectTimeout)

Address = tuple[str, int]


class WarmBackend(httpcore.AsyncNetworkBackend):
    """Hands out connections that `warm` opened, else opens them when asked. Engine thread.

    One that its server has closed meanwhile is thrown away.
    """

    def __init__(self, backend: httpcore.AsyncNetworkBackend) -> None:
        """Open connections by `backend`."""
        self._backend = backend
        self._spare: dict[Address, list[httpcore.AsyncNetworkStream]] = {}

    async def warm(self, host: str, port: int, *, within: float) -> None:
        """Open `SPARE` connections at once; those to other servers are closed. Never raises."""
        for address in [one for one in self._spare if one != (host, port)]:
            await _close(self._spare.pop(address))
        spare = self._spare.setdefault((host, port), [])
        async with anyio.create_task_group() as group:
            for _ in range(SPARE - len(spare)):
                group.start_soon(self._open, host, port, within, spare)

    async def _open(
        self, host: str, port: int, within: float, spare: list[httpcore.AsyncNetworkStream]
    ) -> None:
        try:
            spare.append(await self._backend.connect_tcp(host, port, timeout=within))
        except _FAULTS:
            return  # the request itself will tell what is wrong

    async def aclose(self) -> None:
        """Close what nobody asked for."""
        for address in list(self._spare):
            await _close(self._spare.pop(address))

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's face
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """See httpcore: a spare connection where there is one."""
        spare = self._spare.get((host, port), [])
        while spare:
            stream = spare.pop()
            if not stream.get_extra_info("is_readable"):
                return stream
            await stream.aclose()
        return await self._backend.connect_tcp(host, port, timeout, local_address, socket_options)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's face
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """See httpcore."""
        return await self._backend.connect_unix_socket(path, timeout, socket_options)

    async def sleep(self, seconds: float) -> None:
        """See httpcore."""
        await self._backend.sleep(seconds)


def names_a_manifest(url: httpx.URL) -> bool:
    """Whether an address looks like one that leads to more at once."""
    return url.path.lower().endswith(_MANIFESTS)


def install(transports: Iterable[httpx.AsyncBaseTransport | None]) -> WarmBackend | None:
    """Let these pools take their connections from one `WarmBackend`; None where they cannot.

    httpx gives no way to name httpcore's network backend but these two private names; without
    them everything works, a start only takes one round trip more (a contract test watches it).
    """
    warm: WarmBackend | None = None
    for transport in transports:
        pool: Any = getattr(transport, "_pool", None)
        backend = getattr(pool, "_network_backend", None)
        if type(pool) is httpcore.AsyncConnectionPool and backend is not None:
            warm = warm or WarmBackend(backend)
            pool._network_backend = warm
    return warm


async def _close(streams: list[httpcore.AsyncNetworkStream]) -> None:
    for stream in streams:
        await stream.aclose()
