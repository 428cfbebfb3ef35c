"""A quiet note: something that the viewer may want to know, and need do nothing about."""

from PySide6.QtCore import Property, QCoreApplication, QObject, QTimer, Signal, Slot
from PySide6.QtQml import QmlElement

from player.api import PLAYED_DIRECTLY, PlayerEvent, Recovered, Refused
from ui.live import LiveViewModel

QML_IMPORT_NAME = "Farol.Ui"
QML_IMPORT_MAJOR_VERSION = 1

_VISIBLE_MS = 6_000


@QmlElement
class NoteViewModel(QObject):
    """Shown for 6 s; gone with the next zap."""

    changed = Signal()

    def __init__(self, live: LiveViewModel, parent: QObject | None = None) -> None:
        """Make it hidden."""
        super().__init__(parent)
        self._live = live
        self._told = False
        self._text = ""
        self._timer = QTimer(self, singleShot=True, interval=_VISIBLE_MS)
        self._timer.timeout.connect(self.changed)
        live.tuned.connect(self._begin_anew)

    def on_event(self, event: PlayerEvent) -> None:
        """Take an event; one of a channel that was left is passed over."""
        if not self._live.watches(event.tag):
            return
        if isinstance(event, Refused):
            self.say(cannot_be_skipped())
        if self._told or not isinstance(event, Recovered):
            return
        if event.decision == PLAYED_DIRECTLY:
            self._told = True
            self.say(_played_directly())

    def say(self, text: str) -> None:
        """Show a note now."""
        self._text = text
        self._timer.start()
        self.changed.emit()

    @Property(bool, notify=changed)
    def visible(self) -> bool:
        """Whether the note is on the screen."""
        return self._timer.isActive()

    @Property(str, notify=changed)
    def text(self) -> str:
        """What it says."""
        return self._text

    @Slot()
    def _begin_anew(self) -> None:
        self._told = False
        self._timer.stop()
        self.changed.emit()


def cannot_be_skipped() -> str:
    """What is said where a break forbids what was asked for."""
    return QCoreApplication.translate("Note", "This break cannot be skipped or sped up.")


def keys_of_multi_view() -> str:
    """What is said where several pictures stand beside each other for the first time."""
    return QCoreApplication.translate(
        "Note", "Arrows move the ring, Enter enlarges, G adds a channel, Back leaves."
    )


def no_more_pictures() -> str:
    """What is said where another picture was asked for and cannot be made."""
    return QCoreApplication.translate(
        "Note", "Another picture cannot be opened. The channel that played goes on."
    )


def _played_directly() -> str:
    return QCoreApplication.translate(
        "Note",
        "This channel plays without Farol's engine: quality and languages cannot be chosen.",
    )
