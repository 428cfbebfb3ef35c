"""Typing a number: preview, time-out, refusal."""

import pytest
from PySide6.QtCore import QTimer

from catalog.model import Channel
from player.api import Play
from ui.number_entry import NumberEntryViewModel


@pytest.fixture
def entry(live, guide):
    return NumberEntryViewModel(live, guide)


def test_the_matching_channel_is_previewed(entry):
    entry.digit("7")
    assert entry.active
    assert (entry.number, entry.name, entry.title) == ("7", "Cinema Sete", "Noite Americana")
    assert entry.initials == "CS"


def test_the_time_out_tunes(entry, live):
    entry.digit("5")
    timer = entry.findChild(QTimer)
    assert (timer.interval(), timer.isActive()) == (1500, True)
    timer.timeout.emit()
    assert live.channel.id == "channel-5"


def test_ok_tunes_at_once(entry, live):
    entry.digit("3")
    entry.commit()
    assert live.channel.id == "channel-3"
    assert not entry.active


def test_an_unknown_number_says_so_and_keeps_the_channel(entry, live, controls):
    entry.digit("4")
    entry.digit("2")
    entry.commit()
    assert entry.active
    assert not entry.found
    entry.commit()
    assert not entry.active
    assert live.channel.id == "channel-1"
    assert len(controls.of(Play)) == 1


def test_digits_after_a_refusal_begin_anew(entry):
    entry.digit("4")
    entry.digit("2")
    entry.commit()
    entry.digit("6")
    assert entry.digits == "6"


def test_the_beginning_of_a_number_previews_the_first_that_fits(entry, live):
    many = [Channel(id=n, number=n, name=f"C {n}", url="u") for n in ("1", "21", "210")]
    live.set_channels(many)
    entry.digit("2")
    assert entry.number == "21"
    entry.digit("1")
    entry.digit("0")
    assert entry.number == "210"


def test_erasing_the_last_digit_closes_it(entry):
    entry.digit("7")
    entry.erase()
    assert not entry.active
    assert entry.name == ""
