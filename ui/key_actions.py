"""What each action does, by what is on the screen. Qt thread."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from player.units import Micros
from ui.cursor_list import CursorListModel
from ui.key_map import Action
from ui.look_around import STEP
from ui.screens import Overlay, Screens

VOLUME_STEP = 5

_SEEK_STEP = Micros(10_000_000)
_PAGE = 7

Do = Callable[[], object]
Actions = Mapping[Action, Do]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShellDoings:
    """What only the shell itself does: it knows what is open."""

    open: Callable[[Overlay], None]
    toggle: Callable[[Overlay], None]
    toggle_choice: Callable[[Overlay], None]
    toggle_multi: Do
    toggle_statistics: Do
    toggle_fullscreen: Do
    focus_way_out: Callable[[int], None]
    take_way_out: Do
    look_again: Do
    back: Do
    back_from_looking: Do
    quit: Do


class KeyActions:
    """The tables, each for one state of the screen; what is in none means nothing there."""

    def __init__(self, screens: Screens, shell: ShellDoings) -> None:
        """Make them once."""
        self._screens = screens
        self._shell = shell
        self.anywhere = self._playback() | self._overlays()
        self.watching = self._watching()
        self.looking = self.watching | self._looking()
        self.on_error = self.watching | self._on_error()
        self.without_channels: Actions = {Action.OK: shell.look_again, Action.BACK: shell.back}
        self.in_list = self.in_rows(screens.channels) | self._in_list()
        self.in_multi = self._in_multi()

    def in_rows(self, rows: CursorListModel) -> dict[Action, Do]:
        """In a menu, or whatever else has rows and a cursor."""
        return {
            Action.UP: lambda: rows.move(-1),
            Action.DOWN: lambda: rows.move(1),
            Action.OK: rows.accept,
            Action.BACK: lambda: self._shell.open(Overlay.NONE),
        }

    def _playback(self) -> dict[Action, Do]:
        live, volume, trick = self._screens.live, self._screens.volume, self._screens.trick
        return {
            Action.VOLUME_UP: lambda: volume.step(VOLUME_STEP),
            Action.VOLUME_DOWN: lambda: volume.step(-VOLUME_STEP),
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
        }

    def _overlays(self) -> dict[Action, Do]:
        shell = self._shell
        return {
            Action.STATISTICS: shell.toggle_statistics,
            Action.FULLSCREEN: shell.toggle_fullscreen,
            Action.LIST: lambda: shell.toggle(Overlay.LIST),
            Action.QUALITY: lambda: shell.toggle(Overlay.QUALITY),
            Action.AUDIO: lambda: shell.toggle_choice(Overlay.AUDIO),
            Action.SUBTITLES: lambda: shell.toggle_choice(Overlay.SUBTITLES),
            Action.LOOK_AROUND: self._screens.look.toggle,
            Action.MULTI_VIEW: shell.toggle_multi,
            Action.QUIT: shell.quit,
        }

    def _watching(self) -> dict[Action, Do]:
        live, banner = self._screens.live, self._screens.banner
        return {
            Action.UP: lambda: live.zap(-1),
            Action.DOWN: lambda: live.zap(1),
            Action.CHANNEL_UP: lambda: live.zap(1),
            Action.CHANNEL_DOWN: lambda: live.zap(-1),
            Action.LEFT: lambda: self._shell.open(Overlay.LIST),
            Action.RIGHT: banner.show,
            Action.OK: self._take_offer,
            Action.INFO: banner.toggle,
            Action.BACK: self._shell.back,
        }

    def _looking(self) -> dict[Action, Do]:
        look = self._screens.look
        return {
            Action.UP: lambda: look.turn(0.0, STEP),
            Action.DOWN: lambda: look.turn(0.0, -STEP),
            Action.LEFT: lambda: look.turn(-STEP, 0.0),
            Action.RIGHT: lambda: look.turn(STEP, 0.0),
            Action.NEARER: lambda: look.zoom(1),
            Action.FURTHER: lambda: look.zoom(-1),
            Action.BACK: self._shell.back_from_looking,
        }

    def _on_error(self) -> dict[Action, Do]:
        return {
            Action.LEFT: lambda: self._shell.focus_way_out(0),
            Action.RIGHT: lambda: self._shell.focus_way_out(1),
            Action.OK: self._shell.take_way_out,
        }

    def _in_list(self) -> dict[Action, Do]:
        channels = self._screens.channels
        return {
            Action.CHANNEL_UP: lambda: channels.page(-_PAGE),
            Action.CHANNEL_DOWN: lambda: channels.page(_PAGE),
            Action.LEFT: lambda: channels.move_group(-1),
            Action.RIGHT: lambda: channels.move_group(1),
        }

    def _in_multi(self) -> dict[Action, Do]:
        """Between the pictures of multi-view; these go before those of anywhere."""
        multi = self._screens.multi
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

    def _allowed(self, do: Do) -> Do:
        """`do`, unless a break forbids it."""
        return lambda: None if self._screens.breaks.refuses() else do()

    def _take_offer(self) -> None:
        """Skip a break that offers it; else open the list."""
        if self._screens.breaks.offering:
            self._screens.breaks.skip()
        else:
            self._shell.open(Overlay.LIST)

    def _record(self) -> None:
        self._screens.recording.toggle()
        self._screens.banner.show()

    def _seek(self, step: Micros) -> None:
        self._screens.live.seek_by(step)
        self._screens.banner.show()
