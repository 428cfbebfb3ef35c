"""Runs an ASGI application on Granian inside this process until a signal comes."""

import contextlib
import signal
import socket
from collections.abc import Callable

import anyio
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server
from starlette.types import ASGIApp

from headend.draining import Drain

_GOODBYE_S = 2.0  # what the server gets to end by itself
_LET_GO_S = 0.1  # what its threads get to drop the last Python objects


class PortBusyError(OSError):
    """Another program listens there; the text is a sentence."""


def free_port(host: str, port: int) -> int:
    """The port to listen on: `port`, or one that is free now where it is 0.

    Granian takes a number only and shares a port that another Granian holds, so the port is
    tried here first.

    Raises:
        PortBusyError: the port is taken, or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError as error:
            reason = error.strerror or str(error)
            raise PortBusyError(f"Cannot listen on {host} port {port}: {reason}.") from error
        return int(probe.getsockname()[1])


def serve(app: ASGIApp, host: str, port: int, on_ready: Callable[[], None]) -> None:
    """Serves until SIGINT or SIGTERM; `on_ready` is called once connections are accepted."""
    anyio.run(_serve, app, host, port, on_ready)


async def _serve(app: ASGIApp, host: str, port: int, on_ready: Callable[[], None]) -> None:
    drain = Drain(app)
    server = Server(
        drain,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        websockets=False,
        log_level=LogLevels.error,
    )
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_stop_on_signal, server, drain, tasks.cancel_scope)
        tasks.start_soon(_announce, host, port, on_ready)
        await server.serve()
        await anyio.sleep(_LET_GO_S)
        tasks.cancel_scope.cancel()


async def _stop_on_signal(server: Server, drain: Drain, scope: anyio.CancelScope) -> None:
    stop: Callable[[], None] = server.stop  # Granian leaves it untyped
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async for _ in signals:
            await drain.close()
            stop()
            await anyio.sleep(_GOODBYE_S)
            scope.cancel()


async def _announce(host: str, port: int, on_ready: Callable[[], None]) -> None:
    """Calls `on_ready` when the server answers."""
    target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  (a comparison)
    while True:
        with contextlib.suppress(OSError, anyio.EndOfStream):
            async with await anyio.connect_tcp(target, port) as stream:
                await stream.send(b"GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n")
                if (await stream.receive()).startswith(b"HTTP/1.0 200"):
                    break
        await anyio.sleep(0.02)
    on_ready()
