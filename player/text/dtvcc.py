"""DTVCC packets of CEA-708, put together from cc_data (CTA-708 5, 6)."""

from collections.abc import Iterator


class Packets:
    """Collects the bytes of caption channel packets; gives those that are whole."""

    def __init__(self) -> None:
        """Wait for a packet's start."""
        self._open = bytearray()

    def take(self, data: bytes, *, start: bool) -> bytes:
        """Take two bytes (with the header, where `start`); give a packet's body or b""."""
        if start:
            self._open = bytearray()
        elif not self._open:
            return b""
        self._open += data
        size = (self._open[0] & 0x3F) * 2 or 128
        if len(self._open) < size:
            return b""
        body = bytes(self._open[1:size])
        self._open = bytearray()
        return body


def service_blocks(body: bytes) -> Iterator[tuple[int, bytes]]:
    """Give (service number, data) for the blocks of a packet's body."""
    place = 0
    while place < len(body):
        number, size = body[place] >> 5, body[place] & 0x1F
        place += 1
        if number == 7 and size and place < len(body):
            number = body[place] & 0x3F
            place += 1
        if number == 0:
            return
        if size:
            yield number, body[place : place + size]
        place += size
