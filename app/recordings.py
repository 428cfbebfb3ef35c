"""`farol recordings`: what was recorded and what is scheduled; exports and removes."""

import argparse
import json
import sys
from pathlib import Path

from app.console import complain, say
from app.exit_status import ExitStatus
from app.outputs import reason_of
from app.paths import Paths, find_paths
from app.recording_words import described, in_columns, length, rows, size
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
    except OSError as failed:
        complain(f"The recordings cannot be read: {reason_of(failed)}.")
        return int(ExitStatus.UNPLAYABLE)


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
    if file.set_aside is not None:
        complain(f"The schedule was damaged; it was kept as {str(file.set_aside)!r}.")
    return int(ExitStatus.PLAYED)


def _export(paths: Paths, name: str, target: Path, clock: Clock) -> int:
    one = _named(paths, name)
    if one is None:
        return _unknown(name)
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
        return int(ExitStatus.UNPLAYABLE)
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


def _stop(paths: Paths, name: str, clock: Clock) -> int:
    """Let the recorder end it, or end what nobody goes on with."""
    file = ScheduleFile(paths.schedule)
    scheduled = file.read().find(name) is not None
    found = _named(paths, name)
    if found is None and not scheduled:
        return _unknown(name)
    lock = FileLock(paths.recorder_lock)
    if scheduled and not lock.take():
        file.change(lambda schedule: schedule.stopped(name, clock.utc()))
        return int(ExitStatus.PLAYED)
    try:
        if found is not None and found.state not in _ENDS:
            finish(paths.recordings, name)
        file.change(lambda schedule: schedule.without(name))
    except OSError as failed:
        complain(f"{name} cannot be ended: {failed.strerror or failed}.")
        return int(ExitStatus.UNPLAYABLE)
    finally:
        lock.release()
    return int(ExitStatus.PLAYED)


def _remove(paths: Paths, name: str) -> int:
    file = ScheduleFile(paths.schedule)
    scheduled = file.read().find(name) is not None
    found = _named(paths, name)
    if found is None and not scheduled:
        return _unknown(name)
    try:
        if found is not None:
            remove(paths.recordings, name)
    except OSError as failed:
        complain(f"{name} cannot be removed: {failed.strerror or failed}.")
        return int(ExitStatus.UNPLAYABLE)
    if scheduled:
        file.change(lambda schedule: schedule.without(name))
    return int(ExitStatus.PLAYED)


def _named(paths: Paths, name: str) -> RecordingStatus | None:
    return next((one for one in recordings(paths.recordings) if one.id == name), None)


def _unknown(name: str) -> int:
    complain(f"There is no recording {name!r}. `farol recordings` lists them.")
    return int(ExitStatus.BAD_ARGUMENTS)
