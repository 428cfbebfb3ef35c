"""The init segment of fragmented MP4: tracks, sample entries, edit lists, fragment defaults."""

from dataclasses import dataclass, field

from player.media.elementary import ElementaryStream, open_stream
from player.media.mp4_boxes import (
    AUDIO_FIELDS,
    QUICKTIME_FIELDS,
    VISUAL_FIELDS,
    Box,
    Fields,
    children,
    fields,
    find,
)
from player.model.presentation import TrackKind
from player.model.sample import StreamHead

_KINDS = {
    b"vide": TrackKind.VIDEO,
    b"soun": TrackKind.AUDIO,
    b"text": TrackKind.TEXT,
    b"subt": TrackKind.TEXT,
}
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
    b"wvtt": "webvtt",
    b"stpp": "ttml",
}
_CONFIG_BOXES = {b"avcC", b"hvcC", b"av1C", b"dOps"}
_OBJECT_TYPES = {0x40: "aac", 0x66: "aac", 0x67: "aac", 0x68: "aac", 0x69: "mp3", 0x6B: "mp3"}
_OBJECT_TYPES |= {0xA5: "ac3", 0xA6: "eac3"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FragmentDefaults:
    """What `trex` says for samples that say nothing (ISO/IEC 14496-12 8.8.3)."""

    description: int = 1
    duration: int = 0
    size: int = 0
    flags: int = 0


@dataclass(slots=True, kw_only=True)
class Mp4Track:
    """A track of the init segment.

    `shift` is added to composition times, in ticks of `timescale`: the edit list's part. One
    entry of `streams` for each sample entry; None for a codec that the player cannot carry.
    """

    id: int
    timescale: int
    shift: int
    streams: tuple[ElementaryStream | None, ...]
    codecs: tuple[str, ...] = ()
    defaults: FragmentDefaults = field(default_factory=FragmentDefaults)
    next_dts: int = 0


def parse_init(data: bytes, moov: Box) -> dict[int, Mp4Track]:
    """Read a `moov`; gives the tracks by track_ID. Raises PlayerError (media.invalid)."""
    mvhd = find(data, moov, b"mvhd")
    movie_scale = _timescale(fields(data, mvhd)) if mvhd else 1
    found = [child for child in children(data, moov) if child.type == b"trak"]
    tracks = [_track(data, trak, movie_scale) for trak in found]
    by_id = {track.id: track for track in tracks if track is not None}
    mvex = find(data, moov, b"mvex")
    for box in children(data, mvex) if mvex else ():
        if box.type == b"trex":
            _take_trex(fields(data, box), by_id)
    return by_id


def _take_trex(trex: Fields, tracks: dict[int, Mp4Track]) -> None:
    trex.u32()
    track = tracks.get(trex.u32())
    if track is not None:
        track.defaults = FragmentDefaults(
            description=trex.u32(), duration=trex.u32(), size=trex.u32(), flags=trex.u32()
        )


def _timescale(header: Fields) -> int:
    header.take(16 if header.u32() >> 24 else 8)
    return header.u32() or 1


def _track(data: bytes, trak: Box, movie_scale: int) -> Mp4Track | None:
    tkhd, mdhd = find(data, trak, b"tkhd"), find(data, trak, b"mdia", b"mdhd")
    hdlr = find(data, trak, b"mdia", b"hdlr")
    stsd = find(data, trak, b"mdia", b"minf", b"stbl", b"stsd")
    if tkhd is None or mdhd is None or hdlr is None or stsd is None:
        return None
    header = fields(data, tkhd)
    header.take(16 if header.u32() >> 24 else 8)
    number = header.u32()
    handler = fields(data, hdlr)
    handler.take(8)
    kind = _KINDS.get(handler.take(4))
    timescale = _timescale(fields(data, mdhd))
    if kind is None:
        return None
    heads = [
        _head(data, entry, number, kind, _language(fields(data, mdhd)))
        for entry in children(data, stsd, 8)
    ]
    return Mp4Track(
        id=number,
        timescale=timescale,
        shift=edit_shift(data, trak, timescale, movie_scale),
        streams=tuple(open_stream(head, annexb=False) for head in heads),
        codecs=tuple(head.codec for head in heads),
    )


def _language(mdhd: Fields) -> str:
    mdhd.take(28 if mdhd.u32() >> 24 else 16)
    packed = mdhd.u16()
    letters = "".join(chr(0x60 + (packed >> shift & 31)) for shift in (10, 5, 0))
    return letters if letters.isalpha() and letters != "und" else ""


def edit_shift(data: bytes, trak: Box, timescale: int, movie_scale: int) -> int:
    """Give what the edit list adds to composition times (ISO/IEC 14496-12 8.6.6).

    Empty edits at the front delay the track; the first real one makes its media_time zero.
    Further edits are not followed: an init segment has no use for them.
    """
    elst = find(data, trak, b"edts", b"elst")
    if elst is None:
        return 0
    entries = fields(data, elst)
    wide = bool(entries.u32() >> 24)
    delay = 0
    for _ in range(entries.u32()):
        duration = entries.u64() if wide else entries.u32()
        start = entries.u64() if wide else entries.u32()
        entries.u32()
        if start != (1 << (64 if wide else 32)) - 1:
            return delay * timescale // movie_scale - start
        delay += duration
    return delay * timescale // movie_scale


def _head(data: bytes, entry: Box, number: int, kind: TrackKind, language: str) -> StreamHead:
    """Read a sample entry (ISO/IEC 14496-12 8.5.2), protected ones by their original format."""
    body = fields(data, entry)
    width = height = rate = channels = skip = 0
    if kind is TrackKind.VIDEO:
        body.take(24)
        width, height, skip = body.u16(), body.u16(), VISUAL_FIELDS
    elif kind is TrackKind.AUDIO:
        body.take(8)
        version, _ = body.u16(), body.take(6)
        channels, _ = body.u16(), body.take(6)
        rate, skip = body.u32() >> 16, AUDIO_FIELDS + QUICKTIME_FIELDS.get(version, 0)
    else:
        return StreamHead(
            stream=number, kind=kind, codec=_CODECS.get(entry.type, ""), language=language
        )
    inner = {box.type: box for box in children(data, entry, skip)}
    codec, config = _codec(data, entry, inner)
    return StreamHead(
        stream=number,
        kind=kind,
        codec=codec,
        config=config,
        language=language,
        width=width,
        height=height,
        sample_rate=rate,
        channels=channels,
    )


def _codec(data: bytes, entry: Box, inner: dict[bytes, Box]) -> tuple[str, bytes]:
    format_name = entry.type
    if b"sinf" in inner and (frma := find(data, inner[b"sinf"], b"frma")):
        format_name = fields(data, frma).take(4)
    if b"esds" in inner:
        return _esds(fields(data, inner[b"esds"]))
    codec = _CODECS.get(format_name, format_name.decode("latin-1"))
    box = next((inner[name] for name in inner if name in _CONFIG_BOXES), None)
    config = bytes(data[box.body : box.end]) if box else b""
    return codec, _opus_head(config) if codec == "opus" else config


def _esds(body: Fields) -> tuple[str, bytes]:
    """Read an ES_Descriptor (ISO/IEC 14496-1 7.2.6.5): (codec, AudioSpecificConfig)."""
    body.take(4)
    codec = "mp4a"
    while body.left >= 2:
        tag, size = body.u8(), _expandable(body)
        if tag == 3:
            body.take(2)
            flags = body.u8()
            body.take(2 * (flags >> 7))
            body.take(body.u8() if flags >> 6 & 1 else 0)
            body.take(2 * (flags >> 5 & 1))
        elif tag == 4:
            codec = _OBJECT_TYPES.get(body.u8(), codec)
            body.take(12)
        elif tag == 5:
            return codec, body.take(size)
        else:
            body.take(min(size, body.left))
    return codec, b""


def _expandable(body: Fields) -> int:
    size = 0
    for _ in range(4):
        byte = body.u8()
        size = size << 7 | byte & 0x7F
        if not byte & 0x80:
            break
    return size


def _opus_head(dops: bytes) -> bytes:
    """Turn a `dOps` body (big-endian) into an OpusHead (RFC 7845 5.1, little-endian)."""
    if len(dops) < 11:
        return b""
    skip, rate, gain = dops[2:4][::-1], dops[4:8][::-1], dops[8:10][::-1]
    return b"OpusHead\x01" + dops[1:2] + skip + rate + gain + dops[10:]
