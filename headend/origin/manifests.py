"""DASH manifests of one channel: which renditions, which URLs."""

from headend.asset.model import Rendition
from headend.dash.mpd import Addressing, LiveTiming, Representation, manifest
from headend.live.window import SegmentRange
from headend.origin.options import StreamOptions
from headend.origin.packager import ChannelPackager

DASH_FORMATS = ("dash", "dash-range")


def dash_manifest(
    packager: ChannelPackager,
    form: str,
    segments: SegmentRange,
    options: StreamOptions,
    live: LiveTiming | None,
) -> bytes:
    """The MPD; `live` says what time it is, for a dynamic one."""
    address = _in_one_file if form == "dash-range" else _in_segments
    rows = [
        Representation(
            rendition=rendition,
            bandwidth=packager.cmaf_rates(rendition.id).peak,
            addressing=address(packager, rendition, segments, options),
        )
        for rendition in packager.asset.renditions
    ]
    duration = None if live else segments.end * segments.segment_s
    return manifest(rows, segment_s=segments.segment_s, duration_s=duration, live=live)


def _in_segments(
    packager: ChannelPackager, rendition: Rendition, segments: SegmentRange, options: StreamOptions
) -> Addressing:
    """Numbers for video and text; the exact timeline for audio."""
    timeline = packager.timelines[rendition.id]
    name = "t$Time$" if rendition.kind == "audio" else "$Number$"
    entries = [
        (timeline.start(number), timeline.duration(number))
        for number in (segments.numbers if rendition.kind == "audio" else ())
    ]
    return Addressing(
        template=f"$RepresentationID$/{name}.m4s{options.query}",
        init=f"$RepresentationID$/init.mp4{options.query}",
        timeline=entries,
    )


def _in_one_file(
    packager: ChannelPackager, rendition: Rendition, segments: SegmentRange, options: StreamOptions
) -> Addressing:
    file = packager.indexed_file(rendition.id, segments)
    return Addressing(
        template=None,
        init=f"{rendition.id}.mp4{options.query}",
        index_range=(file.init_size, len(file.head) - 1),
    )
