"""The engine's worker threads."""

from collections.abc import Callable
from typing import TypeVar

import anyio.to_thread

T = TypeVar("T")


async def run_in_worker(work: Callable[[], T]) -> T:
    """Run blocking work off the engine thread (see `player.ports.WorkerRunner`)."""
    return await anyio.to_thread.run_sync(work)
