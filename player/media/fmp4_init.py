"""The init segment of fragmented MP4: tracks, sample entries, edit lists, fragment defaults."""

from dataclasses import dataclass, field

from player.formats.iso_boxes import Box, Fields, children, fields, find
from player.media.edit_list import EditList, read_edit_list
from player.media.elementary import ElementaryStream, open_stream
from player.media.mp4_entries import read_entry
from player.media.spherical import sphere_of_track
from player.model.presentation import TrackKind
from player.model.sample import StreamHead

_KINDS = {
    b"vide": TrackKind.VIDEO,
    b"soun": TrackKind.AUDIO,
    b"text": TrackKind.TEXT,
    b"subt": TrackKind.TEXT,
    b"clcp": TrackKind.TEXT,
}


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

    `edits` count in ticks of `timescale`. One entry of `streams` for each sample entry; None for
    a codec that the player cannot carry.
    """

    id: int
    timescale: int
    kind: TrackKind
    edits: EditList
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
    language = _language(fields(data, mdhd))
    sphere = sphere_of_track(data, trak) if kind is TrackKind.VIDEO else None
    base = StreamHead(stream=number, kind=kind, codec="", language=language, sphere=sphere)
    version = fields(data, stsd).u8()
    heads = [read_entry(data, entry, base, version=version) for entry in children(data, stsd, 8)]
    return Mp4Track(
        id=number,
        timescale=timescale,
        kind=kind,
        edits=read_edit_list(data, trak, timescale, movie_scale),
        streams=tuple(open_stream(head, annexb=False) for head in heads),
        codecs=tuple(head.codec for head in heads),
    )


def _language(mdhd: Fields) -> str:
    mdhd.take(28 if mdhd.u32() >> 24 else 16)
    packed = mdhd.u16()
    letters = "".join(chr(0x60 + (packed >> shift & 31)) for shift in (10, 5, 0))
    return letters if letters.isalpha() and letters != "und" else ""
