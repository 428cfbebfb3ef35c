"""Media presentation descriptions, static and dynamic (ISO/IEC 23009-1 clause 5.3).

Video and text address their segments by number, audio by a timeline (its segments differ in
length by a frame), so that a player meets both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import gcd

from lxml import etree

from headend.asset.model import Rendition
from headend.clock import iso_utc

_NAMESPACE = "urn:mpeg:dash:schema:mpd:2011"
_LIVE_PROFILES = "urn:mpeg:dash:profile:isoff-live:2011,urn:mpeg:dash:profile:cmaf:2019"
_ON_DEMAND_PROFILES = "urn:mpeg:dash:profile:isoff-on-demand:2011"
_CHANNELS = "urn:mpeg:mpegB:cicp:ChannelConfiguration"
_ROLE = "urn:mpeg:dash:role:2011"
_DELAY_SEGMENTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressing:
    """How a representation's segments are found; one of the three forms.

    Attributes:
        template: `media` of a SegmentTemplate; None for one file with an index (SegmentBase).
        init: `initialization` of the template, or the file's URL.
        timeline: (start, duration) of each segment in ticks; empty for numbers of equal length.
        index_range: first and last byte of the index, with SegmentBase.
    """

    template: str | None
    init: str
    timeline: Sequence[tuple[int, int]] = ()
    index_range: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Representation:
    """One rendition, the bits/s of its segments, and where they are."""

    rendition: Rendition
    bandwidth: int
    addressing: Addressing


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveTiming:
    """What a dynamic MPD adds; times in seconds, `now_ms` since the epoch."""

    now_ms: int
    window_s: int
    time_url: str


def manifest(
    representations: Sequence[Representation],
    *,
    segment_s: int,
    duration_s: int | None,
    live: LiveTiming | None,
) -> bytes:
    """The MPD: static with `duration_s`, or dynamic with `live` (period start: the epoch)."""
    longest = max(_longest(row, segment_s) for row in representations)
    root = etree.Element("MPD")
    root.set("xmlns", _NAMESPACE)
    on_demand = all(row.addressing.template is None for row in representations)
    root.set("profiles", _ON_DEMAND_PROFILES if on_demand else _LIVE_PROFILES)
    root.set("minBufferTime", f"PT{segment_s}S")
    if not on_demand:  # there, a file is one segment with subsegments
        root.set("maxSegmentDuration", f"PT{longest:.3f}S")
    if live is None:
        root.set("type", "static")
        root.set("mediaPresentationDuration", f"PT{duration_s}S")
    else:
        _set_dynamic(root, live, segment_s)
    period = etree.SubElement(root, "Period", id="p0", start="PT0S")
    ordered = sorted(representations, key=_set_key)
    for index, (_, rows) in enumerate(groupby(ordered, key=_set_key)):
        _adaptation_set(period, index, list(rows), segment_s)
    if live is not None:
        _utc_timing(root, live)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)


def _longest(row: Representation, segment_s: int) -> float:
    """Seconds of the longest segment, rounded up to the millisecond."""
    ticks = [duration for _, duration in row.addressing.timeline]
    if not ticks:
        return float(segment_s)
    return -(-max(ticks) * 1000 // row.rendition.timescale) / 1000


def _set_dynamic(root: etree._Element, live: LiveTiming, segment_s: int) -> None:
    published = live.now_ms // 1000 // segment_s * segment_s
    root.set("type", "dynamic")
    root.set("availabilityStartTime", "1970-01-01T00:00:00Z")
    root.set("publishTime", iso_utc(published * 1000))
    root.set("minimumUpdatePeriod", f"PT{segment_s}S")
    root.set("timeShiftBufferDepth", f"PT{live.window_s}S")
    root.set("suggestedPresentationDelay", f"PT{_DELAY_SEGMENTS * segment_s}S")


def _utc_timing(root: etree._Element, live: LiveTiming) -> None:
    """The server's clock by HTTP first; `direct` is as old as the MPD (clause 5.8.4.11)."""
    for scheme, value in (("http-iso", live.time_url), ("direct", iso_utc(live.now_ms))):
        etree.SubElement(
            root, "UTCTiming", schemeIdUri=f"urn:mpeg:dash:utc:{scheme}:2014", value=value
        )


