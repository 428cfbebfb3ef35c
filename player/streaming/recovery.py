"""RecoveryPolicy: the one place that decides what follows a failure."""

from dataclasses import dataclass
from enum import StrEnum

from player.errors import ErrorCategory, ErrorCode, Failure
from player.units import Micros, micros


class FailedPart(StrEnum):
    """What could not be had."""

    MANIFEST = "manifest"
    INDEX = "index"
    SEGMENT = "segment"


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What went wrong before: `attempts` at this very thing (1: the first failed), other rungs
    left to try, segments skipped in a row before this one, since when nothing new came, since
    when this part has been failing, and how long ago, by our clock, the server should have got
    the segment (None: long ago).
    """

    part: FailedPart
    attempts: int
    live: bool = False
    other_rungs: bool = False
    skipped_in_a_row: int = 0
    stale_for: Micros = Micros(0)
    failing_for: Micros = Micros(0)
    available_for: Micros | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """Try the same again after a pause."""

    after: Micros


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchRepresentation:
    """Leave this rung alone for a while and take another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipSegment:
    """Go on after the segment; the hole is shown as a jump."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveUp:
    """The session ends with the failure."""


Recovery = Retry | SwitchRepresentation | SkipSegment | GiveUp

_FINAL = frozenset(
    {
        ErrorCode.INPUT_BAD_URL,
        ErrorCode.INPUT_UNSUPPORTED_SCHEME,
        ErrorCode.NETWORK_TLS,
        ErrorCode.MEDIA_UNSUPPORTED_CODEC,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryPolicy:
    """Retries as Media3 and hls.js do (three, growing pauses), then another rung, then a hole.

    Where nobody answers at all (`NETWORK_UNREACHABLE`), the line is down, not a segment lost:
    skipping helps nobody, so the same is tried again until `longest_outage` has passed. A live
    segment that is refused within `clock_doubt` of its time is not lost: our clock is ahead. A
    playlist that brings nothing new is waited for as long as for a line that is down; a live one
    that cannot be had, until it has brought nothing new for `stale_limit`.
    """

    attempts: int = 3
    first_pause: Micros = micros(0.5)
    longest_pause: Micros = micros(4)
    most_skips: int = 3
    outage_attempts: int = 5
    longest_outage: Micros = micros(60)
    clock_doubt: Micros = micros(15)
    stale_limit: Micros = micros(20)

    def decide(self, failure: Failure, history: History) -> Recovery:
        """Choose what to do about `failure`; pure."""
        if failure.code in _FINAL or failure.category is ErrorCategory.DRM:
            return GiveUp()
        if failure.code is ErrorCode.MANIFEST_STALE:
            return self._stale(failure, history)
        if history.part is not FailedPart.MANIFEST and _is_outage(failure):
            return self._outage(failure, history)
        match history.part:
            case FailedPart.MANIFEST:
                return self._manifest(failure, history)
            case FailedPart.INDEX:
                return self._index(failure, history)
            case FailedPart.SEGMENT:  # pragma: no branch - there are no others
                return self._segment(failure, history)

    def _manifest(self, failure: Failure, history: History) -> Recovery:
        if failure.category is not ErrorCategory.NETWORK or _is_client_error(failure):
            return GiveUp()
        return self._retry_or(GiveUp(), failure, history, attempts=2)

    def _index(self, failure: Failure, history: History) -> Recovery:
        if history.live and history.stale_for < self.stale_limit:
            return self._retry(failure, history)
        last = SwitchRepresentation() if history.other_rungs else GiveUp()
        return self._retry_or(last, failure, history, attempts=self.attempts)

    def _segment(self, failure: Failure, history: History) -> Recovery:
        young = history.available_for is not None and history.available_for < self.clock_doubt
        if young and _is_client_error(failure):
            return self._retry(failure, history)
        if history.other_rungs:
            last: Recovery = SwitchRepresentation()
        else:
            last = SkipSegment() if history.skipped_in_a_row < self.most_skips else GiveUp()
        if failure.category is not ErrorCategory.NETWORK:
            return last
        patience = 2 if _is_client_error(failure) else self.attempts
        return self._retry_or(last, failure, history, attempts=patience)

    def _stale(self, failure: Failure, history: History) -> Recovery:
        waiting = history.stale_for < self.longest_outage
        return self._retry(failure, history) if waiting else GiveUp()

    def _outage(self, failure: Failure, history: History) -> Recovery:
        if history.failing_for >= self.longest_outage:
            return GiveUp()
        last = SwitchRepresentation() if history.other_rungs else self._retry(failure, history)
        return self._retry_or(last, failure, history, attempts=self.outage_attempts)

    def _retry_or(
        self, last: Recovery, failure: Failure, history: History, *, attempts: int
    ) -> Recovery:
        return self._retry(failure, history) if history.attempts < attempts else last

    def _retry(self, failure: Failure, history: History) -> Retry:
        pause = min(self.first_pause << min(history.attempts - 1, 8), self.longest_pause)
        return Retry(after=Micros(max(pause, failure.retry_after or 0)))


def _is_outage(failure: Failure) -> bool:
    return failure.code is ErrorCode.NETWORK_UNREACHABLE


def _is_client_error(failure: Failure) -> bool:
    """404 and its kin: the server answered, and will answer the same (408 and 429 apart)."""
    status = failure.status or 0
    return 400 <= status < 500 and status not in {408, 429}
