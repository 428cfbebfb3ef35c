"""ISO base media file format boxes (ISO/IEC 14496-12 clause 4.2)."""

import struct


def box(kind: bytes, *parts: bytes) -> bytes:
    """A box of the four-letter `kind` around its parts."""
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def full_box(kind: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    """A box with a version (8 bit) and flags (24 bit) before its parts."""
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)
