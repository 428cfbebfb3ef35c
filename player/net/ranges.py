"""Cuts the bytes that were asked for out of the answer that came (RFC 9110 14). Pure."""

import re

from player.model.resource import ByteRange

_CONTENT_RANGE = re.compile(r"bytes\s+(\d{1,18})-(\d{1,18})/(\d{1,18}|\*)", re.IGNORECASE)


_OPEN_END = 1 << 40  # a length beyond any file means "to the end"; servers choke on its digits


def range_header(wanted: ByteRange) -> str:
    """Write the Range header for `wanted`; without an end where the length is past all bounds."""
    if wanted.length >= _OPEN_END:
        return f"bytes={wanted.offset}-"
    return f"bytes={wanted.offset}-{wanted.last}"


class BodyCut:
    """Says which part of each arriving piece belongs to the answer.

    `skip` bytes are passed over, then `length` (None: all) are wanted; `expected` is how many
    will come, where the server promised it.
    """

    def __init__(self, *, skip: int, length: int | None, expected: int | None) -> None:
        """Begin at the body's first byte."""
        self._skip, self._left = skip, length
        self.expected = expected
        self.given = 0

    def take(self, data: bytes) -> bytes:
        """Give what of the next bytes is wanted."""
        if self._skip:
            passed = min(self._skip, len(data))
            self._skip -= passed
            data = data[passed:]
        if self._left is not None:
            data = data[: self._left]
            self._left -= len(data)
        self.given += len(data)
        return data

    @property
    def done(self) -> bool:
        """Whether everything wanted has been given, though the body may go on."""
        return self._left == 0

    @property
    def missing(self) -> bool:
        """Whether a body that ends now ends too early."""
        return self._skip > 0 or (self.expected is not None and self.given < self.expected)


def is_other_file(validator: str, found: str) -> bool:
    """Whether an answer is of another version of the file than what it shall continue."""
    return bool(validator and found) and validator != found


def plan_cut(
    wanted: ByteRange | None, status: int, content_range: str, content_length: int | None
) -> BodyCut | None:
    """Compare the answer with what was asked for; None where it is another range.

    A 200 to a range request is the whole file: it is cut. A 206 may end early where the file
    does. `content_length` is None where it does not count the body's own bytes.
    """
    if wanted is None:
        return BodyCut(skip=0, length=None, expected=content_length)
    if status != 206:
        whole = None if content_length is None else max(0, content_length - wanted.offset)
        expected = None if whole is None else min(wanted.length, whole)
        if whole == 0:
            return None
        return BodyCut(skip=wanted.offset, length=wanted.length, expected=expected)
    found = _CONTENT_RANGE.fullmatch(content_range.strip())
    if found is None:
        return BodyCut(skip=0, length=wanted.length, expected=content_length)
    first, last = int(found[1]), int(found[2])
    if not first <= wanted.offset <= last:
        return None
    length = min(wanted.last, last) - wanted.offset + 1
    return BodyCut(skip=wanted.offset - first, length=length, expected=length)
