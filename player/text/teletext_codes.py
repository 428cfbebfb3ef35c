"""Teletext's error protection (ETSI EN 300 706 clause 8): parity, Hamming 8/4 and 24/18."""


def _hamming_8_4() -> tuple[int | None, ...]:
    """Build the table of clause 8.2: a byte's four data bits, one error corrected, or None."""
    table: list[int | None] = [None] * 256
    for data in range(16):
        bits = [data >> place & 1 for place in range(4)]
        code = _protected(bits)
        table[code] = data
        for place in range(8):
            table[code ^ 1 << place] = data
    return tuple(table)


def _protected(bits: list[int]) -> int:
    first = 1 ^ bits[0] ^ bits[2] ^ bits[3]
    second = 1 ^ bits[0] ^ bits[1] ^ bits[3]
    third = 1 ^ bits[0] ^ bits[1] ^ bits[2]
    fourth = 1 ^ first ^ bits[0] ^ second ^ bits[1] ^ third ^ bits[2] ^ bits[3]
    order = (first, bits[0], second, bits[1], third, bits[2], fourth, bits[3])
    return sum(bit << place for place, bit in enumerate(order))


HAMMING_8_4 = _hamming_8_4()
REVERSED = bytes(int(f"{value:08b}"[::-1], 2) for value in range(256))
_ODD = tuple(value.bit_count() % 2 == 1 for value in range(256))
_CHECKS = tuple(
    sum(1 << place - 1 for place in range(1, 24) if place & check) for check in (1, 2, 4, 8, 16)
)


def letter(value: int) -> int | None:
    """Give the seven bits of an odd-parity byte, None where the parity is wrong."""
    return value & 0x7F if _ODD[value] else None


def triplet(data: bytes) -> int | None:
    """Give the 18 data bits of three bytes (clause 8.3), one error corrected, or None."""
    code = int.from_bytes(data, "little")
    wrong = 0
    for number, mask in enumerate(_CHECKS):
        if (code & mask).bit_count() % 2 == 0:
            wrong |= 1 << number
    even = code.bit_count() % 2 == 0
    if wrong and not even:
        return None  # two errors
    if wrong:
        if wrong > 23:
            return None
        code ^= 1 << wrong - 1
    return code >> 2 & 1 | code >> 3 & 0xE | code >> 4 & 0x7F0 | code >> 5 & 0x3F800
