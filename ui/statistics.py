"""The statistics panel: what a tester wants to see while it plays."""

from collections import deque
from collections.abc import Sequence

from PySide6.QtCore import Property, QCoreApplication, QObject, QPointF, Signal, Slot
from PySide6.QtQml import QmlElement

from player.api import AudioChoice, PlayerEvent, PlayerSnapshot, PlayerState, Recovered, TextChoice
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
        self._recoveries = 0
        live.tuned.connect(self._forget)
        live.changed.connect(self._take)

    def on_event(self, event: PlayerEvent) -> None:
        """Count what was got over; an event of a channel that was left is passed over."""
        if isinstance(event, Recovered) and self._live.watches(event.tag):
            self._recoveries += 1
            self.changed.emit()

    @Property(list, notify=changed)
    def labels(self) -> list[str]:
        """What the facts are called, in the order of `values`."""
        return labels()

    @Property(list, notify=changed)
    def values(self) -> list[str]:
        """The facts."""
        return facts(self._live.snapshot, self._recoveries)

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
        self._recoveries = 0

    @Slot()
    def _take(self) -> None:
        shot = self._live.snapshot
        if shot.tag:
            self._throughput.append(float(shot.throughput or 0))
            self._buffer.append(seconds(shot.buffer))
            self._latency.append(seconds(shot.latency) if shot.latency is not None else 0.0)
        self.changed.emit()


def facts(shot: PlayerSnapshot, recoveries: int = 0) -> list[str]:
    """Give the values of the two columns, as `labels` names them."""
    return [
        _picture(shot),
        _decoder(shot),
        bit_rate(shot.bandwidth),
        bit_rate(shot.next_bandwidth),
        shot.codecs or NONE,
        str(shot.dropped_frames),
        _audio(shot),
        _text(shot),
        whereabouts(shot),
        _state(shot.state),
        amount(shot.downloaded),
        str(shot.requests),
        shot.location or NONE,
        str(recoveries),
    ]


def curve(history: Sequence[float]) -> list[QPointF]:
    """Give a history as points: x 0..1 from left to right, newest at 1; y 0 is the maximum."""
    top = max(history, default=0.0) * 1.1 or 1.0
    first = _KEPT - len(history)
    width = _KEPT - 1
    return [QPointF((first + i) / width, 1 - value / top) for i, value in enumerate(history)]


def labels() -> list[str]:
    """Give what the values of `facts` are called."""
    translate = QCoreApplication.translate
    return [
        translate("Statistics", "Picture"),
        translate("Statistics", "Decoder"),
        translate("Statistics", "Bit rate"),
        translate("Statistics", "Next segment"),
        translate("Statistics", "Codecs"),
        translate("Statistics", "Dropped frames"),
        translate("Statistics", "Audio"),
        translate("Statistics", "Subtitles"),
        translate("Statistics", "Position"),
        translate("Statistics", "State"),
        translate("Statistics", "Downloaded"),
        translate("Statistics", "Requests"),
        translate("Statistics", "Server"),
        translate("Statistics", "Recoveries"),
    ]


def _picture(shot: PlayerSnapshot) -> str:
    """Give its size, and what becomes of high dynamic range: libmpv maps its tones."""
    if not shot.height:
        return NONE
    size = f"{shot.width} \N{MULTIPLICATION SIGN} {shot.height}"
    if not shot.video_range:
        return size
    mapped = QCoreApplication.translate("Statistics", "shown as SDR")
    return f"{size} \N{MIDDLE DOT} {shot.video_range}, {mapped}"


def _decoder(shot: PlayerSnapshot) -> str:
    """Give the decoder without what libmpv explains behind it, and whose work it is."""
    if not shot.decoder:
        return NONE
    name, software = shot.decoder.split()[0], QCoreApplication.translate("Statistics", "software")
    return f"{name} \N{MIDDLE DOT} {shot.hardware or software}"


def _audio(shot: PlayerSnapshot) -> str:
    playing = (choice for choice in shot.audio if choice.id == shot.audio_track)
    return _named(next(playing, None))


def _text(shot: PlayerSnapshot) -> str:
    shown = (choice for choice in shot.text if choice.id == shot.text_track)
    return _named(next(shown, None))


def _named(choice: AudioChoice | TextChoice | None) -> str:
    """Give a track's language and name, else its id."""
    if choice is None:
        return NONE
    told = dict.fromkeys(word for word in (choice.language, choice.name) if word)
    return " \N{MIDDLE DOT} ".join(told) or choice.id


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
