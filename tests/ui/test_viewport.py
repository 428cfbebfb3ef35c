"""The window says how many real pixels the picture has, once it has kept its size."""

import pytest

from player.api import SetViewport
from tests.ui.ui_scenes import settle
from ui.viewport import SETTLED_MS

pytestmark = [pytest.mark.system, pytest.mark.display]


def _told(stage) -> list[tuple[int, int]]:
    return [(one.width, one.height) for one in stage.controls.of(SetViewport)]


def test_the_size_is_told_once_it_stands_and_0_while_nobody_sees_it(stage):
    s = stage()
    window = s.window.window
    settle(SETTLED_MS + 200)
    ratio = window.effectiveDevicePixelRatio()
    assert _told(s) == [(round(1280 * ratio), round(720 * ratio))]
    for step in range(10):
        window.resize(1280 - 40 * step, 720)
        settle(20)
    settle(SETTLED_MS + 200)
    assert _told(s)[1:] == [(round(920 * ratio), round(720 * ratio))], "not each step of it"
    window.hide()
    settle(SETTLED_MS + 200)
    assert _told(s)[-1] == (0, 0)
    window.show()
    settle(SETTLED_MS + 200)
    assert _told(s)[-1] == (round(920 * ratio), round(720 * ratio))
