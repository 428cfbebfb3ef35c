"""The break that plays: how long it still takes, what it offers, and what it forbids."""

from PySide6.QtCore import Property, QCoreApplication, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from player.api import InterstitialPlaying, SkipBreak
from player.units import Micros
from ui.live import LiveViewModel
from ui.note import NoteViewModel, cannot_be_skipped
from ui.ports import PlayerControls
from ui.wording import position

QML_IMPORT_NAME = "Farol.Ui"
QML_IMPORT_MAJOR_VERSION = 1

_SECOND = 1_000_000


@QmlElement
class BreakViewModel(QObject):
    """On the screen for as long as a break plays."""

    changed = Signal()

    def __init__(
        self,
        live: LiveViewModel,
        note: NoteViewModel,
        controls: PlayerControls,
        parent: QObject | None = None,
    ) -> None:
        """Follow `live`; what a break forbids is said by `note`."""
        super().__init__(parent)
        self._live = live
        self._note = note
        self._controls = controls
        live.changed.connect(self.changed)

    def refuses(self) -> bool:
        """Whether nobody goes forward now, nor faster; who asks is told why."""
        playing = self._playing
        if playing is None or "SKIP" not in playing.restrictions:
            return False
        self._note.say(cannot_be_skipped())
        return True

    @property
    def offering(self) -> bool:
        """Whether the author offers to skip it, now."""
        playing = self._playing
        return playing is not None and playing.skippable_at is not None and playing.skippable

    @Slot()
    def skip(self) -> None:
        """Leave the break."""
        self._controls.submit(SkipBreak())

    # ---- for QML ----

    @Property(bool, notify=changed)
    def visible(self) -> bool:
        """Whether a break plays."""
        return self._playing is not None and not self._live.broken

    @Property(str, notify=changed)
    def text(self) -> str:
        """What plays and how long it still takes, "Break 1 of 2 · 0:23"."""
        playing = self._playing
        if playing is None:
            return ""
        left = position(Micros(playing.duration - playing.elapsed + _SECOND - 1))
        if playing.programmes < 2:
            return QCoreApplication.translate("Break", "Break · %1").replace("%1", left)
        words = QCoreApplication.translate("Break", "Break %1 of %2 · %3")
        numbers = str(playing.programme), str(playing.programmes), left
        for place, number in enumerate(numbers, 1):
            words = words.replace(f"%{place}", number)
        return words

    @Property(bool, notify=changed)
    def offers(self) -> bool:
        """Whether the button is there."""
        return self.offering

    @Property(str, notify=changed)
    def later(self) -> str:
        """When that will be offered, "Skip in 4 s"; "" where it is now, or will not be."""
        playing = self._playing
        if playing is None or playing.skippable_at is None:
            return ""
        wait = playing.skippable_at - playing.elapsed
        if wait <= 0:
            return ""
        words = QCoreApplication.translate("Break", "Skip in %1 s")
        return words.replace("%1", str(-(-wait // _SECOND)))

    @property
    def _playing(self) -> InterstitialPlaying | None:
        return self._live.snapshot.interstitial
