"""TrackEntries: how Matroska describes what a track holds (RFC 9559 5.1.4.1)."""

from player.errors import ErrorCode, error
from player.media import ebml
from player.model.presentation import TrackKind
from player.model.sample import HDR, ColorInfo, StreamHead
from player.units import Micros, scaled

CODEC_IDS = {
    "h264": "V_MPEG4/ISO/AVC",
    "hevc": "V_MPEGH/ISO/HEVC",
    "av1": "V_AV1",
    "vp9": "V_VP9",
    "vp8": "V_VP8",
    "mpeg2video": "V_MPEG2",
    "aac": "A_AAC",
    "ac3": "A_AC3",
    "eac3": "A_EAC3",
    "opus": "A_OPUS",
    "flac": "A_FLAC",
    "mp1": "A_MPEG/L1",
    "mp2": "A_MPEG/L2",
    "mp3": "A_MPEG/L3",
    "dvbsub": "S_DVBSUB",
}
"""The mappings of the Matroska codec specification (draft-ietf-cellar-codec)."""

_TYPES = {TrackKind.VIDEO: 1, TrackKind.AUDIO: 2, TrackKind.TEXT: 17}
_NEEDS_CONFIG = frozenset({"h264", "hevc", "aac", "opus", "flac"})
_OPUS_PREROLL_NS = 80_000_000
_IN_BAND_COLOR = frozenset({"h264", "hevc", "av1", "mpeg2video"})
_FLAC = b"fLaC"
_LAST_STREAMINFO = b"\x80\x00\x00\x22"


def check(head: StreamHead) -> None:
    """Refuse what has no mapping; PlayerError (media.unsupported-codec)."""
    if head.codec not in CODEC_IDS or (head.codec in _NEEDS_CONFIG and not head.config):
        raise error(
            ErrorCode.MEDIA_UNSUPPORTED_CODEC,
            "This channel uses a format that Farol cannot play.",
            cause=f"no Matroska track for {head.codec!r} with {len(head.config)} bytes of config",
        )


def codec_delay(head: StreamHead) -> Micros:
    """What readers take off an Opus block's time: the pre-skip (RFC 7845 5.1), at 48 kHz.

    libmpv takes it off the time of other codecs, too, but lets their priming be heard.
    """
    if head.codec != "opus":
        return Micros(0)
    return scaled(int.from_bytes(head.config[10:12], "little"), 48_000)


def track_entry(number: int, head: StreamHead, delay: Micros) -> bytes:
    """Write one TrackEntry."""
    parts = [
        ebml.unsigned(0xD7, number),
        ebml.unsigned(0x73C5, number),
        ebml.unsigned(0x83, _TYPES[head.kind]),
        ebml.unsigned(0x9C, 0),
        ebml.text(0x22B59C, head.language or "und"),
        ebml.text(0x86, CODEC_IDS[head.codec]),
    ]
    if head.config:
        parts.append(ebml.element(0x63A2, _private(head)))
    if head.codec == "opus":
        parts.append(ebml.unsigned(0x56AA, delay * 1000))
        parts.append(ebml.unsigned(0x56BB, _OPUS_PREROLL_NS))
    if head.kind is TrackKind.VIDEO:
        parts.append(_video(head))
    elif head.kind is TrackKind.AUDIO:
        parts.append(_audio(head))
    return ebml.master(0xAE, *parts)


def _private(head: StreamHead) -> bytes:
    """CodecPrivate; of FLAC the start of a file, whose only metadata is the STREAMINFO."""
    if head.codec == "flac" and not head.config.startswith(_FLAC):
        return _FLAC + _LAST_STREAMINFO + head.config[-34:]
    return head.config


def _video(head: StreamHead) -> bytes:
    width, height = max(head.width, 1), max(head.height, 1)
    parts = [ebml.unsigned(0xB0, width), ebml.unsigned(0xBA, height)]
    across, down = head.aspect
    if across != down and across > 0 and down > 0:
        parts += [
            ebml.unsigned(0x54B0, round(width * across / down)),
            ebml.unsigned(0x54BA, height),
        ]
    if head.interlaced:
        parts.append(ebml.unsigned(0x9A, 1))
    color = described_color(head)
    if color is not None:
        parts.append(_color(color))
    return ebml.master(0xE0, *parts)


def described_color(head: StreamHead) -> ColorInfo | None:
    """The colours that a head must tell: of HDR all, else where the pictures do not tell them.

    libmpv believes the head more than the pictures, whose next rendition may be another.
    """
    color = head.color
    if color is None or color.transfer in HDR or color.mastering is not None:
        return color
    return None if head.codec in _IN_BAND_COLOR else color


def _color(color: ColorInfo) -> bytes:
    """The Colour element (RFC 9559 5.1.4.1.28.16)."""
    parts = [
        ebml.unsigned(0x55B1, color.matrix),
        ebml.unsigned(0x55B9, 2 if color.full_range else 1),
        ebml.unsigned(0x55BA, color.transfer),
        ebml.unsigned(0x55BB, color.primaries),
    ]
    if color.max_content_light is not None:
        parts.append(ebml.unsigned(0x55BC, color.max_content_light))
    if color.max_frame_average_light is not None:
        parts.append(ebml.unsigned(0x55BD, color.max_frame_average_light))
    if color.mastering is not None and len(color.mastering) == 10:
        values = zip(range(0x55D1, 0x55DB), color.mastering, strict=True)
        parts.append(ebml.master(0x55D0, *(ebml.real(name, value) for name, value in values)))
    return ebml.master(0x55B0, *parts)


def _audio(head: StreamHead) -> bytes:
    return ebml.master(
        0xE1,
        ebml.real(0xB5, float(head.sample_rate or 48_000)),
        ebml.unsigned(0x9F, max(head.channels, 1)),
    )
