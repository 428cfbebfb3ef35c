"""Winding: the fast play that is on, if any, and what libmpv says of it."""

from collections.abc import Callable

from player.ports import SinkEvent, SinkState, SinkStatus
from player.streaming.trick.scan import Scan
from player.units import Micros


class Winding:
    """Holds one scan after another. Engine thread only."""

    def __init__(self) -> None:
        """Begin with none."""
        self._scan: Scan | None = None

    @property
    def on(self) -> bool:
        """Whether there is one."""
        return self._scan is not None

    @property
    def rate(self) -> int:
        """How many times as fast, below 0 back; 0: none is on."""
        return self._scan.rate if self._scan is not None else 0

    @property
    def position(self) -> Micros | None:
        """Where it is; None: none is on."""
        return self._scan.position if self._scan is not None else None

    def begin(self, scan: Scan) -> None:
        """Take another one, instead of the one that is on."""
        self.end()
        self._scan = scan

    def end(self) -> None:
        """Let `run` return."""
        scan, self._scan = self._scan, None
        if scan is not None:
            scan.end()

    async def run(self, over: Callable[[], None]) -> None:
        """Show pictures for as long as one is on; `over` ends one that has come to an end."""
        while (scan := self._scan) is not None:
            await scan.run()
            if self._scan is scan:
                over()

    def on_event(self, event: SinkEvent, failed: Callable[[], None]) -> None:
        """Take an event of the sink; `failed` where libmpv cannot show it."""
        scan = self._scan
        if scan is None or event.epoch != scan.epoch:
            return
        if event.state is SinkState.FIRST_PICTURE:
            scan.on_first_picture()
        elif event.state is SinkState.FAILED:
            failed()

    def on_status(self, status: SinkStatus) -> None:
        """Take the sink's newest status."""
        scan = self._scan
        if scan is not None and status.epoch == scan.epoch and status.position is not None:
            scan.on_position(status.position)
