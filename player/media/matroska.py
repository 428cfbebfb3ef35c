"""Our own Matroska writer: one endless stream an epoch, with nothing held back (RFC 9559)."""

from collections.abc import Sequence
from dataclasses import dataclass

from player.media import avc, ebml, hevc
from player.media.adts import LARGEST, adts_header, describes
from player.media.matroska_tracks import check, codec_delay, described_color, track_entry
from player.media.nal import join_prefixed
from player.model.presentation import TrackKind
from player.model.sample import Sample, StreamHead
from player.units import Micros

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
_SELF_DESCRIBING = frozenset({"ac3", "eac3", "mp1", "mp2", "mp3"})
_SEQUENCE_HEADER, _TEMPORAL_DELIMITER = 1, 2


@dataclass(slots=True, kw_only=True)
class _Track:
    head: StreamHead
    delay: Micros
    prefix: bytes = b""
    now: StreamHead
    adts: bool = False


class MatroskaWriter:
    """Writes samples as SimpleBlocks in clusters of unknown size; pure, any one thread.

    Several renditions of a track follow each other in one stream: `accepts` tells which can,
    `begin_run` puts their parameter sets before what comes next. The head keeps describing the
    first one: decoders go by the parameter sets.
    """

    def __init__(self, heads: Sequence[StreamHead]) -> None:
        """Describe tracks 1..n by `heads`; PlayerError (media.unsupported-codec)."""
        for head in heads:
            check(head)
        self._tracks = [_Track(head=head, delay=codec_delay(head), now=head) for head in heads]
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
        entries = (
            track_entry(number, track.head, track.delay)
            for number, track in enumerate(self._tracks, 1)
        )
        return header + ebml.opened(0x18538067) + info + ebml.master(0x1654AE6B, *entries)

    def accepts(self, track: int, head: StreamHead) -> bool:
        """Tell whether a rendition with `head` can go on in this stream.

        Video: the same codec and colours, of any size; another shape of its pixels where the
        pictures tell that themselves. Audio: what its frames tell themselves may change (AAC
        goes on in ADTS, whose every frame tells), the rest may not, since a decoder is opened
        with it once.
        """
        first = self._tracks[track - 1].head
        if head.codec != first.codec or head.kind is not first.kind:
            return False
        if head.kind is TrackKind.VIDEO:
            return _looks_alike(first, head)
        if head.codec in _SELF_DESCRIBING or head == first:
            return True
        if head.codec == "aac" and describes(head) and describes(first):
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
        entry = self._tracks[track - 1]
        entry.prefix, entry.now = _parameter_sets(head), head
        entry.adts = entry.adts or (head.codec == "aac" and head.config != entry.head.config)

    def write(self, track: int, sample: Sample, pts: Micros) -> bytes:
        """Write `sample` at `pts` on the epoch's timeline.

        ValueError below 0; what a decoder's first output holds of its priming may begin earlier
        (`codec_delay`), since readers throw that away.
        """
        entry = self._tracks[track - 1]
        tick = (pts + entry.delay + TICK // 2) // TICK
        if tick < 0:
            raise ValueError(f"sample at {pts} us lies before its epoch")
        data = self.block(track, sample)
        out = b"" if self._fits(tick) else self._open_cluster(tick)
        relative = (tick - self._cluster).to_bytes(2, "big", signed=True)
        if entry.head.kind is TrackKind.AUDIO and sample.discard:
            return out + _trimmed(ebml.size(track) + relative + b"\x00" + data, sample)
        if entry.head.kind is TrackKind.TEXT:
            return out + _lasting(ebml.size(track) + relative + b"\x00" + data, sample)
        flags = b"\x80" if sample.key else b"\x00"
        return out + ebml.element(0xA3, ebml.size(track) + relative + flags + data)

    def block(self, track: int, sample: Sample) -> bytes:
        """Give what a block of `track` holds for `sample`, for whoever writes the blocks."""
        entry = self._tracks[track - 1]
        data = _in_block(entry, sample.data)
        entry.prefix = b""
        return data

    def _fits(self, tick: int) -> bool:
        return -_REACH < tick - self._cluster < _CLUSTER_TICKS

    def _open_cluster(self, tick: int) -> bytes:
        self._cluster = tick
        return ebml.opened(0x1F43B675) + ebml.unsigned(0xE7, tick)


def _looks_alike(first: StreamHead, head: StreamHead) -> bool:
    if described_color(head) != described_color(first) or head.interlaced != first.interlaced:
        return False
    # libmpv goes by the pictures' own sample aspect ratio, and by the head's where they have none.
    return head.aspect == first.aspect or _own_aspect(head) == head.aspect


def _own_aspect(head: StreamHead) -> tuple[int, int] | None:
    """The sample aspect ratio that the pictures themselves tell, as far as there is one."""
    if head.codec == "h264":
        units = avc.read_avcc(head.config)[1]
        found = [avc.parse_sps(one).vui.aspect for one in units if avc.kind(one) == avc.SPS]
    elif head.codec == "hevc":
        units = hevc.read_hvcc(head.config)[1]
        found = [hevc.parse_sps(one).vui.aspect for one in units if hevc.kind(one) == hevc.SPS]
    else:
        return None
    return found[0] if found else None


def _trimmed(block: bytes, sample: Sample) -> bytes:
    """A block whose end is not to be heard (DiscardPadding, RFC 9559 5.1.3.5.7, in ns).

    A negative one, for its start, is misread by libmpv 0.35: who feeds it trims otherwise.
    """
    padding = ebml.signed(0x75A2, sample.discard * 1000)
    return ebml.master(0xA0, ebml.element(0xA1, block), padding)


def _lasting(block: bytes, sample: Sample) -> bytes:
    """A block with its duration, which subtitles need."""
    ticks = sample.duration // TICK
    lasts = [ebml.unsigned(0x9B, ticks)] if ticks else []
    return ebml.master(0xA0, ebml.element(0xA1, block), *lasts)


def _in_block(entry: _Track, data: bytes) -> bytes:
    if entry.adts and len(data) <= LARGEST:
        return adts_header(entry.now, len(data)) + data
    if entry.head.codec == "dvbsub":
        return data[2:] if data[:2] == b"\x20\x00" else data
    return _with_prefix(entry.head.codec, entry.prefix, data)


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
