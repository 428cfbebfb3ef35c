"""Thinking: lets a controller think in a worker, at times when nobody waits for the worker."""

import anyio

from player.abr.controller import AbrController, Thinker
from player.ports import WorkerRunner
from player.units import micros, seconds

LONGEST_START = micros(1)
"""How long after the first choice it leaves the worker to a picture that is still to come."""


class Thinking:
    """One session's. Engine thread only, but for the thinking itself."""

    def __init__(self, controller: AbrController, worker: WorkerRunner) -> None:
        """Begin with nothing to think about."""
        self._thinker = controller if isinstance(controller, Thinker) else None
        self._worker = worker
        self._asked = anyio.Event()
        self._seen = anyio.Event()

    def asked(self) -> None:
        """The controller was asked: there may be more to think about."""
        if not self._asked.is_set():
            self._asked.set()

    def seen(self) -> None:
        """There is a picture: the start is over."""
        if not self._seen.is_set():
            self._seen.set()

    async def run(self) -> None:
        """Think whenever there is something to think about, until cancelled."""
        if self._thinker is None:
            return
        await self._asked.wait()
        with anyio.move_on_after(seconds(LONGEST_START)):
            await self._seen.wait()
        while True:
            await self._asked.wait()
            self._asked = anyio.Event()
            while await self._worker(self._thinker.think):
                pass
