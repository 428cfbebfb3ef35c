"""`farol record`: one recording in the foreground, or put into the schedule."""

import argparse
import secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import anyio

from app.catalog_host import CatalogHost, identify, without_channels
from app.channel_book import ChannelBook, find_channel
from app.console import complain, printable, say
from app.exit_status import ExitStatus, recording_status_of
from app.outputs import reason_of
from app.paths import Paths, find_paths, line_note
from app.record_arguments import next_moment
from app.recorder import reach_of
from app.recorder_host import RecorderHost, recorder_host
from app.recording_address import obstacle_to, title_of
from app.recording_words import progress_words, recording_id
from app.requests import route_of
from app.schedule_run import damaged_schedule
from app.signals import on_ending_signal
from app.spool_fetch import SpoolFetch
from app.workers import run_in_worker
from catalog.import_job import CatalogImportError
from player.api import PlayRequest
from player.clock import SystemClock
from player.recording.face import (
    Recorder,
    RecordingOrder,
    RecordingState,
    RecordingStatus,
    playlist_of,
)
from player.recording.schedule import ScheduleEntry, ScheduleError
from player.recording.schedule_file import ScheduleFile
from player.units import MICROS_PER_SECOND, Micros

_LOOK_S = 0.2
"""How often it is looked whether a signal came."""


class _RefusedError(Exception):
    """Nothing was recorded; the text is a sentence for the viewer."""

    def __init__(self, sentence: str, status: ExitStatus = ExitStatus.BAD_ARGUMENTS) -> None:
        """End with `status`."""
        super().__init__(sentence)
        self.status = status


