"""RecordingDesk: the window's way to the schedule, and to the process that works it."""

import logging
import secrets
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

from app.outputs import reason_of
from app.paths import Paths
from app.recording_words import clock_time, recording_id
from app.schedule_run import LINGER
from catalog.model import Channel
from player.clock import Clock
from player.errors import Failure
from player.recording.face import RecordingState, recordings
from player.recording.file_lock import FileLock
from player.recording.schedule import Schedule, ScheduleEntry, ScheduleError
from player.recording.schedule_file import ScheduleFile
from player.units import MICROS_PER_SECOND, Micros, micros
from ui.ports import ChannelRecording

LOG = logging.getLogger("farol.app")

T = TypeVar("T")

_START_AGAIN = micros(60)
"""How often at most a process is started that does not stay."""


class Process(Protocol):
    """A process that was started, as `subprocess.Popen` has it."""

    def poll(self) -> int | None:
        """Take note of its end."""
        ...


class RecordingDesk:
    """Implements `ui.ports.RecordingDesk` for one source; files are its own thread's."""

    def __init__(
        self,
        paths: Paths,
        source: str,
        *,
        clock: Clock,
        start: Callable[[], Process],
        to_qt: Callable[[Callable[[], None]], None],
    ) -> None:
        """Serve the source with this id; `start` starts the process that records."""
        self._paths, self._source, self._clock = paths, source, clock
        self._start, self._to_qt = start, to_qt
        self._file = ScheduleFile(paths.schedule)
        self._process: Process | None = None
        self._ordered: dict[str, str] = {}
        self._known = set[str]()
        self._started: Micros | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="farol-recordings")

    @property
    def place(self) -> str:
        """See `RecordingDesk.place`: the home folder as its owner writes it."""
        folder, home = self._paths.recordings, Path.home()
        return f"~/{folder.relative_to(home)}" if folder.is_relative_to(home) else str(folder)

    def record(
        self, channel: Channel, title: str, until: int | None, then: Callable[[str], None]
    ) -> None:
        """See `RecordingDesk.record`."""
        self._ask(lambda: self._record(channel, title, until), then)

    def stop(self, channel: str, then: Callable[[str], None]) -> None:
        """See `RecordingDesk.stop`."""
        self._ask(lambda: self._stop(channel), then)

    def under_way(self, then: Callable[[Mapping[str, ChannelRecording]], None]) -> None:
        """See `RecordingDesk.under_way`."""
        self._thread.submit(self._under_way).add_done_callback(lambda done: self._tell(done, then))

    def close(self) -> None:
        """Finish what was asked; what records goes on."""
        self._thread.shutdown(wait=True)

    def _record(self, channel: Channel, title: str, until: int | None) -> str:
        now = self._clock.utc()
        self._begin(now)  # it waits for the order, which nothing is left of if this fails
        wanted = ScheduleEntry(
            id=recording_id(title, now, secrets.token_hex(2)),
            title=title,
            source=self._source,
            channel=channel.id,
            since=now,
            until=None if until is None else Micros(until * MICROS_PER_SECOND),
        )
        after = self._file.change(lambda schedule: schedule.added(schedule.up_to_next(wanted)))
        self._ordered[wanted.id] = channel.id
        self._known.add(wanted.id)
        entry = after.find(wanted.id)
        if entry is None or entry.until in {None, wanted.until}:
            return ""
        return (
            f"Recording until {clock_time(entry.until)}: from then on this channel is recorded as"
            " scheduled."
        )

    def _stop(self, channel: str) -> str:
        now = self._clock.utc()

        def change(schedule: Schedule) -> Schedule:
            for entry in self._of_this_source(schedule, now):
                if entry.channel == channel:
                    schedule = schedule.stopped(entry.id, now)
            return schedule

        self._file.change(change)
        return ""

    def _under_way(self) -> Mapping[str, ChannelRecording]:
        now = self._clock.utc()
        schedule = self._file.read()
        resumes = self._see_to_it(schedule, now)
        entries = self._of_this_source(schedule, now)
        over = [one for one in self._ordered if schedule.find(one) is None]
        told = self._given_up(schedule)
        if not entries and not over:
            return told
        found = {one.id: one for one in recordings(self._paths.recordings)}
        for name in over:
            channel, one = self._ordered.pop(name), found.get(name)
            if one is not None and one.state is RecordingState.FAILED:
                told[channel] = _failed(one.title, one.failure)
        for entry in entries:
            one = found.get(entry.id)
            running = one is not None and one.state is RecordingState.RECORDING
            old = resumes and entry.id not in self._known
            self._known.add(entry.id)
            told[entry.channel] = ChannelRecording(
                title=entry.title,
                running=running,
                resumed=entry.begins // MICROS_PER_SECOND if old else None,
            )
        return told

    def _given_up(self, schedule: Schedule) -> dict[str, ChannelRecording]:
        """What was ordered here, and nothing came of: it is told once, and leaves the schedule."""
        lost = [one for one in schedule.entries if one.failed and one.id in self._ordered]
        for entry in lost:
            self._file.change(partial(Schedule.without, name=entry.id))
            del self._ordered[entry.id]
        return {
            one.channel: ChannelRecording(title=one.title, running=False, failed=one.failed)
            for one in lost
        }

    def _of_this_source(self, schedule: Schedule, now: Micros) -> list[ScheduleEntry]:
        due = schedule.due(now)
        return [one for one in due if one.source == self._source and not one.past(now)]

    def _see_to_it(self, schedule: Schedule, now: Micros) -> bool:
        """Where something is to be recorded and nobody does it, start who does; whether it was."""
        if self._process is not None and self._process.poll() is not None:
            self._process = None
        coming = schedule.next_beginning(now)
        soon = coming is not None and coming <= now + LINGER // 2
        waiting = any(not one.past(now) for one in schedule.due(now))
        lately = self._started is not None and now - self._started < _START_AGAIN
        begins = (soon or waiting) and not lately and not self._at_work()
        if begins:
            self._begin(now)
        return begins

    def _at_work(self) -> bool:
        lock = FileLock(self._paths.recorder_lock)
        if lock.take():
            lock.release()
            return False
        return True

    def _begin(self, now: Micros) -> None:
        self._started = now
        self._process = self._start()

    def _ask(self, work: Callable[[], str], then: Callable[[str], None]) -> None:
        def attempt() -> str:
            try:
                return work()
            except ScheduleError as refused:
                return str(refused)
            except OSError as failed:
                return f"It cannot be recorded: {reason_of(failed)}."

        self._thread.submit(attempt).add_done_callback(lambda done: self._tell(done, then))

    def _tell(self, done: "Future[T]", then: Callable[[T], None]) -> None:
        failure = done.exception()
        if failure is not None:
            LOG.warning("recordings cannot be asked for: %s", failure)
            return
        answer = done.result()
        self._to_qt(lambda: then(answer))


def _failed(title: str, failure: Failure | None) -> ChannelRecording:
    why = failure.sentence if failure else "It could not be recorded."
    return ChannelRecording(title=title, running=False, failed=why)
