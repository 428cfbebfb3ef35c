"""HLS media playlists of one channel: segments, key frames, thumbnails."""

from dataclasses import replace

from starlette.exceptions import HTTPException

from headend.asset.model import Rendition
from headend.clock import iso_utc
from headend.hls.aes import key_tag
from headend.hls.media import ByteRange, Entry, MediaPlaylist, media_playlist
from headend.live.splice import is_nth
from headend.live.window import SegmentRange
from headend.origin.break_tags import break_tags, has_break_tags
from headend.origin.low_latency import LowLatency, child_query, control, low_latency
from headend.origin.options import StreamOptions
from headend.origin.packager import ChannelPackager
from headend.origin.shapes import suffix
from headend.origin.sources import Stream, stream_of

_SKIP_TARGETS = 6  # RFC 8216bis section 4.4.3.8: at least six target durations
_DEFINE_VERSION = 11
_LOCAL, _LOCAL_EVERY = "file:///etc/hostname", 5  # what no player should read


def hls_media(
    packager: ChannelPackager,
    form: str,
    rendition: Rendition,
    segments: SegmentRange,
    options: StreamOptions,
    *,
    ads: ChannelPackager | None = None,
    key_frames: bool = False,
    skip: bool = False,
    shown_ms: int = 0,
) -> str:
    """The media playlist of one rendition.

    `skip` asks for a delta update; `shown_ms` is the moment that it shows, where it has parts.
    """
    stream = stream_of(packager, options, live=segments.live, ads=ads)
    latest = low_latency(stream, rendition, segments, shown_ms)
    if latest:
        segments = latest.narrowed(segments)
    if options.aes and form == "hls-range":
        raise HTTPException(
            400, "What is encrypted as a whole cannot be cut into ranges: no aes=."
        )
    ranged = form == "hls-range" and rendition.kind != "text"
    mapped = form != "hls-ts" and rendition.kind != "text"
    own_inits = mapped and not ranged and not stream.splices.plain
    entries = _entries(stream, form, rendition, segments, latest, own_inits=own_inits)
    whole, making = entries[: len(segments.numbers)], entries[len(segments.numbers) :]
    if whole and rendition.kind == "video":
        whole[0] = replace(whole[0], tags=break_tags(stream, segments))
    playlist = MediaPlaylist(
        entries=whole,
        timescale=rendition.timescale,
        sequence=segments.first - segments.sequence_base,
        target_s=segments.segment_s,
        live=segments.live,
        init_uri=f"{rendition.id}/init.mp4{options.query}" if mapped else None,
        dated=options.pdt and (segments.live or has_break_tags(options)),
        joints_before=_joints_before(stream, rendition, segments),
        head=_head(stream, rendition, segments),
        skipped=_skipped(options, segments) if skip else 0,
        event=segments.open_ended,
        ended=segments.ended,
        version=_DEFINE_VERSION if options.define else 6,
        making=making[0] if making else None,
        init_key=key_tag("init", options.query) if options.aes else None,
        key=key_tag("segments", options.query) if options.aes else None,
    )
    if latest:
        playlist = latest.completed(playlist, segments)
    if ranged:
        playlist = _ranged(packager, rendition, segments, options, playlist)
    if key_frames:
        playlist = _key_frames(stream, form, rendition, segments, playlist)
    return media_playlist(playlist)


def _entries(
    stream: Stream,
    form: str,
    rendition: Rendition,
    segments: SegmentRange,
    latest: LowLatency | None,
    *,
    own_inits: bool,
) -> list[Entry]:
    """Those of whole segments, and behind them the one that is in the making, if there is."""
    entries = [_entry(stream, form, rendition, place) for place in segments.numbers]
    if latest:
        entries = latest.entries(entries)
        entries += latest.making(lambda place: _entry(stream, form, rendition, place))
    return _with_inits(stream, rendition, segments, entries) if own_inits else entries


def _entry(stream: Stream, form: str, rendition: Rendition, place: int) -> Entry:
    source = stream.source(rendition, place)
    timeline = source.packager.timelines[source.rendition.id]
    query = child_query(stream.options)
    start = stream.packager.timelines[rendition.id].start(place)
    uri = f"{rendition.id}/{place}.{suffix(form, rendition, stream.options)}{query}"
    if stream.options.local and is_nth(place, _LOCAL_EVERY):
        uri = _LOCAL
    return Entry(
        uri=uri,
        start=start,
        duration=timeline.duration(source.number),
        joint=stream.joint(rendition, place),
        gap=stream.is_gap(place),
    )


