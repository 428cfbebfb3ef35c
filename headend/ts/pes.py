"""Packetised elementary streams and the framing inside (ISO/IEC 13818-1 clause 2.4.3.6)."""

import struct
from collections.abc import Iterable, Iterator

from headend.asset.model import Rendition

VIDEO_STREAM, PRIVATE_STREAM = 0xE0, 0xBD
_FIXED_HEAD = 9
_AUD = b"\0\0\0\1\x09\xf0"
_START = b"\0\0\0\1"
_ADTS_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000)


def pes(stream: int, payload: bytes, pts: int, dts: int, *, head_size: int = 0) -> bytes:
    """One PES packet with its time stamps (90 kHz, wrapped here to 33 bits).

    Its head is stuffed to `head_size` bytes at least.

    Video leaves its length open, as clause 2.4.3.7 allows it in a transport stream.
    """
    stamps = _stamp(2, pts) if pts == dts else _stamp(3, pts) + _stamp(1, dts)
    flags = 0x80 if pts == dts else 0xC0
    stamps += b"\xff" * (head_size - _FIXED_HEAD - len(stamps))
    head = bytes([0x84, flags, len(stamps)]) + stamps
    length = 0 if stream == VIDEO_STREAM else len(head) + len(payload)
    return b"".join((b"\0\0\1", struct.pack(">BH", stream, length), head, payload))


def _stamp(prefix: int, ticks: int) -> bytes:
    time = ticks % (1 << 33)
    return struct.pack(
        ">BHH",
        prefix << 4 | (time >> 30) << 1 | 1,
        (time >> 15 & 0x7FFF) << 1 | 1,
        (time & 0x7FFF) << 1 | 1,
    )


def parameter_sets(avcc: bytes) -> bytes:
    """SPS and PPS of an AVCDecoderConfigurationRecord, with start codes (14496-15 5.3.3.1)."""
    sets, offset = [], 5
    for mask in (0x1F, 0xFF):
        count = avcc[offset] & mask
        offset += 1
        for _ in range(count):
            size = int.from_bytes(avcc[offset : offset + 2], "big")
            sets.append(_START + avcc[offset + 2 : offset + 2 + size])
            offset += 2 + size
    return b"".join(sets)


def annex_b(sample: memoryview, sets: bytes) -> bytes:
    """An access unit with start codes: delimiter, `sets` (empty but at key frames), the rest."""
    return b"".join((_AUD, sets, *_with_start_codes(sample)))


def _with_start_codes(sample: memoryview) -> Iterator[bytes | memoryview]:
    offset = 0
    while offset + 4 < len(sample):
        size = int.from_bytes(sample[offset : offset + 4], "big")
        nal = sample[offset + 4 : offset + 4 + size]
        if nal[0] & 0x1F != 9:  # ours is the only delimiter
            yield _START
            yield nal
        offset += 4 + size


def adts(rendition: Rendition, frames: Iterable[memoryview]) -> bytes:
    """AAC frames behind seven-byte ADTS heads (ISO/IEC 13818-7 clause 6.2)."""
    profile = (rendition.codec_config[0] >> 3) - 1
    rate = _ADTS_RATES.index(rendition.sample_rate)
    fixed = 0xFFF1 << 40 | profile << 38 | rate << 34 | rendition.channels << 30
    parts: list[bytes | memoryview] = []
    for frame in frames:
        head = fixed | (len(frame) + 7) << 13 | 0x7FF << 2
        parts += (head.to_bytes(7, "big"), frame)
    return b"".join(parts)
