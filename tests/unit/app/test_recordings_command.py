"""`farol recordings`: told, ended and removed, with or without a recorder at work."""

import os

import pytest

from app import recordings as command
from app.arguments import parse
from app.paths import find_paths
from app.recordings import show_recordings
from player.errors import ErrorCode, Failure
from player.recording.about import ABOUT, about_of
from player.recording.contents import Contents
from player.recording.face import RecordingState, RecordingStatus, recordings
from player.recording.file_lock import FileLock
from player.recording.folder import RecordingFolder
from player.recording.schedule import ScheduleEntry
from player.recording.schedule_file import ScheduleFile
from player.streaming.store.folder import lock_folder
from player.units import ByteCount, Micros
from tests.unit.recording.recorded_made import told


@pytest.fixture
def paths(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(command, "on_ending_signal", lambda _: None)
    return find_paths()


@pytest.fixture
def schedule(paths):
    file = ScheduleFile(paths.schedule)
    entry = ScheduleEntry(id="one", title="News", source="s", channel="c", since=Micros(1))
    file.change(lambda schedule: schedule.with_entry(entry))
    return file


def run(*words):
    return show_recordings(parse(["recordings", *words]))


def test_nothing_is_said_to_be_nothing(paths, capsys):
    assert run() == 0
    assert "Nothing was recorded" in capsys.readouterr().out


def test_what_is_scheduled_is_listed(schedule, capsys):
    assert run() == 0
    told = capsys.readouterr().out
    assert "one" in told
    assert "News" in told
    assert "scheduled" in told


def test_a_damaged_schedule_is_told(paths, capsys, caplog):
    paths.schedule.write_text("{")
    assert run() == 0
    assert "schedule.damaged-1.json" in capsys.readouterr().err
    caplog.clear()


@pytest.mark.parametrize("action", ["stop", "remove"])
def test_what_is_not_there_is_said(paths, action, capsys):
    assert run(action, "two") == 2
    assert "'two'" in capsys.readouterr().err


def made(paths, name="two", *, state=RecordingState.INTERRUPTED, segments=3, failure=None):
    """A recording as a recorder leaves it."""
    folder, contents = RecordingFolder(paths.recordings / name, reserve=ByteCount(0)), Contents()
    folder.open()
    for number in range(segments):
        contents.add(folder.append(told(number), b"x" * 1000))
    status = RecordingStatus(id=name, title="A film", state=state, failure=failure)
    folder.publish(contents.texts(ended=False) | {ABOUT: about_of(contents.status(status))})
    folder.close()


def test_what_was_ended_is_said_with_its_length(paths, capsys):
    made(paths)
    assert run("stop", "two") == 0
    assert capsys.readouterr().out == "Ended A film (two): 0:00:06, 3.0 kB.\n"
    assert recordings(paths.recordings)[0].state is RecordingState.DONE
    assert run("stop", "two") == 0
    assert capsys.readouterr().out == "two has ended already.\n"


def test_what_was_removed_is_said(paths, schedule, capsys):
    made(paths)
    assert run("remove", "two") == 0
    assert run("remove", "one") == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("Removed two: 0:00:06")
    assert told[1] == "Removed one from the schedule."
    assert recordings(paths.recordings) == []


def test_one_that_is_written_cannot_be_removed(paths, capsys):
    made(paths)
    lock = lock_folder(paths.recordings / "two")
    assert lock is not None
    assert run("remove", "two") == 2
    assert "stop it first" in capsys.readouterr().err
    os.close(lock)


@pytest.mark.parametrize("target", ["there.mkv", "no/folder.mkv"])
def test_an_export_that_cannot_be_written_is_a_wrong_argument(paths, tmp_path, target, capsys):
    made(paths)
    (tmp_path / "there.mkv").write_bytes(b"mine")
    assert run("export", "two", str(tmp_path / target)) == 2
    assert "The file cannot be written" in capsys.readouterr().err


def test_an_export_of_a_protected_channel_says_that_it_was_not_recorded(paths, tmp_path, capsys):
    no = Failure(code=ErrorCode.DRM_NO_COPY, sentence="This channel is protected.")
    made(paths, state=RecordingState.FAILED, segments=0, failure=no)
    assert run("export", "two", str(tmp_path / "o.mkv")) == 4
    assert capsys.readouterr().err == "farol: two was not recorded. This channel is protected.\n"


def test_an_export_of_one_that_was_missed_says_why(schedule, tmp_path, capsys):
    schedule.change(lambda schedule: schedule.given_up("one", "This channel is protected."))
    assert run("export", "one", str(tmp_path / "o.mkv")) == 4
    assert "This channel is protected." in capsys.readouterr().err
    assert run() == 0
    table = capsys.readouterr().out
    assert "missed" in table
    assert "News; This channel is protected." in table


def test_an_export_of_one_that_has_not_begun_says_so(schedule, tmp_path, capsys):
    assert run("export", "one", str(tmp_path / "o.mkv")) == 4
    assert "Nothing of one is recorded yet." in capsys.readouterr().err


@pytest.mark.parametrize("action", ["stop", "remove"])
def test_without_a_recorder_it_leaves_the_schedule(schedule, action):
    assert run(action, "one") == 0
    assert schedule.read().entries == ()


def test_a_recorder_at_work_ends_it_itself(schedule, paths):
    lock = FileLock(paths.recorder_lock)
    assert lock.take()
    assert run("stop", "one") == 0
    lock.release()
    (entry,) = schedule.read().entries
    assert entry.ends is not None


def test_an_export_of_nothing_is_refused(paths, tmp_path, capsys):
    assert run("export", "one", str(tmp_path / "o.mkv")) == 2
    assert "There is no recording" in capsys.readouterr().err
