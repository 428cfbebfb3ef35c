"""`farol` with its window: composes player, catalogue and scene, and takes them down again."""

import argparse
import functools
import logging
from contextlib import ExitStack

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication, QImageWriter

from app.catalog_host import CatalogHost, FixedChannels, without_channels
from app.console import complain
from app.controls import Controls, Reach
from app.data_saver import DataSaver, SaverSetting, SystemLine
from app.display import held_display
from app.exit_status import ExitStatus
from app.hardware import has_sound, has_video_decoder
from app.helper_process import start_recorder
from app.memory import FULL_VOLUME, Memory
from app.outputs import reason_of, unwritten
from app.paths import (
    Paths,
    find_paths,
    line_note,
    lines_file,
    passing_paths,
    time_shift_folder,
)
from app.play_run import PlayRun, RunOptions
from app.player_host import HostOptions, PlayerHost
from app.qt_calls import QtCalls
from app.recording_address import title_of
from app.recording_desk import RecordingDesk
from app.requests import TAG, play_request, route_of, store_limits_of
from app.seats import Seats
from app.signals import on_ending_signal
from app.spool_fetch import SpoolFetch
from catalog.import_job import CatalogImportError
from catalog.model import Channel
from player.api import PlayerEvent, PlayerSnapshot, SetVolume, Stop
from player.clock import Clock, SystemClock
from ui.bridge import PlayerBridge
from ui.languages import Languages
from ui.ports import CatalogQueries
from ui.qt import prepare_qt
from ui.window import MainWindow, WindowOptions

LOG = logging.getLogger("farol.app")

HEARTBEAT_MS = 200
"""How often Python gets a turn for signals while Qt sleeps."""


def open_window(options: argparse.Namespace) -> int:
    """Open the window and run until it closes; returns the exit status."""
    with held_display() as found:
        if not found:
            complain("There is no screen to open a window on. Try `farol play --headless URL`.")
            return int(ExitStatus.BAD_ARGUMENTS)
        application = prepare_qt()
    with ExitStack() as ending:
        try:
            program = _Program(options, application, ending)
        except OSError as failed:
            complain(_not_opened(failed))
            return int(ExitStatus.BAD_ARGUMENTS)
        program.start()
        application.exec()
    return program.finish()


