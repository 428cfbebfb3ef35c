"""The menus for quality, audio and subtitles: rows to choose from, one of them current."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Slot
from PySide6.QtQml import QmlElement

from player.api import Command, PlayerSnapshot
from ui.cursor_list import CursorListModel
from ui.live import LiveViewModel

QML_IMPORT_NAME = "Farol.Ui"
QML_IMPORT_MAJOR_VERSION = 1

_ROLES = ("label", "detail", "current")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A row of a menu."""

    id: str
    label: str
    detail: str = ""
    current: bool = False


@QmlElement
class MenuModel(CursorListModel):
    """Rows made from each snapshot by `rows`; a chosen one becomes a command by `command`."""

    _rows: tuple[Choice, ...]

    def __init__(
        self,
        live: LiveViewModel,
        rows: Callable[[PlayerSnapshot], tuple[Choice, ...]],
        command: Callable[[str], Command],
        parent: QObject | None = None,
    ) -> None:
        """Follow `live`, and choose for its channel."""
        super().__init__(_ROLES, parent)
        self._live = live
        self._rows_of = rows
        self._command = command
        live.changed.connect(self._fill)

    def open(self) -> None:
        """Put the cursor on the current row."""
        rows = (i for i, choice in enumerate(self._rows) if choice.current)
        self._set_cursor(next(rows, 0))

    def _take(self, row: int) -> None:
        self._live.choose(self._command(self._rows[row].id))

    @Slot()
    def _fill(self) -> None:
        choices = self._rows_of(self._live.snapshot)
        if choices == self._rows:
            return
        if not self._replace(choices):
            self._set_cursor(min(self._cursor, max(0, len(choices) - 1)))
