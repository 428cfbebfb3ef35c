"""The real window under a display: keys, mouse, the picture's life, closing."""

import time

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from player.api import Expect, Play, SelectQuality, SetVolume
from tests.ui.ui_fakes import FakeCatalog, FakeClock, FakeControls, FakeSurface
from tests.ui.ui_scenes import error, play, press, settle
from ui.bridge import PlayerBridge
from ui.window import MainWindow

pytestmark = [pytest.mark.system, pytest.mark.display]

Key = Qt.Key


def tags(stage):
    return [command.request.tag for command in stage.controls.of(Play)]


def test_the_first_channel_is_tuned_only_when_the_picture_can_be_drawn(qapp):
    controls, surface = FakeControls(), FakeSurface()
    window = MainWindow(controls, FakeCatalog(), surface, bridge=PlayerBridge(), clock=FakeClock())
    settle(50)
    assert controls.commands == []
    window.show()
    assert QTest.qWaitForWindowExposed(window.window)
    settle(100)
    assert surface.calls[0] == "create"
    assert len(controls.of(Play)) == 1
    window.close()


def test_the_picture_stands_upright_and_fills_the_window(stage):
    s = stage(language="en")
    play(s)
    press(s, Key.Key_Escape)
    settle()
    image = s.window.grab()
    assert s.surface.sizes[-1] == (1280, 720)
    top, bottom = image.pixelColor(640, 0), image.pixelColor(640, 719)
    assert top.green() > 200
    assert bottom.green() < 150
    assert s.surface.displays[0] != 0


def test_frames_from_another_thread_are_drawn_and_reported(stage):
    s = stage()
    settle(100)
    before = s.surface.calls.count("render")
    for _ in range(5):
        s.surface.on_frame()
        settle(30)
    assert s.surface.calls.count("render") >= before + 5
    assert s.surface.calls.count("swapped") >= 5


def test_resize_hide_fullscreen_and_grab_while_playing(stage):
    s = stage()
    window = s.window.window
    steps = [
        lambda: window.resize(800, 450),
        s.window.grab,
        window.hide,
        window.show,
        lambda: press(s, Key.Key_F),
        s.window.grab,
        lambda: press(s, Key.Key_F),
        window.showMinimized,
        window.showNormal,
    ]
    for step in steps * 3:
        s.surface.on_frame()
        step()
        settle(20)
    assert s.surface.calls.count("create") == 1
    assert s.surface.calls.count("free") == 0


@pytest.mark.parametrize("hidden", [False, True])
def test_closing_frees_the_surface_once_before_it_returns(stage, hidden):
    s = stage()
    settle(100)
    if hidden:
        s.window.window.hide()
        settle(50)
    s.window.close()
    assert s.surface.calls[-1] == "free"
    s.window.close()
    s.surface.on_frame()
    settle(50)
    assert s.surface.calls.count("free") == 1
    assert "render" not in s.surface.calls[s.surface.calls.index("free") :]


def test_closing_by_the_window_manager_frees_the_surface(stage):
    s = stage()
    settle(100)
    s.window.window.close()
    settle(50)
    assert s.surface.calls.count("free") == 1


def test_keys_reach_everything(stage):
    s = stage(language="en")
    play(s)
    s.clock.advance(1)
    press(s, Key.Key_Down)
    s.clock.advance(1)
    press(s, Key.Key_Return, Key.Key_Down, Key.Key_Return)
    s.clock.advance(1)
    press(s, Key.Key_5, Key.Key_Return)
    play(s, "channel-5")
    press(s, Key.Key_Q, Key.Key_Down, Key.Key_Return, Key.Key_Minus)
    assert tags(s) == ["channel-1", "channel-2", "channel-3", "channel-5"]
    assert s.controls.of(SelectQuality)[-1].representation == "a"
    assert s.controls.of(SetVolume)[-1].percent == 95


def test_the_mouse_opens_the_list_and_chooses(stage):
    s = stage(language="en")
    play(s)
    window = s.window.window
    left = Qt.MouseButton.LeftButton
    QTest.mouseClick(window, left, pos=QPoint(1000, 300))
    settle(700)
    assert s.window.shell.listOpen
    QTest.mouseClick(window, left, pos=QPoint(300, 312))
    settle(700)
    assert not s.window.shell.listOpen
    assert tags(s)[-1] == "channel-4"
    for _ in range(2):
        QTest.mouseClick(window, left, pos=QPoint(1000, 300), delay=20)
    settle(700)
    assert s.window.shell.fullscreen
    assert not s.window.shell.listOpen


def test_a_broken_channel_leaves_the_next_zap_alive(stage):
    s = stage(language="en")
    error(s)
    settle()
    s.clock.advance(1)
    press(s, Key.Key_Down)
    play(s, "channel-2")
    settle()
    assert tags(s)[-1] == "channel-2"
    assert not s.window.live.failed


def test_right_to_left_is_mirrored(stage, qapp, tmp_path):
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    s = stage(language="en", reduce_motion=True)
    play(s)
    press(s, Key.Key_Right)
    settle()
    image = s.window.grab()
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    image.save(str(tmp_path / "right-to-left.png"))
    tile, elsewhere = image.pixelColor(1280 - 75, 602), image.pixelColor(75, 602)
    assert tile.blue() > 100
    assert elsewhere.blue() < 100


def test_the_window_stands_within_its_budget(qapp):
    """600 ms from nothing to the first frame; twice that here, since tests share the machine."""
    start = time.perf_counter()
    frames = []
    window = MainWindow(
        FakeControls(), FakeCatalog(), FakeSurface(), bridge=PlayerBridge(), clock=FakeClock()
    )
    window.window.frameSwapped.connect(lambda: frames.append(time.perf_counter()))
    window.show()
    while not frames and time.perf_counter() - start < 5:
        settle(5)
    window.close()
    assert frames[0] - start < 1.2


def test_many_windows_one_after_another_warn_of_nothing(stage):
    """A slot that is not declared as one changes a class's meta-object under QML's feet."""
    for _ in range(8):
        s = stage()
        settle(30)
        s.window.close()
        settle(10)


def test_down_tells_the_engine_which_channels_are_likely_next(stage):
    s = stage()
    play(s)
    settle(300)
    s.clock.advance(1)
    press(s, Key.Key_Escape, Key.Key_Down)
    settle(300)
    told = [[one.tag for one in command.requests] for command in s.controls.of(Expect)]
    assert tags(s)[-1] == "channel-2"
    assert told[-1] == ["channel-3", "channel-1", "channel-4"]
