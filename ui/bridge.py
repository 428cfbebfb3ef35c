"""The way up: what the engine says, brought into the Qt thread by one queued signal."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal, Slot

from player.api import PlayerEvent, PlayerSnapshot


class PlayerBridge(QObject):
    """Takes snapshots and events from any thread and hands them on in the Qt thread."""

    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        """Make the bridge in the Qt thread, before the engine that posts to it."""
        super().__init__(parent)
        self._on_snapshot: list[Callable[[PlayerSnapshot], None]] = []
        self._on_event: list[Callable[[PlayerEvent], None]] = []
        self._posted.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def post(self, message: object) -> None:
        """Send a PlayerSnapshot or a PlayerEvent up; any thread, returns at once."""
        self._posted.emit(message)

    def on_snapshot(self, take: Callable[[PlayerSnapshot], None]) -> None:
        """Call `take` with each snapshot, in the Qt thread."""
        self._on_snapshot.append(take)

    def on_event(self, take: Callable[[PlayerEvent], None]) -> None:
        """Call `take` with each event, in the Qt thread."""
        self._on_event.append(take)

    @Slot(object)
    def _deliver(self, message: object) -> None:
        if isinstance(message, PlayerSnapshot):
            for take_snapshot in self._on_snapshot:
                take_snapshot(message)
        elif isinstance(message, PlayerEvent):
            for take_event in self._on_event:
                take_event(message)
