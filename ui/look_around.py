"""Looking around: whether the picture lies around the viewer, and where he looks."""

from PySide6.QtCore import Property, QCoreApplication, QObject, QSize, Signal, Slot
from PySide6.QtQml import QmlElement

from player.model.sphere import WHOLE_SPHERE, Sphere
from ui.live import LiveViewModel
from ui.look import Look, lines_wanted
from ui.note import NoteViewModel
from ui.video_item import Around

QML_IMPORT_NAME = "Farol.Ui"
QML_IMPORT_MAJOR_VERSION = 1

STEP = 10.0
"""Degrees that one press of an arrow turns."""

ZOOM = 1.1


@QmlElement
class LookAroundViewModel(QObject):
    """On by itself where the channel says so, and by a key on any; every channel begins ahead.

    Qt thread.
    """

    changed = Signal()

    def __init__(
        self, live: LiveViewModel, note: NoteViewModel, parent: QObject | None = None
    ) -> None:
        """Follow `live`; what the arrows mean then is told by `note`."""
        super().__init__(parent)
        self._live = live
        self._note = note
        self._look = Look()
        self._wanted: bool | None = None
        self._told = False
        self._seen: tuple[Sphere | None, int, int] = (None, 0, 0)
        live.tuned.connect(self._begin_anew)
        live.changed.connect(self._follow)

    @property
    def around(self) -> Around | None:
        """What the picture is to show; None: all of the frame, flat."""
        shot = self._live.snapshot
        if not self.looking or not shot.width or not shot.height:
            return None
        return Around(sphere=self._sphere, look=self._look, frame=QSize(shot.width, shot.height))

    def magnification(self, height: int) -> float:
        """How many times more lines than the screen's `height` the whole frame needs."""
        if not self.looking or not height:
            return 1.0
        return max(lines_wanted(self._sphere, self._look.fov, height) / height, 1.0)

    @property
    def looking(self) -> bool:
        """Whether the viewer looks around."""
        told = self._live.snapshot.sphere is not None
        return told if self._wanted is None else self._wanted

    @Property(bool, notify=changed)
    def active(self) -> bool:
        """Whether the viewer looks around, for QML."""
        return self.looking

    @Slot()
    def toggle(self) -> None:
        """Look around, or see the frame as it is."""
        self._wanted = not self.looking
        self._look = Look()
        self._tell()
        self.changed.emit()

    @Slot(float, float)
    def turn(self, right: float, up: float) -> None:
        """Look so many degrees further."""
        self._look = self._look.turned(right, up)
        self.changed.emit()

    @Slot(float, float, float)
    def drag(self, right: float, down: float, height: float) -> None:
        """The pointer drags the picture by pixels of a window that is so high."""
        pixel = self._look.fov / max(height, 1.0)
        self.turn(-right * pixel, down * pixel)

    @Slot(int)
    def zoom(self, steps: int) -> None:
        """Go nearer by so many steps, or further away."""
        self._look = self._look.zoomed(ZOOM**-steps)
        self.changed.emit()

    @property
    def _sphere(self) -> Sphere:
        return self._live.snapshot.sphere or WHOLE_SPHERE

    @Slot()
    def _begin_anew(self) -> None:
        self._look, self._wanted, self._told = Look(), None, False
        self.changed.emit()

    @Slot()
    def _follow(self) -> None:
        shot = self._live.snapshot
        if self._seen != (shot.sphere, shot.width, shot.height):
            self._seen = (shot.sphere, shot.width, shot.height)
            self._tell()
            self.changed.emit()

    def _tell(self) -> None:
        if self._told or not self.looking:
            return
        self._told = True
        self._note.say(
            QCoreApplication.translate(
                "Note",
                "360° video: look around with the arrows or the mouse. Back ends it.",
            )
        )
