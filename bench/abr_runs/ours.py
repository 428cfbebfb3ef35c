"""Our player on a line: real libmpv at the real clock, null outputs."""

import threading
import time
from collections.abc import Callable
from contextlib import closing

from app.player_host import HostOptions, PlayerHost
from bench.abr_runs.watching import Look, Watched
from bench.neighbours import pause
from player.api import (
    ErrorOccurred,
    FirstPicture,
    Play,
    PlayerEvent,
    PlayerSnapshot,
    PlayRequest,
    QualityChanged,
    RebufferEnded,
    RebufferStarted,
    Recovered,
    SegmentFetched,
    Stop,
)
from player.errors import Severity
from player.units import MICROS_PER_SECOND

STANDS_S = 0.3
"""The player stands before the clock starts, as the browser's do."""


class Record:
    """Writes down what a player says, by the time since the start. Called in the engine thread."""

    def __init__(self) -> None:
        """Begin with nothing said."""
        self.over = threading.Event()
        self.begin()

    def begin(self) -> None:
        """The clock starts now; what was said before does not count."""
        self.began = time.perf_counter()
        self.first: float | None = None
        self.problem = ""
        self.looks: list[Look] = []
        self.words: list[tuple[float, str]] = []

    def take(self, message: PlayerEvent | PlayerSnapshot) -> None:
        """Take the newest."""
        at = time.perf_counter() - self.began
        if isinstance(message, PlayerSnapshot):
            position = message.position / MICROS_PER_SECOND
            height = next(
                (rung.height for rung in message.rungs if rung.bandwidth == message.bandwidth), 0
            )
            self.looks.append(Look(at, position, height))
            return
        if isinstance(message, FirstPicture) and self.first is None:
            self.first = at
        if isinstance(message, ErrorOccurred) and message.failure.severity is Severity.FATAL:
            self.problem = in_words(message)
            self.over.set()
        line = in_words(message)
        if line:
            self.words.append((round(at, 3), line))


def in_words(event: PlayerEvent) -> str:
    """One line of what matters here; "" for what does not."""
    if isinstance(event, QualityChanged):
        rates = f"{event.from_bandwidth / 1e6:g} -> {event.to_bandwidth / 1e6:g}"
        return f"rung {rates} at {event.position / MICROS_PER_SECOND:g} s: {event.reason}"
    if isinstance(event, SegmentFetched):
        return f"fetched {event.bandwidth / 1e6:g}, {event.size} bytes"
    if isinstance(event, Recovered):
        return f"recovered {event.code}: {event.decision}"
    if isinstance(event, ErrorOccurred):
        return f"error {event.failure.code}"
    told = {FirstPicture: "first picture", RebufferStarted: "stalls", RebufferEnded: "goes on"}
    return told.get(type(event), "")


def ours(abr: str) -> Callable[[str, float], Watched]:
    """A contender: plays an address for so many seconds with a controller of ours."""

    def play(url: str, seconds: float) -> Watched:
        record = Record()
        with closing(PlayerHost(_OPTIONS, record.take)) as host:
            pause(STANDS_S)
            record.begin()
            host.submit(Play(request=PlayRequest(url=url, abr=abr)))
            record.over.wait(seconds)
            lasted = time.perf_counter() - record.began
            looks, words = tuple(record.looks), tuple(record.words)
            host.submit(Stop())
        return Watched(
            lasted=lasted,
            first_picture=record.first,
            looks=looks,
            words=words,
            problem=record.problem,
        )

    return play


_OPTIONS = HostOptions(video="null", audio="null")
