"""Walks ISO base media boxes where they lie (ISO/IEC 14496-12 4.2)."""

from collections.abc import Iterator
from dataclasses import dataclass
from struct import Struct

from player.errors import ErrorCode, PlayerError, error

Buffer = bytes | bytearray | memoryview

U16 = Struct(">H")
U32 = Struct(">I")
U64 = Struct(">Q")
HEADER = Struct(">I4s")

FREE = b"free"
VISUAL_FIELDS, AUDIO_FIELDS = 78, 28
"""Bytes before the children of a VisualSampleEntry (12.1.3) and an AudioSampleEntry (12.2.3)."""
QUICKTIME_FIELDS = {1: 16, 2: 36}
"""What QuickTime's versions of an AudioSampleEntry append to those."""

_SENTENCE = "This channel sends pictures that cannot be read."


@dataclass(frozen=True, slots=True)
class Box:
    """Where a box lies: `start` of its header, `body` behind the header, `end` behind it all.

    `type` is the four-character code, or the 16 bytes of the extended type of a `uuid` box.
    """

    type: bytes
    start: int
    body: int
    end: int


def invalid(cause: str) -> PlayerError:
    """Report boxes that contradict themselves."""
    return error(ErrorCode.MEDIA_INVALID, _SENTENCE, cause=cause)


def header_at(data: Buffer, start: int, limit: int) -> Box | None:
    """Read the box header at `start`; None while `data` up to `limit` holds too little of it.

    `end` may lie beyond `limit`; a size of 0 (up to the end of the file) gives `end` = -1.
    """
    if limit - start < HEADER.size:
        return None
    size, kind = HEADER.unpack_from(data, start)
    body = start + HEADER.size
    if size == 1:
        if limit - body < U64.size:
            return None
        (size,) = U64.unpack_from(data, body)
        body += U64.size
    if kind == b"uuid":
        if limit - body < 16:
            return None
        kind, body = bytes(data[body : body + 16]), body + 16
    if size and size < body - start:
        raise invalid(f"box {kind!r} of {size} bytes is smaller than its header")
    return Box(kind, start, body, start + size if size else -1)


def boxes(data: Buffer, start: int, end: int) -> Iterator[Box]:
    """Give the boxes between `start` and `end`; raises PlayerError (media.invalid)."""
    while end - start >= HEADER.size:
        box = header_at(data, start, end)
        if box is None or box.end > end:
            raise invalid(f"a box at {start} runs beyond its parent, which ends at {end}")
        yield box if box.end >= 0 else Box(box.type, box.start, box.body, end)
        start = box.end if box.end >= 0 else end


def whole_boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Give (type, payload) for the boxes that lie whole in `data`; the rest is passed over."""
    try:
        for box in boxes(data, 0, len(data)):
            yield box.type, data[box.body : box.end]
    except PlayerError:
        return


def children(data: Buffer, box: Box, skip: int = 0) -> Iterator[Box]:
    """Give the boxes inside `box`, behind `skip` bytes of its own fields."""
    return boxes(data, box.body + skip, box.end)


def find(data: Buffer, box: Box, *path: bytes) -> Box | None:
    """Give the first box below `box` on a path of types, or None."""
    for kind in path:
        found = next((child for child in children(data, box) if child.type == kind), None)
        if found is None:
            return None
        box = found
    return box


def blank(data: bytearray, box: Box) -> None:
    """Turn a box into a `free` box of the same size, so that no offset anywhere moves."""
    data[box.start + 4 : box.start + 8] = FREE


class Fields:
    """Reads big-endian fields of a box one after another; PlayerError when they run out."""

    __slots__ = ("_data", "_end", "_place")

    def __init__(self, data: Buffer, place: int, end: int) -> None:
        """Read `data` from `place`, never beyond `end`."""
        self._data, self._place, self._end = data, place, end

    @property
    def left(self) -> int:
        """Bytes not read yet."""
        return self._end - self._place

    def take(self, count: int) -> bytes:
        """Give the next `count` bytes."""
        place = self._advance(count)
        return bytes(self._data[place : place + count])

    def part(self, count: int) -> "Fields":
        """Give the next `count` bytes as fields of their own."""
        place = self._advance(count)
        return Fields(self._data, place, place + count)

    def u8(self) -> int:
        """Give the next byte."""
        return self._data[self._advance(1)]

    def u16(self) -> int:
        """Give the next 16 bits."""
        (value,) = U16.unpack_from(self._data, self._advance(2))
        return int(value)

    def u32(self) -> int:
        """Give the next 32 bits."""
        (value,) = U32.unpack_from(self._data, self._advance(4))
        return int(value)

    def i32(self) -> int:
        """Give the next 32 bits as a signed number."""
        value = self.u32()
        return value - (1 << 32) if value >> 31 else value

    def u64(self) -> int:
        """Give the next 64 bits."""
        (value,) = U64.unpack_from(self._data, self._advance(8))
        return int(value)

    def _advance(self, count: int) -> int:
        place = self._place
        if count > self._end - place:
            raise invalid(f"a box ends {count - (self._end - place)} bytes early at {place}")
        self._place = place + count
        return place


def fields(data: Buffer, box: Box) -> Fields:
    """Read the fields of a box from its body on."""
    return Fields(data, box.body, box.end)
