"""Rows that QML reads by the names of their roles: what every list of the window has in common."""

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QByteArray,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Slot,
)
from PySide6.QtQml import QmlAnonymous

QML_IMPORT_NAME = "Farol.Ui"
QML_IMPORT_MAJOR_VERSION = 1

_FIRST_ROLE = Qt.ItemDataRole.UserRole + 1
_ROOT = QModelIndex()


@QmlAnonymous
class RoleListModel(QAbstractListModel):
    """A tuple of rows, which is replaced as a whole."""

    _rows: tuple[Any, ...] = ()

    def __init__(self, roles: tuple[str, ...], parent: QObject | None = None) -> None:
        """Make it without rows; QML reads each by `roles`."""
        super().__init__(parent)
        self._roles = roles

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

    def _read(self, row: Any, role: str) -> Any:
        """Give what a row says in a role: its attribute of that name, unless overridden."""
        return getattr(row, role)

    def _replace(self, rows: tuple[Any, ...]) -> bool:
        """Take other rows; says whether there are as many as before, so that places still hold."""
        same = len(rows) == len(self._rows)
        if same:
            self._rows = rows
            self._refresh()
        else:
            self._reset(rows)
        return same

    def _reset(self, rows: tuple[Any, ...]) -> None:
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    @Slot()
    def _refresh(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))
