"""What libmpv's end of a file means, as a `Failure`. Pure."""

import re

from player.errors import ErrorCode, Failure, Severity

AO_FAILED = -14
VO_FAILED = -15

_STATUS = re.compile(r"(?:HTTP error|Server returned|method \w+ failed:) (?P<status>[45]\d\d)")
_TOLD = (
    # What FFmpeg and libmpv say, and what it means; the first that is found counts.
    (re.compile(r"timed out", re.IGNORECASE), ErrorCode.NETWORK_TIMEOUT),
    (re.compile(r"\b(TLS|SSL|certificate)\b", re.IGNORECASE), ErrorCode.NETWORK_TLS),
    (re.compile(r"refused|resolve|unreachable", re.IGNORECASE), ErrorCode.NETWORK_UNREACHABLE),
    (re.compile(r"unsafe URL|not on whitelist"), ErrorCode.INPUT_UNSUPPORTED_SCHEME),
)
_NO_FILE = re.compile(r"No such file|Permission denied")
_NO_FILE_SENTENCE = "The file cannot be opened. Check that it is there and readable."
_SENTENCES = {
    ErrorCode.NETWORK_HTTP_STATUS: "The server refused the stream. Check the address or account.",
    ErrorCode.NETWORK_TIMEOUT: "The server does not answer. Try again later.",
    ErrorCode.NETWORK_TLS: "The server's certificate cannot be trusted. Check the address.",
    ErrorCode.NETWORK_UNREACHABLE: "The server cannot be reached; check the address and the"
    " network.",
    ErrorCode.INPUT_UNSUPPORTED_SCHEME: "This kind of address is not played. Use another one.",
    ErrorCode.DECODE_FAILED: "The stream cannot be decoded. Try another channel or quality.",
    ErrorCode.OUTPUT_FAILED: "Picture or sound cannot be put out. Check the sound device and"
    " the graphics driver.",
}


def stream_failure(error: int, told: str) -> Failure:
    """Give why an epoch that the engine fed broke off: its bytes, or an output.

    `error` is libmpv's (0 where it gave none), `told` what it logged meanwhile.
    """
    output = error in (AO_FAILED, VO_FAILED)
    code = ErrorCode.OUTPUT_FAILED if output else ErrorCode.DECODE_FAILED
    return failure(code, cause=_cause(error, told))


def url_failure(error: int, told: str, uri: str) -> Failure:
    """Give why libmpv could not play `uri` (already redacted), as far as its log tells."""
    cause = _cause(error, told)
    if error in (AO_FAILED, VO_FAILED):
        return failure(ErrorCode.OUTPUT_FAILED, cause=cause, uri=uri)
    if found := _STATUS.search(told):
        status = int(found["status"])
        return failure(ErrorCode.NETWORK_HTTP_STATUS, cause=cause, uri=uri, status=status)
    if _NO_FILE.search(told):
        code = ErrorCode.NETWORK_UNREACHABLE
        return Failure(code=code, sentence=_NO_FILE_SENTENCE, cause=cause, uri=uri)
    code = next((code for said, code in _TOLD if said.search(told)), ErrorCode.DECODE_FAILED)
    return failure(code, cause=cause, uri=uri)


def decoder_failure(kind: str, told: str) -> Failure:
    """Give that the decoder of `kind` ("video", "audio") fails; the other one goes on."""
    found = failure(ErrorCode.DECODE_FAILED, cause=f"{kind}: {told}")
    return found.with_severity(Severity.RECOVERABLE)


def failure(
    code: ErrorCode, *, cause: str = "", uri: str = "", status: int | None = None
) -> Failure:
    """Build a failure of the sink with the sentence that belongs to its code."""
    return Failure(code=code, sentence=_SENTENCES[code], cause=cause, uri=uri, status=status)


def _cause(error: int, told: str) -> str:
    return f"libmpv error {error}: {told}" if told else f"libmpv error {error}"
