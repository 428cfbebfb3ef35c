"""Everything one channel can be packaged as."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from headend.asset.model import Asset, Rendition
from headend.cmaf.fragment import media_segment, media_segment_size
from headend.cmaf.index import IndexedFile, indexed_file
from headend.cmaf.init import init_segment
from headend.cmaf.text import text_segment
from headend.live.timeline import timelines_of
from headend.live.window import SegmentRange
from headend.origin.cache import SegmentCache
from headend.text.webvtt import webvtt_segment
from headend.ts.mux import PTS_OFFSET, TsMuxer


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Bits a second over the loop: of the busiest segment, and on average."""

    peak: int
    average: int


def _rates(sizes: Sequence[int], segment_s: int) -> Rates:
    return Rates(
        peak=-(-max(sizes) * 8 // segment_s),
        average=-(-sum(sizes) * 8 // (segment_s * len(sizes))),
    )


class ChannelPackager:
    """Makes any segment of one channel, through the cache that all channels share."""

    def __init__(self, asset: Asset, cache: SegmentCache) -> None:
        self.asset = asset
        self.timelines = timelines_of(asset)
        self._cache = cache
        self._muxers: dict[str, TsMuxer] = {}
        self._cmaf_rates: dict[str, Rates] = {}

    def renditions(self, kind: str) -> list[Rendition]:
        """The renditions of one kind, in the asset's order."""
        return [rendition for rendition in self.asset.renditions if rendition.kind == kind]

    @cached_property
    def default_audio(self) -> Rendition:
        """The audio that is muxed into the transport stream variants."""
        return self.renditions("audio")[0]

    @property
    def segments_per_loop(self) -> int:
        """Segments in one loop of the asset."""
        return self.asset.duration_s // self.asset.segment_s

    def muxer(self, rendition_id: str) -> TsMuxer:
        """The transport stream of a rung with the default audio, or of one audio rendition."""
        if rendition_id not in self._muxers:
            timeline = self.timelines[rendition_id]
            video = timeline if timeline.rendition.kind == "video" else None
            audio = self.timelines[self.default_audio.id] if video else timeline
            self._muxers[rendition_id] = TsMuxer(self.asset.name, video, audio)
        return self._muxers[rendition_id]

    def ts(self, rendition_id: str, number: int) -> bytes:
        """Segment `number` as a transport stream."""
        return self._cache.get(
            (self.asset.number, "ts", rendition_id, number),
            lambda: self.muxer(rendition_id).segment(number),
        )

    def init(self, rendition_id: str) -> bytes:
        """The CMAF initialisation segment."""
        return init_segment(self.timelines[rendition_id].rendition)

    def cmaf(self, rendition_id: str, number: int) -> bytes:
        """Segment `number` as a CMAF fragment; text as `wvtt`."""
        timeline = self.timelines[rendition_id]
        make = text_segment if timeline.rendition.kind == "text" else media_segment
        return self._cache.get(
            (self.asset.number, "cmaf", rendition_id, number), lambda: make(timeline, number)
        )

    def webvtt(self, rendition_id: str, number: int, *, transport: bool) -> bytes:
        """Segment `number` as a WebVTT file on the clock of the transport stream or of CMAF."""
        offset = PTS_OFFSET if transport else 0
        return webvtt_segment(self.timelines[rendition_id], number, pts_offset=offset)

    def ts_rates(self, rendition_id: str) -> Rates:
        """Of the transport stream of one rendition, everything in it counted."""
        muxer = self.muxer(rendition_id)
        sizes = [muxer.segment_size(number) for number in range(self.segments_per_loop)]
        return _rates(sizes, self.asset.segment_s)

    def cmaf_rates(self, rendition_id: str) -> Rates:
        """Of the CMAF segments of one rendition."""
        if rendition_id not in self._cmaf_rates:
            sizes = [self._cmaf_size(rendition_id, n) for n in range(self.segments_per_loop)]
            self._cmaf_rates[rendition_id] = _rates(sizes, self.asset.segment_s)
        return self._cmaf_rates[rendition_id]

    def _cmaf_size(self, rendition_id: str, number: int) -> int:
        timeline = self.timelines[rendition_id]
        if timeline.rendition.kind == "text":
            return len(self.cmaf(rendition_id, number))
        return media_segment_size(timeline, number)

    def indexed_file(self, rendition_id: str, segments: SegmentRange) -> IndexedFile:
        """A film's rendition as one file with an index."""
        timeline = self.timelines[rendition_id]
        loop = range(self.segments_per_loop)
        sizes = [self._cmaf_size(rendition_id, number) for number in loop]
        durations = [timeline.duration(number) for number in loop]
        loops = segments.end // self.segments_per_loop
        return indexed_file(
            self.init(rendition_id), timeline.rendition.timescale, sizes * loops, durations * loops
        )
