"""What can go wrong, said once: a sentence for the viewer, a code for the tester."""

from dataclasses import dataclass, field, replace
from enum import StrEnum


class ErrorCategory(StrEnum):
    """Which part of the walk failed."""

    INPUT = "input"
    NETWORK = "network"
    MANIFEST = "manifest"
    MEDIA = "media"
    DECODE = "decode"
    DRM = "drm"
    OUTPUT = "output"
    STORE = "store"
    INTERNAL = "internal"


class Severity(StrEnum):
    """Whether playback goes on without the failed piece."""

    RECOVERABLE = "recoverable"
    FATAL = "fatal"


class ErrorCode(StrEnum):
    """The stable codes that reports and tests name; the part before the dot is the category."""

    INPUT_UNSUPPORTED_SCHEME = "input.unsupported-scheme"
    INPUT_BAD_URL = "input.bad-url"
    NETWORK_UNREACHABLE = "network.unreachable"
    NETWORK_TIMEOUT = "network.timeout"
    NETWORK_TLS = "network.tls"
    NETWORK_HTTP_STATUS = "network.http-status"
    NETWORK_INTERRUPTED = "network.interrupted"
    NETWORK_CONNECTIONS = "network.connections"
    MANIFEST_EMPTY = "manifest.empty"
    MANIFEST_NOT_A_MANIFEST = "manifest.not-a-manifest"
    MANIFEST_INVALID = "manifest.invalid"
    MANIFEST_NO_TRACKS = "manifest.no-tracks"
    MANIFEST_STALE = "manifest.stale"
    MEDIA_INVALID = "media.invalid"
    MEDIA_TRUNCATED = "media.truncated"
    MEDIA_UNSUPPORTED_CODEC = "media.unsupported-codec"
    MEDIA_SCRAMBLED = "media.scrambled"
    DECODE_FAILED = "decode.failed"
    DRM_NO_KEY = "drm.no-key"
    DRM_UNSUPPORTED = "drm.unsupported"
    DRM_NO_COPY = "drm.no-copy"
    OUTPUT_FAILED = "output.failed"
    STORE_FAILED = "store.failed"
    INTERNAL_FAULT = "internal.fault"

    @property
    def category(self) -> ErrorCategory:
        """The part of the walk the code belongs to."""
        return ErrorCategory(self.value.partition(".")[0])


UNREACHABLE = frozenset(
    {
        ErrorCode.NETWORK_UNREACHABLE,
        ErrorCode.NETWORK_TIMEOUT,
        ErrorCode.NETWORK_TLS,
        ErrorCode.NETWORK_HTTP_STATUS,
        ErrorCode.NETWORK_INTERRUPTED,
        ErrorCode.NETWORK_CONNECTIONS,
    }
)
"""Codes for which the source could not be reached (exit status 3 of `farol play`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One thing that failed, as reported by a parser, the net or the sink; a value, not a raise.

    `sentence` tells a viewer what happened and what to do; `cause` is for a tester and must be
    free of credentials. `status` is the HTTP status where there was one. `retry_after` is what
    the server asked for, in microseconds. `misled`: what is wrong with an address is a server's
    fault, or a manifest's, not the viewer's.
    """

    code: ErrorCode
    sentence: str
    severity: Severity = Severity.FATAL
    cause: str = ""
    uri: str = field(default="", repr=False)
    status: int | None = None
    retry_after: int | None = None
    misled: bool = False

    @property
    def category(self) -> ErrorCategory:
        """The part of the walk that failed."""
        return self.code.category

    def with_severity(self, severity: Severity) -> "Failure":
        """The same failure, after somebody decided what it means for playback."""
        return replace(self, severity=severity)


class PlayerError(Exception):
    """A `Failure` on its way up to whoever decides; only `RecoveryPolicy` decides to retry."""

    def __init__(self, failure: Failure) -> None:
        """Carry `failure`."""
        super().__init__(f"{failure.code}: {failure.sentence}")
        self.failure = failure


def error(
    code: ErrorCode,
    sentence: str,
    *,
    cause: str = "",
    uri: str = "",
    status: int | None = None,
) -> PlayerError:
    """Build a `PlayerError` in one line, for those that report."""
    return PlayerError(Failure(code=code, sentence=sentence, cause=cause, uri=uri, status=status))
