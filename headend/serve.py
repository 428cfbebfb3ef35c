"""Runs an ASGI application on Granian inside this process until a signal comes."""

import contextlib
import signal
import socket
import ssl
from collections.abc import Callable, Sequence

import anyio
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.embed import Server
from starlette.types import ASGIApp

from headend.draining import Drain
from headend.tls import Certificate

_CONNECTIONS = 512  # at once; a player keeps several, a shell's limit of files is often 1,024
_HEAD_MS = 10_000  # in which a request must have said what it wants
_GOODBYE_S = 2.0  # what the server gets to end by itself
_LET_GO_S = 0.1  # what its threads get to drop the last Python objects


class ListenError(OSError):
    """Nobody can listen there, or another program does; the text is a sentence."""


def address_of(host: str) -> str:
    """The address that a name of this machine stands for; Granian takes no names.

    Raises:
        ListenError: nobody knows it.
    """
    found = []
    with contextlib.suppress(OSError, UnicodeError):
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM) if host else []
    if not found:
        raise ListenError(f"Cannot listen on {host!r}: there is no such address.")
    return str(found[0][4][0])


def free_port(address: str, port: int) -> int:
    """The port to listen on: `port`, or one that is free now where it is 0.

    Granian takes a number only and shares a port that another Granian holds, so the port is
    tried here first.

    Raises:
        ListenError: the port is taken, or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
            probe.listen(1)
        except OSError as error:
            reason = error.strerror or str(error)
            raise ListenError(f"Cannot listen on {address} port {port}: {reason}.") from error
        return int(probe.getsockname()[1])


def serve(
    app: ASGIApp,
    address: str,
    ports: Sequence[int],
    on_ready: Callable[[], None],
    *,
    tls: Certificate | None = None,
) -> None:
    """Serves at every port until SIGINT or SIGTERM.

    `on_ready` is called once connections are accepted; with `tls` they are encrypted.
    """
    anyio.run(_serve, app, address, ports, on_ready, tls)


async def _serve(
    app: ASGIApp,
    address: str,
    ports: Sequence[int],
    on_ready: Callable[[], None],
    tls: Certificate | None,
) -> None:
    drain = Drain(app)
    servers = [_server(drain, address, port, tls) for port in ports]
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_stop_on_signal, servers, drain, tasks.cancel_scope)
        tasks.start_soon(_announce, address, ports, on_ready, tls)
        async with anyio.create_task_group() as running:
            for server in servers:
                running.start_soon(server.serve)
        await anyio.sleep(_LET_GO_S)
        tasks.cancel_scope.cancel()


def _server(app: ASGIApp, address: str, port: int, tls: Certificate | None) -> Server:
    return Server(
        app,
        address=address,
        port=port,
        interface=Interfaces.ASGI,
        websockets=False,
        backlog=_CONNECTIONS,
        backpressure=_CONNECTIONS,
        http1_settings=HTTP1Settings(header_read_timeout=_HEAD_MS),
        log_level=LogLevels.error,
        ssl_cert=tls.certificate if tls else None,
        ssl_key=tls.key if tls else None,
    )


async def _stop_on_signal(
    servers: Sequence[Server], drain: Drain, scope: anyio.CancelScope
) -> None:
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async for _ in signals:
            await drain.close()
            for server in servers:
                stop: Callable[[], None] = server.stop  # Granian leaves it untyped
                stop()
            await anyio.sleep(_GOODBYE_S)
            scope.cancel()


async def _announce(
    address: str, ports: Sequence[int], on_ready: Callable[[], None], tls: Certificate | None
) -> None:
    """Calls `on_ready` when every port answers."""
    target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)  # noqa: S104  (a comparison)
    waiting = list(ports)
    while waiting:
        if await _answers(target, waiting[0], tls):
            waiting.pop(0)
        else:
            await anyio.sleep(0.02)
    on_ready()


async def _answers(target: str, port: int, tls: Certificate | None) -> bool:
    """Whether a server is well; behind TLS its handshake is taken for an answer."""
    with contextlib.suppress(OSError, anyio.EndOfStream):
        if tls:
            context = ssl.create_default_context(cafile=tls.certificate)
            context.check_hostname = False
            async with await anyio.connect_tcp(target, port, ssl_context=context, tls=True):
                return True
        async with await anyio.connect_tcp(target, port) as stream:
            await stream.send(b"GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n")
            return (await stream.receive()).startswith(b"HTTP/1.0 200")
    return False
