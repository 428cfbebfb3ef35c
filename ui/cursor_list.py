"""Rows with a cursor: what the channel list and the menus have in common."""

from abc import abstractmethod
from typing import Any

from PySide6.QtCore import (
    Property,
    QAbstractListModel,
    QByteArray,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtQml import QmlAnonymous

QML_IMPORT_NAME = "Farol.Ui"
QML_IMPORT_MAJOR_VERSION = 1

_FIRST_ROLE = Qt.ItemDataRole.UserRole + 1
_ROOT = QModelIndex()


@QmlAnonymous
class CursorListModel(QAbstractListModel):
    """Rows whose roles go by name, and a cursor that moves at once and wraps round."""

    moved = Signal()
    chosen = Signal()

    _rows: tuple[Any, ...] = ()

    def __init__(self, roles: tuple[str, ...], parent: QObject | None = None) -> None:
        """Make it without rows; QML reads each by `roles`."""
        super().__init__(parent)
        self._roles = roles
        self._cursor = 0

    @abstractmethod
    def open(self) -> None:
        """Put the cursor where the viewer is."""

    @abstractmethod
    def _read(self, row: Any, role: str) -> Any:
        """Give what a row says in a role."""

    @abstractmethod
    def _take(self, row: int) -> None:
        """Do what choosing the row at this place means."""

    def roleNames(self) -> dict[int, QByteArray]:
        """See QAbstractItemModel."""
        return {_FIRST_ROLE + i: QByteArray(name.encode()) for i, name in enumerate(self._roles)}

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        """See QAbstractItemModel."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = 0) -> Any:
        """See QAbstractItemModel."""
        place = role - _FIRST_ROLE
        if not index.isValid() or not 0 <= place < len(self._roles):
            return None
        return self._read(self._rows[index.row()], self._roles[place])

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

    def _reset(self, rows: tuple[Any, ...]) -> None:
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    @Slot()
    def _refresh(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))
