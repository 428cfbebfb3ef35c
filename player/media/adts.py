"""ADTS: raw AAC frames that tell themselves what they are (ISO/IEC 14496-3 1.A.3.2)."""

from player.model.sample import StreamHead

HEADER = 7
LARGEST = (1 << 13) - 1 - HEADER
"""The largest raw frame that the 13 bits of a header can tell the length of."""

_SBR, _PS = 5, 29


def describes(head: StreamHead) -> bool:
    """Whether an ADTS header can tell what the stream's AudioSpecificConfig tells.

    SBR and parametric stereo are left for the decoder to find in the frames, as it does.
    """
    kind, rate, channels = _config(head.config)
    return 1 <= kind <= 4 and rate < 13 and 1 <= channels <= 7


def adts_header(head: StreamHead, size: int) -> bytes:
    """The header for a raw frame of `size` bytes, at most `LARGEST`."""
    length = HEADER + size
    kind, rate, channels = _config(head.config)
    bits = 0xFFF << 44 | 1 << 40  # syncword, MPEG-4, no CRC
    bits |= (kind - 1) << 38 | rate << 34 | channels << 30
    bits |= length << 13 | 0x7FF << 2  # one raw data block, buffer fullness not told
    return bits.to_bytes(HEADER, "big")


def _config(config: bytes) -> tuple[int, int, int]:
    """Object type, sampling frequency index and channels of the core (14496-3 1.6.2.1)."""
    if len(config) < 2:
        return 0, 15, 0
    bits = int.from_bytes(config[:8].ljust(8, b"\0"), "big")
    kind, rate, channels = bits >> 59, bits >> 55 & 15, bits >> 51 & 15
    if kind in (_SBR, _PS) and rate < 15:
        extension = bits >> 47 & 15
        kind = 0 if extension == 15 else bits >> 42 & 31
    return kind, rate, channels
