"""H.265: what its NAL units say, and the hvcC record (ISO/IEC 14496-15 8.3.3.1)."""

from dataclasses import dataclass

from player.media.bits import BitReader
from player.media.hevc_sps import skip_to_vui
from player.media.nal import cropped, join_prefixed, read_sets, unescape
from player.media.vui import Vui, read_vui

VPS, SPS, PPS, AUD, FILLER, SEI = 32, 33, 34, 35, 38, 39
FIRST_IRAP, LAST_IRAP = 16, 23


@dataclass(frozen=True, slots=True, kw_only=True)
class HevcSps:
    """What we need of a sequence parameter set; sizes in pixels, conformance window applied.

    `profile_tier_level` are its 12 general bytes; `layers` is sps_max_sub_layers_minus1 + 1.
    """

    id: int
    width: int
    height: int
    profile_tier_level: bytes
    layers: int
    nested: int
    chroma_format: int
    luma_depth: int
    chroma_depth: int
    vui: Vui
    interlaced: bool = False


def kind(unit: bytes) -> int:
    """Give nal_unit_type."""
    return (unit[0] >> 1) & 0x3F


def vps_id(unit: bytes) -> int:
    """Give vps_video_parameter_set_id."""
    return unit[2] >> 4 if len(unit) > 2 else 0


def pps_id(unit: bytes) -> int:
    """Give pps_pic_parameter_set_id."""
    return BitReader(unescape(unit[2:13])).ue()


def parse_sps(unit: bytes) -> HevcSps:
    """Read a sequence parameter set (ISO/IEC 23008-2 7.3.2.2); nonsense gives nonsense."""
    payload = unescape(unit[2:])
    bits = BitReader(payload)
    bits.skip(4)
    layers, nested = bits.u(3) + 1, bits.u(1)
    bits.skip(96)
    _skip_sub_layers(bits, layers - 1)
    number, chroma = bits.ue(), bits.ue()
    if chroma == 3:
        bits.skip(1)
    width, height = bits.ue(), bits.ue()
    width, height = cropped(bits, width, height, chroma=chroma)
    luma_depth, chroma_depth = 8 + bits.ue(), 8 + bits.ue()
    skip_to_vui(bits, layers)
    vui = read_vui(bits) if bits.u(1) else Vui()
    return HevcSps(
        id=number,
        width=width,
        height=height,
        profile_tier_level=payload[1:13].ljust(12, b"\x00"),
        layers=layers,
        nested=nested,
        chroma_format=chroma,
        luma_depth=luma_depth,
        chroma_depth=chroma_depth,
        # general_progressive_source_flag and general_interlaced_source_flag.
        interlaced=payload[6:7] != b"" and payload[6] & 0xC0 == 0x40,
        vui=vui,
    )


def _skip_sub_layers(bits: BitReader, count: int) -> None:
    flags = [(bits.u(1), bits.u(1)) for _ in range(count)]
    if count:
        bits.skip(2 * (8 - count))
    for profile, level in flags:
        bits.skip(88 * profile + 8 * level)


def build_hvcc(sets: list[bytes]) -> bytes:
    """Make the decoder configuration record of parameter sets (at least one SPS)."""
    sps = parse_sps(next(unit for unit in sets if kind(unit) == SPS))
    out = bytearray(b"\x01" + sps.profile_tier_level + b"\xf0\x00\xfc")
    depths = ((sps.luma_depth - 8) & 7, (sps.chroma_depth - 8) & 7)
    out += bytes((0xFC | sps.chroma_format & 3, 0xF8 | depths[0], 0xF8 | depths[1], 0, 0))
    out.append((sps.layers & 7) << 3 | sps.nested << 2 | 3)
    arrays = [(number, [u for u in sets if kind(u) == number]) for number in (VPS, SPS, PPS)]
    arrays = [(number, units) for number, units in arrays if units]
    out.append(len(arrays))
    for number, units in arrays:
        out += bytes((0x80 | number,)) + len(units).to_bytes(2, "big") + join_prefixed(units, 2)
    return bytes(out)


def read_hvcc(record: bytes) -> tuple[int, list[bytes]]:
    """Give (bytes a length takes, parameter sets) of an hvcC record, as far as it goes."""
    if len(record) < 23:
        return 4, []
    sets: list[bytes] = []
    at = 23
    for _ in range(record[22]):
        found, at = read_sets(record, at + 3, int.from_bytes(record[at + 1 : at + 3], "big"))
        sets += (unit for unit in found if len(unit) > 2)
    return (record[21] & 3) + 1, sets
