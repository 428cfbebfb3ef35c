"""ViewportFeed: tells the player how many real pixels the picture has on the screen."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QWindow
from PySide6.QtQuick import QQuickItem, QQuickWindow

from player.api import SetViewport
from ui.ports import PlayerControls

SETTLED_MS = 400
"""How long a window keeps its size before it counts: one being resized has a hundred."""

_UNSEEN = {QWindow.Visibility.Hidden, QWindow.Visibility.Minimized}


class ViewportFeed(QObject):
    """Follows an item of a window; says 0 by 0 while nobody sees it. Qt thread."""

    def __init__(
        self, controls: PlayerControls, window: QQuickWindow, item: QQuickItem, parent: QObject
    ) -> None:
        """Follow `item`; the first word comes once the window is shown."""
        super().__init__(parent)
        self._controls = controls
        self._window = window
        self._item = item
        self._over = False
        self._factor: Callable[[int], float] | None = None
        self._told: tuple[int, int] | None = None
        self._settling = QTimer(self, singleShot=True, interval=SETTLED_MS)
        self._settling.timeout.connect(self._tell)
        for changed in (
            item.widthChanged, item.heightChanged, window.screenChanged, window.visibilityChanged,
        ):  # fmt: skip
            changed.connect(self._changed)

    def stop(self) -> None:
        """Say nothing more: the window is about to go."""
        self._over = True
        self._settling.stop()

    def magnify(self, factor: Callable[[int], float] | None) -> None:
        """Count only a part of the frame as seen: it needs so many times the lines of the item.

        None: all of it is seen.
        """
        self._factor = factor

    @Slot()
    def look_again(self) -> None:
        """What part of the frame is seen may have changed."""
        self._changed()

    def size(self) -> tuple[int, int]:
        """The real pixels that the whole frame would need."""
        if self._window.visibility() in _UNSEEN:
            return 0, 0
        ratio = self._window.effectiveDevicePixelRatio()
        width, height = self._item.width() * ratio, self._item.height() * ratio
        factor = 1.0 if self._factor is None else self._factor(round(height))
        return round(width * factor), round(height * factor)

    def _changed(self) -> None:
        if not self._over:
            self._settling.start()

    def _tell(self) -> None:
        size = self.size()
        if size != self._told:
            self._told = size
            self._controls.submit(SetViewport(width=size[0], height=size[1]))
