"""Subtitles in the real window: where they stand, and that they make room."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtQuick import QQuickItem

from player.api import CuesChanged
from player.model.cue import CueAlign, CueBox
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


_LEFT = CueBox(x=10, width=90, anchor_x=0, align=CueAlign.LEFT)
_ROLLED_UP = (
    text(
        "THE LAMP IS LIT AND IT BURNS ALL\nTHE NIGHT, UNTIL THE BOATS ARE IN\nAND ALL IS WELL.",
        replace(_LEFT, y=90),
    ),
    text("BELOW IT, THE SEA, AND NOBODY", replace(_LEFT, y=15.33)),
)
_LONG = (text("It burns until each boat is home again. " * 5),)
_FULL = (text("\n".join(f"ROW {row}" for row in range(15)), CueBox(x=50, y=90)),)
_SHOWN = {
    "rolled-up": _ROLLED_UP,
    "long": _LONG,
    "full": _FULL,
}
_SIZES = [
    (320, 240),
    (480, 270),
    (640, 360),
    (600, 1000),
    (1280, 720),
    (1920, 1080),
    (3840, 2160),
]


def under(item: QQuickItem, kind: str | tuple[str, ...]) -> bool:
    while item is not None:
        if item.metaObject().className().startswith(kind):
            return True
        item = item.parentItem()
    return False


def seen(item: QQuickItem) -> bool:
    """Whether it is drawn: visible, and nothing around it wholly transparent."""
    while item is not None:
        if not item.isVisible() or item.opacity() == 0:
            return False
        item = item.parentItem()
    return True


def place(item: QQuickItem) -> QRectF:
    return item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))


def controls(stage) -> list[QRectF]:
    """Give the places of all words, logos and bars that are not subtitles."""
    found: list[QRectF] = []
    waiting = [stage.window.window.contentItem()]
    while waiting:
        item = waiting.pop()
        waiting += item.childItems()
        drawn = item.property("text") or under(item, ("LogoTile", "ProgressBar", "Icon"))
        if drawn and seen(item) and not under(item, "SubtitleLayer"):
            found.append(place(item))
    return found


def letters_of(box: QQuickItem) -> int:
    waiting = [box]
    while waiting:
        item = waiting.pop()
        waiting += item.childItems()
        if item.property("text"):
            return int(item.property("size"))
    raise AssertionError("no letters")


def troubles(stage) -> list[tuple[QRectF, QRectF]]:
    """Give what lies over something else, or outside the window."""
    drawn = [place(box) for box in boxes(stage)]
    whole = QRectF(0, 0, stage.window.window.width(), stage.window.window.height())
    found = [(one, whole) for one in drawn if not whole.contains(one)]
    for number, one in enumerate(drawn):
        for other in (*drawn[:number], *controls(stage)):
            shared = one.intersected(other)
            if min(shared.width(), shared.height()) > 1:
                found.append((one, other))
    return found


def keeps_clear(stage) -> None:
    """Wait for the frame that shows it: a busy machine takes longer than a moment."""
    for _ in range(60):
        if not troubles(stage):
            break
        settle(50)
    settle(40)
    assert troubles(stage) == []


@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("size", _SIZES, ids=str)
def test_they_keep_clear_of_banner_and_controls(stage, size, scale):
    s = stage(size=size, reduce_motion=True, language="en", font_scale=scale)
    play(s)
    for cues in _SHOWN.values():
        press(s, Qt.Key.Key_Right)
        show(s, *cues)
        assert len(boxes(s)) == len(cues)
        keeps_clear(s)
        press(s, Qt.Key.Key_Escape)
        settle(60)
        keeps_clear(s)
        press(s, Qt.Key.Key_Minus)
        settle(60)
        keeps_clear(s)
        press(s, Qt.Key.Key_7)
        settle(60)
        keeps_clear(s)
        press(s, Qt.Key.Key_Escape)


@pytest.mark.parametrize("size", _SIZES, ids=str)
def test_captions_rows_stay_whole_and_can_be_read(stage, size):
    """A row of line 21 has 32 columns; its author broke the lines, and counts on them."""
    s = stage(size=size, reduce_motion=True, language="en")
    play(s)
    press(s, Qt.Key.Key_Escape)
    show(s, *_ROLLED_UP)
    low, high = (place(box).height() for box in boxes(s))
    assert low < 3.4 * high, "the three rows take more than three lines"
    assert min(map(letters_of, boxes(s))) >= min(12, size[0] / 28)
