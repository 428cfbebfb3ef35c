"""HEVC byte stream to the form that files carry (ISO/IEC 14496-15 clause 8.3.3)."""

from headend.asset.avc import split_nal_units

_SETS = (32, 33, 34)  # VPS, SPS, PPS
_DROPPED = (*_SETS, 35, 39, 40)  # and delimiters and SEI


def _kind(unit: bytes) -> int:
    return unit[0] >> 1 & 0x3F


def sample(stream: bytes) -> bytes:
    """A coded picture with 4 byte lengths, slices only."""
    units = [unit for unit in split_nal_units(stream) if _kind(unit) not in _DROPPED]
    return b"".join(len(unit).to_bytes(4, "big") + unit for unit in units)


def codecs(record: bytes) -> str:
    """RFC 6381 string of a record: Main profile, its level."""
    return f"hvc1.1.6.L{record[12]}.90"


def hvcc(extradata: bytes) -> bytes:
    """HEVCDecoderConfigurationRecord of an encoder's Annex B parameter sets (Main, 8 bit).

    Raises:
        ValueError: there is no SPS among them.
    """
    units = split_nal_units(extradata)
    sps = next((unit for unit in units if _kind(unit) == _SETS[1]), None)
    if sps is None:
        raise ValueError("the encoder gave no parameter sets")
    plain = sps.replace(b"\0\0\3", b"\0\0")
    profile = plain[3:15]  # profile_tier_level: 12 bytes behind two of NAL head and one of ids
    head = b"\x01" + profile + b"\xf0\0\xfc\xfd\xf8\xf8\0\0\x0f"
    arrays = b""
    for kind in _SETS:
        rows = [unit for unit in units if _kind(unit) == kind]
        arrays += bytes([0x80 | kind]) + len(rows).to_bytes(2, "big")
        arrays += b"".join(len(unit).to_bytes(2, "big") + unit for unit in rows)
    return head + bytes([len(_SETS)]) + arrays