class _Signals:
    """The first signal that asked for the end, 0 before."""

    def __init__(self) -> None:
        self.number = 0

    def take(self, number: int) -> None:
        """Note it. A signal's handler."""
        self.number = self.number or number


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What to record; `source` and `channel` as the catalogue knows them, "" for an address."""

    request: PlayRequest
    name: str
    source: str = ""
    channel: str = ""


def record(options: argparse.Namespace) -> int:
    """Record until the time is over, or a signal ends it; returns the exit status."""
    obstacle = "" if options.source is not None else obstacle_to(options.what)
    if obstacle:
        complain(obstacle)
        return int(ExitStatus.BAD_ARGUMENTS)
    try:
        paths = find_paths()
    except OSError as failed:
        complain(f"Nothing can be recorded: {reason_of(failed)}.")
        return int(ExitStatus.BAD_ARGUMENTS)
    signals = _Signals()
    on_ending_signal(signals.take)
    try:
        return anyio.run(_record, options, paths, signals)
    except _RefusedError as refused:
        complain(str(refused))
        return int(refused.status)
    except ScheduleError as refused:
        complain(str(refused))
        return int(ExitStatus.BAD_ARGUMENTS)
    except CatalogImportError as failed:
        complain(str(failed))
        there = failed.__cause__ is None
        return int(ExitStatus.UNPLAYABLE if there else ExitStatus.UNREACHABLE)


async def _record(options: argparse.Namespace, paths: Paths, signals: _Signals) -> int:
    clock = SystemClock()
    async with recorder_host(clock, route_of(options), line_note()) as host:
        wanted = await _wanted(options, paths, host)
        if signals.number:
            return 128 + signals.number
        since, until = _times(options, clock.utc())
        title = options.title or wanted.name
        name = recording_id(title, since, secrets.token_hex(2))
        if options.at is not None:
            return await _schedule(paths, wanted, name, title, (since, until))
        order = RecordingOrder(
            id=name,
            title=title,
            tag=wanted.channel,
            request=wanted.request,
            until=until,
            attended=True,
        )
        shown = _Progress(sys.stderr.isatty())
        recorder = host.recorder(paths.recordings, order, wanted.source, shown.take)
        say(f"Recording {printable(title)} into {playlist_of(paths.recordings, name).parent}")
        async with anyio.create_task_group() as group:
            group.start_soon(host.heed_watchers)
            group.start_soon(_stop_when, signals, recorder)
            status = await recorder.run()
            group.cancel_scope.cancel()
    shown.end()
    return _conclude(status, signals.number)


async def _wanted(options: argparse.Namespace, paths: Paths, host: RecorderHost) -> _Wanted:
    book = ChannelBook(paths, reach_of(options))
    headers = dict(options.header)
    if options.source is None:
        request = book.asking(options.what, "", headers)
        return _Wanted(request=request, name=title_of(options.what))
    source = identify(options.source).id
    channels = await run_in_worker(lambda: book.channels(source))
    channel = find_channel(channels, options.what)
    if channel is None:
        await _read_in(options.source, paths, host)
        channels = await run_in_worker(lambda: book.channels(source))
        channel = find_channel(channels, options.what)
    if channel is None:
        raise _RefusedError(f"There is no channel {options.what!r} in this list.")
    obstacle = obstacle_to(channel.url)
    if obstacle:
        raise _RefusedError(f"{channel.name}: {obstacle}", ExitStatus.UNPLAYABLE)
    request = book.asking(channel.url, channel.id, {**channel.headers, **headers})
    return _Wanted(request=request, name=channel.name, source=source, channel=channel.id)


async def _read_in(location: str, paths: Paths, host: RecorderHost) -> None:
    """Bring the list in, as the window does; raises CatalogImportError."""
    catalog = CatalogHost(location, paths, _now)
    try:
        report = await catalog.refresh(SpoolFetch(host.fetcher))
    finally:
        catalog.close()
    barren = without_channels(report)
    if barren:
        raise _RefusedError(barren, ExitStatus.UNPLAYABLE)


def _now(call: Callable[[], None]) -> None:
    call()


def _times(options: argparse.Namespace, now: Micros) -> tuple[Micros, Micros | None]:
    """When it begins and ends, UTC; the times of the day are those of this machine."""
    here = datetime.fromtimestamp(now / MICROS_PER_SECOND, UTC).astimezone()
    begins = here if options.at is None else next_moment(options.at, here)
    since = now if options.at is None else _micros(begins)
    if options.lasts is not None:
        return since, Micros(since + options.lasts)
    return since, None if options.until is None else _micros(next_moment(options.until, begins))


def _micros(moment: datetime) -> Micros:
    return Micros(round(moment.timestamp()) * MICROS_PER_SECOND)


async def _schedule(
    paths: Paths, wanted: _Wanted, name: str, title: str, times: tuple[Micros, Micros | None]
) -> int:
    entry = ScheduleEntry(
        id=name,
        title=title,
        source=wanted.source,
        channel=wanted.channel,
        address="" if wanted.channel else wanted.request.url,
        since=times[0],
        until=times[1],
    )
    file = ScheduleFile(paths.schedule)
    try:
        schedule = await run_in_worker(lambda: file.change(lambda schedule: schedule.added(entry)))
    except OSError as failed:
        raise _RefusedError(f"The schedule cannot be written: {reason_of(failed)}.") from failed
    if file.set_aside is not None:
        complain(damaged_schedule(file.set_aside))
    say(f"Scheduled {printable(title)} as {name}. `farol recorder` records it.")
    for other in schedule.overlapping(entry):
        say(f"At the same time as {printable(other.title or other.id)}.")
    return int(ExitStatus.PLAYED)


async def _stop_when(signals: _Signals, recorder: Recorder) -> None:
    """Look now and then: a signal's handler is Python's own, and wakes no loop."""
    while not signals.number:  # noqa: ASYNC110 - see above
        await anyio.sleep(_LOOK_S)
    recorder.stop()


class _Progress:
    """How far it is, on standard error: one line that changes, or one for each change of state."""

    def __init__(self, terminal: bool) -> None:  # noqa: FBT001 - what the stream says of itself
        self._terminal = terminal
        self._state: object = None

    def take(self, status: RecordingStatus) -> None:
        """Show a status."""
        words = progress_words(status)
        if status.state is RecordingState.INTERRUPTED and status.failure:
            words = f"{words}. {printable(status.failure.sentence)}"
        if self._terminal:
            sys.stderr.write(f"\r\x1b[K{words}")
            sys.stderr.flush()
        elif (status.state, len(status.gaps)) != self._state:
            sys.stderr.write(f"{words}\n")
        self._state = (status.state, len(status.gaps))

    def end(self) -> None:
        """Leave the line."""
        if self._terminal and self._state is not None:
            sys.stderr.write("\n")


def _conclude(status: RecordingStatus, signalled: int) -> int:
    """Say how it ended. One of which nothing was had is not there, whatever ended it."""
    if status.recorded:
        say(f"{status.id}: {progress_words(status)}")
    if status.state is RecordingState.DONE:
        return int(ExitStatus.PLAYED)
    failure = status.failure
    complain(failure.sentence if failure else "The recording was interrupted.")
    if status.state is RecordingState.INTERRUPTED:
        complain(f"`farol recordings stop {status.id}` ends it when the disk takes it.")
    if signalled and not status.recorded:
        return 128 + signalled
    return int(recording_status_of(failure) if failure else ExitStatus.UNPLAYABLE)
