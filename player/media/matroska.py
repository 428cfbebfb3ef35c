"""Our own Matroska writer: one endless stream an epoch, with nothing held back (RFC 9559)."""

from collections.abc import Sequence
from dataclasses import dataclass

from player.errors import ErrorCode, error
from player.media import avc, ebml, hevc
from player.media.nal import join_prefixed
from player.model.presentation import TrackKind
from player.model.sample import Sample, StreamHead
from player.units import Micros, scaled

TICK = 100
"""Microseconds a tick (TimestampScale, RFC 9559 5.1.2.9, in ns: 100,000).

mpv takes an audio frame's time from the container only when that is more than 1 ms away from
where the last frame ended. Measured with AAC at 44.1 kHz: frames are up to 0.78 ms off with the
usual tick of 1 ms, 0.08 ms with 100 us, 0.01 ms with 10 us, which needs ten times the clusters (a
cluster's 16-bit relative times span 3.2 s with 100 us, 0.3 s with 10 us).
"""
_REACH = 30_000
_CLUSTER_TICKS = 20_000
_NO_CLUSTER = -(1 << 62)
_CODEC_IDS = {
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
    "mp1": "A_MPEG/L1",
    "mp2": "A_MPEG/L2",
    "mp3": "A_MPEG/L3",
}
_NEEDS_CONFIG = frozenset({"h264", "hevc", "aac", "opus"})
_OPUS_PREROLL_NS = 80_000_000
_SEQUENCE_HEADER, _TEMPORAL_DELIMITER = 1, 2


@dataclass(slots=True, kw_only=True)
class _Track:
    head: StreamHead
    delay: Micros
    prefix: bytes = b""


