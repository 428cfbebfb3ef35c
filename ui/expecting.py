"""Expecting: tells the engine which channels are likely next, a moment after that has changed."""

from collections import Counter

from PySide6.QtCore import QObject, QTimer, Slot

from player.api import Expect, PlayRequest
from ui.channel_list import ChannelListModel
from ui.likely import Outset, likely
from ui.live import LiveViewModel
from ui.ports import PlayerControls
from ui.shell import ShellViewModel

SETTLE_MS = 150
"""Who runs through a list looks at nothing on the way."""

WATCHED_MS = 20_000
"""Who stays for so long has watched a channel."""


class Expecting(QObject):
    """Listens to where the viewer is, and sends `Expect` when the answer is another one.

    Habits are those of this run of the program.
    """

    def __init__(
        self,
        controls: PlayerControls,
        live: LiveViewModel,
        channels: ChannelListModel,
        shell: ShellViewModel,
        parent: QObject | None = None,
    ) -> None:
        """Begin to listen; nothing is sent before there are channels."""
        super().__init__(parent)
        self._controls = controls
        self._live = live
        self._rows = channels
        self._shell = shell
        self._step = 1
        self._before: int | None = None
        self._habits: Counter[str] = Counter()
        self._sent: tuple[PlayRequest, ...] = ()
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._tell)
        self._stays = QTimer(self, singleShot=True, interval=WATCHED_MS)
        self._stays.timeout.connect(self._watched)
        live.tuned.connect(self._tuned)
        live.lined_up.connect(self._settle.start)
        channels.moved.connect(self._settle.start)
        shell.changed.connect(self._soon)

    def stop(self) -> None:
        """Say nothing any more."""
        self._settle.stop()
        self._stays.stop()

    @Slot()
    def _soon(self) -> None:
        """A list was opened or closed; or the pointer moved, which it does without end."""
        if not self._settle.isActive():
            self._settle.start()

    @Slot()
    def _tuned(self) -> None:
        index, before = self._live.index, self._before
        if before is not None and index != before:
            count = len(self._live.line_up.channels)
            down = (index - before) % count <= (before - index) % count
            self._step = 1 if down else -1
        self._before = index
        self._stays.start()
        self._settle.start()

    @Slot()
    def _watched(self) -> None:
        channel = self._live.channel
        if channel is not None:
            self._habits[channel.id] += 1

    @Slot()
    def _tell(self) -> None:
        channels = self._live.line_up.channels
        wanted = tuple(self._live.request_of(channels[one]) for one in likely(self._outset()))
        if wanted != self._sent:
            self._sent = wanted
            self._controls.submit(Expect(requests=wanted))

    def _outset(self) -> Outset:
        live, line_up = self._live, self._live.line_up
        habits = {line_up.index_of(one): times for one, times in self._habits.items()}
        focused = self._rows.focused if self._shell.in_list else ""
        return Outset(
            count=len(line_up.channels),
            index=live.index,
            step=self._step,
            last=line_up.index_of(live.previous or ""),
            focused=line_up.index_of(focused),
            habits=Counter({one: times for one, times in habits.items() if one is not None}),
        )
