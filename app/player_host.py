"""PlayerHost: a Player with its neighbours, alive in the engine thread."""

import random
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from app.engine_thread import EngineThread
from app.line_file import LineFile
from app.version import USER_AGENT
from app.workers import run_in_worker
from player.abr.estimator import BandwidthEstimator
from player.api import Command, PlayerEvent, PlayerSnapshot
from player.clock import Clock, SystemClock
from player.media.demux import open_demuxer
from player.mpv.settings import SinkOptions
from player.mpv.sink import MpvSink
from player.net.fetcher import HttpFetcher
from player.ports import Route
from player.session.player import Player
from player.streaming.fetch.cache import SegmentCache
from player.streaming.fetch.parts import EngineParts
from player.streaming.store.segment_store import SegmentStore
from player.streaming.store.volumes import StoreLimits
from player.units import BitsPerSecond, ByteCount

CACHE_BUDGET = ByteCount(256 << 20)
FIRST_GUESS = BitsPerSecond(3_000_000)
"""What a line is taken to carry before anything was measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostOptions:
    """How this program shows and sounds; `hardware` allows hardware decoders.

    `ipc_socket` opens mpv's own JSON IPC; `route` is how servers are reached. `lines` is the file
    in which it is kept what each network carried; None: nothing is. `kept` is the
    folder of what was watched, `keep` how much of it there may be; None: nothing is kept.
    """

    video: Literal["libmpv", "null"] = "libmpv"
    audio: Literal["auto", "null"] = "auto"
    hardware: bool = True
    ipc_socket: Path | None = None
    clock: Clock = field(default_factory=SystemClock)
    route: Route = field(default_factory=Route)
    lines: Path | None = None
    kept: Path | None = None
    keep: StoreLimits | None = None


class PlayerHost:
    """Made and closed by the program's main thread; `submit` from any.

    The shutdown order stands here: session (with the player's coroutine), then the surface must
    already have been freed on the render thread, then mpv, then the loop.
    """

    def __init__(
        self, options: HostOptions, publish: Callable[[PlayerEvent | PlayerSnapshot], None]
    ) -> None:
        """Make libmpv and the player; `publish` is called in the engine thread."""
        self._lines = None if options.lines is None else LineFile(options.lines)
        self._store: SegmentStore | None = None
        self._thread = EngineThread()
        sink_options = SinkOptions(
            video=options.video,
            audio=options.audio,
            hardware=options.hardware,
            ipc_socket=options.ipc_socket,
        )
        with ExitStack() as undo:  # a thread without its player would outlive the program
            undo.callback(self._close_lines)
            undo.callback(self._thread.close)
            self.sink = MpvSink(sink_options, self._thread.post, clock=options.clock)
            self.player, self.fetcher = self._thread.call(lambda: self._make(options, publish))
            undo.pop_all()
        self.sink.listener = self.player
        self._thread.spawn(self.player.run)

    def submit(self, command: Command) -> None:
        """Hand a command to the engine thread; returns at once."""
        self._thread.post(lambda: self.player.submit(command))

    @property
    def thread(self) -> EngineThread:
        """The loop that does everybody's network work."""
        return self._thread

    def stop_playing(self) -> None:
        """End the session and the player, before the render surface is freed."""
        self._thread.end_lives()

    def close(self) -> None:
        """End everything, each whatever the others raise; the render surface must be gone."""
        with ExitStack() as last:  # backward
            last.callback(self._close_lines)
            if self._store is not None:
                last.callback(self._store.close)
            last.callback(self._thread.close)
            last.callback(self.sink.close)
            last.callback(self._thread.wait, self.fetcher.aclose)
            last.callback(self._thread.end_lives)

    def _close_lines(self) -> None:
        if self._lines is not None:
            self._lines.close()

    def _make(
        self, options: HostOptions, publish: Callable[[PlayerEvent | PlayerSnapshot], None]
    ) -> tuple[Player, HttpFetcher]:
        if options.kept is not None and options.keep is not None:
            self._store = SegmentStore(options.kept, run_in_worker, options.keep)
        estimator = BandwidthEstimator(FIRST_GUESS)
        fetcher = HttpFetcher(
            options.clock,
            user_agent=USER_AGENT,
            on_transfer=estimator.add,
            route=options.route,
        )
        parts = EngineParts(
            fetcher=fetcher,
            sink=self.sink,
            cache=SegmentCache(CACHE_BUDGET),
            estimator=estimator,
            clock=options.clock,
            worker=run_in_worker,
            open_demuxer=open_demuxer,
            draw=random.random,
            store=self._store,
        )
        return Player(parts, publish, self._lines), fetcher
