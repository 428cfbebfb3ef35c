"""Scrubbing in the real window: the pointer on the bar, keys, and the picture over the knob."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from player.api import Seek, ThumbnailReady, WantThumbnail
from player.model.thumbnail import Thumbnail
from player.units import Micros, micros
from tests.ui.ui_scenes import Key, play, press, settle

pytestmark = [pytest.mark.system, pytest.mark.display]

LENGTH = 2520


def _bar(stage) -> QQuickItem:
    found = stage.window.window.findChild(QQuickItem, "seekBar")
    assert isinstance(found, QQuickItem)
    return found


def _point(stage, place: float) -> QPoint:
    bar = _bar(stage)
    return bar.mapToScene(QPointF(place * bar.width(), bar.height() / 2)).toPoint()


def _film(stage, **changes) -> None:
    for _ in range(100):
        if stage.window.live.line_up.channels:
            break
        settle(50)
    play(
        stage,
        live=False,
        duration=micros(LENGTH),
        position=micros(960),
        latency=None,
        window=None,
        **changes,
    )
    settle(250)


def _sea() -> Thumbnail:
    """Something to look at: a green ground, a magenta left half."""
    pixels = np.full((90, 160, 3), (20, 150, 90), np.uint8)
    pixels[:, :80] = (200, 30, 160)
    return Thumbnail(width=160, height=90, rgb=pixels.tobytes())


def _ready(stage, start: float, until: float) -> None:
    stage.bridge.post(
        ThumbnailReady(
            at=Micros(0),
            tag="channel-1",
            position=micros(start),
            until=micros(until),
            image=_sea(),
        )
    )


def _soon(condition: Callable[[], bool]) -> bool:
    """Whether something comes true: the pictures are read beside, on a busy machine."""
    for _ in range(50):
        if condition():
            return True
        settle(100)
    return False


def _sees(stage, colour: tuple[int, int, int], box: tuple[int, int, int, int]) -> float:
    """How much of a part of the window has a colour, 0..1."""
    image = stage.window.grab()
    if folder := os.environ.get("FAROL_SHOTS"):
        image.save(str(Path(folder) / "scrub.png"))
    found = [
        image.pixelColor(x, y).toTuple()[:3]
        for x in range(box[0], box[2], 3)
        for y in range(box[1], box[3], 3)
    ]
    near = [one for one in found if all(abs(a - b) < 12 for a, b in zip(one, colour, strict=True))]
    return len(near) / len(found)


@pytest.mark.parametrize("size", [(1280, 720), (640, 360)])
def test_the_pointer_on_the_bar_brings_a_picture_of_that_moment(stage, size) -> None:
    s = stage(reduce_motion=True, size=size)
    _film(s)
    window = s.window.window
    for down in (0.5, 0.8):  # towards the bar: the banner comes
        QTest.mouseMove(window, QPoint(size[0] // 2, round(down * size[1])))
        settle(100)
    QTest.mouseMove(window, _point(s, 0.4))
    settle(50)
    QTest.mouseMove(window, _point(s, 0.5))
    settle(100)
    asked = s.controls.of(WantThumbnail)
    assert asked[-1].position == pytest.approx(micros(LENGTH / 2), abs=micros(10))
    where = _point(s, 0.5)
    above = (where.x() - 40, where.y() - round(0.14 * size[1]), where.x(), where.y() - 40)
    green = (where.x() + 4, above[1], where.x() + 40, above[3])
    assert _sees(s, (20, 150, 90), green) == 0.0
    _ready(s, LENGTH / 2 - 20, LENGTH / 2 + 20)
    assert _soon(lambda: _sees(s, (200, 30, 160), above) > 0.5)
    assert _soon(lambda: _sees(s, (20, 150, 90), green) > 0.5)
    QTest.mouseMove(window, _point(s, 0.502))
    settle(50)
    assert s.controls.of(WantThumbnail) == asked, "the same picture does for a while"
    QTest.mouseClick(window, Qt.MouseButton.LeftButton, pos=_point(s, 0.25))
    settle(50)
    assert [one.position for one in s.controls.of(Seek)] == [
        pytest.approx(micros(LENGTH / 4), abs=micros(15))
    ]
    assert not s.window.shell.property("listOpen"), "the click was the bar's"
    QTest.mouseMove(window, QPoint(size[0] // 2, 10))
    settle(100)
    assert s.controls.of(WantThumbnail)[-1].position is None
    assert _soon(lambda: _sees(s, (20, 150, 90), green) == 0.0)


def test_keys_bring_one_too(stage) -> None:
    s = stage(reduce_motion=True)
    _film(s)
    press(s, Key.Key_K)
    settle(50)
    assert s.controls.of(WantThumbnail)[-1].position == micros(970)
    _ready(s, 968, 972)
    where = _point(s, 970 / LENGTH)
    green = (where.x() + 4, where.y() - 90, where.x() + 60, where.y() - 60)
    assert _soon(lambda: _sees(s, (20, 150, 90), green) > 0.5)
    assert _soon(lambda: s.controls.of(WantThumbnail)[-1].position is None)
