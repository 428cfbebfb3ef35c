"""NAL units: out of Annex B or length-prefixed samples, into 4-byte length-prefixed ones."""

from collections.abc import Iterable

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


def join_prefixed(units: Iterable[bytes]) -> bytes:
    """Put 4-byte lengths before NAL units and join them."""
    return b"".join(piece for unit in units for piece in (len(unit).to_bytes(4, "big"), unit))


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
