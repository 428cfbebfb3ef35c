"""Captions and teletext as a broadcaster's encoder writes them: a second reading of the books."""

import unicodedata

from player.model.sample import Sample
from player.units import Micros

PICTURE = 33_333
"""Microseconds between pictures."""


def sample(number: int, data: bytes = b"") -> Sample:
    """Give picture `number` with its cc_data (or a packet at that time)."""
    at = Micros(number * PICTURE)
    return Sample(stream=0, pts=at, dts=at, duration=Micros(PICTURE), key=False, data=data)


def odd(value: int) -> int:
    """Add the parity bit."""
    return value | (0 if value.bit_count() % 2 else 0x80)


def pair(first: int, second: int, field: int = 0) -> bytes:
    """Give one triplet of CEA-608."""
    return bytes((0xFC | field, odd(first), odd(second)))


def letters(text: str, field: int = 0) -> list[bytes]:
    """Give the triplets of plain text."""
    padded = text if len(text) % 2 == 0 else f"{text}\0"
    return [pair(ord(a), ord(b), field) for a, b in zip(padded[::2], padded[1::2], strict=True)]


def twice(*pairs: tuple[int, int], field: int = 0) -> list[bytes]:
    """Give control codes, each sent two times as is usual."""
    return [pair(*one, field) for one in pairs for _ in range(2)]


def pictures(triplets: list[bytes], start: int = 0) -> list[Sample]:
    """Give a picture for each triplet."""
    return [sample(start + i, data) for i, data in enumerate(triplets)]


def quiet(start: int, count: int) -> list[Sample]:
    """Give pictures that hold nothing but padding."""
    return [sample(start + i, bytes((0xFC, 0x80, 0x80))) for i in range(count)]


def dtvcc(*blocks: tuple[int, bytes]) -> bytes:
    """Give the triplets of one DTVCC packet with these (service, data) blocks."""
    body = b"".join(bytes((number << 5 | len(data),)) + data for number, data in blocks)
    body += b"\0" * (1 - len(body) % 2)
    packet = bytes((len(body) + 1 >> 1,)) + body
    parts = [packet[i : i + 2] for i in range(0, len(packet), 2)]
    return b"".join(bytes((0xFF if i == 0 else 0xFE,)) + part for i, part in enumerate(parts))


# ---- teletext --------------------------------------------------------------------------------

HAMMING = (
    0x15, 0x02, 0x49, 0x5E, 0x64, 0x73, 0x38, 0x2F, 0xD0, 0xC7, 0x8C, 0x9B, 0xA1, 0xB6, 0xFD, 0xEA,
)  # fmt: skip
"""EN 300 706 table 7, as it is printed."""
_MARKS = {"\u0300": 1, "\u0301": 2, "\u0302": 3, "\u0303": 4, "\u0308": 8, "\u0327": 11}


def _turned(value: int) -> int:
    return int(f"{value:08b}"[::-1], 2)


def _packet(magazine: int, number: int, data: list[int]) -> bytes:
    address = [HAMMING[magazine & 7 | (number & 1) << 3], HAMMING[number >> 1]]
    assert len(data) == 40
    line = [0xE7, 0xE4, *(_turned(value) for value in (*address, *data))]
    return bytes((0x03, 44, *line))


def header(page: int, option: int = 0, *, subtitle: bool = True, erase: bool = True) -> bytes:
    """Give X/0 of a page such as 0x888; `option` is C12 C13 C14, the first as highest bit."""
    turned = (option >> 2 & 1) << 1 | (option >> 1 & 1) << 2 | (option & 1) << 3
    nibbles = [page & 15, page >> 4 & 15, 0, 8 * erase, 0, 8 * subtitle, 0, turned | 1]
    return _packet(page >> 8, 0, [HAMMING[one] for one in nibbles] + [odd(0x20)] * 32)


def row(page: int, number: int, codes: list[int], *, boxed: bool = True) -> bytes:
    """Give a row of a page: codes between boxes, the rest blank."""
    inside = [0x0B, 0x0B, *codes, 0x0A, 0x0A] if boxed else codes
    padded = [0x20] * ((40 - len(inside)) // 2) + inside
    padded += [0x20] * (40 - len(padded))
    return _packet(page >> 8, number, [odd(code) for code in padded])


def accents(page: int, number: int, places: dict[int, str]) -> bytes:
    """Give X/26 with letters (by their column) over a row."""
    triplets = [triplet(number % 24 + 40, 0x04, 0)]
    for column, letter in places.items():
        base, mark = tuple(unicodedata.normalize("NFD", letter))
        triplets.append(triplet(column, 0x10 + _MARKS[mark], ord(base)))
    triplets += [triplet(0x3F, 0x1F, 0x7F)] * (13 - len(triplets))
    return _packet(page >> 8, 26, [HAMMING[0], *(byte for one in triplets for byte in one)])


def triplet(address: int, mode: int, data: int) -> bytes:
    """Protect 18 bits by Hamming 24/18 (EN 300 706 8.3), bit by bit as the book has it."""
    value = address | mode << 6 | data << 11
    d = [0, *(value >> place & 1 for place in range(18))]
    p1 = 1 ^ d[1] ^ d[2] ^ d[4] ^ d[5] ^ d[7] ^ d[9] ^ d[11] ^ d[12] ^ d[14] ^ d[16] ^ d[18]
    p2 = 1 ^ d[1] ^ d[3] ^ d[4] ^ d[6] ^ d[7] ^ d[10] ^ d[11] ^ d[13] ^ d[14] ^ d[17] ^ d[18]
    p3 = 1 ^ d[2] ^ d[3] ^ d[4] ^ d[8] ^ d[9] ^ d[10] ^ d[11] ^ d[15] ^ d[16] ^ d[17] ^ d[18]
    p4 = 1 ^ d[5] ^ d[6] ^ d[7] ^ d[8] ^ d[9] ^ d[10] ^ d[11]
    p5 = 1 ^ d[12] ^ d[13] ^ d[14] ^ d[15] ^ d[16] ^ d[17] ^ d[18]
    bits = [p1, p2, d[1], p3, d[2], d[3], d[4], p4, *d[5:12], p5, *d[12:19]]
    bits.append(1 ^ sum(bits) % 2)
    return sum(bit << place for place, bit in enumerate(bits)).to_bytes(3, "little")


def payload(*units: bytes) -> bytes:
    """Give a PES payload of data units."""
    return b"\x10" + b"".join(units)
