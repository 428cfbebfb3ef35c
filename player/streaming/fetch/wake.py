"""A bell that wakes every task that waits for the engine's state to change."""

import anyio

from player.units import Micros, seconds


class Wake:
    """Broadcast without a value: who is woken looks at the state again. Engine thread only."""

    def __init__(self) -> None:
        """Begin with nobody waiting."""
        self._event = anyio.Event()
        self._awaited = False

    def notify(self) -> None:
        """Wake everybody who waits now; mostly they were woken a moment ago."""
        if self._awaited:
            self._event.set()
            self._event, self._awaited = anyio.Event(), False

    async def wait(self, longest: Micros | None = None) -> None:
        """Sleep until the next `notify`, or for `longest`."""
        self._awaited = True
        if longest is None:
            await self._event.wait()
            return
        with anyio.move_on_after(seconds(longest)):
            await self._event.wait()
