"""The failures a manifest can report, each with a viewer's sentence (see player.errors)."""

from player.errors import ErrorCode, Failure, PlayerError, error


def empty() -> PlayerError:
    """There were no bytes at all."""
    return error(
        ErrorCode.MANIFEST_EMPTY,
        "The server sent an empty answer. The channel may be off the air; try again later.",
        cause="the body of the manifest holds no bytes",
    )


def not_a_manifest(cause: str) -> PlayerError:
    """The bytes are something else: a web page, a picture, text."""
    return error(
        ErrorCode.MANIFEST_NOT_A_MANIFEST,
        "This address does not lead to a stream. Check it with your provider.",
        cause=cause,
    )


def channel_list() -> PlayerError:
    """The bytes are an IPTV list, which belongs to the catalogue."""
    return error(
        ErrorCode.MANIFEST_NOT_A_MANIFEST,
        "This is a channel list, not a single stream. Add it as a source to see its channels.",
        cause="EXTINF lines carry -1 durations or tvg attributes and no HLS tag is present",
    )


def invalid(cause: str) -> PlayerError:
    """The format is right, but nothing sensible can be read out of it."""
    return error(
        ErrorCode.MANIFEST_INVALID,
        "The description of this stream is broken. Try another channel or try again later.",
        cause=cause,
    )


def no_tracks(cause: str) -> PlayerError:
    """A readable manifest that offers nothing to play."""
    return error(
        ErrorCode.MANIFEST_NO_TRACKS,
        "This stream offers nothing to play at the moment. Try again later.",
        cause=cause,
    )


def foreign_scheme(cause: str) -> PlayerError:
    """Every address in the manifest has a scheme that is refused."""
    return PlayerError(
        Failure(
            code=ErrorCode.INPUT_UNSUPPORTED_SCHEME,
            sentence="This stream points to an address of a kind that Farol does not open for "
            "safety.",
            cause=cause,
            misled=True,
        )
    )
