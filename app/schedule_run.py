"""ScheduleRun: begins what is due, ends what is stopped, goes on with what was interrupted."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

import anyio
from anyio.abc import TaskGroup

from player.api import PlayRequest
from player.clock import Clock
from player.errors import ErrorCode
from player.ports import WorkerRunner
from player.recording.face import RecordingState, RecordingStatus
from player.recording.schedule import Schedule, ScheduleEntry
from player.recording.schedule_file import ScheduleFile
from player.units import MICROS_PER_SECOND, Micros, micros

LOG = logging.getLogger("farol.recording")

LOOK = micros(1)
"""How often the schedule is looked at: windows write it as well."""

AGAIN = micros(20)
"""When to try again what could not begin, or broke off."""

_UNKNOWN = "Its channel is in no list that Farol knows. Open the list once in the window."

LINGER = micros(600)
"""How soon something must be due for this process to wait for it."""

PATIENCE = micros(5)
"""How long it waits for its first order: it is started before that is written down, so that
nothing is left behind where it cannot be started."""

_ENDS = frozenset({RecordingState.DONE, RecordingState.FAILED})


class Recording(Protocol):
    """What `Recorder` can do."""

    async def run(self) -> RecordingStatus:
        """Record until it is over."""
        ...

    def stop(self) -> None:
        """Record no more."""
        ...

    def end_at(self, until: Micros | None) -> None:
        """Record until another time."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleRunParts:
    """The neighbours of a run. `resolve` is a worker's: None where a channel is not known."""

    file: ScheduleFile
    clock: Clock
    worker: WorkerRunner
    resolve: Callable[[ScheduleEntry], PlayRequest | None]
    record: Callable[[ScheduleEntry, PlayRequest], Recording]
    say: Callable[[str], None]


@dataclass(slots=True, kw_only=True)
class _UnderWay:
    entry: ScheduleEntry
    recording: Recording
    stopped: bool = False


