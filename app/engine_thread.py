"""The engine thread: one anyio loop beside the window's."""

import logging
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import wait
from contextvars import copy_context
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import anyio
from anyio.from_thread import BlockingPortal, start_blocking_portal
from anyio.lowlevel import current_token

if TYPE_CHECKING:
    from concurrent.futures import Future
    from contextlib import AbstractContextManager

LOG = logging.getLogger("farol.app")

T = TypeVar("T")


class Life(NamedTuple):
    """A coroutine that was spawned, and what ends it."""

    scope: anyio.CancelScope
    over: "Future[None]"


class EngineThread:
    """Runs one coroutine for the program's life, and small calls beside it. Any thread."""

    def __init__(self, name: str = "farol-engine") -> None:
        """Start the thread with an empty loop."""
        self._context: AbstractContextManager[BlockingPortal] = start_blocking_portal(
            "asyncio", name=name
        )
        self._portal = self._context.__enter__()
        # The portal's own way to start something waits until the loop has taken it: as long as
        # the engine's longest step. Whoever posts (the window, libmpv's threads) must not.
        self._soon = self._portal.call(current_token).native_token.call_soon_threadsafe  # type: ignore[attr-defined]
        self._inside = self._portal.call(copy_context)
        self._lives: list[Life] = []
        self._closed = False
        self._lock = threading.Lock()

    def call(self, work: Callable[[], T]) -> T:
        """Run `work` in the loop and wait for what it returns."""
        return self._portal.call(work)

    def wait(self, work: Callable[[], Awaitable[T]]) -> T:
        """Run a coroutine in the loop and wait for what it returns."""
        return self._portal.call(work)

    def post(self, work: Callable[[], None]) -> None:
        """Run `work` in the loop soon, in the order posted; ignored once the thread is closing.

        Returns at once, whatever the loop is doing; the loop's own thread may post, too.
        """
        with self._lock:
            if not self._closed:
                self._soon(_logged, work, context=self._inside)

    def spawn(self, life: Callable[[], Awaitable[None]]) -> Life:
        """Start a coroutine that lives until `end`, or `end_lives` at the latest."""
        scope = self.call(anyio.CancelScope)
        self._lives = [one for one in self._lives if not one.over.done()]
        self._lives.append(Life(scope, self._portal.start_task_soon(self._run, life, scope)))
        return self._lives[-1]

    def end(self, life: Life) -> None:
        """Cancel one that was spawned, and wait until it has ended; twice is harmless."""
        if life in self._lives:
            self._lives.remove(life)
            self._end([life])

    def end_lives(self) -> None:
        """Cancel what was spawned, newest first, and wait until all of it has ended."""
        lives, self._lives = self._lives[::-1], []
        self._end(lives)

    def _end(self, lives: list[Life]) -> None:
        for life in lives:
            self.call(life.scope.cancel)
        wait([life.over for life in lives])

    async def _run(self, life: Callable[[], Awaitable[None]], scope: anyio.CancelScope) -> None:
        """Run a life; what it dies of is a fault of ours and must be seen at once."""
        with scope:
            try:
                await life()
            except Exception:
                LOG.exception("a life of the engine thread ended with a fault")
                raise

    def close(self) -> None:
        """Cancel what runs, wait for it, and end the thread. Not from the thread itself."""
        with self._lock:
            if self._closed:
                return
        try:
            self.end_lives()
        finally:
            with self._lock:
                self._closed = True
            self._context.__exit__(None, None, None)


def _logged(work: Callable[[], None]) -> None:
    """Run posted work; what it raises is a fault of ours and must be seen."""
    try:
        work()
    except Exception:
        LOG.exception("posted work failed")
