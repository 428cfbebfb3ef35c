"""Sample entries: what a decoder has to know, one form a codec (ISO/IEC 14496-12 clause 8.5.2)."""

import struct
from collections.abc import Callable, Mapping

from headend.asset.model import Rendition
from headend.cmaf.boxes import box, full_box

_OBJECT_TYPES = {"aac": 0x40, "mp3": 0x6B, "mp2": 0x6B}  # ISO/IEC 14496-1 table 5


def sample_entry(rendition: Rendition) -> bytes:
    """The sample entry of a rendition."""
    if rendition.kind == "video":
        return _visual(rendition)
    if rendition.kind == "audio":
        name, configuration = _AUDIO[rendition.codec]
        return _audio(rendition, name, configuration(rendition))
    head = struct.pack(">6xH", 1)
    if rendition.codec == "ttml":
        return box(b"stpp", head, b"http://www.w3.org/ns/ttml\0", b"\0", b"\0")
    return box(b"wvtt", head, box(b"vttC", b"WEBVTT"))


_VIDEO: Mapping[str, tuple[bytes, bytes]] = {
    "h264": (b"avc1", b"avcC"),  # ISO/IEC 14496-15 clause 5.4.2
    "hevc": (b"hvc1", b"hvcC"),  # clause 8.4.1: parameter sets in the sample entry only
    "vp9": (b"vp09", b"vpcC"),  # VP Codec ISO Media File Format Binding
    "av1": (b"av01", b"av1C"),  # AV1 Codec ISO Media File Format Binding
}


def _visual(rendition: Rendition) -> bytes:
    name, configuration = _VIDEO[rendition.codec]
    head = struct.pack(">6xH16x", 1)
    size = struct.pack(">HHIII", rendition.width, rendition.height, 0x480000, 0x480000, 0)
    tail = struct.pack(">H32xHh", 1, 24, -1)
    pixel = box(b"pasp", struct.pack(">II", *rendition.pixel))
    return box(name, head, size, tail, box(configuration, rendition.codec_config), pixel)


def _audio(rendition: Rendition, name: bytes, configuration: bytes) -> bytes:
    rate = rendition.sample_rate << 16
    head = struct.pack(">6xH8xHH4xI", 1, rendition.channels, 16, rate)
    return box(name, head, configuration)


def _esds(rendition: Rendition) -> bytes:
    """ISO/IEC 14496-1 clause 7.2.6: ES, decoder configuration, AudioSpecificConfig, SL."""
    aac = rendition.codec == "aac"
    specific = (_descriptor(5, rendition.codec_config),) if aac else ()
    rates = struct.pack(">II", rendition.bandwidth, rendition.average_bandwidth)
    kind = bytes([_OBJECT_TYPES[rendition.codec], 0x15])
    decoder = _descriptor(4, kind, bytes(3), rates, *specific)
    return full_box(b"esds", 0, 0, _descriptor(3, bytes(3), decoder, _descriptor(6, b"\x02")))


def _descriptor(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return bytes([tag, 0x80, 0x80, 0x80, len(body)]) + body


def _plain(name: bytes) -> Callable[[Rendition], bytes]:
    """A box that holds the codec's configuration as it is."""
    return lambda rendition: box(name, rendition.codec_config)


def _flac(rendition: Rendition) -> bytes:
    """STREAMINFO as the last metadata block (Encapsulation of FLAC in ISO BMFF)."""
    size = len(rendition.codec_config).to_bytes(3, "big")
    return full_box(b"dfLa", 0, 0, b"\x80" + size + rendition.codec_config)


_AUDIO: Mapping[str, tuple[bytes, Callable[[Rendition], bytes]]] = {
    "aac": (b"mp4a", _esds),
    "mp3": (b"mp4a", _esds),
    "mp2": (b"mp4a", _esds),
    "ac3": (b"ac-3", _plain(b"dac3")),  # ETSI TS 102 366 Annex F
    "eac3": (b"ec-3", _plain(b"dec3")),
    "opus": (b"Opus", _plain(b"dOps")),
    "flac": (b"fLaC", _flac),
}
