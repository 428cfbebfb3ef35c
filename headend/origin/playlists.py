"""HLS multivariant playlists of one channel: which renditions, which URLs."""

from collections.abc import Sequence
from itertools import product

from headend.asset.model import Rendition
from headend.hls.multivariant import (
    Alternative,
    ImageStream,
    KeyFrameStream,
    Multivariant,
    Variant,
    multivariant_playlist,
)
from headend.origin.options import StreamOptions
from headend.origin.packager import ChannelPackager
from headend.origin.parts import target_ms
from headend.origin.shapes import comes_in

_LETTERS = "abc"
_AUDIO_GROUPS = ("audio", "audio-2", "audio-3", "audio-4")


class Locations:
    """Absolute folders of the same stream at each location; none but the playlist's own."""

    def __init__(self, folders: Sequence[str] = ()) -> None:
        self.by_letter = dict(zip(_LETTERS, folders, strict=False))


def hls_master(
    packager: ChannelPackager,
    form: str,
    options: StreamOptions,
    locations: Locations | None = None,
) -> str:
    """The multivariant playlist; transport variants carry the default audio themselves."""
    pathways = list((locations or Locations()).by_letter.items()) or [("", "")]
    transport = form == "hls-ts"
    muxed = packager.default_audio if transport and options.muxed else None
    groups = _audio_groups(packager, form, options)
    video = packager.videos(transport=transport)
    return multivariant_playlist(
        Multivariant(
            variants=[
                _variant(packager, form, rendition, options, group, pathway)
                for pathway, (group, rendition) in product(
                    pathways, product(groups.items(), video)
                )
            ]
            or _radio(packager, form, options),
            audio=[
                _alternative(
                    rendition,
                    options,
                    pathway,
                    group=group,
                    muxed=rendition is muxed,
                    default=rendition is rows[0],
                )
                for pathway, (group, rows) in product(pathways, groups.items())
                for rendition in rows
                if video
            ],
            text=[
                _alternative(rendition, options, pathway, group="subtitles")
                for pathway, rendition in product(pathways, packager.webvtt_renditions)
            ],
            key_frames=_key_frame_streams(packager, form, options),
            images=[_images(options)] if options.thumbnails and video else [],
            head=_head(packager, options, pathways),
            captions=packager.has_captions,
            define=options.define,
        )
    )


def _audio_groups(
    packager: ChannelPackager, form: str, options: StreamOptions
) -> dict[str, list[Rendition]]:
    """The default codec's languages first; each further codec is a group of its own."""
    by_codec: dict[str, list[Rendition]] = {}
    for rendition in packager.renditions("audio"):
        if comes_in(rendition, form):
            by_codec.setdefault(rendition.codec, []).append(rendition)
    rows = list(by_codec.values())[: options.audio_groups] or [[]]
    while len(rows) < options.audio_groups:
        rows.append(rows[0])  # one codec only: the same again under another name
    return dict(zip(_AUDIO_GROUPS, rows, strict=False))


def _alternative(
    rendition: Rendition,
    options: StreamOptions,
    pathway: tuple[str, str],
    *,
    group: str,
    muxed: bool = False,
    default: bool = False,
) -> Alternative:
    letter, folder = pathway
    uri = None if muxed else f"{folder}{rendition.id}.m3u8{_query(options)}"
    return Alternative(
        rendition=rendition, uri=uri, default=default, group=_in_pathway(group, letter)
    )


def _in_pathway(group: str, letter: str) -> str:
    """Groups of each pathway have names of their own."""
    return f"{group}-{letter}" if letter and letter != "a" else group


def _query(options: StreamOptions) -> str:
    return "?{$query}&define={$define}" if options.define else options.query


