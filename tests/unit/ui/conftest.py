"""View-models without a screen: Qt's offscreen platform where there is no display."""

import os

import pytest
from PySide6.QtGui import QGuiApplication

from tests.ui.ui_fakes import FakeCatalog, FakeClock, FakeControls, channels
from ui.guide import NowNextFeed
from ui.live import LiveViewModel

if not os.environ.get("DISPLAY"):
    os.environ["QT_QPA_PLATFORM"] = "offscreen"


@pytest.fixture(scope="session")
def qapp_cls():
    """No widgets: the class that the window's tests make, where both run in one process."""
    return QGuiApplication


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def controls():
    return FakeControls()


@pytest.fixture
def catalog():
    return FakeCatalog()


@pytest.fixture
def guide(qapp, catalog, clock):
    feed = NowNextFeed(catalog, clock)
    feed.tick()
    return feed


@pytest.fixture
def live(qapp, controls, clock):
    """On channel 1, which was tuned a second ago."""
    model = LiveViewModel(controls, clock)
    model.set_channels(channels())
    clock.advance(1)
    return model
