"""Records: how a segment lies in a file, so that what is torn or no record is recognised. Pure.

A head of 28 bytes (magic, length and CRC-32 of what is told, length and CRC-32 of the bytes, and
a CRC-32 of the head itself, big-endian), then what is told of the segment, then its bytes.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_MAGIC = b"FSR1"
_FIELDS = struct.Struct(">4sIIQI")
_SUM = struct.Struct(">I")
HEAD = _FIELDS.size + _SUM.size

LONGEST_TOLD = 1 << 20
"""More than is ever told of one segment: a length beyond it is garbage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A record in a file: what is told, and where its bytes lie (`offset`, `length` in bytes)."""

    told: bytes
    offset: int
    length: int
    checksum: int

    @property
    def end(self) -> int:
        """Where the next record begins."""
        return self.offset + self.length


def pack(told: bytes, length: int, checksum: int) -> bytes:
    """What stands in a file before `length` bytes of that `checksum`."""
    fields = _FIELDS.pack(_MAGIC, len(told), zlib.crc32(told), length, checksum)
    return fields + _SUM.pack(zlib.crc32(fields)) + told


def checksum_of(data: bytes) -> int:
    """The CRC-32 of a record's bytes."""
    return zlib.crc32(data)


def scan(file: BinaryIO, size: int) -> Iterator[Found]:
    """The whole records of a file of `size` bytes, in order, up to the first that is none.

    The bytes of the last one are looked at, too: a machine that lost its power may have made the
    file longer than what it wrote. Raises OSError.
    """
    at, last = 0, None
    while (found := _next(file, at, size)) is not None:
        if last is not None:
            yield last
        last, at = found, found.end
    if last is not None and _is_written(file, last):
        yield last


def _next(file: BinaryIO, at: int, size: int) -> Found | None:
    file.seek(at)
    head = file.read(HEAD)
    if len(head) < HEAD or _SUM.unpack(head[_FIELDS.size :])[0] != zlib.crc32(
        head[: _FIELDS.size]
    ):
        return None
    magic, told_length, told_sum, length, checksum = _FIELDS.unpack(head[: _FIELDS.size])
    if magic != _MAGIC or told_length > LONGEST_TOLD:
        return None
    told = file.read(told_length)
    offset = at + HEAD + told_length
    if len(told) < told_length or zlib.crc32(told) != told_sum or offset + length > size:
        return None
    return Found(told=told, offset=offset, length=length, checksum=checksum)


def _is_written(file: BinaryIO, one: Found) -> bool:
    file.seek(one.offset)
    return checksum_of(file.read(one.length)) == one.checksum
