"""The window's orders lie in the schedule, and a process is seen to that records them."""

import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.helper_process import helper_environment
from app.paths import Paths
from app.recording_desk import RecordingDesk
from catalog.model import Channel
from player.recording.file_lock import FileLock
from player.recording.schedule import ScheduleEntry
from player.recording.schedule_file import ScheduleFile
from player.units import MICROS_PER_SECOND, Micros, micros

CHANNEL = Channel(id="c1", number="1", name="One", url="http://user:word@h/live.m3u8")
NOON = 1_800_000_000


@dataclass
class Clock:
    now: int = NOON

    def utc(self) -> Micros:
        return Micros(self.now * MICROS_PER_SECOND)

    def monotonic(self) -> Micros:
        return self.utc()


@dataclass
class Ended:
    def poll(self) -> int | None:
        return 0


@dataclass
class Bench:
    """A desk whose answers can be waited for."""

    paths: Paths
    clock: Clock = field(default_factory=Clock)
    started: list[Ended] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.desk = RecordingDesk(
            self.paths,
            "s1",
            clock=self.clock,
            start=self._start,
            to_qt=lambda call: call(),
        )

    def _start(self) -> Ended:
        self.started.append(Ended())
        return self.started[-1]

    def ask(self, question, *told):
        """What the desk answers."""
        answers: list = []
        there = threading.Event()

        def then(answer) -> None:
            answers.append(answer)
            there.set()

        question(*told, then)
        assert there.wait(10)
        return answers[0]

    @property
    def schedule(self):
        return ScheduleFile(self.paths.schedule).read()


@pytest.fixture
def bench(tmp_path: Path):
    made = Bench(Paths(data=tmp_path, cache=tmp_path))
    yield made
    made.desk.close()


def test_an_order_is_an_entry_without_any_address_and_starts_a_recorder(bench):
    assert bench.ask(bench.desk.record, CHANNEL, "News", NOON + 600) == ""
    (entry,) = bench.schedule.entries
    assert (entry.source, entry.channel, entry.title) == ("s1", "c1", "News")
    assert (entry.begins, entry.ends) == (micros(NOON), micros(NOON + 600))
    assert "word" not in bench.paths.schedule.read_text()
    assert len(bench.started) == 1


def test_it_is_under_way_until_its_end_and_waits_while_nothing_is_written(bench):
    bench.ask(bench.desk.record, CHANNEL, "News", NOON + 600)
    told = bench.ask(bench.desk.under_way)
    assert (told["c1"].title, told["c1"].running) == ("News", False)
    bench.clock.now += 600
    assert bench.ask(bench.desk.under_way) == {}


def test_it_is_stopped_by_an_end_that_is_now(bench):
    bench.ask(bench.desk.record, CHANNEL, "News", None)
    bench.clock.now += 60
    assert bench.ask(bench.desk.stop, "c1") == ""
    assert bench.schedule.entries[0].ends == micros(NOON + 60)
    assert bench.ask(bench.desk.under_way) == {}


def test_another_list_has_recordings_of_its_own(bench):
    other = ScheduleEntry(id="o", title="", source="s2", channel="c1", since=micros(NOON))
    ScheduleFile(bench.paths.schedule).change(lambda schedule: schedule.with_entry(other))
    bench.clock.now += 1
    bench.ask(bench.desk.stop, "c1")
    assert bench.ask(bench.desk.under_way) == {}
    assert bench.schedule.find("o") == other


def test_a_recorder_that_died_is_started_again_but_not_all_the_time(bench):
    bench.ask(bench.desk.record, CHANNEL, "News", None)
    for _ in range(3):
        bench.clock.now += 25
        bench.ask(bench.desk.under_way)
    assert len(bench.started) == 2


def test_one_that_could_not_be_recorded_is_told_once_and_leaves_nothing(bench):
    bench.ask(bench.desk.record, CHANNEL, "News", None)
    (entry,) = bench.schedule.entries
    file = ScheduleFile(bench.paths.schedule)
    file.change(lambda schedule: schedule.given_up(entry.id, "Nobody answers."))
    assert bench.ask(bench.desk.under_way)["c1"].failed == "Nobody answers."
    assert bench.ask(bench.desk.under_way) == {}
    assert bench.schedule.entries == ()


