"""`farol recorder`: the process that works the schedule, with or without a window beside it."""

import argparse
import sys
import threading
from contextlib import suppress
from functools import partial

import anyio

from app.channel_book import ChannelBook, SourceReach
from app.console import complain, printable, say
from app.exit_status import ExitStatus
from app.outputs import reason_of
from app.paths import Paths, find_paths, line_note
from app.recorder_host import RecorderHost, recorder_host
from app.requests import route_of
from app.schedule_run import Recording, ScheduleRun, ScheduleRunParts
from app.signals import on_ending_signal
from app.workers import run_in_worker
from player.api import PlayRequest
from player.clock import Clock, SystemClock
from player.recording.face import RecordingOrder, RecordingStatus
from player.recording.file_lock import FileLock
from player.recording.schedule import ScheduleEntry
from player.recording.schedule_file import ScheduleFile

_LOOK_S = 0.2
"""How often it is looked whether a signal came."""


def record_schedule(options: argparse.Namespace) -> int:
    """Work the schedule; returns the exit status.

    A signal ends it cleanly: what records stays in the schedule, and is gone on with next time.
    """
    try:
        paths = find_paths()
        lock = FileLock(paths.recorder_lock)
        if not lock.take():
            say("A recorder is at work already.")
            return int(ExitStatus.PLAYED)
    except OSError as failed:
        complain(f"Nothing can be recorded: {reason_of(failed)}.")
        return int(ExitStatus.BAD_ARGUMENTS)
    interrupted = threading.Event()
    on_ending_signal(lambda _: interrupted.set())
    try:
        anyio.run(_record, options, paths, interrupted)
    finally:
        lock.release()
    return int(ExitStatus.PLAYED)


def reach_of(options: argparse.Namespace) -> SourceReach:
    """How sources are reached, as the command line says."""
    return SourceReach(
        proxy=options.proxy or "",
        certificate=options.accept_certificate or "",
        max_connections=options.max_connections,
    )


async def _record(options: argparse.Namespace, paths: Paths, interrupted: threading.Event) -> None:
    clock: Clock = SystemClock()
    book = ChannelBook(paths, reach_of(options))
    async with recorder_host(clock, route_of(options), line_note()) as host:
        parts = ScheduleRunParts(
            file=ScheduleFile(paths.schedule),
            clock=clock,
            worker=run_in_worker,
            resolve=book.request,
            record=partial(_recorder, host, paths),
            say=_tell,
        )
        async with anyio.create_task_group() as group:
            group.start_soon(host.heed_watchers)
            group.start_soon(_cancel_when, interrupted, group.cancel_scope)
            await ScheduleRun(parts, stay=options.stay).run()
            group.cancel_scope.cancel()


def _recorder(
    host: RecorderHost, paths: Paths, entry: ScheduleEntry, request: PlayRequest
) -> Recording:
    order = RecordingOrder(
        id=entry.id,
        title=entry.title,
        tag=entry.tag,
        request=request,
        since=entry.begins,
        until=entry.ends,
    )
    return host.recorder(paths.recordings, order, entry.source, _heard)


def _tell(sentence: str) -> None:
    """Say it at once, for whoever reads the journal; where nobody does, go on all the same."""
    with suppress(BrokenPipeError):
        say(printable(sentence))
        sys.stdout.flush()


def _heard(_: RecordingStatus) -> None:
    """What a recording tells lies in its folder as well, where everybody can read it."""


async def _cancel_when(interrupted: threading.Event, scope: anyio.CancelScope) -> None:
    """Look now and then: a signal's handler is Python's own, and wakes no loop."""
    while not interrupted.is_set():  # noqa: ASYNC110 - see above
        await anyio.sleep(_LOOK_S)
    scope.cancel()
