"""Teletext subtitles on page 888 (ETSI EN 300 706, EN 300 472)."""

_MAGAZINE, _PAGE = 0, 0x88  # magazine 8 is written 0
_UNIT, _UNIT_SIZE = 0x03, 0x2C
_FRAMING = 0xE4
_ROW = 20
_HAMMING = (
    *(0x15, 0x02, 0x49, 0x5E, 0x64, 0x73, 0x38, 0x2F),
    *(0xD0, 0xC7, 0x8C, 0x9B, 0xA1, 0xB6, 0xFD, 0xEA),
)
_ERASE, _SUBTITLE, _SUPPRESS_HEADER = 0x8, 0x8, 0x1
_BOX_START, _BOX_END, _DOUBLE = 0x0B, 0x0A, 0x0D


def teletext_descriptor(language: str) -> bytes:
    """The descriptor of the PMT (EN 300 468 clause 6.2.43): a subtitle page."""
    row = language.encode() + bytes([0x02 << 3 | _MAGAZINE, _PAGE])
    return bytes([0x56, len(row)]) + row


def page_payload(text: str) -> bytes:
    """A PES payload with the whole page: its header, one row, and the next header to end it.

    With a PES head of 45 bytes this fills one transport packet, as EN 300 472 clause 4.2 asks.
    """
    units = (_header(_PAGE), _row(text), _header(0xFF))
    return b"\x10" + b"".join(units)


def _unit(row: int, data: bytes) -> bytes:
    """A data unit: line 21 of the first field, framing code, address, 40 bytes, bits turned."""
    address = bytes([_HAMMING[_MAGAZINE | (row & 1) << 3], _HAMMING[row >> 1]])
    packet = bytes(_turned(byte) for byte in address + data)
    return bytes([_UNIT, _UNIT_SIZE, 0xE0 | 21, _FRAMING]) + packet


def _turned(byte: int) -> int:
    return int(f"{byte:08b}"[::-1], 2)


def _odd(byte: int) -> int:
    return byte | (0x80 if byte.bit_count() % 2 == 0 else 0)


def _header(page: int) -> bytes:
    """Row 0: page number, no subcode, erase, subtitle, no header shown, serial mode."""
    nibbles = (page & 15, page >> 4, 0, _ERASE, 0, _SUBTITLE, _SUPPRESS_HEADER, 0x1)
    return _unit(0, bytes(_HAMMING[nibble] for nibble in nibbles) + bytes([_odd(0x20)]) * 32)


def _row(text: str) -> bytes:
    """One line of double height in a box, in the middle."""
    body = bytes([_DOUBLE, _BOX_START, _BOX_START]) + text.encode("ascii")[:34]
    body += bytes([_BOX_END, _BOX_END])
    line = body.center(40, b" ")
    return _unit(_ROW, bytes(map(_odd, line)))
