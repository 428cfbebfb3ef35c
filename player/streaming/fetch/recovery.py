"""RecoveryPolicy: the one place that decides what follows a failure."""

from dataclasses import dataclass, replace
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
    and other locations left to try, segments skipped in a row before this one, since when
    nothing new came, since when this part has been failing, and how long ago, by our clock, the
    server should have got the segment (None: long ago). `missing_elsewhere`: another rung lacks
    the same segment. `hurried`: it was our limit that passed, not the network's. `needed`:
    playback waits for it, or will in a moment. `chance` is a number of 0..1 drawn for this
    decision: who is refused together shall not come back together; 0.5 changes nothing.
    """

    part: FailedPart
    attempts: int
    live: bool = False
    other_rungs: bool = False
    other_locations: bool = False
    skipped_in_a_row: int = 0
    stale_for: Micros = Micros(0)
    failing_for: Micros = Micros(0)
    available_for: Micros | None = None
    missing_elsewhere: bool = False
    hurried: bool = False
    needed: bool = True
    chance: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """Try the same again after a pause."""

    after: Micros


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchRepresentation:
    """Leave this rung alone for a while and take another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchLocation:
    """Leave this server alone for a while and fetch the same from another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipSegment:
    """Go on after the segment; the hole is shown as a jump."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveUp:
    """The session ends with the failure."""


Recovery = Retry | SwitchRepresentation | SwitchLocation | SkipSegment | GiveUp


def in_words(recovery: Recovery) -> str:
    """A decision in one line, for logs and testers."""
    match recovery:
        case Retry(after=after):
            return f"again after {after / 1e6:.1f} s"
        case SwitchRepresentation():
            return "another rung"
        case SwitchLocation():
            return "another location"
        case SkipSegment():
            return "left out"
        case GiveUp():
            return "given up"


_FINAL = frozenset(
    {
        ErrorCode.INPUT_BAD_URL,
        ErrorCode.INPUT_UNSUPPORTED_SCHEME,
        ErrorCode.NETWORK_TLS,
        ErrorCode.MEDIA_UNSUPPORTED_CODEC,
        ErrorCode.MEDIA_SCRAMBLED,
    }
)


