"""Volume and mute, with an overlay that goes by itself."""

from PySide6.QtCore import Property, QObject, QTimer, Signal
from PySide6.QtQml import QmlElement

from player.api import SetMuted, SetVolume
from ui.ports import PlayerControls

QML_IMPORT_NAME = "Farol.Ui"
QML_IMPORT_MAJOR_VERSION = 1

_VISIBLE_MS = 2_000
_FULL = 100


@QmlElement
class VolumeViewModel(QObject):
    """The volume as the viewer set it; it outlives channels, so the window is its owner."""

    changed = Signal()

    def __init__(
        self, controls: PlayerControls, volume: int = _FULL, parent: QObject | None = None
    ) -> None:
        """Start at `volume`, 0..100."""
        super().__init__(parent)
        self._controls = controls
        self._percent = volume
        self._muted = False
        self._timer = QTimer(self, singleShot=True, interval=_VISIBLE_MS)
        self._timer.timeout.connect(self.changed)

    def step(self, by: int) -> None:
        """Change the volume; that also ends muting."""
        self._percent = min(_FULL, max(0, self._percent + by))
        self._controls.submit(SetVolume(percent=self._percent))
        if self._muted:
            self._set_muted(muted=False)
        self._show()

    def toggle_mute(self) -> None:
        """Mute or unmute."""
        self._set_muted(muted=not self._muted)
        self._show()

    @property
    def commands(self) -> tuple[SetVolume, SetMuted]:
        """What tells another player how loud it is here."""
        return SetVolume(percent=self._percent), SetMuted(muted=self._muted)

    @Property(int, notify=changed)
    def percent(self) -> int:
        """0..100."""
        return self._percent

    @Property(bool, notify=changed)
    def muted(self) -> bool:
        """Whether there is no sound."""
        return self._muted

    @Property(bool, notify=changed)
    def visible(self) -> bool:
        """Whether the overlay is on the screen."""
        return self._timer.isActive()

    def _set_muted(self, *, muted: bool) -> None:
        self._muted = muted
        self._controls.submit(SetMuted(muted=muted))

    def _show(self) -> None:
        self._timer.start()
        self.changed.emit()
