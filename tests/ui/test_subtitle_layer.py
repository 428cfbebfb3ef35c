"""Subtitles in the real window: where they stand, and that they make room."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtQuick import QQuickItem

from player.api import CuesChanged
from player.model.cue import CueBox
from player.units import Micros
from tests.ui.ui_scenes import play, press, settle, text

pytestmark = [pytest.mark.system, pytest.mark.display]


def boxes(stage) -> list[QQuickItem]:
    """Give the boxes on the screen, the lowest first."""
    found: list[QQuickItem] = []
    waiting = [stage.window.window.contentItem()]
    while waiting:
        item = waiting.pop()
        if item.metaObject().className().startswith("SubtitleBox"):
            found.append(item)
        waiting += item.childItems()
    return sorted(found, key=lambda item: -item.y())


def show(stage, *cues) -> None:
    stage.bridge.post(CuesChanged(at=Micros(0), tag="channel-1", cues=cues))
    settle(60)


@pytest.fixture
def playing(stage):
    opened = stage(size=(1280, 720), reduce_motion=True, language="en")
    play(opened)
    press(opened, Qt.Key.Key_Escape)
    settle(60)
    return opened


def test_they_stand_centred_inside_the_margins_and_go(playing):
    show(playing, text("Hello"))
    (box,) = boxes(playing)
    assert box.x() + box.width() / 2 == pytest.approx(640, abs=2)
    assert box.y() + box.height() == pytest.approx(720 - 36, abs=2)
    assert box.height() > 720 * 0.045
    show(playing)
    assert boxes(playing) == []


def test_they_make_room_for_the_banner_and_come_back(playing):
    low, lower = text("one", CueBox(x=50, y=84)), text("two", CueBox(x=50, y=92))
    show(playing, low, lower)
    before = [box.y() for box in boxes(playing)]
    press(playing, Qt.Key.Key_Right)
    settle(60)
    first, second = boxes(playing)
    assert first.y() < before[0] - 50
    assert second.y() + second.height() <= first.y() + 1
    press(playing, Qt.Key.Key_Escape)
    settle(60)
    assert [box.y() for box in boxes(playing)] == before


def test_long_lines_break_into_even_ones(playing):
    show(playing, text("word " * 30))
    (box,) = boxes(playing)
    assert box.width() <= 1280 * 0.9
    assert box.height() > 720 * 0.09


def test_places_count_from_the_picture_not_from_the_bars(playing):
    play(playing, width=720, height=720, cues=(text("x", CueBox(x=25, y=50, anchor_x=0)),))
    settle(60)
    (box,) = boxes(playing)
    assert box.x() == pytest.approx(280 + 180, abs=2)
