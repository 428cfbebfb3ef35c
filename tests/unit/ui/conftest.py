"""View-models without a screen: Qt's offscreen platform where there is no display."""

import os

import pytest
from PySide6.QtGui import QGuiApplication

from tests.ui.ui_fakes import FakeCatalog, FakeClock, FakeControls, channels, snapshot
from ui.banner import BannerViewModel
from ui.break_line import BreakViewModel
from ui.channel_list import ChannelListModel
from ui.guide import NowNextFeed
from ui.live import LiveViewModel
from ui.look_around import LookAroundViewModel
from ui.menu import MenuModel
from ui.multi_view import MultiViewModel
from ui.note import NoteViewModel
from ui.number_entry import NumberEntryViewModel
from ui.recording import RecordingViewModel
from ui.screens import Screens
from ui.tracks import audios, fix_quality, qualities, select_audio, select_text, texts
from ui.trick import TrickViewModel
from ui.volume import VolumeViewModel

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


@pytest.fixture
def screens(live, guide, controls):
    volume = VolumeViewModel(controls)
    made = Screens(
        live=live,
        banner=BannerViewModel(live, guide),
        breaks=BreakViewModel(live, NoteViewModel(live), controls),
        channels=ChannelListModel(live, guide),
        number=NumberEntryViewModel(live, guide),
        quality=MenuModel(live, qualities, fix_quality),
        audio=MenuModel(live, audios, select_audio),
        subtitles=MenuModel(live, texts, select_text),
        volume=volume,
        look=LookAroundViewModel(live, NoteViewModel(live)),
        trick=TrickViewModel(live, controls),
        recording=RecordingViewModel(live, guide, NoteViewModel(live)),
        multi=MultiViewModel(live, volume, NoteViewModel(live)),
    )
    live.set_channels(channels())
    live.on_snapshot(snapshot())
    return made
