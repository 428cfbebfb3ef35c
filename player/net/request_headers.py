"""What of a source's own headers can be sent (RFC 9110 5). Pure."""

import re
from collections.abc import Mapping

from player.errors import ErrorCode, PlayerError, error

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_OF_A_BODY = frozenset({"content-length", "transfer-encoding"})


def sendable(headers: Mapping[str, str]) -> dict[str, str]:
    """Give `headers` without those of a body, which no request of ours has.

    Raises PlayerError (input.bad-url) for one that would become two, or none.
    """
    found = {name: value.strip(" \t") for name, value in headers.items()}
    if not all(_NAME.fullmatch(name) and _is_line(value) for name, value in found.items()):
        raise _unsendable()
    return {name: value for name, value in found.items() if name.lower() not in _OF_A_BODY}


def _is_line(value: str) -> bool:
    return value.isascii() and (value.isprintable() or value.replace("\t", " ").isprintable())


def _unsendable() -> PlayerError:
    """The header itself stays unsaid: it may hold a credential."""
    return error(
        ErrorCode.INPUT_BAD_URL,
        "A header of this source cannot be sent; check how it is written.",
        cause="a header that cannot be sent",
    )
