"""Sample entries of MP4 as stream heads (ISO/IEC 14496-12 8.5.2 and the codecs' bindings)."""

from dataclasses import replace

from player.formats.iso_boxes import (
    AUDIO_FIELDS,
    QUICKTIME_FIELDS,
    VISUAL_FIELDS,
    Box,
    children,
    fields,
    find,
)
from player.media.audio_frames import OPUS_RATE, build_asc, opus_delay
from player.media.color import color_boxes
from player.media.descriptors import read_esds
from player.media.spherical import sphere_of_entry
from player.model.presentation import TrackKind
from player.model.sample import StreamHead

_CODECS = {
    b"avc1": "h264",
    b"avc3": "h264",
    b"dva1": "h264",
    b"dvav": "h264",
    b"hvc1": "hevc",
    b"hev1": "hevc",
    b"dvh1": "hevc",
    b"dvhe": "hevc",
    b"av01": "av1",
    b"vp09": "vp9",
    b"vp08": "vp8",
    b"ac-3": "ac3",
    b"ec-3": "eac3",
    b"Opus": "opus",
    b"fLaC": "flac",
    b".mp3": "mp3",
    b"wvtt": "wvtt",
    b"stpp": "stpp",
    b"c608": "cea608",
    b"c708": "cea708",
}
_CONFIG_BOXES = {"h264": b"avcC", "hevc": b"hvcC", "av1": b"av1C", "opus": b"dOps"}
_CONFIG_BOXES |= {"flac": b"dfLa", "wvtt": b"vttC"}
_OBJECT_TYPES = {0x40: "aac", 0x66: "aac", 0x67: "aac", 0x68: "aac", 0x69: "mp3", 0x6B: "mp3"}
_OBJECT_TYPES |= {0xA5: "ac3", 0xA6: "eac3", 0x61: "mpeg2video", 0xAD: "opus"}
_TEXT_FIELDS = 8
_STREAM_INFO = 34


def read_entry(data: bytes, entry: Box, base: StreamHead, *, version: int = 0) -> StreamHead:
    """Read a sample entry into `base`; protected ones by their original format.

    `version` is that of the `stsd` box: 1 tells an ISO AudioSampleEntryV1 from QuickTime's.
    Raises PlayerError (media.invalid) where boxes run out.
    """
    if base.kind is TrackKind.VIDEO:
        return _visual(data, entry, base)
    if base.kind is TrackKind.AUDIO:
        return _audio(data, entry, base, version)
    return _text(data, entry, base)


def _visual(data: bytes, entry: Box, base: StreamHead) -> StreamHead:
    body = fields(data, entry)
    body.take(24)
    width, height = body.u16(), body.u16()
    inner = {box.type: box for box in children(data, entry, VISUAL_FIELDS)}
    codec, config = _codec(data, entry, inner)
    return replace(
        base,
        codec=codec,
        config=config,
        width=width,
        height=height,
        aspect=_pixel_aspect(data, inner),
        color=color_boxes(data, inner),
        sphere=sphere_of_entry(data, inner) or base.sphere,
    )


def _pixel_aspect(data: bytes, inner: dict[bytes, Box]) -> tuple[int, int]:
    """Read `pasp` (12.1.4); square where it tells nothing."""
    if b"pasp" not in inner:
        return (1, 1)
    body = fields(data, inner[b"pasp"])
    across, down = body.u32(), body.u32()
    return (across, down) if across and down else (1, 1)


def _audio(data: bytes, entry: Box, base: StreamHead, version: int) -> StreamHead:
    body = fields(data, entry)
    body.take(8)
    quicktime, _ = body.u16(), body.take(6)
    channels, _ = body.u16(), body.take(6)
    rate = body.u32() >> 16
    more = 0 if version else QUICKTIME_FIELDS.get(quicktime, 0)
    inner = {box.type: box for box in children(data, entry, AUDIO_FIELDS + more)}
    if b"wave" in inner:
        inner |= {box.type: box for box in children(data, inner[b"wave"])}
    codec, config = _codec(data, entry, inner)
    head = replace(base, codec=codec, config=config, sample_rate=rate, channels=channels)
    return _by_config(head)


def _by_config(head: StreamHead) -> StreamHead:
    """Correct an audio head by the codec's own record, which the entry's fields only repeat."""
    config = head.config
    if head.codec == "opus":
        skip = opus_delay(config)
        channels = config[9] if len(config) > 9 else head.channels
        return replace(head, sample_rate=OPUS_RATE, channels=channels, codec_delay=skip)
    if head.codec == "flac" and len(config) == _STREAM_INFO:
        packed = int.from_bytes(config[10:14], "big")
        return replace(head, sample_rate=packed >> 12, channels=(packed >> 9 & 7) + 1)
    if head.codec == "aac" and not config:
        # Written before its encoder had told: nearly all such files hold plain AAC-LC.
        return replace(head, config=build_asc(head.sample_rate, head.channels))
    return head


def _text(data: bytes, entry: Box, base: StreamHead) -> StreamHead:
    """Read WVTTSampleEntry or XMLSubtitleSampleEntry (ISO/IEC 14496-30 7.5, 14496-12 12.6.3)."""
    if entry.type == b"stpp":
        body = fields(data, entry)
        body.take(_TEXT_FIELDS)
        namespace, _, _ = body.take(body.left).partition(b"\0")
        return replace(base, codec="stpp", config=namespace)
    inner = {}
    if entry.type in (b"wvtt", b"enct"):
        inner = {box.type: box for box in children(data, entry, _TEXT_FIELDS)}
    codec, config = _codec(data, entry, inner)
    return replace(base, codec=codec, config=config)


def _codec(data: bytes, entry: Box, inner: dict[bytes, Box]) -> tuple[str, bytes]:
    """Give the codec and its record, in the form that `StreamHead.config` promises."""
    name = entry.type
    if b"sinf" in inner and (frma := find(data, inner[b"sinf"], b"frma")):
        name = fields(data, frma).take(4)
    if b"esds" in inner:
        decoder = read_esds(_body(data, inner[b"esds"]))
        return _OBJECT_TYPES.get(decoder.object_type, "mp4a"), decoder.info
    codec = _CODECS.get(name, name.decode("latin-1"))
    box = inner.get(_CONFIG_BOXES.get(codec, b""))
    config = _body(data, box) if box else b""
    if codec == "opus":
        return codec, _opus_head(config)
    return codec, _stream_info(config) if codec == "flac" else config


def _body(data: bytes, box: Box) -> bytes:
    return bytes(data[box.body : box.end])


def _opus_head(dops: bytes) -> bytes:
    """Turn a `dOps` body (big-endian) into an OpusHead (RFC 7845 5.1, little-endian)."""
    if len(dops) < 11:
        return b""
    skip, rate, gain = dops[2:4][::-1], dops[4:8][::-1], dops[8:10][::-1]
    return b"OpusHead\x01" + dops[1:2] + skip + rate + gain + dops[10:]


def _stream_info(dfla: bytes) -> bytes:
    """Give the STREAMINFO block of a `dfLa` body (Encapsulation of FLAC in ISO BMFF 3.3.2)."""
    return dfla[8 : 8 + _STREAM_INFO] if dfla[4:5] in (b"\x00", b"\x80") else b""
