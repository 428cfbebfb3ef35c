"""Typing a channel number: digits, a preview of what they match, a time-out."""

from collections.abc import Callable

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot
from PySide6.QtQml import QmlElement

from catalog.model import Channel
from ui.guide import NowNextFeed
from ui.identity import colour, initials
from ui.live import LiveViewModel

QML_IMPORT_NAME = "Farol.Ui"
QML_IMPORT_MAJOR_VERSION = 1

_TIME_OUT_MS = 1_500
_LONGEST = 5


@QmlElement
class NumberEntryViewModel(QObject):
    """Collects digits and tunes 1.5 s after the last; an unknown number only says so."""

    changed = Signal()

    def __init__(
        self, live: LiveViewModel, guide: NowNextFeed, parent: QObject | None = None
    ) -> None:
        """Make it with nothing typed."""
        super().__init__(parent)
        self._live = live
        self._guide = guide
        self._typed = ""
        self._refused = False
        self._timer = QTimer(self, singleShot=True, interval=_TIME_OUT_MS)
        self._timer.timeout.connect(self.commit)

    @property
    def typing(self) -> bool:
        """Whether a number is on the screen."""
        return bool(self._typed)

    def digit(self, digit: str) -> None:
        """Take one more digit."""
        typed = "" if self._refused else self._typed
        self._show((typed + digit)[-_LONGEST:])

    def erase(self) -> None:
        """Take the last digit back."""
        self._show(self._typed[:-1])

    def cancel(self) -> None:
        """Forget what was typed."""
        self._show("")

    @Slot()
    def commit(self) -> None:
        """Tune to what was typed; where there is no such channel, say so, then go."""
        channel = self._match()
        if channel is not None or self._refused:
            self.cancel()
        elif self._typed:
            self._show(self._typed, refused=True)
        if channel is not None:
            self._live.tune_to(channel.id)

    @Property(bool, notify=changed)
    def active(self) -> bool:
        """Whether a number is on the screen."""
        return self.typing

    @Property(str, notify=changed)
    def digits(self) -> str:
        """What was typed."""
        return self._typed

    @Property(bool, notify=changed)
    def found(self) -> bool:
        """Whether a channel matches."""
        return self._match() is not None

    @Property(str, notify=changed)
    def number(self) -> str:
        """The matching channel's whole number."""
        return self._of_match(lambda channel: channel.number)

    @Property(str, notify=changed)
    def name(self) -> str:
        """The matching channel's name."""
        return self._of_match(lambda channel: channel.name)

    @Property(str, notify=changed)
    def logo(self) -> str:
        """The matching channel's logo."""
        return self._of_match(lambda channel: channel.logo)

    @Property(str, notify=changed)
    def initials(self) -> str:
        """The matching channel's initials."""
        return self._of_match(lambda channel: initials(channel.name))

    @Property(str, notify=changed)
    def colour(self) -> str:
        """The matching channel's tile colour."""
        return self._of_match(lambda channel: colour(channel.id))

    @Property(str, notify=changed)
    def title(self) -> str:
        """What is on there."""
        return self._of_match(self._title)

    def _title(self, channel: Channel) -> str:
        now = self._guide.of(channel.id).now
        return now.title if now else ""

    def _of_match(self, read: Callable[[Channel], str]) -> str:
        channel = self._match()
        return read(channel) if channel else ""

    def _match(self) -> Channel | None:
        index = self._live.line_up.matching(self._typed) if self._typed else None
        return None if index is None else self._live.line_up.channels[index]

    def _show(self, typed: str, *, refused: bool = False) -> None:
        self._typed, self._refused = typed, refused
        if typed:
            self._timer.start()
        else:
            self._timer.stop()
        self.changed.emit()
