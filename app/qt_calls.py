"""Work handed to the Qt thread from any other."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal, Slot


class QtCalls(QObject):
    """Runs posted calls in the thread that made it, in order, from Qt's event loop."""

    _posted = Signal(object)

    def __init__(self) -> None:
        """Make it in the Qt thread."""
        super().__init__()
        self._posted.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def post(self, call: Callable[[], None]) -> None:
        """Run `call` in the Qt thread soon; any thread, returns at once."""
        self._posted.emit(call)

    @Slot(object)
    def _run(self, call: Callable[[], None]) -> None:
        call()
