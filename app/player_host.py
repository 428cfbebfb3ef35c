"""PlayerHost: players with their neighbours, alive in the engine thread."""

import random
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal

from app.allocator import give_memory_back
from app.engine_thread import EngineThread, Life
from app.line_file import LineFile
from app.line_note import LineNote, keep_noted, open_note
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
from player.session.shared_line import SharedLine
from player.streaming.fetch.cache import SegmentCache
from player.streaming.fetch.parts import EngineParts
from player.streaming.store.segment_store import SegmentStore
from player.streaming.store.volumes import StoreLimits
from player.units import BitsPerSecond, ByteCount

Publish = Callable[[PlayerEvent | PlayerSnapshot], None]

CACHE_BUDGET = ByteCount(256 << 20)
FIRST_GUESS = BitsPerSecond(3_000_000)
"""What a line is taken to carry before anything was measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostOptions:
    """How this program shows and sounds; `hardware` allows hardware decoders.

    `ipc_socket` opens mpv's own JSON IPC; `route` is how servers are reached. `lines` is the file
    in which it is kept what each network carried; None: nothing is. `kept` is the
    folder of what was watched, `keep` how much of it there may be; None: nothing is kept. At
    `line_note` recorders are told what is needed of the line; None: they are not.
    """

    video: Literal["libmpv", "null"] = "libmpv"
    audio: Literal["auto", "null"] = "auto"
    hardware: bool = True
    ipc_socket: Path | None = None
    clock: Clock = field(default_factory=SystemClock)
    route: Route = field(default_factory=Route)
    lines: Path | None = None
    line_note: Path | None = None
    kept: Path | None = None
    keep: StoreLimits | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One libmpv and the player that plays into it. `submit` from any thread."""

    sink: MpvSink
    player: Player
    submit: Callable[[Command], None]
    life: Life


@dataclass(frozen=True, slots=True, kw_only=True)
class _Common:
    """What all players of a program share."""

    fetcher: HttpFetcher
    estimator: BandwidthEstimator
    cache: SegmentCache
    line: SharedLine


class PlayerHost:
    """Made and closed by the program's main thread; `submit` from any.

    There is one player from the start, and one more for each picture beside it (`add`): all in
    one engine thread, over one line, with one cache. The shutdown order stands here: sessions
    (with the players' coroutines), then the surfaces must already have been freed on the render
    thread, then mpv, then the loop.
    """

    def __init__(self, options: HostOptions, publish: Publish) -> None:
        """Make libmpv and the player; `publish` is called in the engine thread."""
        self._options = options
        self._lines = None if options.lines is None else LineFile(options.lines)
        self._note = _note(options)
        self._thread = EngineThread()
        self._seats: list[Seat] = []
        with ExitStack() as undo:  # a thread without its player would outlive the program
            undo.callback(self._close_files)
            undo.callback(self._thread.close)
            self._store = self._thread.call(lambda: _store(options))
            sink = self._make_sink(options.ipc_socket)
            self._common = self._thread.call(self._make_common)
            self.fetcher = self._common.fetcher
            self._thread.spawn(self._common.line.run)
            if self._note is not None:
                line = self._common.line
                self._thread.spawn(partial(keep_noted, self._note, line, run_in_worker))
            if self._store is not None:
                self._thread.spawn(self._store.run)
            self.first = self._seat(sink, publish)
            undo.pop_all()

    @property
    def sink(self) -> MpvSink:
        """The first player's libmpv."""
        return self.first.sink

    @property
    def player(self) -> Player:
        """The first player."""
        return self.first.player

    def submit(self, command: Command) -> None:
        """Hand a command to the first player in the engine thread; returns at once."""
        self.first.submit(command)

    def add(self, publish: Publish) -> Seat:
        """Make another libmpv and its player; some 50 ms. Main thread."""
        return self._seat(self._make_sink(None), publish)

    def remove(self, seat: Seat, free: Callable[[], None]) -> None:
        """End a player, `free` its render surface, end its libmpv. Main thread.

        What they used goes back to the system, for pictures come and go all day.
        """
        self._seats.remove(seat)
        with ExitStack() as last:  # backward
            last.callback(self._thread.spawn, lambda: run_in_worker(give_memory_back))
            last.callback(seat.sink.close)
            last.callback(free)
            last.callback(self._thread.end, seat.life)

    @property
    def thread(self) -> EngineThread:
        """The loop that does everybody's network work."""
        return self._thread

    def stop_playing(self) -> None:
        """End the sessions and the players, before the render surfaces are freed."""
        self._thread.end_lives()

    def close(self) -> None:
        """End everything, each whatever the others raise; the render surfaces must be gone."""
        with ExitStack() as last:  # backward
            last.callback(self._close_files)
            if self._store is not None:
                last.callback(self._store.close)
            last.callback(self._thread.close)
            for seat in self._seats:
                last.callback(seat.sink.close)
            last.callback(self._thread.wait, self.fetcher.aclose)
            last.callback(self._thread.end_lives)

    def _close_files(self) -> None:
        for file in (self._lines, self._note):
            if file is not None:
                file.close()

    def _make_sink(self, ipc_socket: Path | None) -> MpvSink:
        options = self._options
        sink_options = SinkOptions(
            video=options.video,
            audio=options.audio,
            hardware=options.hardware,
            ipc_socket=ipc_socket,
        )
        return MpvSink(sink_options, self._thread.post, clock=options.clock)

    def _make_common(self) -> _Common:
        options = self._options
        estimator = BandwidthEstimator(FIRST_GUESS)
        fetcher = HttpFetcher(
            options.clock,
            user_agent=USER_AGENT,
            on_transfer=estimator.add,
            route=options.route,
        )
        return _Common(
            fetcher=fetcher,
            estimator=estimator,
            cache=SegmentCache(CACHE_BUDGET),
            line=SharedLine(estimator, options.clock, self._lines),
        )

    def _seat(self, sink: MpvSink, publish: Publish) -> Seat:
        player = self._thread.call(lambda: self._make_player(sink, publish))
        sink.listener = player
        seat = Seat(
            sink=sink,
            player=player,
            submit=lambda command: self._thread.post(lambda: player.submit(command)),
            life=self._thread.spawn(player.run),
        )
        self._seats.append(seat)
        return seat

    def _make_player(self, sink: MpvSink, publish: Publish) -> Player:
        common = self._common
        parts = EngineParts(
            fetcher=common.fetcher,
            sink=sink,
            cache=common.cache,
            estimator=common.estimator,
            clock=self._options.clock,
            worker=run_in_worker,
            open_demuxer=open_demuxer,
            draw=random.random,
            store=self._store,
        )
        return Player(parts, publish, common.line)


def _note(options: HostOptions) -> LineNote | None:
    return None if options.line_note is None else open_note(options.line_note, options.clock)


def _store(options: HostOptions) -> SegmentStore | None:
    if options.kept is None or options.keep is None:
        return None
    return SegmentStore(options.kept, run_in_worker, options.keep)
