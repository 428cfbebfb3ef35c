"""SnapshotPace: when a snapshot goes up."""

from collections.abc import Callable

import anyio

from player.clock import Clock
from player.units import Micros, micros, seconds

SNAPSHOT_PAUSE = micros(0.1)
"""The shortest time between two snapshots."""

HEARTBEAT = micros(1)
"""The longest: latency and window move even when the picture does not."""


class SnapshotPace:
    """Calls `publish` soon after `show`, and with each heartbeat while `alive`. Engine thread."""

    def __init__(
        self, clock: Clock, publish: Callable[[], None], alive: Callable[[], bool]
    ) -> None:
        """Begin with nothing published."""
        self._clock = clock
        self._publish = publish
        self._alive = alive
        self._last: Micros | None = None
        self._due = anyio.Event()

    def show(self) -> None:
        """Publish as soon as one may."""
        if self._left():
            self._due.set()
        else:
            self._now()

    async def run(self) -> None:
        """Publish what had to wait, and what nobody asked for, until cancelled."""
        while True:
            with anyio.move_on_after(seconds(self._left(HEARTBEAT) or HEARTBEAT)):
                await self._due.wait()
            if self._due.is_set():
                await anyio.sleep(seconds(self._left()))
                if self._due.is_set():  # nobody else published meanwhile
                    self.show()
            elif self._alive() and not self._left(HEARTBEAT):
                self._now()

    def _left(self, pause: Micros = SNAPSHOT_PAUSE) -> Micros:
        """How long until the last one is `pause` old."""
        if self._last is None:
            return Micros(0)
        return Micros(max(pause - (self._clock.monotonic() - self._last), 0))

    def _now(self) -> None:
        if self._due.is_set():
            self._due = anyio.Event()
        self._last = self._clock.monotonic()
        self._publish()
