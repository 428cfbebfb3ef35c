"""Long lists of channels, lists that come late or empty, and a screen without a window manager."""

import pytest
from PySide6.QtCore import Qt

from catalog.model import Channel
from tests.ui.ui_fakes import FakeCatalog, FakeClock, FakeControls, FakeSurface
from tests.ui.ui_scenes import press, settle
from ui.bridge import PlayerBridge
from ui.window import MainWindow, WindowOptions

pytestmark = [pytest.mark.system, pytest.mark.display]

Key = Qt.Key

_WORDS = ("QQuickText", "Label", "TimeLabel", "Title")

LONG = tuple(
    Channel(
        id=f"c{number}",
        number=str(number),
        name=f"Channel {number}",
        url="http://h/x",
        groups=("Low",) if number < 100 else ("High",),
    )
    for number in (*range(1, 9), *range(101, 106))
)


class LateCatalog(FakeCatalog):
    """Answers when a test says so."""

    def __init__(self, line_up=()):
        super().__init__(line_up=line_up, guide={})
        self.waiting = []

    def channels(self, then):
        self.waiting.append(lambda: then(self.line_up))

    def answer(self, line_up):
        self.line_up = line_up
        waiting, self.waiting = self.waiting, []
        for each in waiting:
            each()


def texts(item):
    """Every text that is on the screen, with the item that shows it."""
    found = {}
    for child in item.childItems():
        if child.isVisible() and child.opacity() > 0:
            if child.metaObject().className().startswith(_WORDS):
                found[child.property("text")] = child
            found |= texts(child)
    return found


def on_screen(stage):
    return texts(stage.window.window.contentItem())


def comes(condition):
    """Whether a condition comes within three seconds."""
    for _ in range(60):
        if condition():
            return True
        settle(50)
    return False


@pytest.mark.parametrize(
    "look", [{}, {"size": (480, 270)}, {"font_scale": 1.5}, {"size": (3840, 2160)}]
)
def test_numbers_of_three_digits_are_whole(stage, look):
    s = stage(FakeCatalog(line_up=LONG, guide={}), start="105", **look)
    settle()
    press(s, Key.Key_G)
    settle()
    assert comes(lambda: {"104", "105"} <= on_screen(s).keys())
    shown = {text: item for text, item in on_screen(s).items() if text.isdigit()}
    assert not [text for text, item in shown.items() if item.property("truncated")]


@pytest.mark.parametrize("size", [(1280, 720), (480, 270)])
@pytest.mark.parametrize("start", ["105", "103", "1", "7"])
def test_the_list_opens_where_the_viewer_is(stage, start, size):
    s = stage(FakeCatalog(line_up=LONG, guide={}), start=start, size=size)
    settle()
    for _ in range(2):
        press(s, Key.Key_G)
        settle()
        row = on_screen(s).get(start)
        assert row is not None
        top = row.mapToScene(row.boundingRect().topLeft()).y()
        assert 0 <= top <= s.window.window.height() - row.height()
        view = row.parentItem().parentItem().parentItem()
        assert view.property("count") == len(LONG)
        above = view.mapToScene(view.boundingRect().topLeft()).y()
        assert above <= top <= above + view.height() - row.height()
        press(s, Key.Key_Escape)
        settle()


def test_the_viewer_stays_in_sight_when_the_list_comes_anew(stage):
    s = stage(FakeCatalog(line_up=LONG, guide={}), start="105")
    settle()
    press(s, Key.Key_G)
    settle()
    s.window.reload()
    settle()
    assert "105" in on_screen(s)
    view = on_screen(s)["105"].parentItem().parentItem().parentItem()
    assert view.property("currentIndex") == len(LONG) - 1


def test_a_list_that_comes_late_is_never_said_to_be_missing(stage):
    catalog = LateCatalog()
    s = stage(catalog, language="en")
    settle()
    s.window.explain_list(loading=True)
    catalog.answer(())
    settle()
    assert "Reading the list of channels" in on_screen(s)
    s.window.refreshed()
    for _ in range(5):
        settle(20)
        assert "No channels yet" not in on_screen(s)
    catalog.answer(LONG)
    for _ in range(15):
        assert "No channels yet" not in on_screen(s)
        settle(10)
    settle()
    assert "Reading the list of channels" not in on_screen(s)


def test_a_list_with_nothing_in_it_says_why(stage):
    catalog = LateCatalog()
    s = stage(catalog, language="en")
    settle()
    s.window.explain_list(loading=True)
    catalog.answer(())
    s.window.refreshed("None of its channels can be opened.")
    catalog.answer(())
    settle()
    assert "None of its channels can be opened." in on_screen(s)
    assert "Look again" in on_screen(s)


def test_full_screen_fills_the_screen_also_without_a_window_manager(qapp):
    window = MainWindow(
        FakeControls(),
        FakeCatalog(),
        FakeSurface(),
        bridge=PlayerBridge(),
        clock=FakeClock(),
        options=WindowOptions(fullscreen=True, size=(640, 360)),
    )
    window.show()
    whole = window.window.screen().size()
    assert comes(lambda: window.window.size() == whole)
    window.shell.toggleFullscreen()
    assert comes(lambda: window.window.width() == 640)
    window.shell.toggleFullscreen()
    assert comes(lambda: window.window.size() == whole)
    window.close()
    settle(50)
