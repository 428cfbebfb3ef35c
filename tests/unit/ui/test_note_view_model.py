"""The quiet note: said once, for the channel that the viewer is on."""

import pytest

from player.api import PLAYED_DIRECTLY, Recovered
from player.errors import ErrorCode
from player.units import Micros
from ui.note import NoteViewModel


@pytest.fixture
def note(live):
    return NoteViewModel(live)


def fallback(tag="channel-1", decision=PLAYED_DIRECTLY):
    code = ErrorCode.MEDIA_UNSUPPORTED_CODEC
    return Recovered(at=Micros(0), tag=tag, code=code, decision=decision)


def test_it_tells_that_libmpv_plays_alone(note):
    assert not note.visible
    note.on_event(fallback())
    assert note.visible
    assert "without Farol's engine" in note.text


def test_other_recoveries_and_other_channels_are_none_of_its_business(note):
    note.on_event(fallback(decision="retry in 0.5 s"))
    note.on_event(fallback("channel-2"))
    assert not note.visible


def test_it_goes_with_a_zap_and_comes_once_for_each_tuning(note, live):
    note.on_event(fallback())
    live.zap(1)
    assert not note.visible
    note.on_event(fallback("channel-2"))
    assert note.visible


def test_it_is_told_once(note):
    note.on_event(fallback())
    note._timer.stop()
    note.on_event(fallback())
    assert not note.visible