class MatroskaWriter:
    """Writes samples as SimpleBlocks in clusters of unknown size; pure, any one thread.

    Several renditions of a track follow each other in one stream: `accepts` tells which can,
    `begin_run` puts their parameter sets before what comes next. The head keeps describing the
    first one: decoders go by the parameter sets.
    """

    def __init__(self, heads: Sequence[StreamHead]) -> None:
        """Describe tracks 1..n by `heads`; PlayerError (media.unsupported-codec)."""
        for head in heads:
            _check(head)
        self._tracks = [_Track(head=head, delay=_codec_delay(head)) for head in heads]
        self._cluster = _NO_CLUSTER

    def head(self) -> bytes:
        """EBML head, a Segment of unknown size, Info and Tracks: the first bytes of an epoch."""
        header = ebml.master(
            0x1A45DFA3,
            ebml.unsigned(0x4286, 1),
            ebml.unsigned(0x42F7, 1),
            ebml.unsigned(0x42F2, 4),
            ebml.unsigned(0x42F3, 8),
            ebml.text(0x4282, "matroska"),
            ebml.unsigned(0x4287, 4),
            ebml.unsigned(0x4285, 2),
        )
        info = ebml.master(
            0x1549A966,
            ebml.unsigned(0x2AD7B1, TICK * 1000),
            ebml.text(0x4D80, "Farol"),
            ebml.text(0x5741, "Farol"),
        )
        entries = (_entry(number, track) for number, track in enumerate(self._tracks, 1))
        return header + ebml.opened(0x18538067) + info + ebml.master(0x1654AE6B, *entries)

    def accepts(self, track: int, head: StreamHead) -> bool:
        """Tell whether a rendition with `head` can go on in this stream.

        Video: the same codec, of any size. Audio: the same configuration as well, since a
        decoder is opened with it once.
        """
        first = self._tracks[track - 1].head
        if head.codec != first.codec or head.kind is not first.kind:
            return False
        if head.kind is TrackKind.VIDEO:
            return True
        return (head.config, head.sample_rate, head.channels) == (
            first.config,
            first.sample_rate,
            first.channels,
        )

    def begin_run(self, track: int, head: StreamHead) -> None:
        """Begin a rendition, or go on with a changed head.

        The next sample of `track` carries the head's parameter sets.
        """
        self._tracks[track - 1].prefix = _parameter_sets(head)

    def write(self, track: int, sample: Sample, pts: Micros) -> bytes:
        """Write `sample` at `pts` on the epoch's timeline.

        ValueError below 0; Opus may begin its pre-skip earlier, since readers throw that away.
        """
        entry = self._tracks[track - 1]
        tick = (pts + entry.delay + TICK // 2) // TICK
        if tick < 0:
            raise ValueError(f"sample at {pts} us lies before its epoch")
        data = _with_prefix(entry.head.codec, entry.prefix, sample.data)
        entry.prefix = b""
        out = b"" if self._fits(tick) else self._open_cluster(tick)
        relative = (tick - self._cluster).to_bytes(2, "big", signed=True)
        flags = b"\x80" if sample.key else b"\x00"
        return out + ebml.element(0xA3, ebml.size(track) + relative + flags + data)

    def _fits(self, tick: int) -> bool:
        return -_REACH < tick - self._cluster < _CLUSTER_TICKS

    def _open_cluster(self, tick: int) -> bytes:
        self._cluster = tick
        return ebml.opened(0x1F43B675) + ebml.unsigned(0xE7, tick)


def _check(head: StreamHead) -> None:
    if head.codec not in _CODEC_IDS or (head.codec in _NEEDS_CONFIG and not head.config):
        raise error(
            ErrorCode.MEDIA_UNSUPPORTED_CODEC,
            "This channel uses a format that Farol cannot play.",
            cause=f"no Matroska track for {head.codec!r} with {len(head.config)} bytes of config",
        )


def _entry(number: int, track: _Track) -> bytes:
    """Write a TrackEntry (RFC 9559 5.1.4.1)."""
    head = track.head
    video = head.kind is TrackKind.VIDEO
    parts = [
        ebml.unsigned(0xD7, number),
        ebml.unsigned(0x73C5, number),
        ebml.unsigned(0x83, 1 if video else 2),
        ebml.unsigned(0x9C, 0),
        ebml.text(0x22B59C, head.language or "und"),
        ebml.text(0x86, _CODEC_IDS[head.codec]),
    ]
    if head.config:
        parts.append(ebml.element(0x63A2, head.config))
    if head.codec == "opus":
        parts.append(ebml.unsigned(0x56AA, track.delay * 1000))
        parts.append(ebml.unsigned(0x56BB, _OPUS_PREROLL_NS))
    parts.append(_video(head) if video else _audio(head))
    return ebml.master(0xAE, *parts)


def _video(head: StreamHead) -> bytes:
    return ebml.master(
        0xE0, ebml.unsigned(0xB0, max(head.width, 1)), ebml.unsigned(0xBA, max(head.height, 1))
    )


def _audio(head: StreamHead) -> bytes:
    return ebml.master(
        0xE1,
        ebml.real(0xB5, float(head.sample_rate or 48_000)),
        ebml.unsigned(0x9F, max(head.channels, 1)),
    )


def _codec_delay(head: StreamHead) -> Micros:
    """Give what readers take off an Opus block's time: the pre-skip (RFC 7845 5.1), 48 kHz."""
    if head.codec != "opus":
        return Micros(0)
    return scaled(int.from_bytes(head.config[10:12], "little"), 48_000)


def _parameter_sets(head: StreamHead) -> bytes:
    match head.codec:
        case "h264":
            return join_prefixed(avc.read_avcc(head.config)[1])
        case "hevc":
            return join_prefixed(hevc.read_hvcc(head.config)[1])
        case "av1":
            return head.config[4:]
    return b""


def _with_prefix(codec: str, prefix: bytes, data: bytes) -> bytes:
    if codec != "av1":
        return prefix + data
    # Blocks hold no temporal delimiters (the AV1 mapping's rule), and one sequence header is
    # enough.
    if data[:2] == bytes((_TEMPORAL_DELIMITER << 3 | 2, 0)):
        data = data[2:]
    has_header = bool(data) and data[0] >> 3 & 15 == _SEQUENCE_HEADER
    return data if has_header else prefix + data
