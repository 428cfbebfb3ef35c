"""A display where there is none, the real application, and windows that fail on Qt warnings."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from PySide6.QtCore import QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from tests.system.x_display import x_display
from tests.ui.ui_fakes import FakeCatalog, FakeClock, FakeControls, FakeDesk, FakeSurface
from ui.bridge import PlayerBridge
from ui.ports import Seats
from ui.qt import prepare_qt
from ui.window import MainWindow, WindowOptions


@pytest.fixture(scope="session")
def display(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The X display; one of our own (Xvfb) where DISPLAY is unset."""
    if os.environ.get("DISPLAY"):
        yield os.environ["DISPLAY"]
        return
    with x_display(tmp_path_factory.mktemp("screen"), (1920, 1080)) as screen:
        os.environ["DISPLAY"] = screen.name
        yield screen.name
        del os.environ["DISPLAY"]


@pytest.fixture(scope="session")
def qapp(display: str) -> Iterator[QGuiApplication]:
    """The application as Farol makes it, instead of pytest-qt's own; gone before the display."""
    os.environ["QT_QPA_PLATFORM"] = "xcb"
    application = prepare_qt()
    yield application
    application.shutdown()


@dataclass(slots=True)
class Stage:
    """A window and all that stands behind it."""

    window: MainWindow
    bridge: PlayerBridge
    controls: FakeControls
    clock: FakeClock
    surface: FakeSurface
    desk: FakeDesk


_HARMLESS = ("propagateSizeHints",)


@pytest.fixture
def stage(qapp: QGuiApplication) -> Iterator[Callable[..., Stage]]:
    """Opens windows; closes them, and fails when Qt warned meanwhile."""
    warnings: list[str] = []
    stages: list[Stage] = []

    def warn(kind: QtMsgType, _: object, text: str) -> None:
        if kind is not QtMsgType.QtDebugMsg and not any(word in text for word in _HARMLESS):
            warnings.append(text)

    def open_stage(
        catalog: FakeCatalog | None = None, seats: Seats | None = None, **options: Any
    ) -> Stage:
        opened = _open(catalog or FakeCatalog(), WindowOptions(**options), seats)
        stages.append(opened)
        return opened

    before = qInstallMessageHandler(warn)
    yield open_stage
    for opened in stages:
        opened.window.close()
    QTest.qWait(20)
    qInstallMessageHandler(before)
    assert warnings == []


def _open(catalog: FakeCatalog, options: WindowOptions, seats: Seats | None) -> Stage:
    controls, clock, surface, bridge = FakeControls(), FakeClock(), FakeSurface(), PlayerBridge()
    desk = FakeDesk()
    window = MainWindow(
        controls,
        catalog,
        surface,
        bridge=bridge,
        clock=clock,
        options=options,
        desk=desk,
        seats=seats,
    )
    window.show()
    _give_focus(window)
    return Stage(window, bridge, controls, clock, surface, desk)


def _give_focus(window: MainWindow) -> None:
    """Ask until it is given: with no window manager it goes astray when another window closes."""
    assert QTest.qWaitForWindowExposed(window.window, 5000)
    for _ in range(50):
        if window.window.isActive():
            return
        window.window.requestActivate()
        QTest.qWait(50)
    raise AssertionError("the window got no focus")
