"""Programme tables: PAT, PMT and SDT (ISO/IEC 13818-1 clause 2.4.4, ETSI EN 300 468)."""

import struct
from dataclasses import dataclass

PAT_PID, SDT_PID, PMT_PID = 0x0000, 0x0011, 0x1000
VIDEO_PID, AUDIO_PID = 0x0100, 0x0101
STREAM_PRIVATE, STREAM_METADATA = 0x06, 0x15
ID3_PID, TEXT_PID = 0x0102, 0x0110
# Stream types of ISO/IEC 13818-1 table 2-34; AC-3 as ATSC A/53 and HLS have it.
STREAM_TYPES = {
    "h264": 0x1B,
    "hevc": 0x24,
    "aac": 0x0F,
    "mp2": 0x04,
    "mp3": 0x03,
    "ac3": 0x81,
    "eac3": 0x87,
}
_PROGRAM, _TRANSPORT, _NETWORK = 1, 1, 0xFF01


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementaryStream:
    """One row of the PMT; `language` is ISO 639-2 or empty, `descriptors` follow it."""

    stream_type: int
    pid: int
    language: str = ""
    descriptors: bytes = b""


def crc32_mpeg(data: bytes) -> int:
    """The checksum of clause 2.4.4 Annex A: polynomial 0x04C11DB7, not reflected."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ 0x04C11DB7 if crc & 0x80000000 else crc << 1) & 0xFFFFFFFF
    return crc


def _section(table: int, extension: int, body: bytes, *, private: bool = False) -> bytes:
    """A long section behind its pointer field: version 0, current, the only one."""
    length = len(body) + 9
    flags = 0xF000 if private else 0xB000
    head = struct.pack(">BHHBBB", table, flags | length, extension, 0xC1, 0, 0)
    return b"\0" + head + body + crc32_mpeg(head + body).to_bytes(4, "big")


def pat() -> bytes:
    """Programme association: one programme."""
    return _section(0x00, _TRANSPORT, struct.pack(">HH", _PROGRAM, 0xE000 | PMT_PID))


def pmt(streams: tuple[ElementaryStream, ...], info: bytes = b"") -> bytes:
    """Programme map; the first stream carries the clock, `info` describes the programme."""
    rows = b"".join(_pmt_row(stream) for stream in streams)
    head = struct.pack(">HH", 0xE000 | streams[0].pid, 0xF000 | len(info))
    return _section(0x02, _PROGRAM, head + info + rows)


def _pmt_row(stream: ElementaryStream) -> bytes:
    info = b""
    if stream.language:
        info = bytes([0x0A, 4]) + stream.language.encode() + b"\0"
    info += stream.descriptors
    return struct.pack(">BHH", stream.stream_type, 0xE000 | stream.pid, 0xF000 | len(info)) + info


def sdt(name: str) -> bytes:
    """Service description: the channel's name, in UTF-8 (EN 300 468 Annex A.2, selector 0x15)."""
    provider = b"Farol"
    title = b"\x15" + name.encode()[:200]
    service = bytes([1, len(provider)]) + provider + bytes([len(title)]) + title
    descriptor = bytes([0x48, len(service)]) + service
    row = struct.pack(">HBH", _PROGRAM, 0xFC, 0x8000 | len(descriptor)) + descriptor
    return _section(0x42, _TRANSPORT, struct.pack(">HB", _NETWORK, 0xFF) + row, private=True)
