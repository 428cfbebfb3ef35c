"""`farol recordings`: what was recorded and what is scheduled; exports and removes."""

import argparse
import json
import sys
from pathlib import Path

from app.console import complain, printable, say
from app.exit_status import ExitStatus, recording_status_of
from app.outputs import reason_of
from app.paths import Paths, find_paths
from app.recording_words import described, in_columns, length, rows, size
from app.schedule_run import damaged_schedule
from app.signals import on_ending_signal
from player.clock import Clock, SystemClock
from player.errors import PlayerError
from player.recording.export import ExportCancelledError, export
from player.recording.face import (
    RecordingState,
    RecordingStatus,
    finish,
    playlist_of,
    recordings,
    remove,
)
from player.recording.file_lock import FileLock
from player.recording.schedule import ScheduleEntry
from player.recording.schedule_file import ScheduleFile

_ENDS = frozenset({RecordingState.DONE, RecordingState.FAILED})
_NOTHING = "Nothing was recorded, and nothing is scheduled."
_HEADINGS = ("id", "state", "begins", "length", "size", "title, gaps, what failed")


def show_recordings(options: argparse.Namespace) -> int:
    """List them, or do what was asked with one; returns the exit status."""
    clock = SystemClock()
    try:
        paths = find_paths()
        if options.action == "export":
            return _export(paths, options.id, options.file, clock)
        if options.action == "stop":
            return _stop(paths, options.id, clock)
        if options.action == "remove":
            return _remove(paths, options.id)
        return _list(paths, clock, as_json=options.json)
    except BrokenPipeError:
        raise
    except OSError as failed:
        complain(f"The recordings cannot be read: {reason_of(failed)}.")
        return int(ExitStatus.BAD_ARGUMENTS)


def _list(paths: Paths, clock: Clock, *, as_json: bool) -> int:
    found, now = recordings(paths.recordings), clock.utc()
    file = ScheduleFile(paths.schedule)
    schedule = file.read()
    if as_json:
        say(json.dumps(described(found, schedule, now), indent=2, ensure_ascii=False))
        return int(ExitStatus.PLAYED)
    listed = rows(found, schedule, now)
    for line in in_columns([_HEADINGS, *listed]) if listed else [_NOTHING]:
        say(line)
    _tell_damage(file)
    return int(ExitStatus.PLAYED)


def _tell_damage(file: ScheduleFile) -> None:
    if file.set_aside is not None:
        complain(damaged_schedule(file.set_aside))


def _export(paths: Paths, name: str, target: Path, clock: Clock) -> int:
    one = _named(paths, name)
    if one is None or not one.recorded:
        return _nothing_to_export(paths, name, one)
    cancelled: list[int] = []
    on_ending_signal(cancelled.append)
    terminal = sys.stderr.isatty()

    def show(done: float) -> None:
        if terminal:
            sys.stderr.write(f"\r\x1b[K{done:.0%}")
            sys.stderr.flush()

    try:
        report = export(
            playlist_of(paths.recordings, name),
            target,
            now=clock.utc(),
            progress=show,
            cancelled=lambda: bool(cancelled),
        )
    except PlayerError as failed:
        complain(failed.failure.sentence)
        return int(recording_status_of(failed.failure))
    except ExportCancelledError:
        complain("The export was ended; nothing of it was kept.")
        return 128 + cancelled[0]
    finally:
        if terminal:
            sys.stderr.write("\r\x1b[K")
    say(f"{target}: {length(report.duration)}, {size(report.size)}, {report.tracks} tracks")
    if report.left_out:
        complain(f"{length(report.left_out)} of it could not be exported and are missing there.")
    return int(ExitStatus.PLAYED)


def _nothing_to_export(paths: Paths, name: str, one: RecordingStatus | None) -> int:
    """Say why there is nothing, where that is known."""
    entry = ScheduleFile(paths.schedule).read().find(name)
    failure = one.failure if one else None
    why = entry.failed if entry and entry.failed else failure.sentence if failure else ""
    if one is None and entry is None:
        return _unknown(name)
    complain(f"{name} was not recorded. {why}" if why else f"Nothing of {name} is recorded yet.")
    return int(ExitStatus.UNPLAYABLE)


def _stop(paths: Paths, name: str, clock: Clock) -> int:
    """Let the recorder end it, or end what nobody goes on with."""
    file = ScheduleFile(paths.schedule)
    entry, found = file.read().find(name), _named(paths, name)
    _tell_damage(file)
    if found is None and entry is None:
        return _unknown(name)
    lock = FileLock(paths.recorder_lock)
    if entry is not None and not lock.take():
        file.change(lambda schedule: schedule.stopped(name, clock.utc()))
        say(_ended(name, entry, found))
        return int(ExitStatus.PLAYED)
    try:
        if found is not None and found.state not in _ENDS:
            found = finish(paths.recordings, name)
            say(_ended(name, entry, found))
        else:
            say(_ended(name, entry, None) if found is None else f"{name} has ended already.")
        file.change(lambda schedule: schedule.without(name))
    except OSError as failed:
        complain(f"{name} cannot be ended: {_reason(failed)}.")
        return int(ExitStatus.BAD_ARGUMENTS)
    finally:
        lock.release()
    return int(ExitStatus.PLAYED)


def _ended(name: str, entry: ScheduleEntry | None, found: RecordingStatus | None) -> str:
    """Say what was ended, and how much of it there is."""
    title = (found.title if found else entry.title if entry else "") or name
    if found is None or not found.recorded:
        return printable(f"Ended {title} ({name}): nothing of it was recorded.")
    return printable(f"Ended {title} ({name}): {length(found.recorded)}, {size(found.size)}.")


def _remove(paths: Paths, name: str) -> int:
    file = ScheduleFile(paths.schedule)
    scheduled = file.read().find(name) is not None
    found = _named(paths, name)
    _tell_damage(file)
    if found is None and not scheduled:
        return _unknown(name)
    try:
        if found is not None:
            remove(paths.recordings, name)
    except OSError as failed:
        complain(f"{name} cannot be removed: {_reason(failed)}.")
        return int(ExitStatus.BAD_ARGUMENTS)
    if scheduled:
        file.change(lambda schedule: schedule.without(name))
    had = f": {length(found.recorded)}, {size(found.size)}" if found else " from the schedule"
    say(f"Removed {name}{had}.")
    return int(ExitStatus.PLAYED)


def _reason(failed: OSError) -> str:
    """The system's words, or our own: it may be written by somebody else (BusyError)."""
    return reason_of(failed) if failed.strerror else str(failed)


def _named(paths: Paths, name: str) -> RecordingStatus | None:
    return next((one for one in recordings(paths.recordings) if one.id == name), None)


def _unknown(name: str) -> int:
    complain(f"There is no recording {name!r}. `farol recordings` lists them.")
    return int(ExitStatus.BAD_ARGUMENTS)
