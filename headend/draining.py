"""Ends open answers before the server goes.

Endless streams never end by themselves, and Granian's threads abort the process if Python is
taken away under an answer that is still open.
"""

import anyio
from starlette.types import ASGIApp, Receive, Scope, Send

_LONGEST_S = 2.0


class Drain:
    """Passes calls on to `app` and can end all that are open."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._open: set[anyio.CancelScope] = set()
        self._empty: anyio.Event | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One ASGI call."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with anyio.CancelScope() as cancel:
            self._open.add(cancel)
            try:
                await self._app(scope, receive, send)
            finally:
                self._open.discard(cancel)
                if self._empty and not self._open:
                    self._empty.set()

    async def close(self) -> None:
        """Cancels what is open and waits until it has ended; returns within two seconds."""
        for cancel in self._open:
            cancel.cancel()
        if self._open:
            self._empty = anyio.Event()
            with anyio.move_on_after(_LONGEST_S):
                await self._empty.wait()
