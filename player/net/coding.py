"""Takes the content coding off a body, a bounded step at a time (RFC 9110 8.4.1). Pure."""

import zlib
from typing import Protocol

STEP = 1 << 16
"""The most that comes of one look at what has arrived: a small body may hold gigabytes."""

_PACKED = frozenset({"gzip", "x-gzip", "deflate"})
_EITHER = zlib.MAX_WBITS | 32  # zlib's own mark or gzip's, whichever stands there
_BARE = -zlib.MAX_WBITS
_MARK = 2


class Unpacker(Protocol):
    """What zlib makes; it has no name for it."""

    @property
    def eof(self) -> bool:
        """Whether the end of what is packed was met."""
        ...

    @property
    def unconsumed_tail(self) -> bytes:
        """What is to be given again."""
        ...

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Unpack, giving at most so many bytes."""
        ...


class CodingError(ValueError):
    """A body that is not what its Content-Encoding says, or is packed more than once."""


class Coding:
    """One body's: `feed` what arrived, then `take` until it gives nothing."""

    def __init__(self, told: str) -> None:
        """Read a Content-Encoding; raises CodingError where there are several.

        One that is not known passes as it is, as "utf-8" and other nonsense must.
        """
        codings = [one for one in map(str.strip, told.lower().split(",")) if one]
        named = [one for one in codings if one != "identity"]
        if len(named) > 1:
            raise CodingError(f"packed {len(named)} times")
        self._packed = bool(named) and named[0] in _PACKED
        self._unpacker: Unpacker | None = None
        self._waiting = b""

    @property
    def working(self) -> bool:
        """Whether what arrived may still give more."""
        return bool(self._waiting)

    def feed(self, data: bytes) -> None:
        """Take what arrived; everything before was taken out."""
        self._waiting += data

    def take(self) -> bytes:
        """Give at most `STEP` clear bytes; b"": feed more. Raises CodingError."""
        if not self._packed:
            data, self._waiting = self._waiting, b""
            return data
        if self._unpacker is None:
            if len(self._waiting) < _MARK:
                return b""
            self._unpacker = zlib.decompressobj(_form(self._waiting))
        try:
            clear = self._unpacker.decompress(self._waiting, STEP)
        except zlib.error as fault:
            raise CodingError(str(fault)) from fault
        self._waiting = self._unpacker.unconsumed_tail  # none behind the end of what is packed
        return clear

    def end(self) -> None:
        """The body ended; raises CodingError where what was packed did not."""
        begun = self._unpacker is not None or bool(self._waiting)
        if begun and (self._unpacker is None or not self._unpacker.eof):
            raise CodingError("it broke off inside what is packed")


def _form(start: bytes) -> int:
    """Tell zlib's form by its mark (RFC 1950 2.2) or gzip's; many "deflate" bodies have none."""
    is_zlib = start[0] & 15 == zlib.DEFLATED and int.from_bytes(start[:2], "big") % 31 == 0
    return _EITHER if is_zlib or start.startswith(b"\x1f\x8b") else _BARE
