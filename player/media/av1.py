"""AV1: what its sequence header says of the picture (AV1 Bitstream Specification 5.5)."""

from dataclasses import dataclass

from player.media.bits import BitReader

_SEQUENCE_HEADER = 1
_SRGB = (1, 13, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceHeader:
    """Largest size in pixels; `color` is primaries, transfer and matrix (2: unspecified)."""

    width: int
    height: int
    color: tuple[int, int, int]
    full_range: bool


def find_sequence_header(units: bytes) -> SequenceHeader | None:
    """Read the first sequence header among open bitstream units; nonsense gives nonsense."""
    at = 0
    while at + 2 <= len(units):
        kind, extended, sized = units[at] >> 3 & 15, units[at] >> 2 & 1, units[at] >> 1 & 1
        at += 1 + extended
        size, at = _leb128(units, at) if sized else (len(units) - at, at)
        if kind == _SEQUENCE_HEADER:
            return _sequence_header(BitReader(units[at : at + size]))
        at += size
    return None


def _leb128(data: bytes, at: int) -> tuple[int, int]:
    """Give the number at `at` and where it ends (4.10.5)."""
    value = 0
    for number, byte in enumerate(data[at : at + 8]):
        value |= (byte & 0x7F) << 7 * number
        if not byte & 0x80:
            return value, at + number + 1
    return value, at + 8


def _sequence_header(bits: BitReader) -> SequenceHeader:
    profile = bits.u(3)
    bits.skip(1)
    reduced = bits.u(1)
    if reduced:
        bits.skip(5)
    else:
        _skip_operating_points(bits)
    width_bits, height_bits = bits.u(4) + 1, bits.u(4) + 1
    width, height = bits.u(width_bits) + 1, bits.u(height_bits) + 1
    if not reduced and bits.u(1):
        bits.skip(7)
    bits.skip(3)
    if not reduced:
        _skip_tools(bits)
    bits.skip(3)
    color, full_range = _color_config(bits, profile)
    return SequenceHeader(width=width, height=height, color=color, full_range=full_range)


def _skip_operating_points(bits: BitReader) -> None:
    delay_bits = 0
    if bits.u(1):
        bits.skip(64)
        if bits.u(1):
            bits.ue()
        if bits.u(1):
            delay_bits = bits.u(5) + 1
            bits.skip(42)
    display_delay = bits.u(1)
    for _ in range(bits.u(5) + 1):
        bits.skip(12)
        bits.skip(bits.u(5) > 7)
        if delay_bits and bits.u(1):
            bits.skip(2 * delay_bits + 1)
        if display_delay and bits.u(1):
            bits.skip(4)


def _skip_tools(bits: BitReader) -> None:
    bits.skip(4)
    order_hint = bits.u(1)
    bits.skip(2 * order_hint)
    screen_content = bits.u(1) or bits.u(1)
    if screen_content and not bits.u(1):
        bits.skip(1)
    bits.skip(3 * order_hint)


def _color_config(bits: BitReader, profile: int) -> tuple[tuple[int, int, int], bool]:
    """Give the colour and whether it has the full range (5.5.2)."""
    high_depth = bits.u(1)
    bits.skip(profile == 2 and high_depth)
    mono = profile != 1 and bits.u(1)
    told = bits.u(1)
    color = (bits.u(8), bits.u(8), bits.u(8)) if told else (2, 2, 2)
    return color, bool(color == _SRGB and not mono) or bool(bits.u(1))
