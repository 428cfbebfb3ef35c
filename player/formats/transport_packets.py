"""One transport packet, and the head of the PES packet in it (ISO/IEC 13818-1 2.4.3)."""

PACKET = 188
"""Bytes of a packet; whatever stands before or behind it in a longer step is no part of it."""
STRIDES = (188, 192, 204)
"""Bytes from one packet to the next: plain, with a time stamp before, with parity behind."""
SYNC_BYTE = 0x47
NULL_PID = 0x1FFF
_START, _ADAPTATION, _PAYLOAD = 0x40, 0x20, 0x10
_RANDOM_ACCESS = 0x40


def pid_of(packet: bytes) -> int:
    """The PID (2.4.3.2)."""
    return (packet[1] & 0x1F) << 8 | packet[2]


def begins(packet: bytes) -> bool:
    """Whether a unit begins in the packet (payload_unit_start_indicator)."""
    return bool(packet[1] & _START)


def payload(packet: bytes) -> bytes:
    """The bytes behind the header and the adaptation field, b"" where there are none."""
    if not packet[3] & _PAYLOAD:
        return b""
    return packet[5 + packet[4] :] if packet[3] & _ADAPTATION else packet[4:]


def has_random_access(packet: bytes) -> bool:
    """The random_access_indicator (2.4.3.5)."""
    return bool(packet[3] & _ADAPTATION and packet[4] and packet[5] & _RANDOM_ACCESS)


def pes_pts(data: bytes) -> int | None:
    """The PTS in 90 kHz ticks, 33 bits, of the PES packet that begins here (2.4.3.7)."""
    if data[:3] != b"\x00\x00\x01" or len(data) < 14 or not data[7] & 0x80:
        return None
    high, middle, low = data[9] >> 1 & 7, data[10:12], data[12:14]
    return high << 30 | int.from_bytes(middle, "big") >> 1 << 15 | int.from_bytes(low, "big") >> 1
