"""Multi-view in the window: items, surfaces and sizes of several pictures, with fake players."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtQuick import QQuickItem

from player.api import Command, SetMuted, SetViewport
from tests.ui.ui_fakes import FakeSurface
from tests.ui.ui_scenes import play, press, settle

Key = Qt.Key


@dataclass
class _Seats:
    """Makes painted surfaces, and writes down what happens to each slot."""

    surfaces: dict[int, FakeSurface] = field(default_factory=dict)
    closed: list[FakeSurface] = field(default_factory=list)
    told: list[tuple[int, Command]] = field(default_factory=list)
    current: int = 0
    full: bool = False

    def open(self, slot: int) -> FakeSurface:
        if self.full:
            raise OSError("libmpv cannot be made")
        self.surfaces[slot] = FakeSurface()
        return self.surfaces[slot]

    def close(self, slot: int, free: Callable[[], None]) -> None:
        surface = self.surfaces.pop(slot, None)
        if surface is None:  # the window's own, of slot 0
            free()
            return
        assert "free" not in surface.calls
        free()
        assert surface.calls[-1] == "free", "before its libmpv goes"
        self.closed.append(surface)

    def submit(self, slot: int, command: Command) -> None:
        self.told.append((slot, command))

    def take_over(self, slot: int) -> None:
        self.current = slot

    def of(self, slot: int, kind: type) -> list:
        return [one for number, one in self.told if number == slot and isinstance(one, kind)]


def _add(stage, row: int) -> None:
    """Choose a row of the list beside what plays."""
    stage.clock.advance(1)
    press(stage, Key.Key_G if stage.window.shell._screens.multi.is_open else Key.Key_V)
    settle(30)
    stage.window.shell._screens.channels.choose(row)
    settle()


def test_pictures_come_and_go_and_each_is_told_its_size(stage) -> None:
    seats = _Seats()
    opened = stage(seats=seats, size=(1280, 720), reduce_motion=True)
    play(opened)
    opened.clock.advance(1)
    press(opened, Key.Key_V, Key.Key_Down, Key.Key_Return)
    settle(600)
    second = seats.surfaces[1]
    assert second.calls[0] == "create"
    assert second.sizes[-1] == (638, 358), "half of the window, and a gap"
    assert seats.of(0, SetViewport)[-1] == SetViewport(width=638, height=358)
    assert seats.of(1, SetViewport)[-1] == SetViewport(width=638, height=358)
    _add(opened, 2)
    _add(opened, 3)
    settle(600)
    assert [seats.surfaces[slot].sizes[-1][0] for slot in (1, 2, 3)] == [318, 318, 318]
    assert seats.of(0, SetViewport)[-1] == SetViewport(width=958, height=538)
    assert [seats.of(slot, SetMuted)[-1].muted for slot in range(4)] == [True, True, True, False]
    press(opened, Key.Key_Escape)
    settle(600)
    assert list(seats.surfaces) == [3]
    assert seats.surfaces[3].sizes[-1] == (1280, 720)
    assert seats.of(3, SetViewport)[-1] == SetViewport(width=1280, height=720)


def test_a_slot_that_was_closed_shows_another_player_later(stage) -> None:
    seats = _Seats()
    opened = stage(seats=seats, size=(640, 360), reduce_motion=True)
    play(opened)
    for row in (1, 2, 3):
        opened.clock.advance(1)
        press(opened, Key.Key_V)
        settle(30)  # the list's rows stand
        opened.window.shell._screens.channels.choose(row)
        settle()
        assert seats.surfaces[1].calls[0] == "create"
        assert "render" in seats.surfaces[1].calls
        press(opened, Key.Key_Left, Key.Key_Escape)
        settle(50)
        assert seats.surfaces == {}
        assert seats.current == 0
    assert len(seats.closed) == 3


def test_who_looks_around_in_a_picture_has_its_lines_there(stage) -> None:
    """Seen from inside the frame needs more lines than the place it is shown in."""
    seats = _Seats()
    opened = stage(seats=seats, size=(1280, 720), reduce_motion=True)
    play(opened)
    _add(opened, 1)
    whole = SetViewport(width=638, height=358)
    for slot, other, channel in ((1, 0, "channel-2"), (0, 1, "channel-1")):
        play(opened, channel, width=3840, height=1920)
        press(opened, Key.Key_O)
        settle(600)
        assert seats.of(slot, SetViewport)[-1].height > 2 * whole.height
        assert seats.of(other, SetViewport)[-1] == whole
        press(opened, Key.Key_Left)  # between pictures arrows move the focus, and it is whole
        settle(600)
    assert seats.of(1, SetViewport)[-1] == whole


def test_what_cannot_be_opened_is_said_and_the_window_goes_on(stage) -> None:
    seats = _Seats(full=True)
    opened = stage(seats=seats, size=(640, 360), reduce_motion=True)
    play(opened)
    _add(opened, 1)
    shell = opened.window.shell
    assert shell._screens.multi.names == ["Farol 1"]
    seats.full = False
    _add(opened, 1)
    assert shell._screens.multi.names == ["Farol 1", "Farol 2"]
    assert "render" in seats.surfaces[1].calls


@pytest.mark.parametrize("size", [(320, 240), (1280, 720), (1920, 1080)])
def test_what_stands_over_a_picture_stays_in_it_and_apart(stage, size) -> None:
    opened = stage(seats=_Seats(), size=size, reduce_motion=True)
    play(opened)
    for row in (4, 1, 5):  # one with a long name
        _add(opened, row)
    names, rings = _named(opened, "name"), _named(opened, "waiting")
    assert len(names) == len(rings) == 4
    for name, ring in zip(names, rings, strict=True):
        tile = name.parentItem()
        assert QRectF(0, 0, tile.width(), tile.height()).contains(_place(name))
        assert not _place(ring).intersects(_place(name))
        assert ring.property("size") <= ring.height() / 2
        assert name.height() >= 17, "letters of 11 pixels at least"


def _named(stage, name: str) -> list[QQuickItem]:
    """The items of that name, in the scene's order: what a Repeater makes is nobody's child."""
    found, left = [], [stage.window.window.contentItem()]
    while left:
        item = left.pop(0)
        left = [*item.childItems(), *left]
        found += [item] if item.objectName() == name else []
    return found


def _place(item: QQuickItem) -> QRectF:
    return QRectF(item.x(), item.y(), item.width(), item.height())
