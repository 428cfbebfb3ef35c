"""`farol record`: what is refused before anything is asked, and what is put into the schedule."""

from pathlib import Path

import pytest

from app import record as command
from app.arguments import parse
from app.paths import find_paths
from player.recording.schedule_file import ScheduleFile

LIST = """#EXTM3U
#EXTINF:-1,One
http://tv.test/one/main.m3u8
#EXTINF:-1,Two
rtsp://tv.test/two
"""


@pytest.fixture
def paths(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(command, "on_ending_signal", lambda _: None)
    return find_paths()


@pytest.fixture
def channels(tmp_path):
    path = tmp_path / "list.m3u"
    path.write_text(LIST)
    return str(path)


def run(*words: str) -> int:
    return command.record(parse(["record", *words]))


def entries(paths) -> tuple:
    return ScheduleFile(paths.schedule).read().entries


@pytest.mark.parametrize("more", [(), ("--for", "5s"), ("--at", "20:15")])
@pytest.mark.parametrize("what", ["nonsense", "5", "ftp://h/a", "rtsp://h/a", "http://"])
def test_what_can_be_no_channel_is_refused_at_once(paths, what, more, capsys):
    assert run(what, *more) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not entries(paths)


def test_a_channel_that_no_list_has_is_refused_at_once(paths, channels, capsys):
    assert run("99", "--source", channels, "--at", "20:15") == 2
    assert "There is no channel '99' in this list." in capsys.readouterr().err


def test_a_channel_that_cannot_be_recorded_is_refused_when_it_is_scheduled(
    paths, channels, capsys
):
    assert run("2", "--source", channels, "--at", "20:15") == 4
    said = capsys.readouterr().err
    assert "Two: This cannot be recorded" in said
    assert "tv.test" not in said
    assert not entries(paths)


def test_a_list_that_is_not_there_cannot_be_reached(paths, tmp_path, capsys):
    assert run("2", "--source", str(tmp_path / "none.m3u"), "--at", "20:15") == 3
    assert "The list could not be read" in capsys.readouterr().err


def test_what_is_no_list_is_reached_and_no_use(paths, tmp_path, capsys):
    (tmp_path / "page.m3u").write_text("<html>\n")
    assert run("2", "--source", str(tmp_path / "page.m3u"), "--at", "20:15") == 4
    assert "not a list" in capsys.readouterr().err


def test_the_same_channel_is_scheduled_once_for_a_time(paths, channels, capsys):
    order = ("1", "--source", channels, "--at", "20:15", "--for", "30m")
    assert run(*order) == 0
    assert run(*order) == 2
    assert "already" in capsys.readouterr().err
    (entry,) = entries(paths)
    assert entry.title == "One"
    assert run("1", "--source", channels, "--at", "21:15", "--for", "30m") == 0
    assert len(entries(paths)) == 2


def test_a_bare_address_is_scheduled_under_a_name_that_tells_something(paths):
    assert run("http://tv.test/one/hls/master.m3u8", "--at", "20:15") == 0
    assert entries(paths)[0].title == "one (tv.test)"


def test_a_damaged_schedule_is_kept_beside_and_said(paths, channels, capsys, caplog):
    paths.schedule.write_text("{")
    assert run("1", "--source", channels, "--at", "20:15") == 0
    caplog.clear()
    assert "schedule.damaged-1.json" in capsys.readouterr().err
    assert Path(paths.schedule.with_suffix(".damaged-1.json")).read_text() == "{"
    assert len(entries(paths)) == 1
