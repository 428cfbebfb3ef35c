"""HEVC with start codes (ITU-T H.265 Annex B, ISO/IEC 14496-15 clause 8.3.3)."""

_START = b"\0\0\0\1"
_AUD = b"\0\0\0\1\x46\x01\x50"
_DELIMITER = 35


def hevc_parameter_sets(hvcc: bytes) -> bytes:
    """VPS, SPS and PPS of an HEVCDecoderConfigurationRecord, with start codes."""
    sets, offset = [], 23
    for _ in range(hvcc[22]):
        count = int.from_bytes(hvcc[offset + 1 : offset + 3], "big")
        offset += 3
        for _ in range(count):
            size = int.from_bytes(hvcc[offset : offset + 2], "big")
            sets.append(_START + hvcc[offset + 2 : offset + 2 + size])
            offset += 2 + size
    return b"".join(sets)


def hevc_annex_b(sample: memoryview, sets: bytes) -> bytes:
    """An access unit with start codes: delimiter, `sets`, the rest."""
    parts: list[bytes | memoryview] = [_AUD, sets]
    offset = 0
    while offset + 4 < len(sample):
        size = int.from_bytes(sample[offset : offset + 4], "big")
        nal = sample[offset + 4 : offset + 4 + size]
        if nal[0] >> 1 & 0x3F != _DELIMITER:
            parts += (_START, nal)
        offset += 4 + size
    return b"".join(parts)
