"""R records the channel that the viewer is on, and says so."""

import pytest

from player.units import micros
from tests.ui.ui_fakes import EVENING, FakeDesk, channels, snapshot
from ui.note import NoteViewModel
from ui.ports import ChannelRecording
from ui.recording import RecordingViewModel


@pytest.fixture
def desk():
    return FakeDesk()


@pytest.fixture
def note(live):
    return NoteViewModel(live)


@pytest.fixture
def recording(live, guide, note, desk):
    live.on_snapshot(snapshot())
    model = RecordingViewModel(live, guide, note, desk)
    yield model
    model.stop()


def test_a_programme_is_recorded_to_its_end_and_the_note_says_where(recording, desk, note, guide):
    programme = guide.of("channel-1").now
    recording.toggle()
    assert desk.ordered == [("channel-1", programme.title, programme.stop)]
    assert note.visible
    assert desk.place in note.text
    assert recording.active
    assert recording.text == "Recording"


def test_pressed_again_it_ends(recording, desk, note):
    recording.toggle()
    recording.toggle()
    assert desk.recording == {}
    assert not recording.active
    assert note.text == "Recording ended"


def test_without_a_guide_it_lasts_until_it_is_ended(recording, desk, note, guide, catalog):
    catalog.guide = {}
    guide.refresh()
    recording.toggle()
    assert desk.ordered == [("channel-1", channels()[0].name, None)]
    assert "pressed again" in note.text


def test_what_stands_in_the_way_is_said(recording, desk, note):
    desk.problem = "The disk is full."
    recording.toggle()
    assert note.text == "The disk is full."
    assert not recording.active


def test_without_a_desk_the_note_says_what_to_do(live, guide, note):
    recording = RecordingViewModel(live, guide, note)
    recording.start()
    recording.toggle()
    assert "farol record" in note.text
    assert not recording.active


def test_each_channel_has_its_own_dot(recording, live):
    recording.toggle()
    live.zap(1)
    assert not recording.active
    live.zap(-1)
    assert recording.active


def test_the_title_is_told_where_another_programme_is_on_by_now(recording, desk, guide, clock):
    recording.toggle()
    desk.recording["channel-1"] = "A Montra de Ontem"
    recording.look()
    assert recording.text == "Recording A Montra de Ontem"


def test_what_cannot_be_written_waits(recording, desk):
    recording.toggle()
    desk.running = False
    recording.look()
    assert recording.active
    assert recording.broken
    assert recording.text == "Recording waits"


def test_a_film_is_recorded_whole_whatever_the_guide_says(recording, live, desk):
    live.on_snapshot(snapshot(live=False, duration=micros(3600)))
    recording.toggle()
    assert desk.ordered[0][2] is None
    assert EVENING


def test_an_old_one_that_is_gone_on_with_is_told(recording, note):
    recording._take({"channel-1": ChannelRecording(title="News", running=False, resumed=0)})
    assert note.text.startswith("Going on with the recording of News, begun at ")
    assert recording.active


def test_what_is_to_be_told_waits_for_the_first_channel(live, guide, note, desk):
    recording = RecordingViewModel(live, guide, note, desk)
    line_up, live._line_up = live._line_up, None
    recording._take({"channel-1": ChannelRecording(title="News", running=False, resumed=0)})
    assert note.text == ""
    live._line_up = line_up
    live.tuned.emit()
    assert "News" in note.text


def test_a_recording_that_failed_is_told_and_has_no_dot(recording, note):
    recording.toggle()
    lost = ChannelRecording(title="News", running=False, failed="Nobody answers.")
    recording._take({"channel-1": lost})
    assert note.text == "Nobody answers."
    assert not recording.active
