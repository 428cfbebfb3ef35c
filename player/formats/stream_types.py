"""What the stream_type of a PMT, or a descriptor beside it, says that a stream is."""

from collections.abc import Mapping
from dataclasses import dataclass

_CARRIED = frozenset(
    {"aac", "aac_latm", "ac3", "eac3", "h264", "hevc", "mp3", "mpeg2video", "opus"}
)


@dataclass(frozen=True, slots=True)
class StreamType:
    """`kind` is "video", "audio", "id3", "splice" or "" (unknown); `codec` in libav's words."""

    kind: str
    codec: str = ""

    @property
    def carried(self) -> bool:
        """Whether `player.media` makes samples of it; the others stay unread."""
        return self.codec in _CARRIED


UNKNOWN = StreamType("")
PRIVATE = 0x06
"""PES packets whose descriptors say what is in them."""
_REGISTRATION = 0x05
_TYPES = {
    # ISO/IEC 13818-1 table 2-34
    0x01: StreamType("video", "mpeg2video"),
    0x02: StreamType("video", "mpeg2video"),
    0x03: StreamType("audio", "mp3"),
    0x04: StreamType("audio", "mp3"),
    0x0F: StreamType("audio", "aac"),
    0x10: StreamType("video", "mpeg4"),
    0x11: StreamType("audio", "aac_latm"),
    0x15: StreamType("id3"),
    0x1B: StreamType("video", "h264"),
    0x1C: StreamType("audio", "aac"),
    0x20: StreamType("video", "mvc"),  # a further view of another stream's H.264
    0x24: StreamType("video", "hevc"),
    0x33: StreamType("video", "vvc"),
    0x42: StreamType("video", "cavs"),
    # ATSC A/53 part 3 and SCTE. 0x82 to 0x85 are sound on Blu-ray discs alone: 0x82 is
    # SCTE 27's subtitles in what is broadcast, and libav finds nothing in any of the four.
    0x81: StreamType("audio", "ac3"),
    0x86: StreamType("splice"),  # sections, not PES packets (ANSI/SCTE 35 8.1)
    0x87: StreamType("audio", "eac3"),
    0x8A: StreamType("audio", "dts"),
    # Apple's MPEG-2 Stream Encryption Format: the key is in a playlist, if anywhere
    0xC1: StreamType("audio", "encrypted"),
    0xC2: StreamType("audio", "encrypted"),
    0xCF: StreamType("audio", "encrypted"),
    0xDB: StreamType("video", "encrypted"),
    # In use by habit
    0xD1: StreamType("video", "dirac"),
    0xD2: StreamType("video", "avs2"),
    0xD4: StreamType("video", "avs3"),
    0xEA: StreamType("video", "vc1"),
}
_FORMATS = {
    b"AC-3": StreamType("audio", "ac3"),
    b"BSSD": StreamType("audio", "s302m"),
    b"DTS1": StreamType("audio", "dts"),
    b"DTS2": StreamType("audio", "dts"),
    b"DTS3": StreamType("audio", "dts"),
    b"EAC3": StreamType("audio", "eac3"),
    b"HEVC": StreamType("video", "hevc"),
    b"Opus": StreamType("audio", "opus"),
    b"VC-1": StreamType("video", "vc1"),
    b"drac": StreamType("video", "dirac"),
}
"""Format identifiers of a registration descriptor (ISO/IEC 13818-1 2.6.8)."""
_DESCRIPTORS = {
    0x6A: StreamType("audio", "ac3"),
    0x7A: StreamType("audio", "eac3"),
    0x7B: StreamType("audio", "dts"),
    # AAC without a stream_type of its own, and ATSC's AC-3: libav takes both for data
    0x7C: StreamType("audio"),
    0x81: StreamType("audio"),
}
"""Descriptors that tell the sound beside them (ETSI EN 300 468 table 12, ATSC A/53)."""


def stream_type(number: int, told: Mapping[int, bytes]) -> StreamType:
    """What a stream_type is, or else the descriptors `told` by their tags; UNKNOWN otherwise."""
    known = _TYPES.get(number) or _FORMATS.get(told.get(_REGISTRATION, b"")[:4])
    if known is not None:
        return known
    return next((one for tag, one in _DESCRIPTORS.items() if tag in told), UNKNOWN)
