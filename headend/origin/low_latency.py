"""What parts add to an HLS media playlist (RFC 8216bis appendix B.2)."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from headend.asset.model import Rendition
from headend.hls.low_latency import (
    part_information,
    preload_hint,
    rendition_report,
    server_control,
)
from headend.hls.media import Entry, MediaPlaylist, PartEntry
from headend.live.parts import Edge, last_part, next_part
from headend.live.window import SegmentRange
from headend.origin.options import StreamOptions
from headend.origin.parts import StreamParts, target_ms
from headend.origin.sources import Stream

_PARTS_OF_SEGMENTS = 3  # section 6.2.2: three target durations from the end


def child_query(options: StreamOptions) -> str:
    """The query of what a media playlist names."""
    return "?define={$define}&{$query}" if options.define else options.query


@dataclass(frozen=True, slots=True, kw_only=True)
class LowLatency:
    """The parts of one rendition's playlist at the moment that it shows."""

    parts: StreamParts
    reached: Edge
    options: StreamOptions
    seen_ms: int
    ended: bool

    def narrowed(self, segments: SegmentRange) -> SegmentRange:
        """The whole segments of this very rendition: sound's may end a moment later."""
        behind = segments.end - self.reached.number
        slides = not segments.open_ended and not segments.sequence_base
        first = max(segments.first - behind, 0) if slides else segments.first
        return replace(segments, first=first, end=max(self.reached.number, first))

    def entries(self, entries: list[Entry]) -> list[Entry]:
        """The whole segments, the last of them with their parts."""
        plain, told = entries[:-_PARTS_OF_SEGMENTS], entries[-_PARTS_OF_SEGMENTS:]
        first = self.reached.number - len(told)
        return plain + [
            replace(entry, parts=self._listed(first + index)) for index, entry in enumerate(told)
        ]

    def making(self, entry: Callable[[int], Entry]) -> list[Entry]:
        """The segment that is being made, if anything of it is there."""
        number, made = self.reached.number, self.reached.made
        if not made or self.ended:
            return []
        return [replace(entry(number), parts=self._listed(number)[:made])]

    def _listed(self, place: int) -> list[PartEntry]:
        gap = self.parts.stream.is_gap(place)
        return [
            PartEntry(
                uri=self._uri(place, part.index),
                duration=part.duration,
                independent=part.independent,
                gap=gap,
            )
            for part in self.parts.at(place)
        ]

    def _uri(self, place: int, index: int) -> str:
        return f"{self.parts.rendition.id}/{place}.{index}.m4s{child_query(self.options)}"

    def completed(self, playlist: MediaPlaylist, segments: SegmentRange) -> MediaPlaylist:
        """The playlist with what stands at its head and at its end."""
        tail = [] if self.ended else [*self._hint(), *self._reports(segments)]
        head = [*playlist.head, part_information(self.parts.target_ms)]
        return replace(playlist, head=head, tail=tail)

    def _hint(self) -> list[str]:
        place, index = next_part(self.reached)
        return [] if self.parts.stream.is_gap(place) else [preload_hint(self._uri(place, index))]

    def _reports(self, segments: SegmentRange) -> list[str]:
        """How far the other rungs and sounds have come (section 4.4.5.4)."""
        packager = self.parts.stream.packager
        rows = [*packager.renditions("video"), *packager.renditions("audio")]
        return [
            self._report(replace(self.parts, rendition=row), segments)
            for row in rows
            if row is not self.parts.rendition
        ]

    def _report(self, sibling: StreamParts, segments: SegmentRange) -> str:
        place, index = last_part(
            sibling.edge(self.seen_ms), lambda number: len(sibling.at(number))
        )
        uri = f"{sibling.rendition.id}.m3u8{child_query(self.options)}"
        return rendition_report(uri, place - segments.sequence_base, index)


def low_latency(
    stream: Stream, rendition: Rendition, segments: SegmentRange, seen_ms: int
) -> LowLatency | None:
    """What to add, or None where a rendition has no parts."""
    if not stream.options.parts_ms or rendition.kind == "text":
        return None
    parts = StreamParts(
        stream=stream, rendition=rendition, target_ms=target_ms(stream.packager, stream.options)
    )
    return LowLatency(
        parts=parts,
        reached=parts.edge(seen_ms),
        options=stream.options,
        seen_ms=seen_ms,
        ended=segments.ended,
    )


def control(stream: Stream, rendition: Rendition, segment_s: int, skip_s: int | None) -> list[str]:
    """EXT-X-SERVER-CONTROL, if there is anything to say."""
    options = stream.options
    if skip_s is None and not options.parts_ms:
        return []
    in_parts = options.parts_ms and rendition.kind != "text"
    return [
        server_control(
            segment_s,
            target_ms(stream.packager, options) if in_parts else 0,
            blocks=options.parts_ms > 0,
            skip_until_s=skip_s,
        )
    ]