def _set_key(row: Representation) -> tuple[int, str]:
    kinds = ("video", "audio", "text")
    return kinds.index(row.rendition.kind), row.rendition.language


def _adaptation_set(
    period: etree._Element, index: int, rows: list[Representation], segment_s: int
) -> None:
    first = rows[0].rendition
    element = etree.SubElement(period, "AdaptationSet", id=str(index), contentType=first.kind)
    element.set("mimeType", "application/mp4" if first.kind == "text" else f"{first.kind}/mp4")
    if first.kind == "text":
        element.set("codecs", "wvtt")
    if first.language:
        element.set("lang", first.language)
    part = "segment" if rows[0].addressing.template else "subsegment"
    element.set(f"{part}Alignment", "true")
    element.set("startWithSAP" if part == "segment" else "subsegmentStartsWithSAP", "1")
    if first.kind == "video":
        _describe_ladder(element, rows)
    # The schema wants labels, roles and then the addressing, in this order (clause 5.3.3.3).
    if first.kind != "video":
        etree.SubElement(element, "Label").text = first.name
    role = "subtitle" if first.kind == "text" else ("main" if index < 2 else "alternate")
    etree.SubElement(element, "Role", schemeIdUri=_ROLE, value=role)
    if rows[0].addressing.template is not None:
        _segment_template(element, rows[0], segment_s)
    for row in rows:
        _representation(element, row)


def _describe_ladder(element: etree._Element, rows: list[Representation]) -> None:
    top = max(rows, key=lambda row: row.rendition.height).rendition
    divisor = gcd(top.width, top.height)
    element.set("par", f"{top.width // divisor}:{top.height // divisor}")
    element.set("maxWidth", str(top.width))
    element.set("maxHeight", str(top.height))
    element.set("maxFrameRate", str(top.frame_rate))


def _segment_template(element: etree._Element, row: Representation, segment_s: int) -> None:
    """By timeline or by number; numbers count whole seconds.

    FFmpeg up to 8.1 takes an availability start at the epoch for a missing one and then mixes
    ticks with seconds, which comes out right only where a tick is a second.
    """
    addressing = row.addressing
    template = etree.SubElement(element, "SegmentTemplate")
    template.set("timescale", str(row.rendition.timescale if addressing.timeline else 1))
    template.set("initialization", addressing.init)
    template.set("media", addressing.template or "")
    if not addressing.timeline:
        template.set("duration", str(segment_s))
        template.set("startNumber", "0")
        return
    line = etree.SubElement(template, "SegmentTimeline")
    for duration, run in groupby(addressing.timeline, key=lambda entry: entry[1]):
        starts = [start for start, _ in run]
        row_element = etree.SubElement(line, "S", t=str(starts[0]), d=str(duration))
        if len(starts) > 1:
            row_element.set("r", str(len(starts) - 1))


def _representation(element: etree._Element, row: Representation) -> None:
    rendition = row.rendition
    child = etree.SubElement(element, "Representation", id=rendition.id)
    child.set("bandwidth", str(row.bandwidth))
    if rendition.kind == "video":
        child.set("codecs", rendition.codecs)
        child.set("width", str(rendition.width))
        child.set("height", str(rendition.height))
        child.set("frameRate", str(rendition.frame_rate))
        child.set("sar", "1:1")
    elif rendition.kind == "audio":
        child.set("codecs", rendition.codecs)
        child.set("audioSamplingRate", str(rendition.sample_rate))
        etree.SubElement(
            child,
            "AudioChannelConfiguration",
            schemeIdUri=_CHANNELS,
            value=str(rendition.channels),
        )
    if row.addressing.index_range is not None:
        _segment_base(child, row)


def _segment_base(child: etree._Element, row: Representation) -> None:
    first, last = row.addressing.index_range or (0, 0)
    etree.SubElement(child, "BaseURL").text = row.addressing.init
    base = etree.SubElement(child, "SegmentBase", timescale=str(row.rendition.timescale))
    base.set("indexRange", f"{first}-{last}")
    etree.SubElement(base, "Initialization", range=f"0-{first - 1}")
