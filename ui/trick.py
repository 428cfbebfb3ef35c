"""Trick play: other speeds, single pictures, winding, with an overlay that says what is on."""

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot
from PySide6.QtQml import QmlElement

from player.api import Scan, SetSpeed, StepFrame
from ui.live import LiveViewModel
from ui.ports import PlayerControls
from ui.wording import times

QML_IMPORT_NAME = "Farol.Ui"
QML_IMPORT_MAJOR_VERSION = 1

SPEEDS = (0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0)

RATES = (2, 4, 8, 16, 32)

_VISIBLE_MS = 2_000


@QmlElement
class TrickViewModel(QObject):
    """The speed as it was asked for, until the engine tells another one; 1 with each channel."""

    changed = Signal()

    def __init__(
        self, live: LiveViewModel, controls: PlayerControls, parent: QObject | None = None
    ) -> None:
        """Begin at the normal speed, with nothing over the picture."""
        super().__init__(parent)
        self._live = live
        self._controls = controls
        self._speed = 1.0
        self._asked: float | None = None
        self._rate = 0
        self._wound: int | None = None
        self._timer = QTimer(self, singleShot=True, interval=_VISIBLE_MS)
        self._timer.timeout.connect(self._rest)
        live.tuned.connect(self._forget)
        live.changed.connect(self._take)

    # ---- what the viewer does ----

    def faster(self) -> None:
        """The next speed up."""
        self._ask(next((one for one in SPEEDS if one > self._speed), SPEEDS[-1]))

    def slower(self) -> None:
        """The next speed down."""
        self._ask(next((one for one in reversed(SPEEDS) if one < self._speed), SPEEDS[0]))

    def step(self, *, forward: bool) -> None:
        """One picture on or back; while it plays: pause."""
        self._controls.submit(StepFrame(forward=forward))

    def scan(self, *, forward: bool) -> None:
        """Wind, twice as fast with each press; the other way begins anew, beyond 32 at 2."""
        rate = self._rate if (self._rate > 0) is forward else 0
        faster = next((one for one in RATES if one > abs(rate)), RATES[0])
        self._rate = self._wound = faster if forward else -faster
        self._controls.submit(Scan(rate=self._rate))
        self._show()

    # ---- for QML ----

    @Property(str, notify=changed)
    def text(self) -> str:
        """The speed, "1.5\N{MULTIPLICATION SIGN}", or how fast one winds."""
        return times(abs(self._rate) or self._speed)

    @Property(bool, notify=changed)
    def back(self) -> bool:
        """Whether one winds back."""
        return self._rate < 0

    @Property(bool, notify=changed)
    def visible(self) -> bool:
        """Whether the overlay is on the screen: for a while, and as long as one winds."""
        return self._timer.isActive() or self._rate != 0

    # ---- within ----

    def _ask(self, speed: float) -> None:
        self._speed = self._asked = speed
        self._controls.submit(SetSpeed(speed=speed))
        self._show()

    @Slot()
    def _take(self) -> None:
        """Follow the engine; what it told before it heard the last wish is passed over."""
        told = self._live.snapshot.speed
        if self._asked is not None:
            self._asked = None if told == self._asked else self._asked
        elif told != self._speed:  # the live point was reached
            self._speed = told
            self._show()
        self._take_rate(self._live.snapshot.scan)

    def _take_rate(self, told: int) -> None:
        if self._wound is not None:
            self._wound = None if told == self._wound else self._wound
        elif told != self._rate:
            self._rate = told
            self.changed.emit()

    @Slot()
    def _rest(self) -> None:
        self._asked = self._wound = None
        self._take()
        self.changed.emit()

    @Slot()
    def _forget(self) -> None:
        self._speed, self._asked = 1.0, None
        self._rate, self._wound = 0, None
        self._timer.stop()
        self.changed.emit()

    def _show(self) -> None:
        self._timer.start()
        self.changed.emit()