class _Program:
    """One run of the window. Qt thread.

    What it opens it leaves to `ending`, which closes each whatever the others raise: session,
    then the render context on its thread, then mpv, then the loop, then catalogue and memory.
    """

    def __init__(
        self, options: argparse.Namespace, application: QGuiApplication, ending: ExitStack
    ) -> None:
        self._options = options
        self._application = application
        self._clock = SystemClock()
        self._calls = QtCalls()
        self._bridge = PlayerBridge()
        playing = options.command == "play"
        self._run = PlayRun(
            TAG if playing else None,
            RunOptions.of(options),
            self._clock,
            lambda: self._calls.post(self._over),
        )
        paths = None if playing else _paths(ending)
        self._memory = None if paths is None else Memory(paths.user_db)
        if self._memory is not None:
            ending.callback(self._memory.close)
        self._catalog = _catalog(options, paths, self._calls)
        if isinstance(self._catalog, CatalogHost):
            ending.callback(self._catalog.close)
        self._desk = self._opened_desk(paths, ending)
        self._current = 0
        self._host = PlayerHost(
            _host_options(options, self._clock), functools.partial(self._publish, 0)
        )
        ending.callback(self._host.close)
        self._seats = Seats(self._host, self._publish, self._follow)
        self._window = self._made_window()
        ending.callback(self._window.close)
        self._saver = DataSaver(
            SaverSetting(options.data_saver),
            lambda saving: self._seats.save(data=saving),
        )
        self._pulse = QTimer()
        ending.callback(self._pulse.stop)
        self._counts = playing or options.duration is not None
        self._status: ExitStatus | None = None
        self._missing = ""
        self._refreshing = False

    def _made_window(self) -> MainWindow:
        """The window, over the host's first player."""
        options = self._options
        return MainWindow(
            Controls(
                self._seats.submit_current,
                wish=play_request(options) if options.command == "play" else None,
                on_play=self._run.ask,
                memory=self._memory,
                reach=Reach(max_connections=options.max_connections, prefetch=options.prefetch),
            ),
            self._catalog,
            self._host.sink.surface,
            bridge=self._bridge,
            seats=self._seats,
            clock=self._clock,
            options=_window_options(options, self._memory),
            on_closing=self._stop,
            on_closed=self._application.quit,
            on_look_again=self._look_for_channels,
            desk=self._desk,
        )

    def _opened_desk(self, paths: Paths | None, ending: ExitStack) -> RecordingDesk | None:
        """Where recordings are ordered; None where nothing is kept, and for a single address."""
        if paths is None or not paths.lasting or not isinstance(self._catalog, CatalogHost):
            return None
        desk = RecordingDesk(
            paths,
            self._catalog.source,
            clock=self._clock,
            start=functools.partial(start_recorder, self._options),
            to_qt=self._calls.post,
        )
        ending.callback(desk.close)
        return desk

    def start(self) -> None:
        """Show the window; refresh the catalogue behind it."""
        on_ending_signal(self._interrupt)
        self._pulse.timeout.connect(self._look)  # lets Python see signals, too
        self._pulse.start(HEARTBEAT_MS)
        if self._memory is not None:
            self._host.submit(SetVolume(percent=self._memory.volume))
        self._saver.start(SystemLine())
        self._window.show()
        self._look_for_channels()

    def _look_for_channels(self) -> None:
        """Bring the list in anew, unless that is being done."""
        if isinstance(self._catalog, CatalogHost) and not self._refreshing:
            self._refreshing = True
            self._window.explain_list(loading=True)
            self._host.thread.spawn(functools.partial(self._refresh, self._catalog))

    async def _refresh(self, catalog: CatalogHost) -> None:
        note, barren = "", False
        try:
            report = await catalog.refresh(SpoolFetch(self._host.fetcher))
        except CatalogImportError as failed:
            note = str(failed)
        except OSError as failed:
            note = f"The list could not be kept: {reason_of(failed)}."
        except Exception:  # the window goes on with what it has; the fault is ours and told
            LOG.exception("the refresh of the catalogue failed")
            note = "The list could not be read: a fault of Farol's."
        else:
            LOG.info("catalogue refreshed: %s", report)
            note = without_channels(report)
            barren = bool(note)
        filled = catalog.filled and not barren
        self._calls.post(functools.partial(self._refreshed, note, filled=filled))

    def _refreshed(self, note: str, *, filled: bool) -> None:
        """Show what came; `note` says why nothing did."""
        self._refreshing = False
        if note:
            complain(note)
            if self._counts and not filled:
                self._give_up()
        self._window.refreshed(note)

    def _publish(self, slot: int, message: PlayerEvent | PlayerSnapshot) -> None:
        if slot == self._current:
            self._run.take(message)
        self._bridge.post(message)

    def _follow(self, slot: int) -> None:
        """What the run counts is the picture with the focus."""
        self._current = slot

    def _over(self) -> None:
        """The run is over by its own rules: leave, but let a viewer read what went wrong."""
        if self._counts or self._run.failure is None:
            self._leave()

    def _leave(self) -> None:
        self._shoot()
        self._application.quit()

    def _interrupt(self, number: int) -> None:
        self._run.interrupt(number)
        self._calls.post(self._leave)

    def _stop(self) -> None:
        """End the session while its picture stands."""
        self._seats.submit_all(Stop())
        self._host.stop_playing()

    def _look(self) -> None:
        if self._counts:
            self._run.look(self._clock.monotonic())

    def _give_up(self) -> None:
        """A run that counts has no channel to play and never will."""
        self._status = ExitStatus.UNREACHABLE
        self._application.quit()

    def _shoot(self) -> None:
        path = self._options.screenshot
        if path is not None:
            writer = QImageWriter(str(path), b"png")
            written = writer.write(self._window.grab())
            self._missing = "" if written else unwritten(path, writer.errorString().lower())

    def finish(self) -> int:
        """Write the report and say what went wrong; gives what to tell the shell."""
        return self._run.conclude(self._missing, self._status, counts=self._counts)


def _not_opened(failed: OSError) -> str:
    """Say what kept the window from opening: no folder anywhere, or libmpv (without an errno)."""
    if failed.filename is None:
        return f"The window cannot be opened: {failed}."
    return f"The window cannot be opened: {failed.filename!r}, {reason_of(failed)}."


def _paths(ending: ExitStack) -> Paths:
    """Where to keep things until `ending`; says where nothing will be kept for longer."""
    try:
        return find_paths()
    except OSError as failed:
        complain(_not_kept(failed))
        LOG.warning("nothing is kept: %s", failed)
        return ending.enter_context(passing_paths())


def _not_kept(failed: OSError) -> str:
    where = "" if failed.filename is None else f" in {failed.filename!r}"
    return (
        f"Farol cannot keep its things{where}: {reason_of(failed)}. It goes on without: the list"
        " and the last channel are forgotten when it ends."
    )


def _catalog(options: argparse.Namespace, paths: Paths | None, calls: QtCalls) -> CatalogQueries:
    if options.command == "play":
        name = title_of(options.url)
        return FixedChannels(Channel(id=TAG, number="1", name=name, url=options.url))
    if options.source is None or paths is None:
        return FixedChannels()
    return CatalogHost(options.source, paths, calls.post)


def _host_options(options: argparse.Namespace, clock: Clock) -> HostOptions:
    return HostOptions(
        audio="auto" if has_sound() else "null",
        hardware=has_video_decoder(),
        ipc_socket=options.mpv_ipc,
        clock=clock,
        route=route_of(options),
        lines=lines_file(),
        line_note=line_note(),
        kept=time_shift_folder(),
        keep=store_limits_of(options),
    )


def _window_options(options: argparse.Namespace, memory: Memory | None) -> WindowOptions:
    return WindowOptions(
        fullscreen=options.fullscreen,
        reduce_motion=options.reduce_motion,
        font_scale=options.font_scale,
        language=options.language,
        start=options.channel or (memory.last_channel if memory else ""),
        volume=memory.volume if memory else FULL_VOLUME,
        languages=Languages(audio=options.audio_language or "", text=options.subtitles or ""),
    )
