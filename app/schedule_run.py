"""ScheduleRun: begins what is due, ends what is stopped, goes on with what was interrupted."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
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

LINGER = micros(600)
"""How soon something must be due for this process to wait for it."""

_ENDS = frozenset({RecordingState.DONE, RecordingState.FAILED})


class Recording(Protocol):
    """What `Recorder` can do."""

    async def run(self) -> RecordingStatus:
        """Record until it is over."""
        ...

    def stop(self) -> None:
        """Record no more."""
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

    An entry leaves the schedule when its recording has ended. One that could not even begin
    stays there when its time is over, so that it is told.
    """

    def __init__(self, parts: ScheduleRunParts, *, stay: bool) -> None:
        """Work the schedule; without `stay`, end when nothing is due within `LINGER`."""
        self._parts, self._stay = parts, stay
        self._under_way: dict[str, _UnderWay] = {}
        self._again: dict[str, Micros] = {}
        self._told: set[str] = set()

    async def run(self) -> None:
        """Record until there is nothing to do; cancelled: everything can be gone on with."""
        async with anyio.create_task_group() as group:
            while True:
                schedule = await self._read()
                now = self._parts.clock.utc()
                if schedule is not None:
                    self._end_stopped(schedule, now)
                    await self._begin_due(schedule, now, group)
                    if not self._stay and self._idle(schedule, now):
                        return
                await anyio.sleep(LOOK / MICROS_PER_SECOND)

    async def _read(self) -> Schedule | None:
        """What is scheduled; None while the disk does not answer, and what records goes on."""
        try:
            return await self._parts.worker(self._parts.file.read)
        except OSError as failed:
            self._tell_once("", f"The schedule cannot be read: {failed.strerror}.")
            return None

    def _end_stopped(self, schedule: Schedule, now: Micros) -> None:
        for name, one in self._under_way.items():
            entry = schedule.find(name)
            shortened = entry is not None and entry.ends != one.entry.ends and entry.past(now)
            if (entry is None or shortened) and not one.stopped:
                one.stopped = True
                one.recording.stop()

    async def _begin_due(self, schedule: Schedule, now: Micros, group: TaskGroup) -> None:
        for entry in schedule.due(now):
            waits = self._again.get(entry.id, Micros(0)) > now
            if entry.id in self._under_way or waits:
                continue
            request = await self._parts.worker(partial(self._parts.resolve, entry))
            if request is None:
                self._again[entry.id] = Micros(now + AGAIN)
                self._tell_once(entry.id, _unknown(entry))
                continue
            recording = self._parts.record(entry, request)
            self._under_way[entry.id] = _UnderWay(entry=entry, recording=recording)
            self._parts.say(f"Recording {entry.title or entry.id}.")
            group.start_soon(self._record, entry, recording)

    async def _record(self, entry: ScheduleEntry, recording: Recording) -> None:
        try:
            status = await recording.run()
        except Exception:  # a fault of ours ends this recording, and no other one
            LOG.exception("a recording ended with a fault: id=%s", entry.id)
            self._again[entry.id] = Micros(self._parts.clock.utc() + AGAIN)
        else:
            await self._ended(entry, status)
        finally:
            del self._under_way[entry.id]

    async def _ended(self, entry: ScheduleEntry, status: RecordingStatus) -> None:
        if status.state not in _ENDS or _never_begun(status):
            self._tell_once(entry.id, _outcome(entry, status))
            self._again[entry.id] = Micros(self._parts.clock.utc() + AGAIN)
            return
        self._parts.say(_outcome(entry, status))
        file = self._parts.file
        try:
            await self._parts.worker(
                lambda: file.change(lambda schedule: schedule.without(entry.id))
            )
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


def _never_begun(status: RecordingStatus) -> bool:
    """Whether the disk took nothing of it: nobody would find it among the recordings."""
    failure = status.failure
    return failure is not None and failure.code is ErrorCode.STORE_FAILED and not status.recorded


def _unknown(entry: ScheduleEntry) -> str:
    return (
        f"{entry.title or entry.id} cannot be recorded: its channel is not in a list that Farol"
        " knows. Open the list once in the window."
    )


def _outcome(entry: ScheduleEntry, status: RecordingStatus) -> str:
    name = entry.title or entry.id
    if status.state is RecordingState.DONE:
        return f"Recorded {name}."
    why = status.failure.sentence if status.failure else ""
    return f"{name} was not recorded. {why}".rstrip()
