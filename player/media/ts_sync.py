"""Transport packets out of a byte stream that may begin anywhere (ISO/IEC 13818-1 2.4.3)."""

from player.formats.transport_packets import PACKET, STRIDES, SYNC_BYTE

PROOF = 5
"""So many sync bytes in a row are no accident."""
_NEEDED = (PROOF - 1) * max(STRIDES) + 1


class PacketSync:
    """Finds the packets' step, and finds it again after junk; one stream, one caller."""

    def __init__(self) -> None:
        """Begin with no step known."""
        self._rest = b""
        self._stride = 0
        self._skip = 0
        self._found = 0

    def push(self, data: bytes) -> list[bytes]:
        """Take more bytes; give each whole packet as 188 bytes that begin with 0x47."""
        buffer = self._rest + data
        packets: list[bytes] = []
        place = self._skip
        while self._stride or self._search(buffer, place):
            place = max(place, self._found)
            place = self._take(buffer, place, packets)
            if place > len(buffer) - PACKET:
                break
            self._stride = 0
        else:
            place = self._found
        self._rest = buffer[place:]
        self._skip = max(place - len(buffer), 0)
        self._found = 0
        return packets

    def _take(self, buffer: bytes, place: int, packets: list[bytes]) -> int:
        stride, end = self._stride, len(buffer) - PACKET
        while place <= end and buffer[place] == SYNC_BYTE:
            packets.append(buffer[place : place + PACKET])
            place += stride
        return place

    def _search(self, buffer: bytes, place: int) -> bool:
        """Look for PROOF sync bytes one step apart; else remember from where to look next."""
        last = len(buffer) - _NEEDED
        at = buffer.find(SYNC_BYTE, place)
        while 0 <= at <= last:
            self._stride = next((one for one in STRIDES if _proved(buffer, at, one)), 0)
            if self._stride:
                break
            at = buffer.find(SYNC_BYTE, at + 1)
        self._found = at if at >= 0 else len(buffer)
        return self._stride > 0


def _proved(buffer: bytes, at: int, stride: int) -> bool:
    last = at + (PROOF - 1) * stride
    return all(buffer[place] == SYNC_BYTE for place in range(at, last + 1, stride))
