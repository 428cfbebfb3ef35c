"""Filling the screen, also where there is no window manager to do it (a kiosk)."""

from PySide6.QtCore import QObject, QRect, QTimer, Slot
from PySide6.QtGui import QWindow

_PATIENCE_MS = 250
"""How long a window manager may take; without one X leaves the window as large as it was."""


class FullScreen(QObject):
    """Watches a window; lays it over the screen where nobody else does, and gives it back."""

    def __init__(self, window: QWindow, parent: QObject | None = None) -> None:
        """Watch `window` for as long as both live. Qt thread."""
        super().__init__(parent)
        self._window = window
        self._before: QRect | None = None
        self._wait = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._wait.timeout.connect(self._fill)
        window.visibilityChanged.connect(self._follow)

    @Slot()
    def _follow(self) -> None:
        if self._is_full():
            self._wait.start()
            return
        self._wait.stop()
        before, self._before = self._before, None
        if before is not None and self._window.isVisible():
            self._window.setGeometry(before)

    @Slot()
    def _fill(self) -> None:
        screen = self._window.screen().geometry()
        if self._is_full() and self._window.size() != screen.size():
            self._before = self._window.geometry()
            self._window.setGeometry(screen)

    def _is_full(self) -> bool:
        return self._window.visibility() is QWindow.Visibility.FullScreen
