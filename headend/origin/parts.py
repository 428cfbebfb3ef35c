"""The parts of a live stream by its options: which exist when, and their bytes."""

from dataclasses import dataclass

from starlette.exceptions import HTTPException

from headend.asset.model import Rendition
from headend.live.parts import Edge, Part, edge, part_target_ms, split
from headend.origin.options import StreamOptions
from headend.origin.packager import ChannelPackager
from headend.origin.sources import Source, Stream

LOW_LATENCY_FORMATS = ("hls-cmaf", "dash")
_TRICK = "trick-"


def check_parts(options: StreamOptions, mode: str, form: str) -> None:
    """Refuses parts where there can be none."""
    if not options.parts_ms:
        return
    if mode != "live" or form not in LOW_LATENCY_FORMATS:
        raise HTTPException(400, "Parts are made live: live/hls-cmaf and live/dash have them.")
    if options.container == "webm":
        raise HTTPException(400, "Parts are CMAF chunks: no container=webm.")
    if options.addressing == "list":
        raise HTTPException(400, "A SegmentList names whole segments: no addressing=list.")
    if options.aes or options.iframes:
        raise HTTPException(400, "What has parts has no aes= and no iframes= here.")
    if options.priming:
        raise HTTPException(400, "Films have priming=, and no parts.")


def has_parts(options: StreamOptions, mode: str, form: str, rendition: Rendition) -> bool:
    """Whether a rendition comes in parts there; subtitles and key frames for fast play do not."""
    return (
        options.parts_ms > 0
        and mode == "live"
        and form in LOW_LATENCY_FORMATS
        and rendition.kind != "text"
        and not rendition.id.startswith(_TRICK)
    )


def target_ms(packager: ChannelPackager, options: StreamOptions) -> int:
    """The part target of the whole stream, 0 where nobody wants parts."""
    if not options.parts_ms:
        return 0
    rows = [*packager.renditions("video"), *packager.renditions("audio")]
    return part_target_ms(rows, options.parts_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamParts:
    """The parts of one rendition of a stream."""

    stream: Stream
    rendition: Rendition
    target_ms: int

    def source(self, place: int) -> Source:
        """Where the media at a place comes from."""
        return self.stream.source(self.rendition, place)

    def at(self, place: int) -> tuple[Part, ...]:
        """The parts of the segment at a place, their times in its source's ticks."""
        source = self.source(place)
        samples = source.packager.timelines[source.rendition.id].segment(source.number).samples
        return split(samples, self.target_ms * source.rendition.timescale // 1000)

    def made_ms(self, place: int) -> list[int]:
        """When each part of the segment at a place is there, since the epoch."""
        start, scale = self._start(place), self.rendition.timescale
        theirs = self.source(place).rendition.timescale
        return [
            -(-(start * theirs + (part.start + part.duration) * scale) * 1000 // (scale * theirs))
            for part in self.at(place)
        ]

    def _start(self, place: int) -> int:
        return self.stream.packager.timelines[self.rendition.id].start(place)

    def edge(self, now_ms: int) -> Edge:
        """How far the rendition has come."""
        return edge(now_ms, self.stream.packager.asset.segment_s, self.made_ms)
