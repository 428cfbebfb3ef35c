"""The channel list: rows of a group, and where in it the viewer is."""

from collections.abc import Mapping
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

from catalog.model import Channel
from ui.guide import NowNextFeed, progress
from ui.identity import colour, initials
from ui.line_up import groups, within
from ui.live import LiveViewModel

QML_IMPORT_NAME = "Farol.Ui"
QML_IMPORT_MAJOR_VERSION = 1

_FIRST_ROLE = Qt.ItemDataRole.UserRole + 1
_ROLES = ("number", "name", "logo", "initials", "colour", "title", "progress", "next", "playing")
_ROLE_NAMES = {_FIRST_ROLE + i: QByteArray(name.encode()) for i, name in enumerate(_ROLES)}
_ROOT = QModelIndex()


@QmlElement
class ChannelListModel(QAbstractListModel):
    """Rows of the chosen group; the cursor moves at once and wraps round."""

    moved = Signal()
    grouped = Signal()
    chosen = Signal()

    def __init__(
        self, live: LiveViewModel, guide: NowNextFeed, parent: QObject | None = None
    ) -> None:
        """Make it empty; it fills when the line-up comes."""
        super().__init__(parent)
        self._live = live
        self._guide = guide
        self._rows: tuple[Channel, ...] = ()
        self._group = ""
        self._cursor = 0
        live.lined_up.connect(self._fill)
        live.tuned.connect(self._refresh)
        guide.changed.connect(self._refresh)

    # ---- rows ----

    def roleNames(self) -> dict[int, QByteArray]:
        """See QAbstractItemModel."""
        return _ROLE_NAMES

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        """See QAbstractItemModel."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = 0) -> Any:
        """See QAbstractItemModel."""
        place = role - _FIRST_ROLE
        if not index.isValid() or not 0 <= place < len(_ROLES):
            return None
        return self._row(self._rows[index.row()])[_ROLES[place]]

    def _row(self, channel: Channel) -> Mapping[str, str | float | bool]:
        entry = self._guide.of(channel.id)
        playing = self._live.channel
        return {
            "number": channel.number,
            "name": channel.name,
            "logo": channel.logo,
            "initials": initials(channel.name),
            "colour": colour(channel.id),
            "title": entry.now.title if entry.now else "",
            "progress": progress(entry.now, self._guide.now) if entry.now else -1.0,
            "next": entry.next.title if entry.next else "",
            "playing": playing is not None and playing.id == channel.id,
        }

    # ---- where the viewer is ----

    def open(self) -> None:
        """Put the cursor on the playing channel, in all channels where the group lacks it."""
        if self._playing_row() is None:
            self._set_group("")
        self._set_cursor(self._playing_row() or 0)
        self._refresh()

    def move(self, step: int) -> None:
        """Move the cursor, round the end."""
        if self._rows:
            self._set_cursor((self._cursor + step) % len(self._rows))

    def page(self, step: int) -> None:
        """Move the cursor far, stopping at the ends."""
        if self._rows:
            self._set_cursor(min(len(self._rows) - 1, max(0, self._cursor + step)))

    def move_group(self, step: int) -> None:
        """Go to the next group, round the end."""
        names = self._names()
        self.chooseGroup((names.index(self._group) + step) % len(names))

    def accept(self) -> None:
        """Tune to the channel under the cursor."""
        self.choose(self._cursor)

    @Slot(int)
    def choose(self, row: int) -> None:
        """Tune to the channel of a row."""
        if 0 <= row < len(self._rows):
            self._set_cursor(row)
            self._live.tune_to(self._rows[row].id)
            self.chosen.emit()

    @Slot(int)
    def chooseGroup(self, place: int) -> None:
        """Show a group; 0 is all channels."""
        self._set_group(self._names()[place])
        self._set_cursor(self._playing_row() or 0)

    @Property(int, notify=moved)
    def cursor(self) -> int:
        """The row under the cursor."""
        return self._cursor

    @Property(list, notify=grouped)
    def groups(self) -> list[str]:
        """The groups' names; the first is "" and means all channels."""
        return self._names()

    @Property(int, notify=grouped)
    def group(self) -> int:
        """Which group is shown."""
        return self._names().index(self._group)

    def _names(self) -> list[str]:
        return ["", *groups(self._live.line_up.channels)]

    def _playing_row(self) -> int | None:
        playing = self._live.channel
        rows = (i for i, row in enumerate(self._rows) if playing and row.id == playing.id)
        return next(rows, None)

    def _set_cursor(self, row: int) -> None:
        self._cursor = row
        self.moved.emit()

    @Slot()
    def _fill(self) -> None:
        known = self._group in self._names()
        self._set_group(self._group if known else "")

    def _set_group(self, group: str) -> None:
        self.beginResetModel()
        self._group = group
        self._rows = within(self._live.line_up.channels, group)
        self.endResetModel()
        self.grouped.emit()

    @Slot()
    def _refresh(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))
