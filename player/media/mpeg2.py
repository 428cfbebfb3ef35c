"""MPEG-2 pictures: what their sequence header says, and the captions in their user data."""

from dataclasses import replace
from math import gcd

from player.media.closed_captions import mpeg2_captions
from player.media.unit_stream import UnitStream
from player.model.sample import StreamHead

_SEQUENCE, _EXTENSION = b"\x00\x00\x01\xb3", b"\x00\x00\x01\xb5"
_SEQUENCE_EXTENSION = 1
_DISPLAYS = {2: (4, 3), 3: (16, 9), 4: (221, 100)}


class Mpeg2Stream(UnitStream):
    """MPEG-2 pictures as they are; the head comes from the sequence header (13818-2 6.2.2.1)."""

    def __init__(self, head: StreamHead) -> None:
        """Start from what the container says; `head` appears with the first sequence header."""
        self._base = head
        super().__init__(None)

    def take(self, data: bytes) -> bytes:
        """Give `data` back."""
        found = data.find(_SEQUENCE)
        if found >= 0:
            self.head = self._described(data, found + 4)
        self.captions = mpeg2_captions(data)
        return data

    def _described(self, data: bytes, at: int) -> StreamHead:
        sizes = int.from_bytes(data[at : at + 3], "big")
        width, height = sizes >> 12, sizes & 0xFFF
        return replace(
            self._base,
            config=b"",
            width=width,
            height=height,
            aspect=_pixel_aspect(data[at + 3 : at + 4], width, height),
            interlaced=_interlaced(data, at),
        )


def _pixel_aspect(byte: bytes, width: int, height: int) -> tuple[int, int]:
    """Give the shape of a pixel that fills the display (table 6-3)."""
    across, down = _DISPLAYS.get(byte[0] >> 4 if byte else 0, (width, height))
    across, down = across * height, down * width
    common = gcd(across, down)
    return (across // common, down // common) if common and down else (1, 1)


def _interlaced(data: bytes, at: int) -> bool:
    """Whether the sequence extension (6.2.2.3) lacks progressive_sequence; MPEG-1 has none."""
    found = data.find(_EXTENSION, at)
    body = data[found + 4 : found + 6]
    if found < 0 or len(body) < 2 or body[0] >> 4 != _SEQUENCE_EXTENSION:
        return False
    return not body[1] & 0x08