class ScheduleRun:
    """Works the schedule in one anyio loop. A recording that fails by a fault ends no other.

    An entry leaves the schedule when its recording has ended. One of which nothing could be
    recorded stays there with the reason, so that it is told.
    """

    def __init__(self, parts: ScheduleRunParts, *, stay: bool) -> None:
        """Work the schedule; without `stay`, end when nothing is due within `LINGER`."""
        self._parts, self._stay = parts, stay
        self._under_way: dict[str, _UnderWay] = {}
        self._again: dict[str, Micros] = {}
        self._told: set[str] = set()

    async def run(self) -> None:
        """Record until there is nothing to do; cancelled: everything can be gone on with."""
        begun = self._parts.clock.monotonic()
        async with anyio.create_task_group() as group:
            while True:
                schedule = await self._read()
                now = self._parts.clock.utc()
                if schedule is not None:
                    self._heed_changes(schedule, now)
                    await self._begin_due(schedule, now, group)
                    old = self._parts.clock.monotonic() - begun >= PATIENCE
                    if old and not self._stay and self._idle(schedule, now):
                        return
                await anyio.sleep(LOOK / MICROS_PER_SECOND)

    async def _read(self) -> Schedule | None:
        """What is scheduled; None while the disk does not answer, and what records goes on."""
        file = self._parts.file
        try:
            schedule = await self._parts.worker(file.read)
        except OSError as failed:
            self._tell_once("", f"The schedule cannot be read: {failed.strerror}.")
            return None
        if file.set_aside is not None:
            self._tell_once(str(file.set_aside), damaged_schedule(file.set_aside))
        return schedule

    def _heed_changes(self, schedule: Schedule, now: Micros) -> None:
        """End what was stopped or taken out; what was lengthened or shortened ends then."""
        for name, one in self._under_way.items():
            entry = schedule.find(name)
            if one.stopped or (entry is not None and entry.ends == one.entry.ends):
                continue
            if entry is None or entry.past(now):
                one.stopped = True
                one.recording.stop()
            else:
                one.entry = entry
                one.recording.end_at(entry.ends)

    async def _begin_due(self, schedule: Schedule, now: Micros, group: TaskGroup) -> None:
        for found in schedule.due(now):
            waits = self._again.get(found.id, Micros(0)) > now
            if found.id in self._under_way or waits:
                continue
            request = await self._parts.worker(partial(self._parts.resolve, found))
            entry = await self._still_due(found)
            if entry is None:
                continue
            if request is None:
                await self._could_not(entry, _UNKNOWN, for_good=False)
                continue
            recording = self._parts.record(entry, request)
            self._under_way[entry.id] = _UnderWay(entry=entry, recording=recording)
            self._parts.say(f"Recording {entry.title or entry.id}.")
            group.start_soon(self._record, entry, recording)

    async def _still_due(self, found: ScheduleEntry) -> ScheduleEntry | None:
        """The entry as it is by now: others may have changed it since it was found."""
        schedule = await self._read()
        entry = None if schedule is None else schedule.find(found.id)
        due = entry is not None and entry.due(self._parts.clock.utc()) and entry.of_same(found)
        return entry if due else None

    async def _record(self, entry: ScheduleEntry, recording: Recording) -> None:
        try:
            status = await recording.run()
        except Exception:  # a fault of ours ends this recording, and no other one
            LOG.exception("a recording ended with a fault: id=%s", entry.id)
            self._again[entry.id] = Micros(self._parts.clock.utc() + AGAIN)
        else:
            await self._ended(self._under_way[entry.id].entry, status)
        finally:
            del self._under_way[entry.id]

    async def _ended(self, entry: ScheduleEntry, status: RecordingStatus) -> None:
        if status.state not in _ENDS:
            self._tell_once(entry.id, f"{_name(entry)} is interrupted. {_why(status)}".rstrip())
            self._again[entry.id] = Micros(self._parts.clock.utc() + AGAIN)
        elif status.state is RecordingState.FAILED and not status.recorded:
            code = status.failure.code if status.failure else None
            for_good = code is not ErrorCode.STORE_FAILED
            await self._could_not(entry, _why(status), for_good=for_good)
        else:
            done = status.state is RecordingState.DONE
            words = f"Recorded {_name(entry)}." if done else _cut_short(entry, status)
            self._parts.say(words)
            await self._change(entry, lambda schedule: _without_ended(schedule, entry))

    async def _could_not(self, entry: ScheduleEntry, why: str, *, for_good: bool) -> None:
        """Nothing of it is there: try again while that may help, then leave it with the reason."""
        now = self._parts.clock.utc()
        self._again[entry.id] = Micros(now + AGAIN)
        if for_good or entry.past(now):
            self._parts.say(f"{_name(entry)} was not recorded. {why}".rstrip())
            await self._change(entry, lambda schedule: schedule.given_up(entry.id, why))
        else:
            self._tell_once(entry.id, f"{_name(entry)} cannot be recorded yet. {why}".rstrip())

    async def _change(self, entry: ScheduleEntry, change: Callable[[Schedule], Schedule]) -> None:
        try:
            await self._parts.worker(lambda: self._parts.file.change(change))
        except OSError as failed:
            self._again[entry.id] = Micros(self._parts.clock.utc() + AGAIN)
            LOG.warning("an ended recording stays in the schedule: %s", failed)

    def _idle(self, schedule: Schedule, now: Micros) -> bool:
        """Whether nothing records, nothing may still be recorded, and nothing is due soon."""
        coming = schedule.next_beginning(now)
        soon = coming is not None and coming <= now + LINGER
        waiting = any(not one.past(now) for one in schedule.due(now))
        return not self._under_way and not soon and not waiting

    def _tell_once(self, name: str, sentence: str) -> None:
        if name not in self._told:
            self._told.add(name)
            self._parts.say(sentence)


def damaged_schedule(kept_as: Path) -> str:
    """Say that what was scheduled is not known any more, and where its file is."""
    return f"The schedule was damaged; it was kept as {str(kept_as)!r}."


def _without_ended(schedule: Schedule, ended: ScheduleEntry) -> Schedule:
    """Without one that has ended, unless it was lengthened as it did: then it goes on."""
    entry = schedule.find(ended.id)
    lengthened = entry is not None and (entry.ends or 0) > (ended.ends or 0) > 0
    return schedule if lengthened else schedule.without(ended.id)


def _name(entry: ScheduleEntry) -> str:
    return entry.title or entry.id


def _why(status: RecordingStatus) -> str:
    return status.failure.sentence if status.failure else "Nothing of it came."


def _cut_short(entry: ScheduleEntry, status: RecordingStatus) -> str:
    """It failed in the middle: what there is by then plays."""
    return f"{_name(entry)} was recorded in part. {_why(status)}"
