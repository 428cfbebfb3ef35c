"""Recording the channel that the viewer is on: the key, and what is told of it."""

from collections.abc import Mapping

from PySide6.QtCore import Property, QCoreApplication, QObject, QTimer, Signal, Slot
from PySide6.QtQml import QmlElement

from catalog.model import Channel, Programme
from ui.guide import NowNextFeed
from ui.live import LiveViewModel
from ui.note import NoteViewModel
from ui.ports import ChannelRecording, RecordingDesk
from ui.wording import wall

QML_IMPORT_NAME = "Farol.Ui"
QML_IMPORT_MAJOR_VERSION = 1

_LOOK_MS = 2_000


@QmlElement
class RecordingViewModel(QObject):
    """Begins and ends recordings, which another process makes; asks every 2 s how they stand."""

    changed = Signal()

    def __init__(
        self,
        live: LiveViewModel,
        guide: NowNextFeed,
        note: NoteViewModel,
        desk: RecordingDesk | None = None,
        parent: QObject | None = None,
    ) -> None:
        """Without a `desk` nothing can be recorded; ask nothing before `start`."""
        super().__init__(parent)
        self._live, self._guide, self._note, self._desk = live, guide, note, desk
        self._under_way: Mapping[str, ChannelRecording] = {}
        self._unsaid = ""
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self.look)
        live.tuned.connect(self.changed)
        live.tuned.connect(self._say_now)
        guide.changed.connect(self.changed)

    def start(self) -> None:
        """Look now, and again and again."""
        if self._desk is not None:
            self.look()
            self._timer.start()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()

    def toggle(self) -> None:
        """Record the channel to the end of its programme, or without a guide until told again.

        One that is recorded is recorded no more.
        """
        channel = self._live.channel
        if channel is None:
            return
        if self._desk is None:
            self._note.say(_impossible())
        elif channel.id in self._under_way:
            self._desk.stop(channel.id, self._ended)
        else:
            self._begin(self._desk, channel)

    @Slot()
    def look(self) -> None:
        """Ask what is being recorded."""
        if self._desk is not None:
            self._desk.under_way(self._take)

    @Property(bool, notify=changed)
    def active(self) -> bool:
        """Whether the channel that the viewer is on is being recorded."""
        return self._current is not None

    @Property(bool, notify=changed)
    def broken(self) -> bool:
        """Whether its recording is interrupted, or has not begun."""
        return self._current is not None and not self._current.running

    @Property(str, notify=changed)
    def text(self) -> str:
        """What the banner says beside the red dot; the title where another one is on by now."""
        now = self._current
        if now is None:
            return ""
        if not now.running:
            return QCoreApplication.translate("Recording", "Recording waits")
        programme = self._programme
        if programme is None or now.title == programme.title:
            return QCoreApplication.translate("Recording", "Recording")
        return QCoreApplication.translate("Recording", "Recording %1").replace("%1", now.title)

    @property
    def _current(self) -> ChannelRecording | None:
        channel = self._live.channel
        return None if channel is None else self._under_way.get(channel.id)

    @property
    def _programme(self) -> Programme | None:
        channel = self._live.channel
        return None if channel is None else self._guide.of(channel.id).now

    def _begin(self, desk: RecordingDesk, channel: Channel) -> None:
        programme = self._programme if self._live.snapshot.live else None
        title = programme.title if programme else channel.name
        until = programme.stop if programme else None

        def begun(problem: str) -> None:
            self._note.say(problem or _begun(until, desk.place))
            self.look()

        desk.record(channel, title, until, begun)

    def _ended(self, problem: str) -> None:
        self._note.say(problem or QCoreApplication.translate("Recording", "Recording ended"))
        self.look()

    def _take(self, told: Mapping[str, ChannelRecording]) -> None:
        words = [one.failed for one in told.values() if one.failed]
        words += [_resumed(one) for one in told.values() if one.resumed is not None]
        self._say(" ".join(words))
        under_way = {channel: one for channel, one in told.items() if not one.failed}
        if under_way != self._under_way:
            self._under_way = under_way
            self.changed.emit()

    def _say(self, words: str) -> None:
        """Tell it now, or, since a zap takes notes away, when the first channel is there."""
        if words and self._live.channel is None:
            self._unsaid = f"{self._unsaid} {words}".strip()
        elif words:
            self._note.say(words)

    @Slot()
    def _say_now(self) -> None:
        words, self._unsaid = self._unsaid, ""
        self._say(words)


def _resumed(one: ChannelRecording) -> str:
    words = QCoreApplication.translate(
        "Recording", "Going on with the recording of %1, begun at %2."
    )
    return words.replace("%1", one.title).replace("%2", wall(one.resumed or 0))


def _begun(until: int | None, place: str) -> str:
    if until is None:
        words = QCoreApplication.translate(
            "Recording", "Recording until R is pressed again. It will lie in %1."
        )
        return words.replace("%1", place)
    words = QCoreApplication.translate("Recording", "Recording until %1. It will lie in %2.")
    return words.replace("%1", wall(until)).replace("%2", place)


def _impossible() -> str:
    return QCoreApplication.translate(
        "Recording", "Only channels of a list are recorded here. Try farol record."
    )
