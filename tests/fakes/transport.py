"""Transport streams, just true enough to be cut: packets, tables, pictures."""

from player.formats.transport_packets import PACKET

PMT, VIDEO, AUDIO = 0x1000, 0x100, 0x101
TICKS = 90_000


def packet(pid: int, payload: bytes, *, begins: bool = False, random: bool = False) -> bytes:
    """One packet, stuffed by its adaptation field."""
    room = PACKET - 4 - len(payload)
    head = bytes([0x47, (0x40 if begins else 0) | pid >> 8, pid & 0xFF])
    if room == 0:
        return head + b"\x10" + payload
    field = bytes([room - 1]) + (bytes([0x40 if random else 0]) if room > 1 else b"")
    return head + b"\x30" + field + b"\xff" * (room - len(field)) + payload


def tables(video_type: int | None = 0x1B, audio_type: int = 0x0F) -> bytes:
    """A PAT and a PMT (CRCs are not looked at)."""
    pat = (
        b"\x00\xb0\x0d\x00\x01\xc1\x00\x00\x00\x01" + (0xE000 | PMT).to_bytes(2, "big") + bytes(4)
    )
    streams = b"" if video_type is None else _stream(video_type, VIDEO)
    streams += _stream(audio_type, AUDIO)
    length = 13 + len(streams)
    pmt = b"\x02" + (0xB000 | length).to_bytes(2, "big") + b"\x00\x01\xc1\x00\x00\xe1\x00\xf0\x00"
    both = (0, b"\x00" + pat), (PMT, b"\x00" + pmt + streams + bytes(4))
    return b"".join(packet(pid, body, begins=True) for pid, body in both)


def _stream(kind: int, pid: int) -> bytes:
    return bytes([kind]) + (0xE000 | pid).to_bytes(2, "big") + b"\xf0\x00"


def picture(pts: int, *, key: bool, flag: bool = True, pid: int = VIDEO) -> bytes:
    """A PES of two packets whose H.264 says key or not."""
    pts %= 1 << 33
    stamp = bytes(
        [0x21 | pts >> 29 & 0x0E, pts >> 22 & 0xFF, pts >> 14 & 0xFE | 1, pts >> 7 & 0xFF,
         pts << 1 & 0xFE | 1]
    )  # fmt: skip
    unit = b"\x00\x00\x01\x09\xf0\x00\x00\x01" + (b"\x67\x64" if key else b"\x41\x9a")
    pes = b"\x00\x00\x01\xe0\x00\x00\x80\x80\x05" + stamp + unit
    return packet(pid, pes, begins=True, random=key and flag) + packet(pid, bytes(184))


def stream(
    seconds: int, *, first: int = 0, flag: bool = True, gop: int = 50, fps: int = 25
) -> bytes:
    """Video of so many seconds with a key frame each `gop` pictures, tables once a second."""
    parts = []
    for number in range(seconds * fps):
        if number % fps == 0:
            parts.append(tables())
        pts = first + number * TICKS // fps
        parts.append(picture(pts, key=number % gop == 0, flag=flag))
        parts.append(picture(pts, key=False, pid=AUDIO))
    return b"".join(parts)
