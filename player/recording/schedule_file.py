"""ScheduleFile: the schedule on the disk, which windows and the recorder's process both write."""

import json
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from player.recording.file_lock import FileLock
from player.recording.schedule import Schedule, ScheduleEntry
from player.units import Micros

LOG = logging.getLogger("farol.recording")

_VERSION = 1
_LARGEST = 4 << 20
_WORDS = ("id", "title", "source", "channel", "address", "failed")
_TIMES = ("since", "until", "before", "after")


class ScheduleFile:
    """One JSON file, replaced whole under a lock. Worker threads, or a program's main thread.

    One that cannot be read is set aside, never lost: `set_aside` says where it is.
    """

    def __init__(self, path: Path) -> None:
        """Keep the schedule at `path`; nothing is made yet."""
        self._path = path
        self.set_aside: Path | None = None

    def read(self) -> Schedule:
        """What is to be recorded; raises OSError where the disk does not answer."""
        try:
            return _read(self._path)
        except FileNotFoundError:
            return Schedule()
        except ValueError:
            return self.change(lambda schedule: schedule)

    def change(self, change: Callable[[Schedule], Schedule]) -> Schedule:
        """Read, change and write it, with nobody in between; gives the new one. Raises OSError.

        What `change` raises leaves the file as it was.
        """
        with FileLock(self._path.with_suffix(".lock")):
            before = self._read_or_set_aside()
            after = change(before)
            if after != before:
                _write(self._path, after)
            return after

    def _read_or_set_aside(self) -> Schedule:
        try:
            return _read(self._path)
        except FileNotFoundError:
            return Schedule()
        except ValueError as wrong:
            self.set_aside = _free(self._path)
            self._path.replace(self.set_aside)
            LOG.error("schedule damaged kept_as=%s reason=%s", self.set_aside.name, wrong)
            return Schedule()


def _free(path: Path) -> Path:
    """A name beside `path` that nothing has yet: no damaged file takes another one's place."""
    number = 1
    while (aside := path.with_suffix(f".damaged-{number}.json")).exists():
        number += 1
    return aside


def _read(path: Path) -> Schedule:
    """Raises OSError, and ValueError for what is no schedule of ours."""
    with path.open("rb") as file:
        data = file.read(_LARGEST)
    try:
        told = json.loads(data)
    except RecursionError as deep:
        raise ValueError("nested without end") from deep
    if not isinstance(told, dict) or told.get("version") != _VERSION:
        raise ValueError("not a schedule that this version knows")
    entries = told.get("entries")
    if not isinstance(entries, list):
        raise ValueError("no list of entries")
    schedule = Schedule()
    for entry in map(_entry, entries):
        schedule = schedule.with_entry(entry)
    return schedule


def _entry(told: Any) -> ScheduleEntry:
    if not isinstance(told, dict):
        raise ValueError("an entry that is none")
    words = {name: _word(told.get(name, "")) for name in _WORDS}
    times = {name: _time(told[name]) for name in _TIMES if told.get(name) is not None}
    if not words["id"] or "since" not in times:
        raise ValueError("an entry without a name or a beginning")
    return ScheduleEntry(
        **words,
        since=times["since"],
        until=times.get("until"),
        before=times.get("before", Micros(0)),
        after=times.get("after", Micros(0)),
    )


def _word(told: Any) -> str:
    if not isinstance(told, str):
        raise ValueError("a name that is no text")
    return told


def _time(told: Any) -> Micros:
    if type(told) is not int or abs(told) >= 1 << 62:
        raise ValueError("a time that is none")
    return Micros(told)


def _write(path: Path, schedule: Schedule) -> None:
    told = {"version": _VERSION, "entries": [_told(one) for one in schedule.entries]}
    new = path.with_name(f"{path.name}.new")  # the lock is ours: nobody else writes it
    try:
        new.unlink(missing_ok=True)
        new.touch(mode=0o600)
        with new.open("w", encoding="ascii") as file:
            json.dump(told, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def _told(entry: ScheduleEntry) -> dict[str, object]:
    return {name: getattr(entry, name) for name in (*_WORDS, *_TIMES)}
