"""Rows with a cursor: what the channel list and the menus have in common."""

from abc import abstractmethod

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlAnonymous

from ui.role_rows import RoleListModel

QML_IMPORT_NAME = "Farol.Ui"
QML_IMPORT_MAJOR_VERSION = 1


@QmlAnonymous
class CursorListModel(RoleListModel):
    """Rows, and a cursor among them that moves at once and wraps round."""

    moved = Signal()
    chosen = Signal()

    def __init__(self, roles: tuple[str, ...], parent: QObject | None = None) -> None:
        """Make it without rows; QML reads each by `roles`."""
        super().__init__(roles, parent)
        self._cursor = 0

    @abstractmethod
    def open(self) -> None:
        """Put the cursor where the viewer is."""

    @abstractmethod
    def _take(self, row: int) -> None:
        """Do what choosing the row at this place means."""

    def move(self, step: int) -> None:
        """Move the cursor, round the end."""
        if self._rows:
            self._set_cursor((self._cursor + step) % len(self._rows))

    def accept(self) -> None:
        """Choose the row under the cursor."""
        self.choose(self._cursor)

    @Slot(int)
    def choose(self, row: int) -> None:
        """Choose a row; one that is not there is passed over."""
        if 0 <= row < len(self._rows):
            self._take(row)
            self.chosen.emit()

    @Property(int, notify=moved)
    def cursor(self) -> int:
        """The row under the cursor."""
        return self._cursor

    def _set_cursor(self, row: int) -> None:
        self._cursor = row
        self.moved.emit()
