"""What lies over the picture, and what each action means there."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.key_actions import VOLUME_STEP, Actions, KeyActions, ShellDoings
from ui.key_map import Action, KeyMap, digit
from ui.screens import Overlay, Screens

if TYPE_CHECKING:
    from ui.cursor_list import CursorListModel

QML_IMPORT_NAME = "Farol.Ui"
QML_IMPORT_MAJOR_VERSION = 1

_POINTER_MS = 2_500
_BANNER_FROM = 0.75


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
        self._actions = KeyActions(screens, self._doings())
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
        between = self._actions.in_multi if self._in_multi else {}
        do = between.get(action) or self._actions.anywhere.get(action)
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
        if self._in_multi:
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
            self._screens.volume.step(step * VOLUME_STEP)

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

    def _here(self) -> Actions:
        actions = self._actions
        if self._overlay is Overlay.LIST:
            return actions.in_list
        if self._overlay is not Overlay.NONE:
            return actions.in_rows(self._lists[self._overlay])
        if not self._screens.live.line_up.channels:
            return actions.without_channels
        if self._screens.live.broken:
            return actions.on_error
        return actions.looking if self._looking else actions.watching

    def _doings(self) -> ShellDoings:
        return ShellDoings(
            open=self._open,
            toggle=self._toggle,
            toggle_choice=self._toggle_choice,
            toggle_multi=self._toggle_multi,
            toggle_statistics=self._toggle_statistics,
            toggle_fullscreen=self.toggleFullscreen,
            focus_way_out=self._focus_way_out,
            take_way_out=lambda: self.takeWayOut(self._way_out),
            look_again=self.lookAgain,
            back=self._back,
            back_from_looking=self._back_from_looking,
            quit=self.quitRequested.emit,
        )

    @property
    def _in_multi(self) -> bool:
        """Whether arrows go from picture to picture."""
        return self._screens.multi.is_open and self._overlay is Overlay.NONE

    def _toggle_multi(self) -> None:
        """Open multi-view, and the list from which it is filled; or leave it."""
        if self._screens.multi.toggle():
            self._open(Overlay.LIST)

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
