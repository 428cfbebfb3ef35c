"""Transport stream packets, sections and PES packets, put together from their pieces."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from player.formats.transport_packets import PACKET, SYNC_BYTE, begins, payload, pes_pts

BLOCK = 256 * PACKET
"""How much is searched at once: a search begins anew wherever a table changes what is sought."""
_MOST_PES = 1 << 20
_MOST_SECTION = 1 << 12
_PES_FIELDS = 9
_PID_BITS = bytes(number & 0x1F for number in range(256))


class PacketCutter:
    """Cuts bytes into whole packets, finding the first one again where bytes are missing."""

    def __init__(self) -> None:
        """Start before the first byte."""
        self._tail = b""

    def feed(self, data: bytes) -> bytes:
        """Give as many whole packets as there are."""
        data = self._tail + data
        begin = 0 if data[:1] == b"\x47" else _resync(data)
        end = begin + (len(data) - begin) // PACKET * PACKET
        out = data[begin:end]
        if out[::PACKET].count(SYNC_BYTE) != len(out) // PACKET:
            return self._pick(data, begin)
        self._tail = data[end:]
        return out

    def _pick(self, data: bytes, at: int) -> bytes:
        """Do the same where packets are broken."""
        out = bytearray()
        while at + PACKET <= len(data):
            if data[at] == SYNC_BYTE:
                out += data[at : at + PACKET]
                at += PACKET
            else:
                at += 1 + _resync(data[at + 1 :])
        self._tail = data[at:]
        return bytes(out)


def _resync(data: bytes) -> int:
    """Give the first place where a packet may begin: another one follows, if it is there yet."""
    at = data.find(b"\x47")
    while at >= 0:
        if at + PACKET >= len(data) or data[at + PACKET] == SYNC_BYTE:
            return at
        at = data.find(b"\x47", at + 1)
    return len(data)


def find_packets(packets: bytes, wanted: Sequence[int]) -> list[int]:
    """Give where the packets of the `wanted` PIDs begin, in order.

    In columns rather than one packet after another: a chunk of 64 KiB takes some 20 us.
    """
    pids = bytearray(2 * len(packets) // PACKET)
    pids[0::2] = packets[1::PACKET].translate(_PID_BITS)
    pids[1::2] = packets[2::PACKET]
    places = []
    for pid in wanted:
        at = -1
        while (at := pids.find(pid.to_bytes(2, "big"), at + 1)) >= 0:
            if not at & 1:
                places.append(at // 2 * PACKET)
    return sorted(places)


class SectionJoiner:
    """Joins the sections of one PID (2.4.4), each without its CRC, or `whole`."""

    def __init__(self, *, whole: bool = False) -> None:
        """Start before the first packet."""
        self._open = bytearray()
        self._cut = 0 if whole else 4

    def feed(self, packet: bytes) -> list[bytes]:
        """Give the sections that end in `packet`."""
        data = payload(packet)
        if not data:
            return []
        if not begins(packet):
            return self._take(data) if self._open else []
        found = self._take(data[1 : 1 + data[0]]) if self._open else []
        self._open.clear()
        return found + self._take(data[1 + data[0] :])

    def _take(self, data: bytes) -> list[bytes]:
        self._open += data
        found: list[bytes] = []
        while len(self._open) >= 3 and self._open[0] != 0xFF:
            length = 3 + ((self._open[1] & 15) << 8 | self._open[2])
            if length > len(self._open) or length > _MOST_SECTION + 3:
                return found
            found.append(bytes(self._open[: length - self._cut]))
            del self._open[:length]
        self._open.clear()
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class PesPacket:
    """A whole PES packet: its 33-bit, 90 kHz time stamp where it has one, and its payload."""

    pts: int | None
    data: bytes = field(repr=False)


class PesJoiner:
    """Joins the PES packets of one PID (2.4.3.6)."""

    def __init__(self) -> None:
        """Start before the first packet."""
        self._open = bytearray()

    def feed(self, packet: bytes) -> list[PesPacket]:
        """Give the PES packets that are known to be whole with `packet`."""
        found = self.flush() if begins(packet) else []
        if not begins(packet) and not self._open:
            return found
        self._open += payload(packet)
        length = int.from_bytes(self._open[4:6], "big")
        if (length and len(self._open) >= 6 + length) or len(self._open) > _MOST_PES:
            found += self.flush()
        return found

    def flush(self) -> list[PesPacket]:
        """Give what is there of the last one: without a length its end shows late."""
        data = bytes(self._open)
        self._open.clear()
        pes = read_pes(data)
        return [pes] if pes is not None else []


def read_pes(data: bytes) -> PesPacket | None:
    """Read a PES packet with an optional header; None where it has no payload or lacks bytes."""
    length = int.from_bytes(data[4:6], "big")
    if len(data) < _PES_FIELDS or data[:3] != b"\0\0\1" or data[6] & 0xC0 != 0x80:
        return None
    body = data[_PES_FIELDS + data[8] : 6 + length if length else len(data)]
    if not body or len(data) < 6 + length:
        return None
    return PesPacket(pts=pes_pts(data), data=body)
