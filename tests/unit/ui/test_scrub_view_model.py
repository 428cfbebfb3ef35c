"""What scrubbing asks and shows: one wish for each picture, and nothing once it is over."""

from typing import Any

import pytest
from PySide6.QtCore import QSize

from catalog.model import Programme
from player.api import Seek, ThumbnailReady, WantThumbnail
from player.model.thumbnail import Thumbnail
from player.units import Micros, micros
from tests.ui.ui_fakes import EVENING, snapshot
from ui.scrub import ScrubViewModel
from ui.seek_bar import seek_bar
from ui.thumbnail_images import ThumbnailImages, rounded

FILM: dict[str, Any] = {"live": False, "duration": micros(1000), "window": None, "latency": None}


@pytest.fixture
def images(qapp):
    return ThumbnailImages()


@pytest.fixture
def scrub(live, guide, controls, images):
    live.on_snapshot(snapshot(position=micros(100), **FILM))
    return ScrubViewModel(live, guide, controls, images)


def asked(controls):
    return [one.position for one in controls.of(WantThumbnail)]


def ready(scrub, start, until, tag="channel-1"):
    red = Thumbnail(width=32, height=16, rgb=bytes((200, 30, 20)) * 512)
    scrub.on_event(
        ThumbnailReady(
            at=Micros(0), tag=tag, position=micros(start), until=micros(until), image=red
        )
    )


def test_within_a_picture_nothing_more_is_asked(scrub, controls):
    assert not scrub.visible
    scrub.hover(0.5)
    assert (scrub.visible, scrub.place, scrub.text) == (True, 0.5, "8:20")
    assert (scrub.picture, scrub.pictured) == ("", True)
    ready(scrub, 498, 502)
    assert scrub.picture == "image://thumbnails/1"
    assert scrub.shape == 2.0
    scrub.hover(0.5011)
    assert asked(controls) == [micros(500)]
    assert scrub.picture
    scrub.hover(0.51)
    assert asked(controls) == [micros(500), micros(510)]
    assert scrub.picture == ""
    scrub.hover(0.5)
    assert scrub.picture == "image://thumbnails/1"
    scrub.leave()
    scrub.leave()
    assert asked(controls)[-1] is None
    assert asked(controls).count(None) == 1
    assert not scrub.visible


def test_a_picture_of_elsewhere_or_of_another_channel_is_passed_over(scrub):
    ready(scrub, 498, 502)
    scrub.hover(0.5)
    ready(scrub, 400, 402)
    ready(scrub, 498, 502, tag="channel-2")
    assert scrub.picture == ""
    ready(scrub, 498, 502)
    assert scrub.picture


def test_a_channel_without_pictures_shows_the_time_alone(scrub, qtbot):
    scrub.hover(0.5)
    qtbot.waitUntil(lambda: not scrub.pictured, timeout=6000)
    assert (scrub.visible, scrub.text) == (True, "8:20")
    scrub.hover(0.7)
    assert not scrub.pictured
    ready(scrub, 698, 702)
    assert scrub.pictured


def test_keys_show_where_they_go_for_a_while(scrub, live, controls, qtbot):
    assert live.seek_by(micros(10))
    assert (scrub.visible, scrub.text) == (True, "1:50")
    assert asked(controls) == [micros(110)]
    qtbot.waitUntil(lambda: not scrub.visible, timeout=5000)
    assert asked(controls)[-1] is None


def test_where_the_bar_is_not_seen_nothing_is_asked(scrub, live, controls):
    seen = True
    scrub.show_while(lambda: seen)
    live.seek_by(micros(10))
    seen = False
    scrub.look()
    assert not scrub.visible
    assert asked(controls) == [micros(110), None]
    live.seek_by(micros(20))
    scrub.hover(0.5)
    assert not scrub.visible
    assert len(asked(controls)) == 2
    seen = True
    live.seek_by(micros(10))
    assert len(asked(controls)) == 3


def test_a_zap_ends_it(scrub, live, controls):
    scrub.hover(0.5)
    live.zap(1)
    assert not scrub.visible
    assert asked(controls)[-1] is None


def test_a_click_goes_there_and_nowhere_else(scrub, controls):
    scrub.tap(0.25)
    assert [one.position for one in controls.of(Seek)] == [micros(250)]
    scrub.tap(1.5)
    assert len(controls.of(Seek)) == 1


def test_live_one_can_go_where_the_window_reaches(live, guide, controls, images):
    scrub = ScrubViewModel(live, guide, controls, images)
    live.on_snapshot(snapshot())  # 19:07 of a programme from 19:00 to 20:00, four minutes kept
    scrub.hover(5 / 60)
    assert scrub.visible
    assert str(scrub.text)[-3:] == ":05"
    assert scrub.place == pytest.approx(5 / 60, abs=0.001)
    assert asked(controls)[-1] == pytest.approx(micros(1234.5 + 6.2 - 121), abs=micros(0.3))
    for elsewhere in (0.01, 0.5):
        scrub.hover(elsewhere)
        assert not scrub.visible


def test_the_bar_of_what_has_no_end_or_no_guide_is_none():
    programme = Programme(start=EVENING, stop=EVENING + 60, title="")
    shot = snapshot()
    assert seek_bar(shot, programme, EVENING) is not None
    assert seek_bar(shot, None, EVENING) is None
    assert seek_bar(snapshot(window=None), programme, EVENING) is None
    assert seek_bar(snapshot(latency=None), programme, EVENING) is None
    assert seek_bar(snapshot(**{**FILM, "duration": Micros(0)}), None, EVENING) is None
    told = seek_bar(snapshot(epoch=micros(EVENING), latency=None), programme, 0)
    assert told is not None
    assert (told.start, told.stop) == (0, micros(60))


def test_pictures_are_rounded_and_as_large_as_is_asked(qapp):
    red = Thumbnail(width=32, height=18, rgb=bytes((200, 30, 20)) * (32 * 18))
    made = rounded(red, QSize(320, 180))
    assert (made.width(), made.height()) == (320, 180)
    assert made.pixelColor(160, 90).getRgb() == (200, 30, 20, 255)
    assert made.pixelColor(0, 0).alpha() == 0
    assert rounded(red, QSize()).width() == 32


def test_only_the_newest_pictures_are_kept(images):
    red = Thumbnail(width=2, height=2, rgb=bytes(12))
    names = [images.put(red).rpartition("/")[2] for _ in range(20)]
    assert not images.requestImage(names[-1], QSize(), QSize()).isNull()
    assert images.requestImage(names[0], QSize(), QSize()).isNull()
