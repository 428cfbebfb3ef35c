"""What H.264 and H.265 write alike of how pictures are shown, and their SEI messages."""

from collections.abc import Iterator
from dataclasses import dataclass

from player.media.bits import BitReader
from player.media.color import color_info
from player.media.nal import unescape
from player.model.sample import ColorInfo

_EXTENDED_SAR = 255
_ASPECTS: tuple[tuple[int, int], ...] = ((1, 1), (12, 11), (10, 11), (16, 11), (40, 33), (24, 11))
_ASPECTS += ((20, 11), (32, 11), (80, 33), (18, 11), (15, 11), (64, 33), (160, 99), (4, 3))
_ASPECTS += ((3, 2), (2, 1))
_MOST_MESSAGES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Vui:
    """The front of the video usability information; None where it does not tell."""

    aspect: tuple[int, int] | None = None
    color: ColorInfo | None = None


def read_vui(bits: BitReader) -> Vui:
    """Read vui_parameters() up to the colour (ISO/IEC 14496-10 E.1.1, 23008-2 E.2.1)."""
    aspect = _aspect(bits) if bits.u(1) else None
    if bits.u(1):
        bits.skip(1)
    return Vui(aspect=aspect, color=_signal(bits) if bits.u(1) else None)


def _aspect(bits: BitReader) -> tuple[int, int] | None:
    index = bits.u(8)
    if index == _EXTENDED_SAR:
        across, down = bits.u(16), bits.u(16)
        return (across, down) if across and down else None
    return _ASPECTS[index - 1] if 0 < index <= len(_ASPECTS) else None


def _signal(bits: BitReader) -> ColorInfo | None:
    bits.skip(3)
    full = bool(bits.u(1))
    told = (bits.u(8), bits.u(8), bits.u(8)) if bits.u(1) else (2, 2, 2)
    return color_info(*told, full_range=full)


def sei_messages(unit: bytes, header: int) -> Iterator[tuple[int, bytes]]:
    """Give (payloadType, payload) of an SEI NAL unit (ISO/IEC 14496-10 7.3.2.3).

    A message that is cut short ends it.
    """
    data = unescape(unit[header:])
    at = 0
    for _ in range(_MOST_MESSAGES):
        kind, at = _number(data, at)
        size, at = _number(data, at)
        if at + size > len(data) or not size:
            return
        yield kind, data[at : at + size]
        at += size


def _number(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    while at < len(data) and data[at] == 0xFF:
        value, at = value + 0xFF, at + 1
    return value + (data[at] if at < len(data) else 0), at + 1
