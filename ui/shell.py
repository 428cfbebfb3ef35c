"""What lies over the picture, and what each action means there."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot
from PySide6.QtQml import QmlElement

from player.units import Micros
from ui.banner import BannerViewModel
from ui.break_line import BreakViewModel
from ui.channel_list import ChannelListModel
from ui.cursor_list import CursorListModel
from ui.key_map import Action, KeyMap, digit
from ui.live import LiveViewModel
from ui.look_around import STEP, LookAroundViewModel
from ui.menu import MenuModel
from ui.multi_view import MultiViewModel
from ui.number_entry import NumberEntryViewModel
from ui.recording import RecordingViewModel
from ui.trick import TrickViewModel
from ui.volume import VolumeViewModel

QML_IMPORT_NAME = "Farol.Ui"
QML_IMPORT_MAJOR_VERSION = 1

_POINTER_MS = 2_500
_BANNER_FROM = 0.75
_VOLUME_STEP = 5
_SEEK_STEP = Micros(10_000_000)
_PAGE = 7


class Overlay(Enum):
    """What lies over the picture and takes the arrows; one at a time."""

    NONE = auto()
    LIST = auto()
    QUALITY = auto()
    AUDIO = auto()
    SUBTITLES = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Screens:
    """The view-models that the shell directs."""

    live: LiveViewModel
    banner: BannerViewModel
    breaks: BreakViewModel
    channels: ChannelListModel
    number: NumberEntryViewModel
    quality: MenuModel
    audio: MenuModel
    subtitles: MenuModel
    volume: VolumeViewModel
    look: LookAroundViewModel
    trick: TrickViewModel
    recording: RecordingViewModel
    multi: MultiViewModel


@QmlElement
class ShellViewModel(QObject):
    """Turns keys and the mouse into what they mean on the screen that is open.

    Arrows and OK belong to the open overlay, else to the error's buttons, else to zapping.
    """

    changed = Signal()
    fullscreenChanged = Signal()
    quitRequested = Signal()
    reloadRequested = Signal()

    def __init__(
        self,
        screens: Screens,
        keys: KeyMap,
        *,
        fullscreen: bool = False,
        parent: QObject | None = None,
    ) -> None:
        """Start with nothing over the picture."""
        super().__init__(parent)
        self._screens = screens
        self._keys = keys
        self._lists: dict[Overlay, CursorListModel] = {
            Overlay.LIST: screens.channels,
            Overlay.QUALITY: screens.quality,
            Overlay.AUDIO: screens.audio,
            Overlay.SUBTITLES: screens.subtitles,
        }
        self._overlay = Overlay.NONE
        self._statistics = False
        self._fullscreen = fullscreen
        self._way_out = 0
        self._pointer = QTimer(self, singleShot=True, interval=_POINTER_MS)
        self._pointer.timeout.connect(self.changed)
        self._anywhere = self._actions_anywhere()
        self._watching = self._actions_watching()
        self._around = self._watching | self._actions_looking()
        screens.live.tuned.connect(self._reset_way_out)
        for rows in self._lists.values():
            rows.chosen.connect(self.close)

    @property
    def in_list(self) -> bool:
        """Whether the viewer looks through the channel list."""
        return self._overlay is Overlay.LIST

    # ---- input ----

    @Slot(int, int, result=bool)
    def press(self, key: int, modifiers: int) -> bool:
        """Take a key; says whether it meant something."""
        typed = digit(key, modifiers)
        if typed:
            self._screens.number.digit(typed)
            return True
        action = self._keys.action(key, modifiers)
        return action is not None and self.act(action)

    def act(self, action: Action) -> bool:
        """Do what an action means now; says whether it means something."""
        if self._while_typing(action):
            return True
        do = self._in_multi().get(action) or self._anywhere.get(action)
        do = do or self._here().get(action)
        if do is not None:
            do()
        return do is not None

    @Slot()
    def close(self) -> None:
        """Close the open overlay."""
        self._open(Overlay.NONE)

    @Slot()
    def click(self) -> None:
        """A click on the picture: close what is open, else open the list."""
        if self._in_multi():
            return  # the tiles take it
        self._open(Overlay.LIST if self._overlay is Overlay.NONE else Overlay.NONE)

    @Slot()
    def toggleFullscreen(self) -> None:
        """Fill the screen, or stop filling it."""
        self._fullscreen = not self._fullscreen
        self.fullscreenChanged.emit()

    @Slot(bool, bool)
    def windowIs(self, fullscreen: bool, visible: bool) -> None:  # noqa: FBT001 - called by QML
        """Follow the window where the window manager changed it; a hidden one says nothing."""
        if visible and fullscreen != self._fullscreen:
            self._fullscreen = fullscreen

    @Slot(int)
    def wheel(self, step: int) -> None:
        """A turn of the wheel: the list moves, else the volume changes."""
        if self._overlay is Overlay.LIST:
            self._screens.channels.page(-step)
        elif self._looking:
            self._screens.look.zoom(step)
        else:
            self._screens.volume.step(step * _VOLUME_STEP)

    @Slot(float)
    def pointerMoved(self, height: float) -> None:
        """The pointer moved, to 0..1 of the window's height: show it, for a while.

        Down where the banner's bar is, the banner, too.
        """
        if not self._pointer.isActive():
            self._pointer.start()
            self.changed.emit()
        self._pointer.start()
        if height > _BANNER_FROM and self._overlay is Overlay.NONE:
            self._screens.banner.show()

    @Slot(int)
    def takeWayOut(self, place: int) -> None:
        """Press one of the error's buttons: 0 tries again, 1 goes to the next channel."""
        if place == 0:
            self._screens.live.retry()
        else:
            self._screens.live.zap(1)

    @Slot()
    def lookAgain(self) -> None:
        """Ask for the channels again, where there were none."""
        self.reloadRequested.emit()

    # ---- for QML ----

    @Property(bool, notify=changed)
    def listOpen(self) -> bool:
        """Whether the channel list is open."""
        return self._overlay is Overlay.LIST

    @Property(bool, notify=changed)
    def qualityOpen(self) -> bool:
        """Whether the quality menu is open."""
        return self._overlay is Overlay.QUALITY

    @Property(bool, notify=changed)
    def audioOpen(self) -> bool:
        """Whether the audio menu is open."""
        return self._overlay is Overlay.AUDIO

    @Property(bool, notify=changed)
    def subtitlesOpen(self) -> bool:
        """Whether the subtitle menu is open."""
        return self._overlay is Overlay.SUBTITLES

    @Property(bool, notify=changed)
    def statisticsOpen(self) -> bool:
        """Whether the statistics panel is on the screen; a menu stands in its place."""
        return self._statistics and self._overlay in (Overlay.NONE, Overlay.LIST)

    @Property(bool, notify=changed)
    def pointerVisible(self) -> bool:
        """Whether the mouse pointer shows."""
        return self._pointer.isActive()

    @Property(int, notify=changed)
    def wayOut(self) -> int:
        """Which of the error's buttons has the focus."""
        return self._way_out

    @Property(bool, notify=fullscreenChanged)
    def fullscreen(self) -> bool:
        """Whether the window fills the screen."""
        return self._fullscreen

    # ---- meaning ----

    def _while_typing(self, action: Action) -> bool:
        number = self._screens.number
        doing = {Action.OK: number.commit, Action.BACK: number.cancel, Action.ERASE: number.erase}
        if not number.typing or action not in doing:
            return False
        doing[action]()
        return True

    def _here(self) -> dict[Action, Callable[[], object]]:
        if self._overlay is Overlay.LIST:
            return self._actions_in_list()
        if self._overlay is not Overlay.NONE:
            return self._actions_in(self._lists[self._overlay])
        if not self._screens.live.line_up.channels:
            return {Action.OK: self.lookAgain, Action.BACK: self._back}
        if self._screens.live.broken:
            return self._actions_on_error()
        return self._around if self._looking else self._watching

    def _actions_anywhere(self) -> dict[Action, Callable[[], object]]:
        live, volume, trick = self._screens.live, self._screens.volume, self._screens.trick
        return {
            Action.VOLUME_UP: lambda: volume.step(_VOLUME_STEP),
            Action.VOLUME_DOWN: lambda: volume.step(-_VOLUME_STEP),
            Action.MUTE: volume.toggle_mute,
            Action.PAUSE: live.toggle_pause,
            Action.REWIND: lambda: self._seek(Micros(-_SEEK_STEP)),
            Action.FORWARD: self._allowed(lambda: self._seek(_SEEK_STEP)),
            Action.SCAN_BACK: lambda: trick.scan(forward=False),
            Action.SCAN_FORWARD: self._allowed(lambda: trick.scan(forward=True)),
            Action.SLOWER: trick.slower,
            Action.FASTER: self._allowed(trick.faster),
            Action.FRAME_BACK: lambda: trick.step(forward=False),
            Action.FRAME_FORWARD: lambda: trick.step(forward=True),
            Action.STOP: live.stop,
            Action.RECORD: self._record,
            Action.PREVIOUS_CHANNEL: live.back_to_previous,
            Action.ERASE: live.back_to_previous,
            Action.STATISTICS: self._toggle_statistics,
            Action.FULLSCREEN: self.toggleFullscreen,
            Action.LIST: lambda: self._toggle(Overlay.LIST),
            Action.QUALITY: lambda: self._toggle(Overlay.QUALITY),
            Action.AUDIO: lambda: self._toggle_choice(Overlay.AUDIO),
            Action.SUBTITLES: lambda: self._toggle_choice(Overlay.SUBTITLES),
            Action.LOOK_AROUND: self._screens.look.toggle,
            Action.MULTI_VIEW: self._toggle_multi,
            Action.QUIT: self.quitRequested.emit,
        }

    def _in_multi(self) -> dict[Action, Callable[[], object]]:
        """What keys mean between the pictures of multi-view; nothing where it is not open."""
        multi = self._screens.multi
        if not multi.is_open or self._overlay is not Overlay.NONE:
            return {}
        return {
            Action.UP: lambda: multi.move(0, -1),
            Action.DOWN: lambda: multi.move(0, 1),
            Action.LEFT: lambda: multi.move(-1, 0),
            Action.RIGHT: lambda: multi.move(1, 0),
            Action.OK: multi.promote,
            Action.BACK: multi.leave,
            Action.ERASE: multi.close_focused,
            Action.CLOSE_PICTURE: multi.close_focused,
            Action.ARRANGE: multi.arrange,
        }

    def _toggle_multi(self) -> None:
        """Open multi-view, and the list from which it is filled; or leave it."""
        if self._screens.multi.toggle():
            self._open(Overlay.LIST)

    def _actions_watching(self) -> dict[Action, Callable[[], object]]:
        live, banner = self._screens.live, self._screens.banner
        return {
            Action.UP: lambda: live.zap(-1),
            Action.DOWN: lambda: live.zap(1),
            Action.CHANNEL_UP: lambda: live.zap(1),
            Action.CHANNEL_DOWN: lambda: live.zap(-1),
            Action.LEFT: lambda: self._open(Overlay.LIST),
            Action.RIGHT: banner.show,
            Action.OK: self._take_offer,
            Action.INFO: banner.toggle,
            Action.BACK: self._back,
        }

    def _actions_looking(self) -> dict[Action, Callable[[], object]]:
        look = self._screens.look
        return {
            Action.UP: lambda: look.turn(0.0, STEP),
            Action.DOWN: lambda: look.turn(0.0, -STEP),
            Action.LEFT: lambda: look.turn(-STEP, 0.0),
            Action.RIGHT: lambda: look.turn(STEP, 0.0),
            Action.NEARER: lambda: look.zoom(1),
            Action.FURTHER: lambda: look.zoom(-1),
            Action.BACK: self._back_from_looking,
        }

    def _actions_in_list(self) -> dict[Action, Callable[[], object]]:
        channels = self._screens.channels
        return {
            **self._actions_in(channels),
            Action.CHANNEL_UP: lambda: channels.page(-_PAGE),
            Action.CHANNEL_DOWN: lambda: channels.page(_PAGE),
            Action.LEFT: lambda: channels.move_group(-1),
            Action.RIGHT: lambda: channels.move_group(1),
        }

    def _actions_in(self, rows: CursorListModel) -> dict[Action, Callable[[], object]]:
        return {
            Action.UP: lambda: rows.move(-1),
            Action.DOWN: lambda: rows.move(1),
            Action.OK: rows.accept,
            Action.BACK: self.close,
        }

    def _actions_on_error(self) -> dict[Action, Callable[[], object]]:
        return {
            **self._watching,
            Action.LEFT: lambda: self._focus_way_out(0),
            Action.RIGHT: lambda: self._focus_way_out(1),
            Action.OK: lambda: self.takeWayOut(self._way_out),
        }

    def _open(self, overlay: Overlay) -> None:
        rows = self._lists.get(overlay)
        if rows is not None:
            self._screens.banner.hide()
            rows.open()
        self._overlay = overlay
        self.changed.emit()

    def _toggle(self, overlay: Overlay) -> None:
        self._open(Overlay.NONE if self._overlay is overlay else overlay)

    def _toggle_choice(self, overlay: Overlay) -> None:
        """Open or close a menu; one row alone is no choice, and the banner says what there is."""
        if self._lists[overlay].rowCount() > 1 or self._overlay is overlay:
            self._toggle(overlay)
        else:
            self._screens.banner.show()

    def _toggle_statistics(self) -> None:
        self._statistics = not self._statistics
        self.changed.emit()

    def _allowed(self, do: Callable[[], object]) -> Callable[[], object]:
        """`do`, unless a break forbids it."""
        return lambda: None if self._screens.breaks.refuses() else do()

    def _take_offer(self) -> None:
        """Skip a break that offers it; else open the list."""
        if self._screens.breaks.offering:
            self._screens.breaks.skip()
        else:
            self._open(Overlay.LIST)

    def _record(self) -> None:
        self._screens.recording.toggle()
        self._screens.banner.show()

    def _seek(self, step: Micros) -> None:
        self._screens.live.seek_by(step)
        self._screens.banner.show()

    def _back(self) -> None:
        banner = self._screens.banner
        if banner.showing:
            banner.hide()
        elif self._statistics:
            self._toggle_statistics()
        elif self._fullscreen:
            self.toggleFullscreen()

    @property
    def _looking(self) -> bool:
        return self._overlay is Overlay.NONE and self._screens.look.looking

    def _back_from_looking(self) -> None:
        """What lies over the picture goes first, then the looking around."""
        if self._screens.banner.showing or self._statistics:
            self._back()
        else:
            self._screens.look.toggle()

    def _focus_way_out(self, place: int) -> None:
        self._way_out = place
        self.changed.emit()

    @Slot()
    def _reset_way_out(self) -> None:
        self._focus_way_out(0)
