"""What a failure tells a viewer: a sentence that says what to do, in the viewer's language."""

from PySide6.QtCore import QCoreApplication

from player.errors import ErrorCategory, ErrorCode, Failure


def sentence(failure: Failure | None) -> str:
    """Say what happened and what to do; the engine's own sentence where none of ours fits."""
    if failure is None:
        return ""
    return _by_code(failure.code) or _by_category(failure.category) or failure.sentence


def code(failure: Failure | None) -> str:
    """Give the stable code, with the HTTP status where there was one."""
    if failure is None:
        return ""
    return f"{failure.code.value} · {failure.status}" if failure.status else failure.code.value


def _by_code(code: ErrorCode) -> str:
    translate = QCoreApplication.translate
    if code is ErrorCode.NETWORK_HTTP_STATUS:
        return translate("Failure", "The channel's server turned the request down.")
    if code is ErrorCode.NETWORK_TIMEOUT:
        return translate("Failure", "The channel's server takes too long to answer.")
    if code is ErrorCode.MANIFEST_STALE:
        return translate("Failure", "This channel has stopped sending. Try it again later.")
    if code is ErrorCode.INTERNAL_FAULT:
        return translate("Failure", "Farol itself failed with this channel. Try it again.")
    if code is ErrorCode.MEDIA_UNSUPPORTED_CODEC:
        return translate("Failure", "This channel's format cannot be played here.")
    return ""


def _by_category(category: ErrorCategory) -> str:
    translate = QCoreApplication.translate
    if category is ErrorCategory.INPUT:
        return translate("Failure", "The channel's address is not one that can be opened.")
    if category is ErrorCategory.NETWORK:
        return translate("Failure", "The channel cannot be reached. Check the connection.")
    if category is ErrorCategory.MANIFEST:
        return translate("Failure", "The address holds no channel that can be played.")
    if category is ErrorCategory.DRM:
        return translate("Failure", "This channel is protected, and there is no key for it.")
    if category in (ErrorCategory.MEDIA, ErrorCategory.DECODE):
        return translate("Failure", "The channel's picture is damaged.")
    return ""
