"""The schedule: what is due, what overlaps; the disk neither loses nor leaks any of it."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.recording.file_lock import FileLock
from player.recording.schedule import Schedule, ScheduleEntry, ScheduleError
from player.recording.schedule_file import ScheduleFile
from player.units import Micros, micros

HOUR = micros(3600)
NOON = Micros(1_800_000_000_000_000)


def entry(name: str = "a", **told: object) -> ScheduleEntry:
    made = {"id": name, "title": "News", "source": "s1", "channel": "c1", "since": NOON} | told
    return ScheduleEntry(**made)  # type: ignore[arg-type]


entries = st.builds(
    lambda name, since, lasts, before, after: entry(
        name,
        since=Micros(NOON + since),
        until=None if lasts is None else Micros(NOON + since + lasts),
        before=Micros(before),
        after=Micros(after),
    ),
    st.sampled_from("abcdef"),
    st.integers(-HOUR, HOUR),
    st.none() | st.integers(1, HOUR),
    st.integers(0, 600_000_000),
    st.integers(0, 600_000_000),
)


def _with_all(some: list[ScheduleEntry]) -> Schedule:
    schedule = Schedule()
    for one in some:
        schedule = schedule.with_entry(one)
    return schedule


schedules = st.lists(entries, max_size=6).map(_with_all)
moments = st.integers(NOON - 2 * HOUR, NOON + 3 * HOUR).map(Micros)


@given(schedules, moments)
def test_each_entry_is_due_from_its_beginning_on(schedule, now):
    due = schedule.due(now)
    assert all(one.since - one.before <= now for one in due)
    assert all(one.since - one.before > now for one in schedule.entries if one not in due)
    coming = schedule.next_beginning(now)
    assert (coming is None) == (len(due) == len(schedule.entries))
    assert coming is None or coming > now


@given(schedules, moments)
def test_what_is_past_has_an_end_and_was_due(schedule, now):
    past = schedule.past(now)
    assert all(one.until is not None and one.until + one.after <= now for one in past)
    assert {one.id for one in past} <= {one.id for one in schedule.due(now)}


@given(entries, entries)
def test_overlapping_is_mutual_and_means_a_common_moment(one, other):
    assert one.overlaps(other) == other.overlaps(one)
    latest = max(one.begins, other.begins)
    common = all(each.ends is None or latest < each.ends for each in (one, other))
    assert one.overlaps(other) == common


@given(schedules, st.sampled_from("abcdef"), moments)
def test_stopping_ends_it_now_and_touches_no_other(schedule, name, now):
    after = schedule.stopped(name, now)
    assert after.without(name) == schedule.without(name)
    left = after.find(name)
    assert left is None or (left.past(now) and left.due(now))
    before = schedule.find(name)
    assert (left is not None) == (before is not None and before.begins < now)


def test_the_same_channel_is_not_scheduled_twice_over_the_same_time():
    schedule = Schedule().added(entry("a", until=Micros(NOON + HOUR)))
    with pytest.raises(ScheduleError, match=r"already.*News \(a\)"):
        schedule.added(entry("b", since=Micros(NOON + 1)))
    assert len(schedule.added(entry("b", since=Micros(NOON + HOUR))).entries) == 2
    assert len(schedule.added(entry("b", channel="c2")).entries) == 2
    assert len(schedule.given_up("a", "Nobody answers.").added(entry("b")).entries) == 2


def test_one_that_was_given_up_is_missed_and_neither_due_nor_coming():
    schedule = Schedule().with_entry(entry()).given_up("a", "Nobody answers.")
    assert schedule.due(NOON) == ()
    assert schedule.next_beginning(Micros(NOON - 1)) is None
    assert schedule.entries[0].missed(NOON)
    assert schedule.given_up("b", "no") == schedule


@given(schedule=schedules)
def test_the_file_gives_back_what_was_written(schedule, tmp_path_factory):
    file = ScheduleFile(tmp_path_factory.mktemp("s") / "schedule.json")
    file.change(lambda _: schedule)
    assert file.read() == schedule


@pytest.mark.parametrize(
    "address",
    [
        "http://user:word@tv.example/a.m3u8",
        "http://tv.example/a.m3u8?token=4711aa",
        "http://tv.example/live/user/word/12.ts",
        "http://tv.example/user/word/12",
    ],
)
def test_an_address_with_an_account_is_not_written_down(address):
    with pytest.raises(ScheduleError) as refused:
        entry(source="", channel="", address=address)
    assert "word" not in str(refused.value).replace("password", "")
    assert "tv.example" not in str(refused.value)


def test_a_plain_address_is_kept():
    assert entry(source="", channel="", address="http://tv.example/one/main.m3u8").address


@pytest.mark.parametrize(
    "told",
    [{"until": NOON}, {"before": -1}, {"channel": ""}, {"address": "http://tv.example/a.m3u8"}],
)
def test_what_can_never_be_recorded_is_refused(told):
    with pytest.raises(ScheduleError):
        entry(**told)


DAMAGED = [
    b"",
    b"{",
    b"[" * 100_000,
    b'{"version": 1}',
    b'{"version": 2, "entries": []}',
    json.dumps({"version": 1, "entries": [{"id": "a", "title": 5, "since": 1}]}).encode(),
    json.dumps({"version": 1, "entries": [{"id": "a", "since": "soon"}]}).encode(),
    json.dumps({"version": 1, "entries": [{"id": "a", "since": 1}]}).encode(),
]


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_file_is_set_aside_and_said(tmp_path, damage, caplog):
    path = tmp_path / "schedule.json"
    path.write_bytes(damage)
    file = ScheduleFile(path)
    with caplog.at_level(logging.ERROR):
        assert file.read() == Schedule()
    assert file.set_aside is not None
    assert file.set_aside.read_bytes() == damage
    assert "damaged" in caplog.text
    caplog.clear()
    path.write_bytes(damage)
    ScheduleFile(path).change(lambda schedule: schedule.with_entry(entry()))
    assert len(list(tmp_path.glob("schedule.damaged-*.json"))) == 2
    assert ScheduleFile(path).read().find("a") == entry()
    caplog.clear()


def test_a_change_that_fails_leaves_the_file_as_it_was(tmp_path):
    file = ScheduleFile(tmp_path / "schedule.json")
    file.change(lambda schedule: schedule.with_entry(entry()))

    def fails(_: Schedule) -> Schedule:
        raise ScheduleError("no")

    with pytest.raises(ScheduleError):
        file.change(fails)
    assert file.read() == Schedule(entries=(entry(),))


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_nobody_else_may_read_it(tmp_path):
    path = tmp_path / "f" / "schedule.json"
    ScheduleFile(path).change(lambda schedule: schedule.with_entry(entry()))
    assert path.stat().st_mode & 0o077 == 0


WRITER = """
import sys
from pathlib import Path
from player.recording.schedule import ScheduleEntry
from player.recording.schedule_file import ScheduleFile
file = ScheduleFile(Path(sys.argv[1]))
for number in range(20):
    name = f"{sys.argv[2]}{number}"
    one = ScheduleEntry(id=name, title="", source="s", channel="c", since=number)
    file.change(lambda schedule: schedule.with_entry(one))
"""


def test_two_processes_that_write_at_once_lose_nothing(tmp_path):
    path = tmp_path / "schedule.json"
    root = Path(__file__).parents[3]
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), name], cwd=root)
        for name in ("a", "b")
    ]
    assert [one.wait(60) for one in writers] == [0, 0]
    assert len(ScheduleFile(path).read().entries) == 40


def test_a_lock_is_one_processs_at_a_time(tmp_path):
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert first.take()
    assert not second.take()
    first.release()
    assert second.take()
    second.release()
