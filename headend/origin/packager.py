"""Everything one channel can be packaged as."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from headend.asset.model import Asset, Rendition
from headend.cmaf import fragment
from headend.cmaf.index import IndexedFile, indexed_file
from headend.cmaf.init import init_segment
from headend.cmaf.text import text_segment
from headend.cmaf.ttml import ttml_segment
from headend.live.parts import Part, split
from headend.live.timeline import RenditionTimeline, timelines_of
from headend.live.window import SegmentRange
from headend.origin.cache import SegmentCache
from headend.origin.damage import spoilt
from headend.origin.shapes import IN_STREAM
from headend.text.webvtt import webvtt_segment
from headend.ts.mux import PTS_OFFSET, TsMuxer
from headend.ts.packed import packed_segment
from headend.ts.psi import STREAM_TYPES
from headend.webm.writer import webm_init, webm_segment

_WEBVTT = "wvtt"
_CAPTIONED = "-cc"
_TRICK_SECONDS = 2


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
    """Makes any segment of one channel, through the cache that all channels share.

    What takes a `shift_s` moves all time stamps by that many seconds. `broken` are the codecs
    that are spoilt in this view of the channel: its segments are others.
    """

    def __init__(self, asset: Asset, cache: SegmentCache, *, broken: tuple[str, ...] = ()) -> None:
        self.asset = asset
        self.broken = broken
        lines = timelines_of(asset) | _trick_timelines(asset)
        self.timelines = spoilt(lines, asset, broken)
        self._cache = cache
        self._muxers: dict[tuple[str, bool, bool], TsMuxer] = {}
        self._cmaf_rates: dict[tuple[str, int], Rates] = {}

    def renditions(self, kind: str) -> list[Rendition]:
        """The renditions of one kind that manifests list, in the asset's order."""
        return [
            rendition
            for rendition in self.asset.renditions
            if rendition.kind == kind and rendition.codec not in IN_STREAM
        ]

    def videos(self, *, transport: bool) -> list[Rendition]:
        """The rungs; for transport streams only those that these can carry."""
        rows = self.renditions("video")
        return [row for row in rows if not transport or row.codec in STREAM_TYPES]

    @property
    def webvtt_renditions(self) -> list[Rendition]:
        """The subtitles that HLS can have as WebVTT files."""
        return [row for row in self.renditions("text") if row.codec == _WEBVTT]

    @property
    def has_captions(self) -> bool:
        """Whether the pictures carry CEA-608 captions."""
        return any(row.id.endswith(_CAPTIONED) for row in self.renditions("video"))

    @cached_property
    def default_audio(self) -> Rendition | None:
        """The audio that is muxed into the transport stream variants."""
        rows = [row for row in self.renditions("audio") if row.codec in STREAM_TYPES]
        return rows[0] if rows else None

    @property
    def segments_per_loop(self) -> int:
        """Segments in one loop of the asset."""
        return self.asset.duration_s // self.asset.segment_s

    def muxer(self, rendition_id: str, *, muxed: bool = True, titles: bool = False) -> TsMuxer:
        """The transport stream of a rung, `muxed` with the default audio, or of one audio."""
        key = (rendition_id, muxed, titles)
        if key not in self._muxers:
            timeline = self.timelines[rendition_id]
            video = timeline if timeline.rendition.kind == "video" else None
            audio = (self._default_line() if muxed else None) if video else timeline
            texts = [line for line in self.timelines.values() if line.rendition.codec in IN_STREAM]
            self._muxers[key] = TsMuxer(
                self.asset.name, video, audio, texts=texts if video else (), titles=titles
            )
        return self._muxers[key]

    def _default_line(self) -> RenditionTimeline | None:
        return self.timelines[self.default_audio.id] if self.default_audio else None

    def _sound(self, *, muxed: bool) -> str:
        """What goes into the variants: two views of one channel may choose differently."""
        return self.default_audio.id if muxed and self.default_audio else ""

    def ts(
        self,
        rendition_id: str,
        number: int,
        *,
        shift_s: int = 0,
        muxed: bool = True,
        titles: bool = False,
    ) -> bytes:
        """Segment `number` as a transport stream."""
        muxer = self.muxer(rendition_id, muxed=muxed, titles=titles)
        return self._cache.get(
            (
                self.asset.number,
                self.broken,
                "ts",
                rendition_id,
                self._sound(muxed=muxed),
                number,
                shift_s,
                titles,
            ),
            lambda: muxer.segment(number, shift_s=shift_s),
        )

    def packed(self, rendition_id: str, number: int, *, shift_s: int = 0, title: str) -> bytes:
        """Segment `number` of an audio rendition as packed audio."""
        return packed_segment(self.timelines[rendition_id], number, shift_s=shift_s, title=title)

    def init(self, rendition_id: str, *, primed: bool = False) -> bytes:
        """The CMAF initialisation segment, for `primed` audio with an edit list."""
        rendition = self.timelines[rendition_id].rendition
        return init_segment(rendition, priming=_priming(rendition, primed=primed))

    def cmaf(
        self, rendition_id: str, number: int, *, shift_s: int = 0, primed: bool = False
    ) -> bytes:
        """Segment `number` as a CMAF fragment; text as `wvtt` or `stpp`.

        `primed` audio begins with a frame that is not to be heard.
        """
        timeline = self.timelines[rendition_id]
        if priming := _priming(timeline.rendition, primed=primed):
            return fragment.media_segment(timeline, number, shift_s=shift_s, priming=priming)
        make = {"wvtt": text_segment, "ttml": ttml_segment}.get(
            timeline.rendition.codec, fragment.media_segment
        )
        return self._cache.get(
            (self.asset.number, self.broken, "cmaf", rendition_id, number, shift_s),
            lambda: make(timeline, number, shift_s=shift_s),
        )

    def part(self, rendition_id: str, number: int, part: Part, *, shift_s: int = 0) -> bytes:
        """One part of segment `number` as a CMAF chunk; video and audio."""
        timeline = self.timelines[rendition_id]
        where = (part.index, part.first, part.end)
        return self._cache.get(
            (self.asset.number, self.broken, "part", rendition_id, number, where, shift_s),
            lambda: fragment.media_part(timeline, number, part, shift_s=shift_s),
        )

    def webm_init(self, rendition_id: str) -> bytes:
        """The head of a WebM stream."""
        return webm_init(self.timelines[rendition_id].rendition)

    def webm(self, rendition_id: str, number: int) -> bytes:
        """Segment `number` as WebM clusters."""
        timeline = self.timelines[rendition_id]
        return self._cache.get(
            (self.asset.number, self.broken, "webm", rendition_id, number),
            lambda: webm_segment(timeline, number),
        )

    def webvtt(
        self, rendition_id: str, number: int, *, transport: bool, shift_s: int = 0
    ) -> bytes:
        """Segment `number` as a WebVTT file on the clock of the transport stream or of CMAF."""
        offset = (PTS_OFFSET if transport else 0) + shift_s * 90_000
        return webvtt_segment(self.timelines[rendition_id], number, pts_offset=offset)

    def ts_rates(self, rendition_id: str, *, muxed: bool = True) -> Rates:
        """Of the transport stream of one rendition, everything in it counted."""
        muxer = self.muxer(rendition_id, muxed=muxed)
        sizes = [muxer.segment_size(number) for number in range(self.segments_per_loop)]
        return _rates(sizes, self.asset.segment_s)

    def cmaf_rates(self, rendition_id: str, part_ms: int = 0) -> Rates:
        """Of the CMAF segments of one rendition, in parts of at most so many milliseconds."""
        key = (rendition_id, part_ms)
        if key not in self._cmaf_rates:
            loop = range(self.segments_per_loop)
            sizes = [self._cmaf_size(rendition_id, number, part_ms) for number in loop]
            self._cmaf_rates[key] = _rates(sizes, self.asset.segment_s)
        return self._cmaf_rates[key]

    def key_frame_size(self, rendition_id: str, number: int, *, transport: bool) -> int:
        """Bytes from the start of a segment to the end of its first picture."""
        if transport:
            return self.muxer(rendition_id).key_frame_size(number)
        return fragment.key_frame_size(self.timelines[rendition_id], number)

    def key_frame_rate(self, rendition_id: str, *, transport: bool) -> int:
        """Bits/s of the key frames alone, the busiest segment's."""
        sizes = (
            self.key_frame_size(rendition_id, number, transport=transport)
            for number in range(self.segments_per_loop)
        )
        return -(-max(sizes) * 8 // self.asset.segment_s)

    def _cmaf_size(self, rendition_id: str, number: int, part_ms: int = 0) -> int:
        timeline = self.timelines[rendition_id]
        if timeline.rendition.kind == "text":
            return len(self.cmaf(rendition_id, number))
        if part_ms:
            limit = part_ms * timeline.rendition.timescale // 1000
            parts = split(timeline.segment(number).samples, limit)
            return fragment.parts_size(timeline, number, parts)
        return fragment.media_segment_size(timeline, number)

    def indexed_file(
        self, rendition_id: str, segments: SegmentRange, *, levels: int = 1
    ) -> IndexedFile:
        """A film's rendition as one file with an index of one or two levels."""
        timeline = self.timelines[rendition_id]
        numbers = segments.numbers
        loop = range(self.segments_per_loop)
        sizes = [self._cmaf_size(rendition_id, number) for number in loop]
        durations = [timeline.duration(number) for number in loop]
        return indexed_file(
            self.init(rendition_id),
            timeline.rendition.timescale,
            [sizes[number % len(sizes)] for number in numbers],
            [durations[number % len(durations)] for number in numbers],
            levels=levels,
        )


def _priming(rendition: Rendition, *, primed: bool) -> int:
    """Ticks of the frame in front of primed audio."""
    return rendition.samples[0].duration if primed and rendition.kind == "audio" else 0


def _trick_timelines(asset: Asset) -> dict[str, RenditionTimeline]:
    """Each rung's key frames alone, one a segment: `trick-v240`."""
    rows = [_key_frames_only(row) for row in asset.renditions if row.kind == "video"]
    return {
        row.id: RenditionTimeline(row, duration_s=asset.duration_s, segment_s=asset.segment_s)
        for row in rows
    }


def _key_frames_only(rendition: Rendition) -> Rendition:
    keys = tuple(
        replace(sample, duration=_TRICK_SECONDS * rendition.timescale, dts=sample.pts)
        for sample in rendition.samples
        if sample.key
    )
    size = max((sample.size for sample in keys), default=0)
    rate = size * 8 // _TRICK_SECONDS
    return replace(
        rendition,
        id=f"trick-{rendition.id}",
        samples=keys,
        bandwidth=rate,
        average_bandwidth=rate,
    )
