"""H.264: what its NAL units say, and the avcC record (ISO/IEC 14496-15 5.3.3.1)."""

from dataclasses import dataclass

from player.media.bits import BitReader
from player.media.nal import cropped, join_prefixed, read_sets, unescape
from player.media.vui import Vui, read_vui

_HIGH_PROFILES = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135})
_WITH_CHROMA_IN_RECORD = frozenset({100, 110, 122, 144})
IDR, SEI, SPS, PPS, AUD, FILLER = 5, 6, 7, 8, 9, 12
_MAX_SETS = 31


@dataclass(frozen=True, slots=True, kw_only=True)
class AvcSps:
    """What we need of a sequence parameter set; sizes in pixels, cropping applied.

    `interlaced`: fields may come, of which each picture tells by itself.
    """

    id: int
    width: int
    height: int
    profile: int
    vui: Vui
    chroma_format: int = 1
    luma_depth: int = 8
    chroma_depth: int = 8
    interlaced: bool = False


def kind(unit: bytes) -> int:
    """Give nal_unit_type."""
    return unit[0] & 0x1F


def pps_id(unit: bytes) -> int:
    """Give pic_parameter_set_id."""
    return BitReader(unescape(unit[1:12])).ue()


def parse_sps(unit: bytes) -> AvcSps:
    """Read a sequence parameter set (ISO/IEC 14496-10 7.3.2.1.1); nonsense gives nonsense."""
    bits = BitReader(unescape(unit[1:]))
    profile = bits.u(8)
    bits.skip(16)
    number = bits.ue()
    chroma, luma_depth, chroma_depth = 1, 8, 8
    if profile in _HIGH_PROFILES:
        chroma, luma_depth, chroma_depth = _high(bits)
    _skip_order_count(bits)
    bits.ue()
    bits.skip(1)
    width, height, interlaced = _size(bits, chroma)
    return AvcSps(
        id=number,
        width=width,
        height=height,
        profile=profile,
        chroma_format=chroma,
        luma_depth=luma_depth,
        chroma_depth=chroma_depth,
        interlaced=interlaced,
        vui=read_vui(bits) if bits.u(1) else Vui(),
    )


def _high(bits: BitReader) -> tuple[int, int, int]:
    chroma = bits.ue()
    if chroma == 3:
        bits.skip(1)
    luma_depth, chroma_depth = 8 + bits.ue(), 8 + bits.ue()
    bits.skip(1)
    if bits.u(1):
        for index in range(12 if chroma == 3 else 8):
            if bits.u(1):
                _skip_scaling_list(bits, 16 if index < 6 else 64)
    return chroma, luma_depth, chroma_depth


def _skip_scaling_list(bits: BitReader, size: int) -> None:
    last = 8
    for _ in range(size):
        last = (last + bits.se()) % 256
        if not last:
            return


def _skip_order_count(bits: BitReader) -> None:
    bits.ue()
    order_type = bits.ue()
    if order_type == 0:
        bits.ue()
    elif order_type == 1:
        bits.skip(1)
        bits.se()
        bits.se()
        for _ in range(min(bits.ue(), 255)):
            bits.se()


def _size(bits: BitReader, chroma: int) -> tuple[int, int, bool]:
    """Give (width, height, whether there may be fields)."""
    width, map_units = (bits.ue() + 1) * 16, bits.ue() + 1
    frames_only = bits.u(1)
    bits.skip(1 if frames_only else 2)
    fields = 2 - frames_only
    size = cropped(bits, width, map_units * 16 * fields, chroma=chroma, fields=fields)
    return *size, not frames_only


def build_avcc(sets: list[bytes]) -> bytes:
    """Make the decoder configuration record of parameter sets (at least one SPS)."""
    sequence = [unit for unit in sets if kind(unit) == SPS][:_MAX_SETS]
    picture = [unit for unit in sets if kind(unit) == PPS][:255]
    out = bytearray((1, *sequence[0][1:4].ljust(3, b"\x00"), 0xFF, 0xE0 | len(sequence)))
    out += join_prefixed(sequence, 2)
    out.append(len(picture))
    out += join_prefixed(picture, 2)
    sps = parse_sps(sequence[0])
    if sps.profile in _WITH_CHROMA_IN_RECORD:
        depths = (0xF8 | (sps.luma_depth - 8) & 7, 0xF8 | (sps.chroma_depth - 8) & 7)
        out += bytes((0xFC | sps.chroma_format & 3, *depths, 0))
    return bytes(out)


def read_avcc(record: bytes) -> tuple[int, list[bytes]]:
    """Give (bytes a length takes, parameter sets) of an avcC record, as far as it goes."""
    if len(record) < 7:
        return 4, []
    sets, at = read_sets(record, 6, record[5] & 0x1F)
    if at < len(record):
        sets += read_sets(record, at + 1, record[at])[0]
    return (record[4] & 3) + 1, sets
