"""From inside a picture: the pixels on the screen are those of where the viewer looks."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QOpenGLContext
from PySide6.QtTest import QTest

from player.api import SetViewport
from player.model.sphere import WHOLE_SPHERE, Sphere, Stereo
from tests.ui.ui_scenes import play, press, settle
from ui.viewport import SETTLED_MS

pytestmark = [pytest.mark.system, pytest.mark.display]

Key = Qt.Key
_FRAMEBUFFER, _SCISSOR_TEST, _COLOR_BUFFER_BIT = 0x8D40, 0x0C11, 0x4000
RED, GREEN, BLUE, YELLOW = "#ff0000", "#00ff00", "#0000ff", "#ffff00"
ZENITH, NADIR, NOTHING = "#ffffff", "#606060", "#000000"
_SCRIM = 0.15


def _parts(color: str) -> tuple[float, float, float]:
    found = QColor(color)
    return found.redF(), found.greenF(), found.blueF()


def _paint(stage, *, halves: bool = False) -> None:
    """Give the frame a colour every 90 degrees, and at the poles; `halves`: the upper one."""

    def paint(fbo: int, width: int, height: int) -> None:
        gl = QOpenGLContext.currentContext().functions()
        gl.glBindFramebuffer(_FRAMEBUFFER, fbo)
        gl.glEnable(_SCISSOR_TEST)
        whole, height = height, height // 2 if halves else height
        areas = [
            (place * width // 4, 0, width // 4, height, color)
            for place, color in enumerate((RED, GREEN, BLUE, YELLOW))
        ]
        areas += [
            (0, 0, width, height // 9, ZENITH),
            (0, height - height // 9, width, height // 9, NADIR),
            (0, height, width, whole - height, NOTHING),
        ]
        for left, top, across, down, color in areas:
            gl.glScissor(left, top, across, down)
            gl.glClearColor(*_parts(color), 1.0)
            gl.glClear(_COLOR_BUFFER_BIT)
        gl.glDisable(_SCISSOR_TEST)

    stage.surface.paint = paint


def _sees(stage, color: str, x: float = 0.5) -> bool:
    """Whether that color comes to stand there, half way down; a scrim may darken it a little."""

    def there() -> bool:
        image = stage.window.grab()
        seen = image.pixelColor(int(image.width() * x), image.height() // 2)
        found = zip(_parts(seen.name()), _parts(color), strict=True)
        return all(abs(one - wanted) < _SCRIM for one, wanted in found)

    for _ in range(50):
        if there():
            return True
        settle(100)
    return False


def _play(stage, sphere: Sphere | None) -> None:
    for _ in range(100):
        if stage.window.live.line_up.channels:
            break
        settle(50)
    play(stage, sphere=sphere, width=1600, height=800)


def test_keys_turn_the_viewer_round(stage) -> None:
    s = stage()
    _paint(s)
    _play(s, WHOLE_SPHERE)
    assert _sees(s, GREEN, 0.45), "a little to the left of straight ahead"
    assert _sees(s, BLUE, 0.55)
    press(s, *[Key.Key_Right] * 5)
    assert _sees(s, BLUE)
    press(s, *[Key.Key_Right] * 9)
    assert _sees(s, YELLOW)
    press(s, *[Key.Key_Right] * 9)
    assert _sees(s, RED), "behind the back"
    press(s, *[Key.Key_Up] * 9)
    assert _sees(s, ZENITH)
    press(s, *[Key.Key_Down] * 18)
    assert _sees(s, NADIR)
    press(s, Key.Key_O)
    assert _sees(s, GREEN, 0.3), "the frame as it is, from edge to edge"
    assert _sees(s, RED, 0.1)


def test_the_pointer_drags_the_picture_and_the_wheel_goes_nearer(stage) -> None:
    s = stage()
    _paint(s)
    _play(s, WHOLE_SPHERE)
    window = s.window.window
    QTest.mousePress(window, Qt.MouseButton.LeftButton, pos=QPoint(600, 300))
    for step in range(1, 21):
        QTest.mouseMove(window, QPoint(600 - 20 * step, 300))
        settle(10)
    QTest.mouseRelease(window, Qt.MouseButton.LeftButton, pos=QPoint(200, 300))
    assert _sees(s, BLUE), "what was at the right is in the middle"
    assert not s.window.shell.property("listOpen"), "no click"


def test_one_eye_sees_one_half(stage) -> None:
    s = stage()
    _paint(s, halves=True)
    _play(s, Sphere(stereo=Stereo.TOP_BOTTOM))
    press(s, *[Key.Key_Down] * 9)
    assert _sees(s, NADIR)


def test_where_the_frame_ends_it_is_black(stage) -> None:
    s = stage()
    _paint(s)
    _play(s, Sphere(left=0.25, right=0.25))
    assert _sees(s, GREEN, 0.45)
    press(s, *[Key.Key_Right] * 15)
    assert _sees(s, NOTHING)


def test_the_whole_frame_is_asked_for_in_the_screens_sharpness(stage) -> None:
    s = stage()
    _paint(s)
    _play(s, None)
    settle(SETTLED_MS + 200)
    flat = s.controls.of(SetViewport)[-1]
    _play(s, WHOLE_SPHERE)
    settle(SETTLED_MS + 200)
    around = s.controls.of(SetViewport)[-1]
    assert around.height == pytest.approx(flat.height * 180 / 70, abs=2)
