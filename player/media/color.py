"""Colour as containers and codecs write it, in one form (ISO/IEC 23091-2, SMPTE ST 2086)."""

from dataclasses import replace

from player.formats.iso_boxes import Box, fields
from player.media import av1
from player.model.sample import ColorInfo

UNSPECIFIED = 2
_CHROMATICITY, _LUMINANCE = 50_000, 10_000
_MASTERING_SIZE, _LIGHT_SIZE = 24, 4
# ST 2086 lists green, blue, red; the model red, green, blue, white.
_RED_FIRST = (4, 5, 0, 1, 2, 3, 6, 7)


def color_boxes(data: bytes, inner: dict[bytes, Box]) -> ColorInfo | None:
    """Read `colr`, `mdcv` and `clli` (ISO/IEC 14496-12 12.1.5, 12.1.6) and `vpcC`, `av1C`."""
    color = None
    if b"vpcC" in inner:
        color = _vpcc(fields(data, inner[b"vpcC"]).take(10))
    if b"av1C" in inner:
        color = _av1c(bytes(data[inner[b"av1C"].body + 4 : inner[b"av1C"].end]))
    if b"colr" in inner:
        color = _colr(bytes(data[inner[b"colr"].body : inner[b"colr"].end])) or color
    for kind, take in ((b"mdcv", with_mastering), (b"clli", with_light)):
        if kind in inner:
            color = take(color, bytes(data[inner[kind].body : inner[kind].end]))
    return color


def color_info(
    primaries: int, transfer: int, matrix: int, *, full_range: bool
) -> ColorInfo | None:
    """Make a ColorInfo; None where nothing was told."""
    if {primaries, transfer, matrix} <= {UNSPECIFIED} and not full_range:
        return None
    return ColorInfo(primaries=primaries, transfer=transfer, matrix=matrix, full_range=full_range)


def with_mastering(color: ColorInfo | None, payload: bytes) -> ColorInfo | None:
    """Add a mastering display colour volume (H.265 D.2.28; the `mdcv` box is the same)."""
    if len(payload) < _MASTERING_SIZE:
        return color
    words = [int.from_bytes(payload[at : at + 2], "big") for at in range(0, 16, 2)]
    points = [words[index] / _CHROMATICITY for index in _RED_FIRST]
    levels = [int.from_bytes(payload[at : at + 4], "big") / _LUMINANCE for at in (16, 20)]
    return replace(color or ColorInfo(), mastering=(*points, *levels))


def with_light(color: ColorInfo | None, payload: bytes) -> ColorInfo | None:
    """Add content light levels (H.265 D.2.35; the `clli` box is the same)."""
    if len(payload) < _LIGHT_SIZE:
        return color
    return replace(
        color or ColorInfo(),
        max_content_light=int.from_bytes(payload[:2], "big"),
        max_frame_average_light=int.from_bytes(payload[2:4], "big"),
    )


def _colr(body: bytes) -> ColorInfo | None:
    if body[:4] not in (b"nclx", b"nclc") or len(body) < 10:
        return None
    primaries, transfer, matrix = (int.from_bytes(body[at : at + 2], "big") for at in (4, 6, 8))
    full = body[:4] == b"nclx" and len(body) > 10 and bool(body[10] & 0x80)
    return color_info(primaries, transfer, matrix, full_range=full)


def _vpcc(body: bytes) -> ColorInfo | None:
    """Read a VPCodecConfigurationBox (VP Codec ISO Media File Format Binding 1.0)."""
    return color_info(body[7], body[8], body[9], full_range=bool(body[6] & 1))


def _av1c(units: bytes) -> ColorInfo | None:
    header = av1.find_sequence_header(units)
    if header is None:
        return None
    primaries, transfer, matrix = header.color
    return color_info(primaries, transfer, matrix, full_range=header.full_range)
