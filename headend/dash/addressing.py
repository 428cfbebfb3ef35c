"""How segments are found: templates, lists, one file with an index (ISO/IEC 23009-1 5.3.9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from lxml import etree

from headend.asset.model import Rendition


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressing:
    """How a representation's segments are found; one of the four forms.

    Attributes:
        template: `media` of a SegmentTemplate; None for the two forms without.
        init: `initialization` of the template, or the file's URL.
        timeline: (start, duration) of each segment in ticks; empty for numbers of equal length.
        urls: of each segment, for a SegmentList.
        index_range: first and last byte of the index, with SegmentBase.
        first_number: number of the first segment of the period.
        offset_s: what the media's own times have at the start of the period.
        chunk_ms: a segment can be had from its first chunk on, which is no longer; 0: when whole.
    """

    template: str | None
    init: str
    timeline: Sequence[tuple[int, int]] = ()
    urls: Sequence[str] = ()
    index_range: tuple[int, int] | None = None
    first_number: int = 0
    offset_s: int = 0
    chunk_ms: int = 0


def segment_template(
    element: etree._Element, rendition: Rendition, addressing: Addressing, segment_s: int
) -> None:
    """By timeline or by number; numbers count whole seconds.

    FFmpeg up to 8.1 takes an availability start at the epoch for a missing one and then mixes
    ticks with seconds, which comes out right only where a tick is a second.
    """
    scale = rendition.timescale if addressing.timeline else 1
    template = etree.SubElement(element, "SegmentTemplate")
    template.set("timescale", str(scale))
    template.set("initialization", addressing.init)
    template.set("media", addressing.template or "")
    if addressing.chunk_ms:  # clauses 5.3.9.5.3 and K.3, DASH-IF IOP "Low-Latency Modes"
        ahead_ms = segment_s * 1000 - addressing.chunk_ms
        template.set("availabilityTimeOffset", f"{ahead_ms / 1000:.3f}")
        template.set("availabilityTimeComplete", "false")
    if addressing.offset_s:
        template.set("presentationTimeOffset", str(addressing.offset_s * scale))
    if not addressing.timeline or "$Number$" in (addressing.template or ""):
        template.set("startNumber", str(addressing.first_number))
    if addressing.timeline:
        _timeline(template, addressing.timeline)
    else:
        template.set("duration", str(segment_s))


def _timeline(parent: etree._Element, timeline: Sequence[tuple[int, int]]) -> None:
    """Runs of equal durations without a hole become one row."""
    line = etree.SubElement(parent, "SegmentTimeline")
    positions = zip(timeline, _ordinals(timeline), strict=True)
    for (duration, _), group in groupby(positions, key=lambda item: (item[0][1], item[1])):
        starts = [start for (start, _), _ in group]
        row = etree.SubElement(line, "S", t=str(starts[0]), d=str(duration))
        if len(starts) > 1:
            row.set("r", str(len(starts) - 1))


def _ordinals(timeline: Sequence[tuple[int, int]]) -> list[int]:
    """Which stretch without a hole each segment belongs to."""
    ordinals, expected, stretch = [], None, 0
    for start, duration in timeline:
        if expected is not None and start != expected:
            stretch += 1
        ordinals.append(stretch)
        expected = start + duration
    return ordinals


def segment_list(element: etree._Element, rendition: Rendition, addressing: Addressing) -> None:
    """Clause 5.3.9.3: every URL by itself."""
    rows = etree.SubElement(element, "SegmentList", timescale=str(rendition.timescale))
    if addressing.offset_s:
        rows.set("presentationTimeOffset", str(addressing.offset_s * rendition.timescale))
    etree.SubElement(rows, "Initialization", sourceURL=addressing.init)
    _timeline(rows, addressing.timeline)
    for url in addressing.urls:
        etree.SubElement(rows, "SegmentURL", media=url)


def segment_base(element: etree._Element, rendition: Rendition, addressing: Addressing) -> None:
    """Clause 5.3.9.2: one file, whose index says where the segments lie."""
    first, last = addressing.index_range or (0, 0)
    etree.SubElement(element, "BaseURL").text = addressing.init
    base = etree.SubElement(element, "SegmentBase", timescale=str(rendition.timescale))
    base.set("indexRange", f"{first}-{last}")
    etree.SubElement(base, "Initialization", range=f"0-{first - 1}")