_SERVER_WIDE = frozenset(
    {
        ErrorCode.NETWORK_UNREACHABLE,
        ErrorCode.NETWORK_TIMEOUT,
        ErrorCode.NETWORK_TLS,
    }
)
"""What says of a whole server that it is no good, not of one file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryPolicy:
    """Retries as Media3 and hls.js do (three, growing pauses), then another rung, then a hole.

    A server that cannot be reached, has trouble or refuses is left at once where others have the
    same (Media3); what is missing there (404) or broken is had from another rung first (hls.js),
    since it says nothing of the server; what two rungs lack is missing everywhere. Where nobody
    answers at all (`NETWORK_UNREACHABLE`), the line is down, not a segment lost: skipping helps
    nobody, so the same is tried again until `longest_outage` has passed. A live segment that is
    refused within `clock_doubt` of its time is not lost: our clock is ahead; one that does not
    come is tried twice only, for it must be had elsewhere in time. What a limit of ours broke off
    (`hurried`) once is neither lost nor its server's fault yet: another rung is taken, or the
    same again at once. A playlist that brings nothing new is left for another rung's (Media3),
    else waited for as long as for a line that is down; a live one that cannot be had, until it has
    brought nothing new for `stale_limit`. What is not `needed` yet ends nothing: it is tried again
    until the picture gets there (Media3 raises a load error only then). Pauses vary by
    `jitter` of themselves to both sides.
    """

    attempts: int = 3
    first_pause: Micros = micros(0.5)
    longest_pause: Micros = micros(4)
    most_skips: int = 3
    most_live_skips: int = 30
    outage_attempts: int = 5
    longest_outage: Micros = micros(60)
    clock_doubt: Micros = micros(15)
    stale_limit: Micros = micros(20)
    jitter: float = 0.5

    def decide(self, failure: Failure, history: History) -> Recovery:
        """Choose what to do about `failure`; pure."""
        if history.hurried and history.attempts == 1:
            return SwitchRepresentation() if history.other_rungs else Retry(after=Micros(0))
        decision = self._decide(failure, history)
        if isinstance(decision, GiveUp) and not history.needed:
            return Retry(after=self.longest_pause)
        return decision

    def _decide(self, failure: Failure, history: History) -> Recovery:
        if failure.category is ErrorCategory.INPUT and history.part is not FailedPart.MANIFEST:
            return self._misled(failure, history)
        elsewhere = history.other_locations and _is_of_the_server(failure)
        if elsewhere or (history.other_locations and history.part is FailedPart.INDEX):
            return _elsewhere(failure)
        if failure.code in _FINAL or failure.category is ErrorCategory.DRM:
            return GiveUp()
        if failure.code is ErrorCode.MANIFEST_STALE:
            return self._stale(failure, history)
        if history.part is not FailedPart.MANIFEST and _is_outage(failure):
            return self._outage(failure, history)
        if history.other_rungs and (failure.retry_after or 0) > self.longest_pause:
            return SwitchRepresentation()
        match history.part:
            case FailedPart.MANIFEST:
                return self._manifest(failure, history)
            case FailedPart.INDEX:
                return self._index(failure, history)
            case FailedPart.SEGMENT:  # pragma: no branch - there are no others
                return self._segment(failure, history)

    def _manifest(self, failure: Failure, history: History) -> Recovery:
        network = failure.category is ErrorCategory.NETWORK
        if not network or _is_answer(failure) or self._must_wait_long(failure):
            return SwitchLocation() if history.other_locations else GiveUp()
        last: Recovery = SwitchLocation() if history.other_locations else GiveUp()
        return self._retry_or(last, failure, history, attempts=2)

    def _index(self, failure: Failure, history: History) -> Recovery:
        if history.live and history.stale_for < self.stale_limit:
            return self._retry(failure, history)
        last = SwitchRepresentation() if history.other_rungs else GiveUp()
        return self._retry_or(last, failure, history, attempts=self.attempts)

    def _segment(self, failure: Failure, history: History) -> Recovery:
        young = history.available_for is not None and history.available_for < self.clock_doubt
        if young and _is_answer(failure):
            return self._retry(failure, history)
        if history.missing_elsewhere and is_missing(failure):
            return self._after_retries(replace(history, other_rungs=False))
        last = self._after_retries(history)
        if failure.category is not ErrorCategory.NETWORK:
            return last
        late = failure.code is ErrorCode.NETWORK_TIMEOUT and history.live
        patience = 2 if late or _is_answer(failure) else self.attempts
        return self._retry_or(last, failure, history, attempts=patience)

    def _misled(self, failure: Failure, history: History) -> Recovery:
        """An address that leads nowhere, among good ones: one thing that is not there."""
        if history.part is FailedPart.SEGMENT:
            return self._segment(failure, history)
        last = SwitchLocation() if history.other_locations else GiveUp()
        return SwitchRepresentation() if history.other_rungs else last

    def _after_retries(self, history: History) -> Recovery:
        if history.other_rungs:
            return SwitchRepresentation()
        if history.other_locations:
            return SwitchLocation()
        return SkipSegment() if self._may_skip(history) else GiveUp()

    def _may_skip(self, history: History) -> bool:
        """A live programme goes on by itself, so that more is worth waiting for (Shaka)."""
        moving = history.live and history.stale_for < self.stale_limit
        patient = moving and history.failing_for < self.longest_outage
        most = self.most_live_skips if patient else self.most_skips
        return history.skipped_in_a_row < most

    def _stale(self, failure: Failure, history: History) -> Recovery:
        if history.other_rungs:
            return SwitchRepresentation()
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
        varied = round(pause * (1 + self.jitter * (2 * history.chance - 1)))
        asked = min(failure.retry_after or 0, self.longest_outage)
        return Retry(after=Micros(max(varied, asked)))

    def _must_wait_long(self, failure: Failure) -> bool:
        return (failure.retry_after or 0) > self.longest_outage


def _elsewhere(failure: Failure) -> Recovery:
    """An index says much of a pathway: whatever is wrong with it, another may have it."""
    hopeless = failure.category is ErrorCategory.DRM or failure.code in _FINAL - _SERVER_WIDE
    return GiveUp() if hopeless else SwitchLocation()


def _is_outage(failure: Failure) -> bool:
    return failure.code is ErrorCode.NETWORK_UNREACHABLE


def _is_of_the_server(failure: Failure) -> bool:
    """Whether it says of a whole server that it is no good: no answer, trouble, a refusal."""
    status = failure.status or 0
    return failure.code in _SERVER_WIDE or status >= 500 or status in {401, 403, 429, 451}


def is_missing(failure: Failure) -> bool:
    """Whether a server says that it has not got a thing, or sends us where nothing can be."""
    return failure.status in {404, 410} or failure.category is ErrorCategory.INPUT


def _is_answer(failure: Failure) -> bool:
    """404 and its kin, and redirects without end: it will answer the same (408, 429 apart)."""
    status = failure.status or 0
    return 300 <= status < 500 and status not in {408, 429}