def _variant(
    packager: ChannelPackager,
    form: str,
    video: Rendition,
    options: StreamOptions,
    group: tuple[str, Sequence[Rendition]],
    pathway: tuple[str, str],
) -> Variant:
    """BANDWIDTH counts the costliest playable combination (RFC 8216 section 4.3.4.2)."""
    name, audio = group
    letter, folder = pathway
    carried = form == "hls-ts" and options.muxed
    if form == "hls-ts":
        own = packager.ts_rates(video.id, muxed=options.muxed)
        out = [row for row in audio if not (carried and row is packager.default_audio)]
        others = [packager.ts_rates(row.id) for row in out]
    else:
        part_ms = target_ms(packager, options)
        own = packager.cmaf_rates(video.id, part_ms)
        others = [packager.cmaf_rates(rendition.id, part_ms) for rendition in audio]
    rung = packager.renditions("video").index(video)
    return Variant(
        rendition=video,
        uri=f"{folder}{video.id}.m3u8{_query(options)}",
        codecs=",".join([video.codecs, *([audio[0].codecs] if audio else [])]),
        peak=own.peak + max((rates.peak for rates in others), default=0),
        average=own.average + max((rates.average for rates in others), default=0),
        audio=_in_pathway(name, letter) if audio else "",
        text=_in_pathway("subtitles", letter),
        attributes=_attributes(options, rung, letter),
    )


def _attributes(options: StreamOptions, rung: int, letter: str) -> list[str]:
    found = []
    if options.score:
        found.append(f"SCORE={rung + 1}.5")
    if options.video_range:
        found.append(f"VIDEO-RANGE={options.video_range}")
    if options.sphere:
        found.append('REQ-VIDEO-LAYOUT="CH-MONO/PROJ-EQUI"')
    if options.hdcp:
        found.append(f"HDCP-LEVEL={('NONE', 'TYPE-0', 'TYPE-1')[min(rung, 2)]}")
    if letter:
        found.append(f'PATHWAY-ID="{letter}"')
    return found


def _radio(packager: ChannelPackager, form: str, options: StreamOptions) -> list[Variant]:
    """Audio alone: each codec is a variant."""
    part_ms = target_ms(packager, options)
    rows = [
        (
            rendition,
            packager.ts_rates(rendition.id)
            if form == "hls-ts"
            else packager.cmaf_rates(rendition.id, part_ms),
        )
        for rendition in packager.renditions("audio")
    ]
    return [
        Variant(
            rendition=rendition,
            uri=f"{rendition.id}.m3u8{_query(options)}",
            codecs=rendition.codecs,
            peak=rates.peak,
            average=rates.average,
        )
        for rendition, rates in rows
    ]


def _key_frame_streams(
    packager: ChannelPackager, form: str, options: StreamOptions
) -> list[KeyFrameStream]:
    if not options.iframes:
        return []
    return [
        KeyFrameStream(
            rendition=rendition,
            uri=f"{rendition.id}-iframes.m3u8{_query(options)}",
            peak=packager.key_frame_rate(rendition.id, transport=form == "hls-ts"),
        )
        for rendition in packager.renditions("video")
    ]


def _images(options: StreamOptions) -> ImageStream:
    return ImageStream(uri=f"thumbnails.m3u8{_query(options)}", width=160, height=90, peak=40_000)


def _head(
    packager: ChannelPackager, options: StreamOptions, pathways: Sequence[tuple[str, str]]
) -> list[str]:
    lines = []
    if options.start_s is not None:
        lines.append(f"#EXT-X-START:TIME-OFFSET={options.start_s},PRECISE=YES")
    if options.define:
        lines.append(f'#EXT-X-DEFINE:NAME="query",VALUE="{options.query[1:]}"')
        lines.append('#EXT-X-DEFINE:QUERYPARAM="define"')
    if len(pathways) > 1:
        lines.append(
            f'#EXT-X-CONTENT-STEERING:SERVER-URI="/steering{options.query}",PATHWAY-ID="a"'
        )
    if options.session_data:
        name = packager.asset.name
        lines.append(f'#EXT-X-SESSION-DATA:DATA-ID="farol.title",VALUE="{name}",LANGUAGE="pt"')
        lines.append('#EXT-X-SESSION-DATA:DATA-ID="farol.about",URI="about.json"')
    return lines
