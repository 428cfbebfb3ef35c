"""The channels: number, name, palette and movement."""

import colorsys
from dataclasses import dataclass
from typing import Literal, get_args

from headend.asset.model import Colours

Motif = Literal["beam", "rings", "tide", "trails", "globe", "orbits", "leader", "bubbles"]
MOTIFS: tuple[Motif, ...] = get_args(Motif)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSpec:
    """What makes one channel's card its own."""

    number: int
    name: str
    motif: Motif
    colours: Colours


_NAMES = (
    "Farol 1",
    "Farol 2",
    "Maré",
    "Norte",
    "Farol Notícias",
    "Arena",
    "Cinema Sete",
    "Miúdos",
)
_COLOURS = (
    Colours(night="#0a1a33", deep="#16405c", accent="#ffd98a", light="#fdf6e6"),
    Colours(night="#3b1f45", deep="#c4605a", accent="#ffc27d", light="#fff1e2"),
    Colours(night="#0d3b44", deep="#2a8c8a", accent="#a9ead9", light="#effcf7"),
    Colours(night="#0b0f24", deep="#1d3b5e", accent="#9fd8ff", light="#eef6ff"),
    Colours(night="#14233f", deep="#28518f", accent="#ff8f6b", light="#f4f7ff"),
    Colours(night="#10301f", deep="#2f7a4b", accent="#f4e285", light="#f5fbec"),
    Colours(night="#1c1714", deep="#5b4636", accent="#e9c99a", light="#f8efe2"),
    Colours(night="#5a2a6e", deep="#e0709a", accent="#ffe08a", light="#fff6f2"),
)


LAB_NAMES = {
    101: "Lab Codecs",
    102: "Lab Entrelaçado",
    103: "Lab Anamórfico",
    104: "Lab Rádio",
    105: "Lab Texto",
}
"""The laboratory channels, which show what the ordinary ones do not have."""


def channel_spec(number: int) -> ChannelSpec:
    """The channel of a number, 1..99 or a laboratory's; beyond the eight named ones by rule.

    Raises:
        ValueError: the number is out of range.
    """
    if not 1 <= number <= 99 and number not in LAB_NAMES:
        raise ValueError(f"channel {number} is not in 1..99")
    motif = MOTIFS[(number - 1) % len(MOTIFS)]
    if number <= len(_NAMES):
        name, colours = _NAMES[number - 1], _COLOURS[number - 1]
    else:
        name, colours = LAB_NAMES.get(number, f"Canal {number}"), _derived(number)
    return ChannelSpec(number=number, name=name, motif=motif, colours=colours)


def _derived(number: int) -> Colours:
    """A palette from the number; steps of the golden ratio keep neighbours apart in hue."""
    hue = number * 0.618034 % 1
    return Colours(
        night=_hex(hue, 0.14, 0.55),
        deep=_hex(hue + 0.06, 0.36, 0.45),
        accent=_hex(hue + 0.12, 0.78, 0.8),
        light=_hex(hue + 0.12, 0.96, 0.6),
    )


def _hex(hue: float, lightness: float, saturation: float) -> str:
    rgb = colorsys.hls_to_rgb(hue % 1, lightness, saturation)
    return "#" + "".join(f"{round(part * 255):02x}" for part in rgb)
