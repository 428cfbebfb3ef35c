"""The zap banner: what is on, on which channel, how far along, and what comes next."""

from collections.abc import Sequence

from PySide6.QtCore import Property, QCoreApplication, QObject, QTimer, Signal, Slot
from PySide6.QtQml import QmlElement

from catalog.model import Channel, Programme
from player.model.event import BreakMark
from player.units import Micros
from ui.guide import NowNextFeed, progress
from ui.identity import colour, initials
from ui.live import LiveViewModel
from ui.wording import marks, position, times, wall

QML_IMPORT_NAME = "Farol.Ui"
QML_IMPORT_MAJOR_VERSION = 1

_VISIBLE_MS = 4_000
_BEHIND = Micros(45_000_000)
_MOST_JOINTS = 100
"""More would be no marks, but a pattern."""


@QmlElement
class BannerViewModel(QObject):
    """Shown for 4 s by a zap, a key or the pointer; stays while playback is paused or winds."""

    changed = Signal()

    def __init__(
        self, live: LiveViewModel, guide: NowNextFeed, parent: QObject | None = None
    ) -> None:
        """Make it hidden."""
        super().__init__(parent)
        self._live = live
        self._guide = guide
        self._shown = False
        self._timer = QTimer(self, singleShot=True, interval=_VISIBLE_MS)
        self._timer.timeout.connect(self.hide)
        live.tuned.connect(self.show)
        live.changed.connect(self.changed)
        guide.changed.connect(self.changed)
        guide.ticked.connect(self.changed)

    @property
    def showing(self) -> bool:
        """Whether it was asked to show and its time is not over."""
        return self._shown

    @Slot()
    def show(self) -> None:
        """Show the banner for another 4 s."""
        self._timer.start()
        if not self._shown:  # the pointer asks for it again and again
            self._shown = True
            self.changed.emit()

    @Slot()
    def hide(self) -> None:
        """Take the banner away."""
        self._shown = False
        self._timer.stop()
        self.changed.emit()

    def toggle(self) -> None:
        """Show it, or take it away where it is shown."""
        if self._shown:
            self.hide()
        else:
            self.show()

    @Property(bool, notify=changed)
    def visible(self) -> bool:
        """Whether the banner is on the screen."""
        stays = self._live.pausing or self._live.snapshot.scan != 0
        return self._live.channel is not None and (self._shown or stays)

    @Property(str, notify=changed)
    def clockText(self) -> str:
        """The time of day."""
        return wall(self._guide.now)

    @Property(str, notify=changed)
    def number(self) -> str:
        """The channel's number."""
        return self._channel.number

    @Property(str, notify=changed)
    def name(self) -> str:
        """The channel's name."""
        return self._channel.name

    @Property(str, notify=changed)
    def logo(self) -> str:
        """Where the channel's logo lies, "" without one."""
        return self._channel.logo

    @Property(str, notify=changed)
    def initials(self) -> str:
        """What stands for a missing logo."""
        return initials(self._channel.name)

    @Property(str, notify=changed)
    def colour(self) -> str:
        """The ground of a missing logo."""
        return colour(self._channel.id)

    @Property(str, notify=changed)
    def title(self) -> str:
        """What is on; the channel's name where the guide does not know."""
        return self._now.title if self._now else self._channel.name

    @Property(list, notify=changed)
    def marks(self) -> list[str]:
        """Resolution, audio languages, captions, protection."""
        return marks(self._live.snapshot)

    @Property(str, notify=changed)
    def notice(self) -> str:
        """Paused, another speed, or how far behind the live programme; "" when neither."""
        if self._live.pausing:
            return QCoreApplication.translate("Banner", "Paused")
        if self._live.snapshot.speed != 1.0:
            return times(self._live.snapshot.speed)
        latency = self._live.snapshot.latency
        if latency is None or latency < _BEHIND:
            return ""
        behind = QCoreApplication.translate("Banner", "%1 behind live")
        return behind.replace("%1", position(latency))

    @Property(bool, notify=changed)
    def timed(self) -> bool:
        """Whether there is a bar to draw: a programme of the guide, or a film's length."""
        return self._now is not None or self._film

    @Property(str, notify=changed)
    def start(self) -> str:
        """What stands before the bar."""
        if self._now:
            return wall(self._now.start)
        return position(self._live.snapshot.position)

    @Property(str, notify=changed)
    def stop(self) -> str:
        """What stands behind the bar."""
        if self._now:
            return wall(self._now.stop)
        return position(self._live.snapshot.duration or Micros(0))

    @Property(float, notify=changed)
    def progress(self) -> float:
        """How far along, 0..1."""
        shot = self._live.snapshot
        if self._film and shot.duration:
            return min(1.0, shot.position / shot.duration)
        return progress(self._now, self._guide.now)

    @Property(list, notify=changed)
    def joints(self) -> list[float]:
        """Where one chapter of a film follows another on the bar, 0..1."""
        shot = self._live.snapshot
        if not self._film or not shot.duration:
            return []
        starts = (one.start / shot.duration for one in shot.chapters)
        return [start for start in starts if 0 < start < 1][:_MOST_JOINTS]

    @Property(list, notify=changed)
    def breaks(self) -> list[float]:
        """Where each break begins on the bar and how wide it is, 0..1, in turn."""
        shot = self._live.snapshot
        if self._film:
            since, lasts = 0.0, float(shot.duration or 0)
        elif self._now is not None and shot.epoch is not None:
            since = self._now.start * 1e6 - shot.epoch
            lasts = (self._now.stop - self._now.start) * 1e6
        else:
            return []
        return _on_bar(shot.breaks, since, lasts)

    @Property(str, notify=changed)
    def chapter(self) -> str:
        """The title of the chapter that a film is in, "" without one."""
        shot = self._live.snapshot
        begun = [one.title for one in shot.chapters if one.start <= shot.position]
        return begun[-1] if self._film and begun else ""

    @Property(str, notify=changed)
    def nextTitle(self) -> str:
        """What comes next, "" where the guide does not know."""
        following = self._guide.of(self._channel.id).next
        return following.title if following else ""

    @Property(str, notify=changed)
    def upNumber(self) -> str:
        """The number of the channel that Up goes to."""
        return self._neighbour(-1).number

    @Property(str, notify=changed)
    def upName(self) -> str:
        """The name of the channel that Up goes to."""
        return self._neighbour(-1).name

    @Property(str, notify=changed)
    def downNumber(self) -> str:
        """The number of the channel that Down goes to."""
        return self._neighbour(1).number

    @Property(str, notify=changed)
    def downName(self) -> str:
        """The name of the channel that Down goes to."""
        return self._neighbour(1).name

    @Property(bool, notify=changed)
    def alone(self) -> bool:
        """Whether there is no other channel to go to."""
        return len(self._live.line_up.channels) < 2

    @property
    def _channel(self) -> Channel:
        return self._live.channel or _NOBODY

    @property
    def _now(self) -> Programme | None:
        return None if self._film else self._guide.of(self._channel.id).now

    @property
    def _film(self) -> bool:
        shot = self._live.snapshot
        return shot.duration is not None and not shot.live

    def _neighbour(self, step: int) -> Channel:
        line_up = self._live.line_up
        if not line_up.channels:
            return _NOBODY
        return line_up.channels[line_up.neighbour(self._live.index, step)]


def _on_bar(breaks: Sequence[BreakMark], since: float, lasts: float) -> list[float]:
    found: list[float] = []
    for one in breaks if lasts > 0 else ():
        begin = (one.start - since) / lasts
        end = begin if one.end is None else (one.end - since) / lasts
        if end >= 0 and begin <= 1:
            begin, end = max(begin, 0.0), min(end, 1.0)
            found += [begin, end - begin]
    return found[: 2 * _MOST_JOINTS]


_NOBODY = Channel(id="", number="", name="", url="")
