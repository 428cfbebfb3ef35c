"""The boxes inside a text sample (ISO/IEC 14496-12 4.2)."""

from collections.abc import Iterator


def boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Give (type, payload) for the boxes that lie whole in `data`; the rest is passed over."""
    place = 0
    while place + 8 <= len(data):
        size, kind = int.from_bytes(data[place : place + 4]), data[place + 4 : place + 8]
        head = 8
        if size == 1 and place + 16 <= len(data):
            size, head = int.from_bytes(data[place + 8 : place + 16]), 16
        size = size or len(data) - place
        if size < head or place + size > len(data):
            return
        yield kind, data[place + head : place + size]
        place += size
