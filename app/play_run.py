"""PlayRun: watches one playback, says when it is over and what became of it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.exit_status import ExitStatus, status_of
from player.api import (
    ErrorOccurred,
    FirstPicture,
    PlaybackEnded,
    PlayerEvent,
    PlayerSnapshot,
    PlayRequest,
    SessionStarted,
)
from player.clock import Clock
from player.errors import Failure, Severity
from player.net.masking import mask_url
from player.qoe.metrics import PlaybackMetrics
from player.units import Micros, micros


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """When a run is over: `duration` seconds after the first picture, or at the end."""

    duration: float | None
    report: Path | None


class PlayRun:
    """Takes what the player publishes; any one thread. `over` is called once."""

    def __init__(
        self, tag: str | None, options: RunOptions, clock: Clock, over: Callable[[], None]
    ) -> None:
        """Watch the session of `tag`; without one, the channel that was tuned last."""
        self._options = options
        self._clock = clock
        self._over = over
        self._first: Micros | None = None
        self._done = False
        self._url = ""
        self._started_at = clock.utc()
        self._follow = tag is None
        self._metrics = PlaybackMetrics(tag or "")
        self.failure: Failure | None = None

    def ask(self, request: PlayRequest) -> None:
        """Note what is being asked for; the report tells it without its credentials."""
        self._url = mask_url(request.url)

    def take(self, message: PlayerEvent | PlayerSnapshot) -> None:
        """Take an event or a snapshot."""
        now = self._clock.monotonic()
        if isinstance(message, PlayerSnapshot):
            self._metrics.snapshot(now, message)
        else:
            self._tuned(message)
            self._metrics.event(message)
            self._judge(message)
        self._look_at_the_clock(now)

    def _tuned(self, event: PlayerEvent) -> None:
        """Begin a fresh count with each channel, where whatever is tuned counts."""
        if self._follow and isinstance(event, SessionStarted):
            self._metrics = PlaybackMetrics(event.tag)

    def _judge(self, event: PlayerEvent) -> None:
        match event:
            case FirstPicture(at=at) if self._first is None:
                self._first = at
            case PlaybackEnded():
                self._end()
            case ErrorOccurred(failure=failure) if failure.severity is Severity.FATAL:
                self.failure = failure
                self._end()
            case _:
                pass

    def _look_at_the_clock(self, now: Micros) -> None:
        if self._first is None or self._options.duration is None:
            return
        if now - self._first >= micros(self._options.duration):
            self._end()

    def _end(self) -> None:
        if not self._done:
            self._done = True
            self._over()

    @property
    def status(self) -> ExitStatus:
        """What to tell the shell."""
        if self.failure is not None:
            return status_of(self.failure)
        return ExitStatus.PLAYED if self._first is not None else ExitStatus.UNPLAYABLE

    def write_report(self) -> None:
        """Write the report where it was asked for."""
        if self._options.report is not None:
            report = self._metrics.report(
                self._clock.monotonic(), url=self._url, started_at=self._started_at
            )
            text = json.dumps(report, indent=2)
            self._options.report.write_text(text + "\n", encoding="utf-8")
