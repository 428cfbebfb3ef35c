"""The statistics panel: what a tester wants to see while it plays."""

from collections import deque
from collections.abc import Sequence

from PySide6.QtCore import Property, QCoreApplication, QObject, QPointF, Signal, Slot
from PySide6.QtQml import QmlElement

from player.api import PlayerSnapshot, PlayerState
from player.units import seconds
from ui.live import LiveViewModel
from ui.wording import NONE, amount, bit_rate, lasting, whereabouts

QML_IMPORT_NAME = "Farol.Ui"
QML_IMPORT_MAJOR_VERSION = 1

_KEPT = 120


@QmlElement
class StatisticsViewModel(QObject):
    """Facts in two columns, three short histories, the last five decisions in words."""

    changed = Signal()

    def __init__(self, live: LiveViewModel, parent: QObject | None = None) -> None:
        """Follow `live`; a zap begins new histories."""
        super().__init__(parent)
        self._live = live
        self._throughput: deque[float] = deque(maxlen=_KEPT)
        self._buffer: deque[float] = deque(maxlen=_KEPT)
        self._latency: deque[float] = deque(maxlen=_KEPT)
        live.tuned.connect(self._forget)
        live.changed.connect(self._take)

    @Property(list, notify=changed)
    def labels(self) -> list[str]:
        """What the facts are called, in the order of `values`."""
        return _labels()

    @Property(list, notify=changed)
    def values(self) -> list[str]:
        """The facts."""
        return facts(self._live.snapshot)

    @Property(list, notify=changed)
    def throughput(self) -> list[QPointF]:
        """The estimate's history as points in the unit square."""
        return curve(self._throughput)

    @Property(list, notify=changed)
    def buffer(self) -> list[QPointF]:
        """The buffer's history as points in the unit square."""
        return curve(self._buffer)

    @Property(list, notify=changed)
    def latency(self) -> list[QPointF]:
        """The latency's history as points in the unit square."""
        return curve(self._latency)

    @Property(str, notify=changed)
    def throughputText(self) -> str:
        """The estimate now."""
        return bit_rate(self._live.snapshot.throughput)

    @Property(str, notify=changed)
    def bufferText(self) -> str:
        """The buffer now."""
        return lasting(self._live.snapshot.buffer)

    @Property(str, notify=changed)
    def latencyText(self) -> str:
        """The latency now."""
        return lasting(self._live.snapshot.latency)

    @Property(list, notify=changed)
    def decisions(self) -> list[str]:
        """The last decisions in the engine's words, newest first."""
        return list(reversed(self._live.snapshot.decisions))[:5]

    @Slot()
    def _forget(self) -> None:
        for history in (self._throughput, self._buffer, self._latency):
            history.clear()

    @Slot()
    def _take(self) -> None:
        shot = self._live.snapshot
        if shot.tag:
            self._throughput.append(float(shot.throughput or 0))
            self._buffer.append(seconds(shot.buffer))
            self._latency.append(seconds(shot.latency) if shot.latency is not None else 0.0)
        self.changed.emit()


def facts(shot: PlayerSnapshot) -> list[str]:
    """Give the values of the two columns, as `_labels` names them."""
    return [
        f"{shot.width} \N{MULTIPLICATION SIGN} {shot.height}" if shot.height else NONE,
        bit_rate(shot.bandwidth),
        bit_rate(shot.next_bandwidth),
        shot.codecs or NONE,
        shot.decoder or NONE,
        str(shot.dropped_frames),
        whereabouts(shot),
        amount(shot.downloaded),
        str(shot.requests),
        _state(shot.state),
    ]


def curve(history: Sequence[float]) -> list[QPointF]:
    """Give a history as points: x 0..1 from left to right, newest at 1; y 0 is the maximum."""
    top = max(history, default=0.0) * 1.1 or 1.0
    first = _KEPT - len(history)
    width = _KEPT - 1
    return [QPointF((first + i) / width, 1 - value / top) for i, value in enumerate(history)]


def _labels() -> list[str]:
    translate = QCoreApplication.translate
    return [
        translate("Statistics", "Picture"),
        translate("Statistics", "Bit rate"),
        translate("Statistics", "Next segment"),
        translate("Statistics", "Codecs"),
        translate("Statistics", "Decoder"),
        translate("Statistics", "Dropped frames"),
        translate("Statistics", "Position"),
        translate("Statistics", "Downloaded"),
        translate("Statistics", "Requests"),
        translate("Statistics", "State"),
    ]


def _state(state: PlayerState) -> str:
    translate = QCoreApplication.translate
    return {
        PlayerState.IDLE: translate("Statistics", "idle"),
        PlayerState.LOADING: translate("Statistics", "loading"),
        PlayerState.PLAYING: translate("Statistics", "playing"),
        PlayerState.PAUSED: translate("Statistics", "paused"),
        PlayerState.BUFFERING: translate("Statistics", "buffering"),
        PlayerState.ENDED: translate("Statistics", "ended"),
        PlayerState.FAILED: translate("Statistics", "failed"),
    }[state]
