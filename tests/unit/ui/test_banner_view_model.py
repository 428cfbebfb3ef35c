"""The banner: what it says, and when it goes."""

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtTest import QSignalSpy

from catalog.model import NowNext, Programme
from player.api import PlayerState
from player.model.event import Chapter
from player.units import micros
from tests.ui.ui_fakes import EVENING, snapshot
from ui.banner import BannerViewModel
from ui.guide import NowNextFeed, progress
from ui.wording import wall


@pytest.fixture
def banner(live, guide):
    return BannerViewModel(live, guide)


def test_it_says_what_is_on(banner, guide):
    now = guide.of("channel-1").now
    assert (banner.number, banner.name, banner.title) == ("1", "Farol 1", "A Montra Certa")
    assert (banner.start, banner.stop) == (wall(now.start), wall(now.stop))
    assert banner.progress == pytest.approx(7 / 60, abs=0.001)
    assert banner.nextTitle == "Jornal das Oito"
    assert (banner.upName, banner.downName) == ("Serra FM", "Farol 2")


def test_without_a_guide_the_channel_is_the_title(banner, catalog, guide, clock):
    catalog.guide = {}
    clock.advance(120)
    guide.tick()
    assert banner.title == "Farol 1"
    assert not banner.timed


def test_a_film_shows_where_it_is(banner, live):
    film = snapshot(live=False, duration=micros(3847), position=micros(1923.5))
    live.on_snapshot(film)
    assert (banner.start, banner.stop) == ("32:03", "1:04:07")
    assert banner.progress == pytest.approx(0.5)
    assert banner.title == "Farol 1"


def test_a_zap_shows_it_and_four_seconds_take_it_away(banner, live):
    assert not banner.visible
    live.zap(1)
    assert banner.visible
    timer = banner.findChild(QTimer)
    assert (timer.interval(), timer.isActive()) == (4000, True)
    timer.timeout.emit()
    assert not banner.visible


def test_it_stays_while_paused(banner, live):
    live.on_snapshot(snapshot(state=PlayerState.PAUSED))
    banner.hide()
    assert banner.visible
    assert banner.notice == "Paused"


def test_it_stays_as_long_as_one_winds_and_tells_another_speed(banner, live):
    live.on_snapshot(snapshot(scan=-8))
    banner.hide()
    assert banner.visible
    live.on_snapshot(snapshot(speed=1.5))
    assert not banner.visible
    assert banner.notice == "1.5\N{MULTIPLICATION SIGN}"


def test_far_behind_live_is_said(banner, live):
    live.on_snapshot(snapshot(latency=micros(95)))
    assert banner.notice == "1:35 behind live"
    live.on_snapshot(snapshot(latency=micros(6)))
    assert banner.notice == ""


def test_marks(banner, live):
    live.on_snapshot(snapshot(protected=True))
    assert banner.marks == ["1080p", "PT · EN", "CC", "DRM"]
    live.on_snapshot(snapshot(audio=(), text=(), height=0))
    assert banner.marks == []


def test_the_guide_is_asked_again_when_a_programme_ends(guide, catalog, clock):
    assert catalog.asked == [EVENING]
    clock.advance(30)
    guide.tick()
    assert len(catalog.asked) == 1
    clock.advance(31)
    guide.tick()
    assert len(catalog.asked) == 2


def test_a_refreshed_catalogue_is_asked_at_once(guide, catalog, clock):
    clock.advance(3)
    guide.refresh()
    assert catalog.asked == [EVENING, EVENING + 3]


def test_the_guide_is_not_asked_each_second_where_many_programmes_end(qapp, catalog, clock):
    soon = Programme(start=EVENING - 60, stop=EVENING + 1, title="x")
    catalog.guide = {"channel-1": NowNext(now=soon)}
    feed = NowNextFeed(catalog, clock)
    for _ in range(12):
        feed.tick()
        clock.advance(1)
    assert catalog.asked == [EVENING, EVENING + 10]


def test_every_tick_is_told(banner, guide):
    spy = QSignalSpy(banner.changed)
    guide.tick()
    assert spy.count() >= 1


def test_progress_stays_within_the_programme(guide):
    now = guide.of("channel-1").now
    assert progress(now, now.start - 5) == 0
    assert progress(now, now.stop + 5) == 1
    assert progress(None, 0) == 0


def test_a_film_with_chapters_names_the_one_it_is_in(banner, live):
    chapters = tuple(
        Chapter(start=micros(start), title=title)
        for start, title in [(0, "The harbour"), (25, "The storm"), (75, "Home"), (200, "Beyond")]
    )
    film = snapshot(live=False, duration=micros(100), position=micros(30), chapters=chapters)
    live.on_snapshot(film)
    assert banner.joints == [0.25, 0.75]
    assert banner.chapter == "The storm"


def test_chapters_of_what_is_live_are_not_marked(banner, live):
    live.on_snapshot(snapshot(chapters=(Chapter(start=micros(1), title="Now"),)))
    assert (banner.joints, banner.chapter) == ([], "")
