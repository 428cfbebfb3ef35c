"""EBML, the grammar below Matroska (RFC 8794): only what a writer needs."""

import struct

UNKNOWN_SIZE = b"\x01\xff\xff\xff\xff\xff\xff\xff"
"""The size of an element that goes on until another of its level begins (RFC 8794 6.2)."""


def size(value: int) -> bytes:
    """Write an element's data size as a variable-size integer (RFC 8794 4), shortest form."""
    for length in range(1, 9):
        # All ones is the unknown size: the value before it is the largest.
        if value < (1 << 7 * length) - 1:
            return (value | 1 << 7 * length).to_bytes(length, "big")
    raise ValueError(f"no element holds {value} bytes")


def element(name: int, data: bytes) -> bytes:
    """Write an element; `name` is its ID with the length marker, as specifications print it."""
    return name.to_bytes((name.bit_length() + 7) // 8, "big") + size(len(data)) + data


def master(name: int, *children: bytes) -> bytes:
    """Write an element that holds elements."""
    return element(name, b"".join(children))


def unsigned(name: int, value: int) -> bytes:
    """Write an unsigned integer element."""
    return element(name, value.to_bytes(max((value.bit_length() + 7) // 8, 1), "big"))


def real(name: int, value: float) -> bytes:
    """Write a floating point element, 8 bytes."""
    return element(name, struct.pack(">d", value))


def text(name: int, value: str) -> bytes:
    """Write a string element."""
    return element(name, value.encode())


def opened(name: int) -> bytes:
    """Begin an element of unknown size."""
    return name.to_bytes((name.bit_length() + 7) // 8, "big") + UNKNOWN_SIZE


def signed(name: int, value: int) -> bytes:
    """Write a signed integer in as few bytes as hold it (RFC 8794 7.1)."""
    length = max((value if value >= 0 else ~value).bit_length() // 8 + 1, 1)
    return element(name, value.to_bytes(length, "big", signed=True))
