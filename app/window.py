"""`farol` with its window: composes player, catalogue and scene, and takes them down again."""

import argparse
import functools
import logging
import signal

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication, QImageWriter

from app.catalog_host import CatalogHost, FixedChannels
from app.console import complain
from app.controls import Controls
from app.display import has_display
from app.exit_status import ExitStatus
from app.hardware import has_sound, has_video_decoder
from app.memory import FULL_VOLUME, Memory
from app.paths import Paths, find_paths
from app.play_run import PlayRun, RunOptions
from app.player_host import HostOptions, PlayerHost
from app.qt_calls import QtCalls
from app.requests import TAG, play_request
from app.spool_fetch import SpoolFetch
from catalog.import_job import CatalogImportError
from catalog.model import Channel
from player.api import PlayerEvent, PlayerSnapshot, SetVolume, Stop
from player.clock import SystemClock
from player.net.masking import mask_url
from ui.bridge import PlayerBridge
from ui.ports import CatalogQueries
from ui.qt import prepare_qt
from ui.window import MainWindow, WindowOptions

LOG = logging.getLogger("farol.app")

HEARTBEAT_MS = 200
"""How often Python gets a turn for signals while Qt sleeps."""


def open_window(options: argparse.Namespace) -> int:
    """Open the window and run until it closes; returns the exit status."""
    if not has_display():
        complain("There is no screen to open a window on. Try `farol play --headless URL`.")
        return int(ExitStatus.BAD_ARGUMENTS)
    application = prepare_qt()
    program = _Program(options, application)
    try:
        program.start()
        application.exec()
    finally:
        program.close()
    return int(program.finish())


class _Program:
    """One run of the window. Qt thread."""

    def __init__(self, options: argparse.Namespace, application: QGuiApplication) -> None:
        self._options = options
        self._application = application
        self._clock = SystemClock()
        self._paths = find_paths()
        self._calls = QtCalls()
        self._bridge = PlayerBridge()
        playing = options.command == "play"
        self._run = PlayRun(
            TAG if playing else None,
            RunOptions(duration=options.duration, report=options.report),
            self._clock,
            lambda: self._calls.post(self._over),
        )
        self._host = PlayerHost(
            HostOptions(
                audio="auto" if has_sound() else "null",
                hardware=has_video_decoder(),
                ipc_socket=options.mpv_ipc,
                clock=self._clock,
            ),
            self._publish,
        )
        self._catalog = _catalog(options, self._paths, self._calls)
        self._memory = None if playing else Memory(self._paths.user_db)
        wish = play_request(options) if playing else None
        self._window = MainWindow(
            Controls(self._host.submit, wish=wish, on_play=self._run.ask, memory=self._memory),
            self._catalog,
            self._host.sink.surface,
            bridge=self._bridge,
            clock=self._clock,
            options=_window_options(options, self._memory),
            on_closed=application.quit,
        )
        self._pulse = QTimer()
        self._counts = playing or options.duration is not None
        self._status: ExitStatus | None = None

    def start(self) -> None:
        """Show the window; refresh the catalogue behind it."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self._application.quit())
        self._pulse.timeout.connect(lambda: None)  # lets Python see signals
        self._pulse.start(HEARTBEAT_MS)
        if self._memory is not None:
            self._host.submit(SetVolume(percent=self._memory.volume))
        self._window.show()
        if isinstance(self._catalog, CatalogHost):
            refresh = functools.partial(self._refresh, self._catalog)
            self._host.thread.spawn(refresh)

    async def _refresh(self, catalog: CatalogHost) -> None:
        try:
            report = await catalog.refresh(SpoolFetch(self._host.fetcher))
        except CatalogImportError as failed:
            complain(str(failed))
            if self._counts and not catalog.filled:
                self._calls.post(self._give_up)
        else:
            LOG.info("catalogue refreshed: %s", report)
        self._calls.post(self._window.reload)

    def _publish(self, message: PlayerEvent | PlayerSnapshot) -> None:
        self._run.take(message)
        self._bridge.post(message)

    def _over(self) -> None:
        """The run is over by its own rules: leave, but let a viewer read what went wrong."""
        if self._counts or self._run.failure is None:
            self._shoot()
            self._application.quit()

    def _give_up(self) -> None:
        """A run that counts has no channel to play and never will."""
        self._status = ExitStatus.UNREACHABLE
        self._application.quit()

    def _shoot(self) -> None:
        if self._options.screenshot is not None:
            QImageWriter(str(self._options.screenshot), b"png").write(self._window.grab())

    def close(self) -> None:
        """Session, then the render context on its thread, then mpv, then the loop."""
        self._pulse.stop()
        self._host.submit(Stop())
        self._host.stop_playing()
        self._window.close()
        self._host.close()
        if isinstance(self._catalog, CatalogHost):
            self._catalog.close()
        if self._memory is not None:
            self._memory.close()

    def finish(self) -> ExitStatus:
        """Write the report; says what to tell the shell."""
        self._run.write_report()
        if not self._counts:
            return ExitStatus.PLAYED
        if self._run.failure is not None:
            complain(self._run.failure.sentence)
        return self._status or self._run.status


def _catalog(options: argparse.Namespace, paths: Paths, calls: QtCalls) -> CatalogQueries:
    if options.command == "play":
        name = mask_url(options.url).rpartition("/")[2] or "Farol"
        return FixedChannels(Channel(id=TAG, number="1", name=name, url=options.url))
    if options.source is None:
        return FixedChannels()
    return CatalogHost(options.source, paths, calls.post)


def _window_options(options: argparse.Namespace, memory: Memory | None) -> WindowOptions:
    return WindowOptions(
        fullscreen=options.fullscreen,
        reduce_motion=options.reduce_motion,
        font_scale=options.font_scale,
        language=options.language,
        start=options.channel or (memory.last_channel if memory else ""),
        volume=memory.volume if memory else FULL_VOLUME,
    )
