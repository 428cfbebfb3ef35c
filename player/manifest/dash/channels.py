"""AudioChannelConfiguration as a number of channels (ISO/IEC 23009-1 5.8.5.4)."""

from collections.abc import Sequence

from player.manifest.dash.nodes import Node

_COUNTS = ("urn:mpeg:dash:23003:3:audio_channel_configuration:2011",)
_CICP = (
    "urn:mpeg:mpegb:cicp:channelconfiguration",
    "urn:mpeg:mpegb:cicp:channelconfiguration:2018",
)
_CICP_CHANNELS = (0, 1, 2, 3, 4, 5, 6, 8, 0, 3, 4, 7, 8, 24, 8, 12, 10, 12, 14, 12, 14)
"""ISO/IEC 23091-3 table 10, by configuration index."""
_DOLBY_PAIRS = 0b0000_0110_0101_1010
"""Bits of Dolby's 16-bit mask that stand for two channels (ETSI TS 103 190-1, E.1.3.1.1)."""


def channel_count(nodes: Sequence[Node]) -> int | None:
    """The largest count that the first descriptors tell; None where they tell nothing."""
    told = (_channels(one) for node in nodes for one in node.few("AudioChannelConfiguration"))
    return max((count for count in told if count), default=None)


def _channels(node: Node) -> int | None:
    scheme, value = node.text("schemeIdUri").lower(), node.text("value")
    if scheme.startswith(("tag:dolby.com", "urn:dolby")):
        return _dolby(value)
    if not (value.isascii() and value.isdigit() and len(value) < 4):
        return None
    if scheme.startswith(_CICP):
        return _CICP_CHANNELS[int(value)] if int(value) < len(_CICP_CHANNELS) else None
    return int(value) if scheme.startswith(_COUNTS) or "channel" in scheme else None


def _dolby(value: str) -> int | None:
    try:
        mask = int(value, 16) & 0xFFFF
    except ValueError:
        return None
    return mask.bit_count() + (mask & _DOLBY_PAIRS).bit_count()