def test_what_was_missed_without_the_window_stays_for_the_list_of_recordings(bench):
    other = ScheduleEntry(
        id="o", title="", source="s1", channel="c1", since=micros(NOON - 9), failed="Why."
    )
    ScheduleFile(bench.paths.schedule).change(lambda schedule: schedule.with_entry(other))
    assert bench.ask(bench.desk.under_way) == {}
    assert bench.schedule.entries == (other,)


def test_a_process_that_cannot_be_started_leaves_no_order_behind(bench):
    def fails() -> Ended:
        raise OSError(12, "Cannot allocate memory")

    bench.desk._start = fails
    told = bench.ask(bench.desk.record, CHANNEL, "News", None)
    assert told == "It cannot be recorded: cannot allocate memory."
    assert bench.schedule.entries == ()


def test_an_old_one_that_is_gone_on_with_is_told_once(bench):
    old = ScheduleEntry(id="o", title="News", source="s1", channel="c1", since=micros(NOON - 900))
    ScheduleFile(bench.paths.schedule).change(lambda schedule: schedule.with_entry(old))
    assert bench.ask(bench.desk.under_way)["c1"].resumed == NOON - 900
    assert bench.ask(bench.desk.under_way)["c1"].resumed is None
    bench.clock.now += 100
    assert bench.ask(bench.desk.under_way)["c1"].resumed is None
    assert len(bench.started) == 2


def test_one_of_a_recorder_that_never_stopped_is_none_that_is_gone_on_with(bench):
    lock = FileLock(bench.paths.recorder_lock)
    assert lock.take()
    old = ScheduleEntry(id="o", title="News", source="s1", channel="c1", since=micros(NOON - 900))
    ScheduleFile(bench.paths.schedule).change(lambda schedule: schedule.with_entry(old))
    assert bench.ask(bench.desk.under_way)["c1"].resumed is None
    lock.release()


def test_a_channel_that_is_recorded_already_is_not_recorded_twice(bench):
    bench.ask(bench.desk.record, CHANNEL, "News", NOON + 600)
    told = bench.ask(bench.desk.record, CHANNEL, "News again", None)
    assert told.startswith("This channel is recorded at that time already")
    assert len(bench.schedule.entries) == 1


def test_a_recording_ends_where_the_scheduled_one_of_its_channel_begins(bench):
    later = ScheduleEntry(id="o", title="", source="s1", channel="c1", since=micros(NOON + 900))
    ScheduleFile(bench.paths.schedule).change(lambda schedule: schedule.with_entry(later))
    told = bench.ask(bench.desk.record, CHANNEL, "News", None)
    assert told.startswith("Recording until ")
    assert bench.schedule.entries[0].ends == micros(NOON + 900)


def test_one_that_ended_without_anything_is_told_once(bench):
    bench.ask(bench.desk.record, CHANNEL, "News", None)
    (entry,) = bench.schedule.entries
    (bench.paths.recordings / entry.id).mkdir(parents=True)  # nothing that could be read
    ScheduleFile(bench.paths.schedule).change(lambda schedule: schedule.without(entry.id))
    assert "missing or damaged" in bench.ask(bench.desk.under_way)["c1"].failed
    assert bench.ask(bench.desk.under_way) == {}


def test_none_is_started_beside_one_that_works(bench):
    lock = FileLock(bench.paths.recorder_lock)
    assert lock.take()
    bench.ask(bench.desk.record, CHANNEL, "News", None)
    bench.clock.now += 100
    bench.ask(bench.desk.under_way)
    lock.release()
    assert len(bench.started) == 1


def test_what_cannot_be_written_is_said(bench, tmp_path):
    bench.paths.schedule.mkdir()
    assert bench.ask(bench.desk.record, CHANNEL, "News", None).startswith("It cannot be recorded")
    bench.paths.schedule.rmdir()


def test_helpers_find_the_rooms():
    assert (Path(helper_environment()["PYTHONPATH"].split(":")[0]) / "catalog").is_dir()
