"""H.264 byte stream to the form that files carry (ISO/IEC 14496-10 B, 14496-15 5)."""

from dataclasses import dataclass

_SLICES = (1, 5)
_SPS, _PPS = 7, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class AvcConfig:
    """A stream's parameters: RFC 6381 codec string and AVCDecoderConfigurationRecord."""

    codecs: str
    record: bytes


def split_nal_units(stream: bytes) -> list[bytes]:
    """The NAL units of an Annex B byte stream, without start codes."""
    units = []
    start = stream.find(b"\0\0\1")
    while start >= 0:
        following = stream.find(b"\0\0\1", start + 3)
        end = len(stream) if following < 0 else following
        units.append(stream[start + 3 : end].rstrip(b"\0"))
        start = following
    return units


def length_prefixed(stream: bytes) -> bytes:
    """A coded picture with 4 byte lengths: slices only, no parameter sets, SEI or delimiters."""
    units = [unit for unit in split_nal_units(stream) if unit[0] & 0x1F in _SLICES]
    return b"".join(len(unit).to_bytes(4, "big") + unit for unit in units)


def avc_config(extradata: bytes) -> AvcConfig:
    """Reads an encoder's Annex B parameter sets.

    Raises:
        ValueError: there is no SPS or no PPS among them.
    """
    units = split_nal_units(extradata)
    sps = [unit for unit in units if unit[0] & 0x1F == _SPS]
    pps = [unit for unit in units if unit[0] & 0x1F == _PPS]
    if not sps or not pps:
        raise ValueError("the encoder gave no parameter sets")
    profile = sps[0][1:4]
    record = b"\x01" + profile + b"\xff" + _sets(0xE0, sps) + _sets(0, pps) + _high(profile[0])
    return AvcConfig(codecs=f"avc1.{profile.hex()}", record=record)


def _sets(mask: int, units: list[bytes]) -> bytes:
    body = b"".join(len(unit).to_bytes(2, "big") + unit for unit in units)
    return bytes([mask | len(units)]) + body


def _high(profile: int) -> bytes:
    """The record's tail for High profiles: 4:2:0 and 8 bit for luma and chroma, no extensions."""
    return b"\xfd\xf8\xf8\x00" if profile in (100, 110, 122, 144) else b""
