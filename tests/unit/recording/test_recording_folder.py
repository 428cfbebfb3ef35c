"""The folder of a recording: torn, damaged, locked, full."""

import os
import random
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from player.errors import ErrorCode, Failure
from player.recording.about import about_of, read_about
from player.recording.contents import Contents
from player.recording.folder import BusyError, FullError, RecordingFolder, replace_text
from player.recording.order import RecordingState, RecordingStatus
from player.recording.shelf import folder_of, recordings, remove
from player.recording.told import read_told, told_of
from player.units import ByteCount, Micros, micros
from tests.unit.recording.recorded_made import ENGLISH, VIDEO, told

PLENTY = 1 << 40


def _folder(path: Path, **more: object) -> RecordingFolder:
    return RecordingFolder(path, room=lambda _: PLENTY, **more)  # type: ignore[arg-type]


def _filled(path: Path, count: int = 6) -> None:
    folder = _folder(path)
    folder.open()
    for number in range(count):
        folder.append(told(number), bytes([number]) * 1000)
    folder.close()


def _contents(path: Path) -> Contents:
    folder, contents = _folder(path), Contents()
    for one in folder.open():
        contents.add(one)
    folder.close()
    return contents


def test_what_was_written_is_found_in_its_order(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "one", largest=ByteCount(1500))
    folder.open()
    written = [
        folder.append(told(number, (VIDEO, ENGLISH)[number % 2]), b"x" * 1000)
        for number in range(6)
    ]
    folder.close()
    again = _folder(tmp_path / "one")
    assert again.open() == written
    again.close()
    assert len(list((tmp_path / "one").glob("*.m4s"))) == 3


def test_a_folder_is_written_by_one_alone(tmp_path: Path) -> None:
    first, second = _folder(tmp_path / "one"), _folder(tmp_path / "one")
    first.open()
    with pytest.raises(BusyError):
        second.open()
    first.close()
    second.open()
    second.close()


def test_what_would_fill_the_disk_is_not_written(tmp_path: Path) -> None:
    folder = RecordingFolder(tmp_path / "one", room=lambda _: 1500, reserve=ByteCount(1000))
    folder.open()
    with pytest.raises(FullError):
        folder.append(told(0), b"x" * 501)
    folder.append(told(0), b"x" * 500)
    folder.close()
    assert _contents(tmp_path / "one").size == 500


@pytest.mark.parametrize("left", [1, 20, 200, 999])
def test_a_torn_tail_costs_the_last_record_alone(tmp_path: Path, left: int) -> None:
    _filled(tmp_path / "one")
    volume = next((tmp_path / "one").glob("*.m4s"))
    os.truncate(volume, volume.stat().st_size - left)
    contents = _contents(tmp_path / "one")
    assert contents.main is not None
    assert contents.main.recorded == micros(10)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 1 << 30), cuts=st.integers(0, 1), hits=st.integers(0, 6))
def test_whatever_is_damaged_the_rest_is_told_and_gone_on_from(
    tmp_path: Path, seed: int, cuts: int, hits: int
) -> None:
    path = Path(mkdtemp(dir=tmp_path)) / "one"
    _filled(path)
    draw = random.Random(seed)  # noqa: S311 - damage, no secret
    volume = next(path.glob("*.m4s"))
    body = bytearray(volume.read_bytes())
    for _ in range(hits):
        body[draw.randrange(len(body))] ^= draw.randrange(1, 256)
    volume.write_bytes(body[: draw.randrange(len(body))] if cuts else body)
    contents = _contents(path)
    folder = _folder(path)
    folder.open()
    folder.append(told(40, serial=contents.take_serial()), b"after")
    folder.close()
    again = _contents(path)
    assert again.main is not None
    assert again.main.last is not None
    assert again.main.last.number == 40
    text = again.texts(ended=True)["video-0.m3u8"]
    assert text.count("#EXTINF") >= 1


@given(st.binary(max_size=300))
def test_words_that_are_none_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever is wrong with them
        read_told(data)


@given(
    start=st.integers(-(1 << 60), 1 << 60),
    epoch=st.none() | st.integers(-(1 << 60), 1 << 60),
    init=st.none() | st.integers(0, 9),
)
def test_words_tell_what_they_were_told(start: int, epoch: int | None, init: int | None) -> None:
    one = told(3, ENGLISH, start=Micros(start), epoch=epoch, init=init, digest="ab")
    assert read_told(told_of(one)) == one


def test_a_description_tells_what_it_was_told() -> None:
    status = RecordingStatus(
        id="one",
        title='A "film"',
        tag="7",
        state=RecordingState.INTERRUPTED,
        since=Micros(0),
        until=Micros(9),
        recorded=Micros(9),
        gaps=((Micros(3), Micros(4)),),
        failure=Failure(code=ErrorCode.STORE_FAILED, sentence="No room.", uri="http://x/?token=1"),
    )
    text = about_of(status)
    assert "token" not in text
    read = read_about("one", text)
    assert read.gaps == status.gaps
    assert read.failure is not None
    assert read.failure.sentence == "No room."


@given(st.text(max_size=200))
def test_a_description_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever is wrong with it
        read_about("one", text)


def test_damaged_recordings_are_named_and_never_raised(tmp_path: Path) -> None:
    for name, text in (("good", about_of(_status("good"))), ("bad", "{"), ("worse", '{"a": []}')):
        (tmp_path / name).mkdir()
        replace_text(tmp_path / name / "about.json", text)
    (tmp_path / "none").mkdir()
    (tmp_path / "a file").write_text("")
    found = {one.id: one for one in recordings(tmp_path)}
    assert set(found) == {"good", "bad", "worse", "none"}
    assert found["good"].state is RecordingState.INTERRUPTED, "nobody writes it"
    for name in ("bad", "worse", "none"):
        assert found[name].state is RecordingState.FAILED
        assert found[name].failure is not None
    assert recordings(tmp_path / "nowhere") == []


def test_a_recording_is_removed_whole_and_nothing_else_is(tmp_path: Path) -> None:
    _filled(tmp_path / "one")
    _filled(tmp_path / "two")
    remove(tmp_path, "one")
    assert [one.name for one in tmp_path.iterdir()] == ["two"]
    for name in ("..", "", "a/b", "two/../two"):
        with pytest.raises(ValueError, match="no name"):
            remove(tmp_path, name)
        with pytest.raises(ValueError, match="no name"):
            folder_of(tmp_path, name)


def _status(name: str) -> RecordingStatus:
    return RecordingStatus(id=name, title=name, state=RecordingState.RECORDING)
