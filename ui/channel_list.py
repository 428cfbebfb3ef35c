"""The channel list: rows of a group, and where in it the viewer is."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from catalog.model import Channel
from ui.cursor_list import CursorListModel
from ui.guide import NowNextFeed, progress
from ui.identity import colour, initials
from ui.line_up import groups, within
from ui.live import LiveViewModel

QML_IMPORT_NAME = "Farol.Ui"
QML_IMPORT_MAJOR_VERSION = 1

_ROLES = ("number", "name", "logo", "initials", "colour", "title", "progress", "next", "playing")


@QmlElement
class ChannelListModel(CursorListModel):
    """Rows of the chosen group; choosing one tunes to it."""

    grouped = Signal()

    _rows: tuple[Channel, ...]

    def __init__(
        self, live: LiveViewModel, guide: NowNextFeed, parent: QObject | None = None
    ) -> None:
        """Make it empty; it fills when the line-up comes."""
        super().__init__(_ROLES, parent)
        self._live = live
        self._guide = guide
        self._group = ""
        self._choose: Callable[[str], None] = live.tune_to
        live.lined_up.connect(self._fill)
        live.tuned.connect(self._refresh)
        guide.changed.connect(self._refresh)

    # ---- rows ----

    def _read(self, row: Channel, role: str) -> str | float | bool:
        return self._row(row)[role]

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

    def choose_by(self, choose: Callable[[str], None]) -> None:
        """Give the id of what is chosen to `choose`, which tunes to it, or adds it."""
        self._choose = choose

    @property
    def focused(self) -> str:
        """The id of the channel under the cursor, "" in an empty list."""
        return self._rows[self._cursor].id if self._cursor < len(self._rows) else ""

    def page(self, step: int) -> None:
        """Move the cursor far, stopping at the ends."""
        if self._rows:
            self._set_cursor(min(len(self._rows) - 1, max(0, self._cursor + step)))

    def move_group(self, step: int) -> None:
        """Go to the next group, round the end."""
        names = self._names()
        self.chooseGroup((names.index(self._group) + step) % len(names))

    @Slot(int)
    def chooseGroup(self, place: int) -> None:
        """Show a group; 0 is all channels."""
        self._set_group(self._names()[place])
        self._set_cursor(self._playing_row() or 0)

    @Property(list, notify=grouped)
    def groups(self) -> list[str]:
        """The groups' names; the first is "" and means all channels."""
        return self._names()

    @Property(int, notify=grouped)
    def numberLength(self) -> int:
        """Characters of the longest number shown."""
        return max((len(row.number) for row in self._rows), default=1)

    @Property(int, notify=grouped)
    def group(self) -> int:
        """Which group is shown."""
        return self._names().index(self._group)

    def _take(self, row: int) -> None:
        self._set_cursor(row)
        self._choose(self._rows[row].id)

    def _names(self) -> list[str]:
        return ["", *groups(self._live.line_up.channels)]

    def _playing_row(self) -> int | None:
        playing = self._live.channel
        rows = (i for i, row in enumerate(self._rows) if playing and row.id == playing.id)
        return next(rows, None)

    @Slot()
    def _fill(self) -> None:
        known = self._group in self._names()
        self._set_group(self._group if known else "")

    def _set_group(self, group: str) -> None:
        self._group = group
        self._reset(within(self._live.line_up.channels, group))
        self.grouped.emit()
