"""Media that no decoder takes, in containers that are in order."""

from collections.abc import Callable, Mapping

from headend.asset.av1 import frames
from headend.asset.model import Asset, Sample
from headend.live.timeline import RenditionTimeline

_LENGTH = 4
_LOW, _HIGH = b"\x01", b"\xff"


def spoilt(
    lines: Mapping[str, RenditionTimeline], asset: Asset, codecs: tuple[str, ...]
) -> dict[str, RenditionTimeline]:
    """The timelines of a channel, those of these codecs with media that cannot be decoded."""
    return {
        name: SpoiltTimeline(asset, line) if line.rendition.codec in codecs else line
        for name, line in lines.items()
    }


class SpoiltTimeline(RenditionTimeline):
    """A rendition of which every sample is spoilt; sizes and times stay as they are."""

    def __init__(self, asset: Asset, line: RenditionTimeline) -> None:
        super().__init__(line.rendition, duration_s=asset.duration_s, segment_s=asset.segment_s)
        self._spoil = _WAYS.get(line.rendition.codec, _without_head)

    def payload(self, sample: Sample) -> memoryview:
        """The bytes that stand instead of the sample's."""
        return memoryview(self._spoil(bytes(super().payload(sample))))


def _without_head(sample: bytes) -> bytes:
    """Neither a frame marker (VP9) nor a sync word (sound)."""
    return _LOW * len(sample)


def _too_many_frames(sample: bytes) -> bytes:
    """More than a packet holds (RFC 6716 section 3.2.5)."""
    return _HIGH * len(sample)


def _without_sets(sample: bytes, head: int) -> bytes:
    """NAL units that refer to parameter sets which were never sent, and hold no start code."""
    spoilt, at = bytearray(sample), 0
    while at + _LENGTH < len(sample):
        begin = at + _LENGTH
        at = begin + int.from_bytes(sample[at:begin], "big")
        spoilt[begin + head : at] = _LOW * (at - begin - head)
    return bytes(spoilt)


def _shown_before(sample: bytes) -> bytes:
    """Frames that claim to be there already, which an OBU_FRAME must not (AV1 section 5.10)."""
    spoilt = bytearray(sample)
    for begin, end in frames(sample):
        spoilt[begin:end] = _HIGH * (end - begin)
    return bytes(spoilt)


_WAYS: Mapping[str, Callable[[bytes], bytes]] = {
    "h264": lambda sample: _without_sets(sample, 1),
    "hevc": lambda sample: _without_sets(sample, 2),
    "av1": _shown_before,
    "opus": _too_many_frames,
}
