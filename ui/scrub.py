"""Scrubbing: where the viewer is about to go, its time, and a small picture of it."""

from collections.abc import Callable

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot
from PySide6.QtQml import QmlElement

from player.api import PlayerEvent, Seek, ThumbnailReady, WantThumbnail
from player.units import Micros, micros
from ui.guide import NowNextFeed
from ui.live import LiveViewModel
from ui.ports import PlayerControls
from ui.seek_bar import SeekBar, seek_bar
from ui.thumbnail_images import ThumbnailImages
from ui.wording import position, wall

QML_IMPORT_NAME = "Farol.Ui"
QML_IMPORT_MAJOR_VERSION = 1

_STAYS_MS = 1_500
"""After the last key."""

_PATIENCE_MS = 2_500
"""A place is kept for so long for a picture; then only the time is shown, until one comes."""

_GRID = micros(0.25)
"""Moments nearer than that are one: the pointer moves by pixels."""

_USUAL_SHAPE = 16 / 9


@QmlElement
class ScrubViewModel(QObject):
    """Follows the pointer on the bar, and the place that keys go to; each wish asks once."""

    changed = Signal()
    going = Signal()

    def __init__(
        self,
        live: LiveViewModel,
        guide: NowNextFeed,
        controls: PlayerControls,
        images: ThumbnailImages,
        parent: QObject | None = None,
    ) -> None:
        """Begin with nobody scrubbing."""
        super().__init__(parent)
        self._live = live
        self._guide = guide
        self._controls = controls
        self._images = images
        self._at: Micros | None = None
        self._wish: Micros | None = None
        self._had: ThumbnailReady | None = None
        self._picture = ""
        self._shape = _USUAL_SHAPE
        self._barren = False
        self._stays = QTimer(self, singleShot=True, interval=_STAYS_MS)
        self._stays.timeout.connect(self.leave)
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(self._give_up)
        self._is_seen: Callable[[], bool] = lambda: True
        live.tuned.connect(self._forget)
        live.sought.connect(self._follow)

    def show_while(self, seen: Callable[[], bool]) -> None:
        """Ask for nothing while the bar is not `seen`: nobody would look at it."""
        self._is_seen = seen

    @Slot()
    def look(self) -> None:
        """Leave, where the bar has gone."""
        if not self._is_seen():
            self.leave()

    # ---- what the viewer does ----

    @Slot(float)
    def hover(self, place: float) -> None:
        """The pointer is over the bar, at 0..1 of it."""
        bar = self._bar
        found = bar.position(place) if bar else None
        if found is None:
            self.leave()
            return
        self._stays.stop()
        self._go(found)
        self.going.emit()

    @Slot()
    def leave(self) -> None:
        """The pointer left the bar, or the last key is a while ago."""
        self._stays.stop()
        self._patience.stop()
        self._at = None
        if self._wish is not None:
            self._wish = None
            self._controls.submit(WantThumbnail(position=None))
        self.changed.emit()

    @Slot(float)
    def tap(self, place: float) -> None:
        """A click on the bar: go there."""
        bar = self._bar
        found = bar.position(place) if bar else None
        if found is not None:
            self._controls.submit(Seek(position=found))

    # ---- what the engine says ----

    def on_event(self, event: PlayerEvent) -> None:
        """Take a small picture that is still wanted."""
        wish = self._wish
        if not isinstance(event, ThumbnailReady) or wish is None:
            return
        if self._live.watches(event.tag) and event.position <= wish < event.until:
            self._had, self._picture = event, self._images.put(event.image)
            self._shape = event.image.width / event.image.height
            self._barren = False
            self._patience.stop()
            self.changed.emit()

    # ---- for QML ----

    @Property(bool, notify=changed)
    def visible(self) -> bool:
        """Whether there is a place to look at."""
        return self._at is not None and self._bar is not None

    @Property(float, notify=changed)
    def place(self) -> float:
        """Where on the bar it is, 0..1."""
        bar = self._bar
        return bar.place(self._at) if bar and self._at is not None else 0.0

    @Property(str, notify=changed)
    def text(self) -> str:
        """Its time: in the film, or of the day."""
        bar = self._bar
        if bar is None or self._at is None:
            return ""
        if bar.epoch is None:
            return position(self._at)
        return wall((bar.epoch + self._at) // micros(1))

    @Property(str, notify=changed)
    def picture(self) -> str:
        """Where the small picture of it lies, "" while there is none."""
        return self._picture if self._is_had else ""

    @Property(float, notify=changed)
    def shape(self) -> float:
        """Width over height of the pictures, as far as is known."""
        return self._shape

    @Property(bool, notify=changed)
    def pictured(self) -> bool:
        """Whether there is, or is likely to be, a picture to keep a place for."""
        return self._is_had or not (self._barren or self._live.snapshot.scan)

    # ---- within ----

    @property
    def _bar(self) -> SeekBar | None:
        channel = self._live.channel
        now = self._guide.of(channel.id).now if channel else None
        return seek_bar(self._live.snapshot, now, self._guide.now)

    @property
    def _is_had(self) -> bool:
        had, wish = self._had, self._wish
        return had is not None and wish is not None and had.position <= wish < had.until

    def _go(self, at: Micros) -> None:
        if not self._is_seen():
            return
        self._at = at
        wish = Micros(at // _GRID * _GRID)
        if wish != self._wish:
            self._wish = wish
            if not self._is_had:
                self._controls.submit(WantThumbnail(position=wish))
                if not self._patience.isActive() and not self._barren:
                    self._patience.start()
        self.changed.emit()

    @Slot(object)
    def _follow(self, target: Micros) -> None:
        """Keys went to a place."""
        if self._bar is not None:
            self._go(target)
            self._stays.start()

    @Slot()
    def _give_up(self) -> None:
        self._barren = not self._is_had
        self.changed.emit()

    @Slot()
    def _forget(self) -> None:
        self._had, self._picture, self._barren = None, "", False
        self._shape = _USUAL_SHAPE
        self.leave()
