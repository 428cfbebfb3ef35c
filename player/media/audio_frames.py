"""Audio that carries its own frame headers: ADTS, AC-3, E-AC-3, MPEG-1/2 layers I to III."""

from collections.abc import Callable
from dataclasses import dataclass, field

from player.media.bits import BitReader
from player.units import Micros, scaled

AAC_RATES: tuple[int, ...] = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000)
AAC_RATES += (12000, 11025, 8000, 7350)
AAC_CHANNELS = (0, 1, 2, 3, 4, 5, 6, 8)
OPUS_RATE = 48_000
_AC3_RATES = (48000, 44100, 32000)
_AC3_KBPS: tuple[int, ...] = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384)
_AC3_KBPS += (448, 512, 576, 640)
_AC3_CHANNELS = (2, 1, 2, 3, 3, 4, 4, 5)
_EAC3_BLOCKS = (1, 2, 3, 6)
_INFORMATION = frozenset({b"Xing", b"Info", b"VBRI"})
# Behind the header and the side information of a frame: 9, 17 or 32 bytes.
_INFORMATION_PLACES = (13, 21, 36)
_MPEG_RATES = (44100, 48000, 32000)
_MPEG_KBPS = {
    (1, 1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (1, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (1, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioFrame:
    """What one frame header says; `size` and `skip` (header to strip) in bytes.

    `samples` is how much time the frame covers, in samples at `sample_rate`.
    """

    codec: str
    size: int
    samples: int
    sample_rate: int
    channels: int
    skip: int = 0
    config: bytes = field(default=b"", repr=False)


def parse_adts(data: bytes) -> AudioFrame | None:
    """Read an ADTS header (ISO/IEC 13818-7 6.2); None where there is none."""
    if len(data) < 7 or data[0] != 0xFF or data[1] & 0xF6 != 0xF0:
        return None
    bits = BitReader(data[2:7])
    profile, rate, _private, channels = bits.u(2), bits.u(4), bits.u(1), bits.u(3)
    bits.skip(4)
    size, _fullness, blocks = bits.u(13), bits.u(11), bits.u(2)
    skip = 7 if data[1] & 1 else 9
    if rate >= len(AAC_RATES) or size <= skip:
        return None
    config = ((profile + 1) << 11 | rate << 7 | channels << 3).to_bytes(2, "big")
    return AudioFrame(
        codec="aac",
        size=size,
        samples=1024 * (blocks + 1),
        sample_rate=AAC_RATES[rate],
        channels=AAC_CHANNELS[channels],
        skip=skip,
        config=config,
    )


def parse_asc(config: bytes) -> tuple[int, int]:
    """Give (sample rate, channels) of an AudioSpecificConfig (ISO/IEC 14496-3 1.6.2.1).

    Of HE-AAC those of the core coder: what spectral bands and stereo are added to.
    """
    bits = BitReader(config)
    if bits.u(5) == 31:
        bits.skip(6)
    index = bits.u(4)
    rate = bits.u(24) if index == 15 else AAC_RATES[min(index, len(AAC_RATES) - 1)]
    channels = bits.u(4)
    return rate, AAC_CHANNELS[channels] if channels < len(AAC_CHANNELS) else 0


def build_asc(rate: int, channels: int) -> bytes:
    """Make the AudioSpecificConfig of AAC-LC; b"" for a rate or channels that it cannot name."""
    if rate not in AAC_RATES or channels not in AAC_CHANNELS[1:]:
        return b""
    layout = AAC_CHANNELS.index(channels)
    return (2 << 11 | AAC_RATES.index(rate) << 7 | layout << 3).to_bytes(2, "big")


def opus_delay(config: bytes) -> Micros:
    """Give the pre-skip of an OpusHead, which counts at 48 kHz (RFC 7845 5.1)."""
    return scaled(int.from_bytes(config[10:12], "little"), OPUS_RATE)


def parse_ac3(data: bytes) -> AudioFrame | None:
    """Read an AC-3 or E-AC-3 syncframe header (ETSI TS 102 366 4.3, E.1.2)."""
    if len(data) < 7 or data[:2] != b"\x0b\x77":
        return None
    stream_id = data[5] >> 3
    if stream_id > 16:
        return None
    return _parse_eac3(data) if stream_id > 10 else _parse_plain_ac3(data, stream_id)


def _parse_plain_ac3(data: bytes, stream_id: int) -> AudioFrame | None:
    rate, code = data[4] >> 6, data[4] & 0x3F
    if rate == 3 or code >> 1 >= len(_AC3_KBPS):
        return None
    kbps = _AC3_KBPS[code >> 1]
    words = kbps * 96000 // _AC3_RATES[rate] + (code & 1 if rate == 1 else 0)
    slower = max(stream_id - 8, 0)
    mode = data[6] >> 5
    bits = BitReader(data[6:9])
    bits.skip(3)
    bits.skip(2 * (mode & 1 and mode != 1) + 2 * bool(mode & 4) + 2 * (mode == 2))
    return AudioFrame(
        codec="ac3",
        size=words * 2,
        samples=1536,
        sample_rate=_AC3_RATES[rate] >> slower,
        channels=_AC3_CHANNELS[mode] + bits.u(1),
    )


def _parse_eac3(data: bytes) -> AudioFrame | None:
    bits = BitReader(data[2:6])
    kind = bits.u(2)
    bits.skip(3)
    size, rate, blocks = (bits.u(11) + 1) * 2, bits.u(2), bits.u(2)
    if kind == 3 or size < 7 or (rate == 3 and blocks == 3):
        return None
    sample_rate = _AC3_RATES[blocks] // 2 if rate == 3 else _AC3_RATES[rate]
    count = 6 if rate == 3 else _EAC3_BLOCKS[blocks]
    mode, low = bits.u(3), bits.u(1)
    return AudioFrame(
        codec="eac3",
        size=size,
        # A dependent substream (Annex E 2.3.1.1) adds channels to a frame, not time.
        samples=0 if kind == 1 else 256 * count,
        sample_rate=sample_rate,
        channels=_AC3_CHANNELS[mode] + low,
    )


def parse_mpeg(data: bytes) -> AudioFrame | None:
    """Read an MPEG audio header (ISO/IEC 11172-3 2.4.1.3, 13818-3 and the 2.5 extension)."""
    if len(data) < 4 or data[0] != 0xFF or data[1] & 0xE0 != 0xE0:
        return None
    version, layer = data[1] >> 3 & 3, 4 - (data[1] >> 1 & 3)
    rate_code, rate_index = data[2] >> 4, data[2] >> 2 & 3
    if version == 1 or layer == 4 or rate_code in (0, 15) or rate_index == 3:
        return None
    first = version == 3
    rate = _MPEG_RATES[rate_index] >> (0 if first else 1 if version == 2 else 2)
    kbps = _MPEG_KBPS[1, layer] if first else _MPEG_KBPS[2, min(layer, 2)]
    padding = data[2] >> 1 & 1
    samples = 384 if layer == 1 else 576 if layer == 3 and not first else 1152
    slot = 4 if layer == 1 else 1
    size = (samples // 8 // slot * kbps[rate_code - 1] * 1000 // rate + padding) * slot
    return AudioFrame(
        codec=("mp1", "mp2", "mp3")[layer - 1],
        size=size,
        samples=samples,
        sample_rate=rate,
        channels=1 if data[3] >> 6 == 3 else 2,
    )


def is_information(data: bytes) -> bool:
    """Whether an MPEG frame holds no sound but what an encoder says of its file (Xing, VBRI)."""
    places = (data[at : at + 4] for at in _INFORMATION_PLACES)
    return any(mark in _INFORMATION for mark in places)


PARSERS: dict[str, Callable[[bytes], AudioFrame | None]] = {
    "aac": parse_adts,
    "ac3": parse_ac3,
    "eac3": parse_ac3,
    "mp1": parse_mpeg,
    "mp2": parse_mpeg,
    "mp3": parse_mpeg,
}


def parse_any(data: bytes) -> AudioFrame | None:
    """Read whichever of these headers `data` begins with."""
    return parse_adts(data) or parse_ac3(data) or parse_mpeg(data)
