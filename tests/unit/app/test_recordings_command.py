"""`farol recordings`: told, ended and removed, with or without a recorder at work."""

import pytest

from app.arguments import parse
from app.paths import find_paths
from app.recordings import show_recordings
from player.recording.file_lock import FileLock
from player.recording.schedule import ScheduleEntry
from player.recording.schedule_file import ScheduleFile
from player.units import Micros


@pytest.fixture
def paths(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
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
