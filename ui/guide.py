"""What is on, kept fresh: asks the catalogue again and again and ticks for whoever shows time."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from catalog.model import NowNext, Programme
from player.clock import Clock
from player.units import MICROS_PER_SECOND
from ui.ports import CatalogQueries

_TICK_MS = 1_000
_REFRESH_S = 60
_RARELY_S = 10
_UNKNOWN = NowNext()


class NowNextFeed(QObject):
    """Every channel's current and next programme; `changed` when they do, `ticked` each second."""

    changed = Signal()
    ticked = Signal()

    def __init__(
        self, catalog: CatalogQueries, clock: Clock, parent: QObject | None = None
    ) -> None:
        """Ask nothing yet; `start` does."""
        super().__init__(parent)
        self._catalog = catalog
        self._clock = clock
        self._programmes: Mapping[str, NowNext] = {}
        self._due = 0
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self.tick)

    @property
    def now(self) -> int:
        """POSIX time in seconds."""
        return self._clock.utc() // MICROS_PER_SECOND

    def start(self) -> None:
        """Ask at once, then every minute, and when a programme ends: at most every ten seconds."""
        self.tick()
        self._timer.start()

    def stop(self) -> None:
        """Ask no more."""
        self._timer.stop()

    def of(self, channel: str) -> NowNext:
        """Give what is on and next on the channel with this id."""
        return self._programmes.get(channel, _UNKNOWN)

    @Slot()
    def tick(self) -> None:
        """Ask the catalogue where an answer is due, and say that time went by."""
        if self.now >= self._due:
            self.refresh()
        self.ticked.emit()

    def refresh(self) -> None:
        """Ask the catalogue now: it may have become another."""
        self._due = self.now + _REFRESH_S
        self._catalog.now_next(self.now, self._take)

    def _take(self, programmes: Mapping[str, NowNext]) -> None:
        self._programmes = programmes
        stops = [entry.now.stop for entry in programmes.values() if entry.now]
        soonest = min([self._due, *(stop for stop in stops if stop > self.now)])
        self._due = max(soonest, self.now + _RARELY_S)  # of many channels one ends each second
        self.changed.emit()


def progress(programme: Programme | None, now: int) -> float:
    """Give how much of a programme has passed, 0..1."""
    if programme is None or programme.stop <= programme.start:
        return 0.0
    return min(1.0, max(0.0, (now - programme.start) / (programme.stop - programme.start)))