def _with_inits(
    stream: Stream, rendition: Rendition, segments: SegmentRange, entries: list[Entry]
) -> list[Entry]:
    """Each run names an initialisation segment of its own, that of its first place."""
    begun = segments.first
    while begun > 0 and not stream.joint(rendition, begun):
        begun -= 1
    named = []
    for place, entry in enumerate(entries, segments.first):
        begun = place if entry.joint else begun
        uri = f"{rendition.id}/init-{begun}.mp4{stream.options.query}"
        named.append(replace(entry, init_uri=uri))
    return named


def _joints_before(stream: Stream, rendition: Rendition, segments: SegmentRange) -> int | None:
    if stream.splices.plain:
        return None
    before = stream.joints_up_to(rendition, segments.first)
    return before - stream.joint(rendition, segments.first)


def _head(stream: Stream, rendition: Rendition, segments: SegmentRange) -> list[str]:
    lines, options = [], stream.options
    if options.start_s is not None:
        lines.append(f"#EXT-X-START:TIME-OFFSET={options.start_s},PRECISE=YES")
    if options.define:
        lines.append('#EXT-X-DEFINE:IMPORT="query"')
        lines.append('#EXT-X-DEFINE:QUERYPARAM="define"')
    skips = _SKIP_TARGETS * segments.segment_s if options.delta and segments.live else None
    return lines + control(stream, rendition, segments.segment_s, skips)


def _skipped(options: StreamOptions, segments: SegmentRange) -> int:
    """Segments older than the skip boundary, if the playlist has them."""
    kept = _SKIP_TARGETS
    return max(len(segments.numbers) - kept, 0) if options.delta and segments.live else 0


def _ranged(
    packager: ChannelPackager,
    rendition: Rendition,
    segments: SegmentRange,
    options: StreamOptions,
    playlist: MediaPlaylist,
) -> MediaPlaylist:
    """The same playlist with every entry a byte range of one file."""
    file = packager.indexed_file(rendition.id, segments)
    uri = f"{rendition.id}.mp4{options.query}"
    entries = [
        replace(entry, uri=uri, byte_range=ByteRange(size=end - begin, offset=begin))
        for entry, begin, end in zip(
            playlist.entries, file.offsets, file.offsets[1:], strict=False
        )
    ]
    init_range = ByteRange(size=file.init_size, offset=0)
    return replace(playlist, entries=entries, init_uri=uri, init_range=init_range)


def _key_frames(
    stream: Stream,
    form: str,
    rendition: Rendition,
    segments: SegmentRange,
    playlist: MediaPlaylist,
) -> MediaPlaylist:
    """The same places, each cut off behind its first picture (RFC 8216 section 4.3.3.6).

    A range of an encrypted segment begins where its encryption does (6.2.3).
    """
    entries = []
    for entry, place in zip(playlist.entries, segments.numbers, strict=True):
        source = stream.source(rendition, place)
        size = source.packager.key_frame_size(
            source.rendition.id, source.number, transport=form == "hls-ts"
        )
        offset = entry.byte_range.offset if entry.byte_range else 0
        entries.append(replace(entry, byte_range=ByteRange(size=size, offset=offset)))
    return replace(playlist, entries=entries, key_frames=True)


def image_playlist(segments: SegmentRange, loop_s: int, options: StreamOptions) -> str:
    """Thumbnails: one sheet of 4 by 3 pictures a loop ("HLS Image Media Playlist", Roku)."""
    step = loop_s // segments.segment_s
    sheets = range(segments.first // step, -(-segments.end // step))
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        f"#EXT-X-TARGETDURATION:{loop_s}",
        f"#EXT-X-MEDIA-SEQUENCE:{sheets.start}",
        *([] if segments.live else ["#EXT-X-PLAYLIST-TYPE:VOD"]),
        "#EXT-X-IMAGES-ONLY",
    ]
    for sheet in sheets:
        if segments.live and options.pdt:  # its numbers are not those of the other lists
            lines.append(f"#EXT-X-PROGRAM-DATE-TIME:{iso_utc(sheet * loop_s * 1000)}")
        lines += [
            f"#EXTINF:{loop_s:.3f},",
            f"#EXT-X-TILES:RESOLUTION=160x90,LAYOUT=4x3,DURATION={segments.segment_s:.3f}",
            f"thumbnails/0-{sheet}.jpg{options.query}",
        ]
    return "\n".join([*lines, *([] if segments.live else ["#EXT-X-ENDLIST"])]) + "\n"
