"""A WebM stream: a head, and a cluster a segment (RFC 8794, RFC 9559, WebM byte stream format)."""

import struct

from headend.asset.model import Rendition
from headend.live.timeline import RenditionTimeline

_UNKNOWN = b"\x01\xff\xff\xff\xff\xff\xff\xff"
_CODECS = {"vp9": "V_VP9", "av1": "V_AV1", "opus": "A_OPUS"}
_MILLISECOND_NS = 1_000_000
_OPUS_PRE_ROLL_NS = 80_000_000


def _size(size: int) -> bytes:
    return (1 << 56 | size).to_bytes(8, "big")


def _element(identity: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return identity.to_bytes((identity.bit_length() + 7) // 8, "big") + _size(len(body)) + body


def _number(identity: int, value: int) -> bytes:
    return _element(identity, value.to_bytes(max((value.bit_length() + 7) // 8, 1), "big"))


def _text(identity: int, value: str) -> bytes:
    return _element(identity, value.encode())


def webm_init(rendition: Rendition) -> bytes:
    """EBML head, Segment of unknown size, Info and Tracks."""
    head = _element(
        0x1A45DFA3,
        *(_number(0x4286, 1), _number(0x42F7, 1), _number(0x42F2, 4), _number(0x42F3, 8)),
        *(_text(0x4282, "webm"), _number(0x4287, 4), _number(0x4285, 2)),
    )
    info = _element(
        0x1549A966,
        *(_number(0x2AD7B1, _MILLISECOND_NS), _text(0x4D80, "Farol"), _text(0x5741, "Farol")),
    )
    return head + b"\x18\x53\x80\x67" + _UNKNOWN + info + _element(0x1654AE6B, _track(rendition))


def _track(rendition: Rendition) -> bytes:
    video = rendition.kind == "video"
    own = _video(rendition) if video else _audio(rendition)
    private = _private(rendition)
    return _element(
        0xAE,
        *(_number(0xD7, 1), _number(0x73C5, 1), _number(0x9C, 0)),
        *(_text(0x86, _CODECS[rendition.codec]), _number(0x83, 1 if video else 2)),
        _element(0x63A2, private) if private else b"",
        own,
    )


def _private(rendition: Rendition) -> bytes:
    """CodecPrivate: av1C without its box, OpusHead; VP9 needs none."""
    if rendition.codec == "av1":
        return rendition.codec_config
    return opus_head(rendition.codec_config) if rendition.codec == "opus" else b""


def opus_head(dops: bytes) -> bytes:
    """The dOps of ISO media as the OpusHead of Ogg: little-endian (RFC 7845 section 5.1)."""
    _, channels, skip, rate, gain, family = struct.unpack(">BBHIhB", dops[:11])
    return b"OpusHead" + struct.pack("<BBHIhB", 1, channels, skip, rate, gain, family)


def _video(rendition: Rendition) -> bytes:
    return _element(0xE0, _number(0xB0, rendition.width), _number(0xBA, rendition.height))


def _audio(rendition: Rendition) -> bytes:
    rate = _element(0xB5, struct.pack(">d", rendition.sample_rate))
    delays = _number(0x56AA, 0) + _number(0x56BB, _OPUS_PRE_ROLL_NS)
    return _element(0xE1, rate, _number(0x9F, rendition.channels)) + delays


def webm_segment(timeline: RenditionTimeline, number: int) -> bytes:
    """Segment `number` as one cluster; times are milliseconds since the epoch."""
    segment = timeline.segment(number)
    scale = timeline.rendition.timescale
    start = segment.start * 1000 // scale
    blocks = []
    for sample in segment.samples:
        time = (sample.pts + segment.shift) * 1000 // scale - start
        flags = 0x80 if sample.key else 0
        head = b"\x81" + struct.pack(">hB", time, flags)
        blocks.append(_element(0xA3, head, bytes(timeline.payload(sample))))
    return _element(0x1F43B675, _number(0xE7, start), *blocks)
