"""NAL units of H.264 and H.265: how they are framed, and what both write in the same way."""

from collections.abc import Iterable

from player.media.bits import BitReader

_START = b"\x00\x00\x01"


def split_annexb(data: bytes) -> list[bytes]:
    """Give the NAL units between start codes (ISO/IEC 14496-10 Annex B)."""
    units: list[bytes] = []
    begin = data.find(_START)
    while begin >= 0:
        end = data.find(_START, begin + 3)
        unit = data[begin + 3 : end if end >= 0 else len(data)]
        # Zeros before the next start code belong to it (zero_byte, trailing_zero_8bits).
        units.append(unit.rstrip(b"\x00"))
        begin = end
    return [unit for unit in units if unit]


def split_prefixed(data: bytes, size: int) -> list[bytes]:
    """Give the NAL units of a sample with `size`-byte lengths (ISO/IEC 14496-15 5.3.3).

    A length that reaches beyond the sample ends it: what came before is kept.
    """
    units: list[bytes] = []
    at = 0
    while at + size <= len(data):
        length = int.from_bytes(data[at : at + size], "big")
        at += size
        if at + length > len(data):
            break
        if length:
            units.append(data[at : at + length])
        at += length
    return units


def join_prefixed(units: Iterable[bytes], size: int = 4) -> bytes:
    """Put `size`-byte lengths before NAL units and join them."""
    return b"".join(piece for unit in units for piece in (len(unit).to_bytes(size, "big"), unit))


def read_sets(record: bytes, at: int, count: int) -> tuple[list[bytes], int]:
    """Give up to `count` parameter sets of a configuration record, and where they end.

    From `at` on, with 2-byte lengths (ISO/IEC 14496-15 5.3.3.1, 8.3.3.1); empty ones are left out.
    """
    sets: list[bytes] = []
    for _ in range(count):
        if at >= len(record):
            break
        length = int.from_bytes(record[at : at + 2], "big")
        unit = record[at + 2 : at + 2 + length]
        if unit:
            sets.append(unit)
        at += 2 + length
    return sets, at


def cropped(
    bits: BitReader, width: int, height: int, *, chroma: int, fields: int = 1
) -> tuple[int, int]:
    """Read an SPS's cropping (H.264) or conformance window (H.265); gives the size inside it.

    It counts in chroma samples (table 6-1 of either), in lines of one of the `fields` of a frame.
    """
    if not bits.u(1):
        return width, height
    left, right, top, bottom = (bits.ue() for _ in range(4))
    unit_x, unit_y = (2 if chroma in (1, 2) else 1), (2 if chroma == 1 else 1) * fields
    return width - unit_x * (left + right), height - unit_y * (top + bottom)


def unescape(unit: bytes) -> bytes:
    """Take the emulation prevention bytes out of a NAL unit (ISO/IEC 14496-10 7.4.1)."""
    if b"\x00\x00\x03" not in unit:
        return unit
    out = bytearray()
    begin = 0
    while (found := unit.find(b"\x00\x00\x03", begin)) >= 0:
        out += unit[begin : found + 2]
        begin = found + 3
    return bytes(out + unit[begin:])
