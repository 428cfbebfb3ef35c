"""What a failure tells a viewer: a sentence that says what to do, in the viewer's language."""

from PySide6.QtCore import QCoreApplication

from player.errors import ErrorCategory, ErrorCode, Failure


def sentence(failure: Failure | None) -> str:
    """Say what happened and what to do; the engine's own sentence where none of ours fits."""
    if failure is None:
        return ""
    words = _words()
    return words.get(failure.code) or words.get(failure.category) or failure.sentence


def code(failure: Failure | None) -> str:
    """Give the stable code, with the HTTP status where there was one."""
    if failure is None:
        return ""
    return f"{failure.code.value} · {failure.status}" if failure.status else failure.code.value


def _words() -> dict[ErrorCode | ErrorCategory, str]:
    """Give our sentences; a code's own goes before its category's."""
    translate = QCoreApplication.translate
    damaged = translate("Failure", "The channel's picture is damaged.")
    return {
        ErrorCode.NETWORK_HTTP_STATUS: translate(
            "Failure", "The channel's server turned the request down."
        ),
        ErrorCode.NETWORK_TIMEOUT: translate(
            "Failure", "The channel's server takes too long to answer."
        ),
        ErrorCode.NETWORK_TLS: translate(
            "Failure",
            "The channel's server could not prove who it is. Check this machine's date and time.",
        ),
        ErrorCode.NETWORK_CONNECTIONS: translate(
            "Failure", "This source allows no more channels at once. Close another one of it."
        ),
        ErrorCode.MANIFEST_STALE: translate(
            "Failure", "This channel has stopped sending. Try it again later."
        ),
        ErrorCode.INTERNAL_FAULT: translate(
            "Failure", "Farol itself failed with this channel. Try it again."
        ),
        ErrorCode.MEDIA_UNSUPPORTED_CODEC: translate(
            "Failure", "This channel's format cannot be played here."
        ),
        ErrorCode.MEDIA_SCRAMBLED: translate(
            "Failure",
            "This channel is scrambled: it needs a subscription card that Farol cannot read.",
        ),
        ErrorCategory.INPUT: translate(
            "Failure", "The channel's address is not one that can be opened."
        ),
        ErrorCategory.NETWORK: translate(
            "Failure", "The channel cannot be reached. Check the connection."
        ),
        ErrorCategory.MANIFEST: translate(
            "Failure", "The address holds no channel that can be played."
        ),
        ErrorCategory.DRM: translate(
            "Failure", "This channel is protected, and there is no key for it."
        ),
        ErrorCategory.MEDIA: damaged,
        ErrorCategory.DECODE: damaged,
    }
