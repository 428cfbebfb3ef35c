"""The menus for quality and audio: rows to choose from, one of them current."""

from collections.abc import Callable
from dataclasses import dataclass
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
from PySide6.QtQml import QmlElement

from player.api import Command, PlayerSnapshot
from ui.live import LiveViewModel
from ui.ports import PlayerControls

QML_IMPORT_NAME = "Farol.Ui"
QML_IMPORT_MAJOR_VERSION = 1

_FIRST_ROLE = Qt.ItemDataRole.UserRole + 1
_ROLES = ("label", "detail", "current")
_ROLE_NAMES = {_FIRST_ROLE + i: QByteArray(name.encode()) for i, name in enumerate(_ROLES)}
_ROOT = QModelIndex()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A row of a menu."""

    id: str
    label: str
    detail: str = ""
    current: bool = False


@QmlElement
class MenuModel(QAbstractListModel):
    """Rows made from each snapshot by `rows`; a chosen one becomes a command by `command`."""

    moved = Signal()
    chosen = Signal()

    def __init__(
        self,
        live: LiveViewModel,
        controls: PlayerControls,
        rows: Callable[[PlayerSnapshot], tuple[Choice, ...]],
        command: Callable[[str], Command],
        parent: QObject | None = None,
    ) -> None:
        """Follow `live`; commands go to `controls`."""
        super().__init__(parent)
        self._live = live
        self._controls = controls
        self._rows_of = rows
        self._command = command
        self._choices: tuple[Choice, ...] = ()
        self._cursor = 0
        live.changed.connect(self._fill)

    def roleNames(self) -> dict[int, QByteArray]:
        """See QAbstractItemModel."""
        return _ROLE_NAMES

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        """See QAbstractItemModel."""
        return 0 if parent.isValid() else len(self._choices)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = 0) -> Any:
        """See QAbstractItemModel."""
        place = role - _FIRST_ROLE
        if not index.isValid() or not 0 <= place < len(_ROLES):
            return None
        return getattr(self._choices[index.row()], _ROLES[place])

    @Slot()
    def _fill(self) -> None:
        choices = self._rows_of(self._live.snapshot)
        if choices == self._choices:
            return
        if len(choices) == len(self._choices):
            self._choices = choices
            self.dataChanged.emit(self.index(0), self.index(len(choices) - 1))
        else:
            self._reset(choices)

    def open(self) -> None:
        """Put the cursor on the current row."""
        rows = (i for i, choice in enumerate(self._choices) if choice.current)
        self._set_cursor(next(rows, 0))

    def move(self, step: int) -> None:
        """Move the cursor, round the end."""
        if self._choices:
            self._set_cursor((self._cursor + step) % len(self._choices))

    def accept(self) -> None:
        """Choose the row under the cursor."""
        self.choose(self._cursor)

    @Slot(int)
    def choose(self, row: int) -> None:
        """Choose a row."""
        if 0 <= row < len(self._choices):
            self._controls.submit(self._command(self._choices[row].id))
            self.chosen.emit()

    @Property(int, notify=moved)
    def cursor(self) -> int:
        """The row under the cursor."""
        return self._cursor

    def _reset(self, choices: tuple[Choice, ...]) -> None:
        self.beginResetModel()
        self._choices = choices
        self.endResetModel()
        self._set_cursor(min(self._cursor, max(0, len(choices) - 1)))

    def _set_cursor(self, row: int) -> None:
        self._cursor = row
        self.moved.emit()
