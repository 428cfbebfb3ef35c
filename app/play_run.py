"""PlayRun: watches one playback, says when it is over and what became of it."""

import argparse
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from app.console import complain
from app.exit_status import ExitStatus, status_of
from app.outputs import reason_of, unwritten
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
from player.errors import ErrorCode, Failure, Severity
from player.net.masking import mask_url
from player.qoe.metrics import PlaybackMetrics
from player.units import Micros, micros

PATIENCE_S = 60.0
"""How long a run that ends by itself waits for its first picture."""

_NO_PICTURE = Failure(
    code=ErrorCode.NETWORK_TIMEOUT,
    sentence=f"No picture came within {PATIENCE_S:.0f} seconds. Try again later.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """When a run is over: `duration` seconds after the first picture, or at the end.

    `patient` waits for the first picture for ever, as a window does that somebody looks at.
    """

    duration: float | None
    report: Path | None
    patient: bool = False

    @classmethod
    def of(cls, options: argparse.Namespace) -> Self:
        """Give what the command line asks for."""
        patient = options.duration is None and not getattr(options, "headless", False)
        return cls(duration=options.duration, report=options.report, patient=patient)


def write_json(report: Mapping[str, object], path: Path) -> str:
    """Write a report; "" or a sentence why it is not there."""
    try:
        path.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    except OSError as failed:
        return unwritten(path, reason_of(failed))
    return ""


class PlayRun:
    """Takes what the player publishes; any one thread, and `look` in another.

    `over` is called once. What it measures is kept only where a report is asked for: a window
    may stay open for months.
    """

    def __init__(
        self, tag: str | None, options: RunOptions, clock: Clock, over: Callable[[], None]
    ) -> None:
        """Watch the session of `tag`; without one, the channel that was tuned last."""
        self._options = options
        self._clock = clock
        self._over = over
        self._first: Micros | None = None
        self._waits_since = clock.monotonic()
        self._signal = 0
        self._done = False
        self._url = ""
        self._started_at = clock.utc()
        self._follow = tag is None
        self._metrics = PlaybackMetrics(tag or "")
        self.failure: Failure | None = None
        self.pictured = False
        """Whether a decoder has told the size of a picture; radio has none."""

    def ask(self, request: PlayRequest) -> None:
        """Note what is being asked for; the report tells it without its credentials."""
        self._waits_since = self._clock.monotonic()
        self._url = mask_url(request.url)

    def take(self, message: PlayerEvent | PlayerSnapshot) -> None:
        """Take an event or a snapshot."""
        now = self._clock.monotonic()
        if self._options.report is not None:
            self._measure(now, message)
        if isinstance(message, PlayerSnapshot):
            self.pictured = self.pictured or message.height > 0
        else:
            self._judge(message)
        self.look(now)

    def _measure(self, now: Micros, message: PlayerEvent | PlayerSnapshot) -> None:
        if isinstance(message, PlayerSnapshot):
            self._metrics.snapshot(now, message)
        else:
            self._tuned(message)
            self._metrics.event(message)

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

    def look(self, now: Micros) -> None:
        """End the run when its time is up, also where the player says nothing any more."""
        if self._done:
            return
        if self._first is not None:
            duration = self._options.duration
            if duration is not None and now - self._first >= micros(duration):
                self._end()
        elif not self._options.patient and now - self._waits_since >= micros(PATIENCE_S):
            self.failure = _NO_PICTURE
            self._end()

    def interrupt(self, number: int) -> None:
        """Note that a signal ends the run, whatever has been seen of it."""
        self._signal = number

    def _end(self) -> None:
        if not self._done:
            self._done = True
            self._over()

    @property
    def played(self) -> bool:
        """Whether there was a picture, and no failure ended it."""
        return self.failure is None and self._first is not None

    @property
    def status(self) -> int:
        """What to tell the shell; 128 and its number where a signal came before any picture."""
        if self.failure is not None:
            return status_of(self.failure)
        if self._first is None:
            return 128 + self._signal if self._signal else ExitStatus.UNPLAYABLE
        return ExitStatus.PLAYED

    def conclude(
        self, missing: str = "", known: ExitStatus | None = None, *, counts: bool = True
    ) -> int:
        """Write the report and say what went wrong; gives the exit status.

        `missing` says in a sentence why another file that was asked for is not there. `known`
        is a status whose sentence was said already. Where nothing `counts` (a window that was
        closed), all is well that could be written.
        """
        unwritten_files = [one for one in (missing, self.write_report()) if one]
        for sentence in unwritten_files:
            complain(sentence)
        status = known or (self.say() if counts else ExitStatus.PLAYED)
        return int(status or (ExitStatus.BAD_ARGUMENTS if unwritten_files else 0))

    def say(self) -> int:
        """Say why it was not played, where a person would wonder; gives the status."""
        if self.failure is not None:
            complain(self.failure.sentence)
        elif self.status == ExitStatus.UNPLAYABLE:
            complain("It ended before any picture came.")
        return self.status

    def write_report(self) -> str:
        """Write the report where it was asked for; "" or a sentence why it is not there."""
        path = self._options.report
        return "" if path is None else write_json(self.report(), path)

    def report(self) -> dict[str, object]:
        """How it went so far; counted only where a report is asked for."""
        return self._metrics.report(
            self._clock.monotonic(), url=self._url, started_at=self._started_at
        )
