"""HLS playlists of one channel: which renditions, which URLs."""

from dataclasses import replace

from headend.asset.model import Rendition
from headend.hls.media import ByteRange, Entry, MediaPlaylist, media_playlist
from headend.hls.multivariant import Alternative, Variant, multivariant_playlist
from headend.live.window import SegmentRange
from headend.origin.options import StreamOptions
from headend.origin.packager import ChannelPackager

HLS_FORMATS = ("hls-ts", "hls-cmaf", "hls-range")


def hls_master(packager: ChannelPackager, form: str, options: StreamOptions) -> str:
    """The multivariant playlist; transport variants carry the default audio themselves."""
    audio = packager.renditions("audio")
    muxed = packager.default_audio if form == "hls-ts" else None
    return multivariant_playlist(
        [_variant(packager, form, video, options) for video in packager.renditions("video")],
        [
            _alternative(
                rendition,
                options,
                muxed=rendition is muxed,
                default=rendition is packager.default_audio,
            )
            for rendition in audio
        ],
        [_alternative(rendition, options) for rendition in packager.renditions("text")],
    )


def _alternative(
    rendition: Rendition, options: StreamOptions, *, muxed: bool = False, default: bool = False
) -> Alternative:
    uri = None if muxed else f"{rendition.id}.m3u8{options.query}"
    return Alternative(rendition=rendition, uri=uri, default=default)


def _variant(
    packager: ChannelPackager, form: str, video: Rendition, options: StreamOptions
) -> Variant:
    """BANDWIDTH counts the costliest playable combination (RFC 8216 section 4.3.4.2)."""
    audio = packager.renditions("audio")
    if form == "hls-ts":
        own = packager.ts_rates(video.id)
        others = [packager.ts_rates(r.id) for r in audio if r is not packager.default_audio]
    else:
        own = packager.cmaf_rates(video.id)
        others = [packager.cmaf_rates(rendition.id) for rendition in audio]
    return Variant(
        rendition=video,
        uri=f"{video.id}.m3u8{options.query}",
        codecs=f"{video.codecs},{packager.default_audio.codecs}",
        peak=own.peak + max((rates.peak for rates in others), default=0),
        average=own.average + max((rates.average for rates in others), default=0),
    )


def hls_media(
    packager: ChannelPackager,
    form: str,
    rendition: Rendition,
    segments: SegmentRange,
    options: StreamOptions,
) -> str:
    """The media playlist of one rendition."""
    timeline = packager.timelines[rendition.id]
    ranged = form == "hls-range" and rendition.kind != "text"
    mapped = form != "hls-ts" and rendition.kind != "text"
    entries = [
        Entry(
            uri=f"{rendition.id}/{number}.{_suffix(form, rendition)}{options.query}",
            start=timeline.start(number),
            duration=timeline.duration(number),
        )
        for number in segments.numbers
    ]
    playlist = MediaPlaylist(
        entries=entries,
        timescale=rendition.timescale,
        sequence=segments.first,
        target_s=segments.segment_s,
        live=segments.live,
        init_uri=f"{rendition.id}/init.mp4{options.query}" if mapped else None,
    )
    if ranged:
        playlist = _ranged(packager, rendition, segments, options, playlist)
    return media_playlist(playlist)


def _suffix(form: str, rendition: Rendition) -> str:
    if rendition.kind == "text":
        return "vtt"
    return "ts" if form == "hls-ts" else "m4s"


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
