"""Subtitles over the picture: the engine's cues as rows that QML draws."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from player.api import CuesChanged, PlayerEvent
from player.model.cue import Cue, CueBox, CueSpan, CueWriting
from ui import subtitle_markup
from ui.live import LiveViewModel
from ui.role_rows import RoleListModel

QML_IMPORT_NAME = "Farol.Ui"
QML_IMPORT_MAJOR_VERSION = 1

_ROLES = (
    "inked", "outlines", "side", "atX", "atY", "most", "anchorX", "anchorY",
    "vertical", "fromRight",
)  # fmt: skip
MOST_LINES = 15
LONGEST_SPAN = 300
"""What is beyond would not be read, but might keep the window from drawing."""
_WIDE = 16 / 9
_ITS_PLACE = -1.0
"""Says "where the viewer has subtitles" in `atX` and `atY`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubtitleRow:
    """Text that stands together; places in shares of the picture (0 to 1).

    `inked` and `outlines` are rich text: one of each, or of vertical text one a column.
    """

    inked: list[str]
    outlines: list[str]
    side: str
    atX: float
    atY: float
    most: float
    anchorX: float
    anchorY: float
    vertical: bool = False
    fromRight: bool = False


def rows_of(cues: Iterable[Cue]) -> tuple[SubtitleRow, ...]:
    """Give the rows for the cues on the picture: those of one place stand together.

    The lowest come first.
    """
    places: dict[CueBox, list[tuple[CueSpan, ...]]] = {}
    for cue in cues:
        places.setdefault(cue.box, []).extend(cue.lines)
    rows = [_row(box, _bounded(lines)) for box, lines in places.items()][:MOST_LINES]
    return tuple(sorted(rows, key=_height))


def _bounded(lines: list[tuple[CueSpan, ...]]) -> list[tuple[CueSpan, ...]]:
    return [
        tuple(replace(span, text=span.text[:LONGEST_SPAN]) for span in line[:LONGEST_SPAN])
        for line in lines[-MOST_LINES:]
    ]


def _height(row: SubtitleRow) -> float:
    """Sort from the bottom up, so that what is in the way can be stood upon."""
    return -2.0 if row.atY == _ITS_PLACE else -row.atY


def _row(box: CueBox, lines: list[tuple[CueSpan, ...]]) -> SubtitleRow:
    words = "".join(span.text for line in lines for span in line)
    vertical = box.writing is not CueWriting.HORIZONTAL
    drawn = subtitle_markup.columns(lines) if vertical else lines
    inked = [subtitle_markup.inked(line) for line in drawn]
    outlines = [subtitle_markup.outline(line) for line in drawn]
    return SubtitleRow(
        inked=inked if vertical else [subtitle_markup.paragraph(inked)],
        outlines=outlines if vertical else [subtitle_markup.paragraph(outlines)],
        side=subtitle_markup.side(box.align, words, box.writing),
        atX=_ITS_PLACE if box.x is None else box.x / 100,
        atY=_ITS_PLACE if box.y is None else box.y / 100,
        most=box.width / 100,
        anchorX=box.anchor_x / 100,
        anchorY=box.anchor_y / 100,
        vertical=vertical,
        fromRight=box.writing is CueWriting.COLUMNS_FROM_RIGHT,
    )


@QmlElement
class SubtitlesModel(RoleListModel):
    """The rows on the picture now; nothing changes where only the cues' times do.

    Follows the snapshots of the channel that the viewer is on, and its CuesChanged events, which
    come sooner.
    """

    aspectChanged = Signal()

    _rows: tuple[SubtitleRow, ...]

    def __init__(self, live: LiveViewModel, parent: QObject | None = None) -> None:
        """Make it without rows."""
        super().__init__(_ROLES, parent)
        self._live = live
        self._cues: tuple[Cue, ...] = ()
        self._aspect = _WIDE
        live.changed.connect(self._follow)

    def on_event(self, event: PlayerEvent) -> None:
        """Take an event; one of a channel that was left is passed over."""
        if isinstance(event, CuesChanged) and self._live.watches(event.tag):
            self._show(event.cues)

    @Property(float, notify=aspectChanged)
    def aspect(self) -> float:
        """The picture's width by its height; 16:9 where it is not known."""
        return self._aspect

    @Slot()
    def _follow(self) -> None:
        shot = self._live.snapshot
        aspect = shot.width / shot.height if shot.width and shot.height else _WIDE
        if aspect != self._aspect:
            self._aspect = aspect
            self.aspectChanged.emit()
        self._show(shot.cues)

    def _show(self, cues: tuple[Cue, ...]) -> None:
        if cues == self._cues:
            return
        self._cues = cues
        rows = rows_of(cues)
        if rows != self._rows:
            self._replace(rows)
