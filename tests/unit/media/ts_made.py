"""Transport streams written packet by packet, for what no muxer here writes."""

from collections.abc import Iterator

PACKET = 188


def packets(pid: int, unit: bytes, *, counter: int = 0, scrambled: bool = False) -> bytes:
    """Cut a unit into packets, the last one filled by an adaptation field."""
    out = b""
    for number, at in enumerate(range(0, len(unit), 184)):
        piece = unit[at : at + 184]
        start = 0x40 if not at else 0
        flags = (0xC0 if scrambled else 0) | (counter + number) & 15
        room = 184 - len(piece)
        fill = b""
        if room:
            fill = bytes([room - 1]) + (b"\x00" + b"\xff" * (room - 2) if room > 1 else b"")
        head = bytes((0x47, start | pid >> 8, pid & 0xFF, flags | (0x30 if room else 0x10)))
        out += head + fill + piece
    return out


def section(table: int, number: int, body: bytes, version: int = 0) -> bytes:
    """Write a section with its CRC, behind a pointer field."""
    length = 5 + len(body) + 4
    head = bytes((table, 0xB0 | length >> 8, length & 0xFF)) + number.to_bytes(2, "big")
    data = head + bytes((0xC1 | version << 1, 0, 0)) + body
    return b"\x00" + data + crc(data).to_bytes(4, "big")


def crc(data: bytes) -> int:
    """CRC-32/MPEG-2 (ISO/IEC 13818-1 Annex A)."""
    value = 0xFFFFFFFF
    for byte in data:
        value ^= byte << 24
        for _ in range(8):
            value = (value << 1 ^ (0x04C11DB7 if value >> 31 else 0)) & 0xFFFFFFFF
    return value


def pat(*programs: tuple[int, int]) -> bytes:
    """Write a PAT of (programme, PID of its PMT)."""
    body = b"".join(
        number.to_bytes(2, "big") + (0xE000 | pid).to_bytes(2, "big") for number, pid in programs
    )
    return packets(0, section(0, 1, body))


def pmt(pid: int, *streams: tuple[int, int, bytes], number: int = 1, version: int = 0) -> bytes:
    """Write a PMT of (stream type, PID, descriptors)."""
    body = b"\xe1\x00\xf0\x00"
    for kind, stream, descriptors in streams:
        body += bytes((kind,)) + (0xE000 | stream).to_bytes(2, "big")
        body += (0xF000 | len(descriptors)).to_bytes(2, "big") + descriptors
    return packets(pid, section(2, number, body, version))


def pes(pts: int, payload: bytes, *, stream: int = 0xBD, length: bool = True) -> bytes:
    """Write a PES packet with a time stamp."""
    stamp = bytes(
        (
            0x21 | pts >> 29 & 14,
            pts >> 22 & 255,
            1 | pts >> 14 & 254,
            pts >> 7 & 255,
            1 | pts << 1 & 254,
        )
    )
    size = 8 + len(payload) if length else 0
    head = b"\x00\x00\x01" + bytes((stream,)) + size.to_bytes(2, "big")
    return head + b"\x80\x80\x05" + stamp + payload


def descriptor(tag: int, body: bytes) -> bytes:
    """Write a descriptor."""
    return bytes((tag, len(body))) + body


def split(data: bytes) -> Iterator[bytes]:
    """Give the packets of a stream."""
    for at in range(0, len(data), PACKET):
        yield data[at : at + PACKET]


def pid_of(packet: bytes) -> int:
    """Give a packet's PID."""
    return (packet[1] & 0x1F) << 8 | packet[2]


def moved(data: bytes, pids: dict[int, int]) -> bytes:
    """Give the packets of `data` under other PIDs; tables are left as they are."""
    out = bytearray(data)
    for at in range(0, len(data), PACKET):
        pid = pids.get(pid_of(data[at : at + 3]))
        if pid is not None:
            out[at + 1] = out[at + 1] & 0xE0 | pid >> 8
            out[at + 2] = pid & 0xFF
    return bytes(out)
