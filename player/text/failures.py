"""The failures that text can report, with a viewer's sentence (see player.errors)."""

from player.errors import ErrorCode, PlayerError, error


def unreadable(cause: str) -> PlayerError:
    """The bytes are no subtitles of their kind, or hold what is refused."""
    return error(
        ErrorCode.MEDIA_INVALID,
        "These subtitles are broken. Choose others, or watch without.",
        cause=cause,
    )


def unsupported(cause: str) -> PlayerError:
    """Subtitles in a format that is not read here."""
    return error(
        ErrorCode.MEDIA_UNSUPPORTED_CODEC,
        "These subtitles are of a kind that Farol cannot show. Choose others.",
        cause=cause,
    )
