"""Media presentation descriptions, static and dynamic (ISO/IEC 23009-1 clause 5.3).

Video and text address their segments by number, audio by a timeline (its segments differ in
length by a frame), unless asked otherwise, so that a player meets both.
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field

from lxml import etree

from headend.clock import iso_utc
from headend.dash.sets import (
    REFERENCE_ID,
    Representation,
    Thumbnails,
    adaptation_sets,
    thumbnail_set,
)

NAMESPACE = "urn:mpeg:dash:schema:mpd:2011"
XLINK = "http://www.w3.org/1999/xlink"
SPLICES = "urn:scte:scte35:2014:xml+bin"
_SCTE = "http://www.scte.org/schemas/35/2016"
EVENTS = "urn:farol:event:2026"
_LIVE_PROFILES = "urn:mpeg:dash:profile:isoff-live:2011,urn:mpeg:dash:profile:cmaf:2019"
_ON_DEMAND_PROFILES = "urn:mpeg:dash:profile:isoff-on-demand:2011"
_CMCD_SCHEME = "urn:mpeg:dash:cta-5004:2023"
_CMCD_KEYS = "br bl bs cid d dl mtp nor ot pr rtp sf sid st su tb"
_DELAY_SEGMENTS = 3
_TIMING = {  # scheme and what the URL of the time gets in addition
    "iso": ("http-iso", ""),
    "xsdate": ("http-xsdate", "/xsdate"),
    "head": ("http-head", ""),
    "ntp": ("http-ntp", "/ntp"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveTiming:
    """What a dynamic MPD adds; times in seconds, `now_ms` since the epoch.

    Attributes:
        time_url: of the server's clock; `time_query` follows whatever is put behind it.
        timing: "" for the usual two, "none", or the one scheme.
        by_events: whether events tell when to come again, and not a period of time.
        chunk_ms: the chunk target where segments come in chunks, else 0.
    """

    now_ms: int
    window_s: int
    time_url: str
    time_query: str = ""
    timing: str = ""
    by_events: bool = False
    chunk_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """One period; `duration_ms` None where the next one's start says it."""

    id: str
    start_s: int
    duration_ms: int | None = None
    representations: Sequence[Representation]
    thumbnails: Thumbnails | None = None
    events: Sequence[tuple[int, str]] = ()  # milliseconds from the period's start, and words
    inband: Sequence[tuple[str, str]] = ()
    splices: Sequence[tuple[int, bytes]] = ()  # event, and splice_info_section of the beginning


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What an MPD says; static with `duration_s`, or dynamic with `live` (start: the epoch).

    Attributes:
        id: needed for patches.
        base_urls: service location and URL of each.
        patch_url: where to ask what has changed since.
        latency_ms: the target of the service description; 0 for none.
        cmcd: version to ask for; 0 for none.
    """

    periods: Sequence[Period]
    segment_s: int
    duration_s: int | None
    live: LiveTiming | None
    id: str = ""
    base_urls: Sequence[tuple[str, str]] = field(default=())
    steering_url: str = ""
    patch_url: str = ""
    latency_ms: int = 0
    cmcd: int = 0


def manifest(mpd: Manifest) -> etree._Element:
    """The MPD."""
    root = etree.Element("MPD", nsmap={"xlink": XLINK})
    root.set("xmlns", NAMESPACE)  # the elements are built without it and sent within it
    rows = [row for period in mpd.periods for row in period.representations]
    on_demand = all(row.addressing.index_range for row in rows)
    if mpd.id:
        root.set("id", mpd.id)
    root.set("profiles", _ON_DEMAND_PROFILES if on_demand else _LIVE_PROFILES)
    root.set("minBufferTime", f"PT{mpd.segment_s}S")
    if not on_demand:  # there, a file is one segment with subsegments
        longest = max((_longest(row, mpd.segment_s) for row in rows), default=mpd.segment_s)
        root.set("maxSegmentDuration", f"PT{longest:.3f}S")
    if mpd.live is None:
        root.set("type", "static")
        root.set("mediaPresentationDuration", f"PT{mpd.duration_s}S")
    else:
        _set_dynamic(root, mpd)
    _whereabouts(root, mpd)
    _service(root, mpd)
    for period in mpd.periods:
        _period(root, period, mpd.segment_s)
    if mpd.live is not None:
        _utc_timing(root, mpd.live)
    return root


def to_bytes(element: etree._Element, *, declared: bool = True) -> bytes:
    """A document as it is sent; remote elements have no XML declaration, as they are put in."""
    return etree.tostring(element, xml_declaration=declared, encoding="utf-8", pretty_print=True)


def _longest(row: Representation, segment_s: int) -> float:
    """Seconds of the longest segment, rounded up to the millisecond."""
    ticks = [duration for _, duration in row.addressing.timeline]
    if not ticks:
        return float(segment_s)
    return -(-max(ticks) * 1000 // row.rendition.timescale) / 1000


def published_ms(live: LiveTiming, segment_s: int) -> int:
    """When this MPD was made, as it says: at the last segment's end, or the next's first chunk."""
    size_ms = segment_s * 1000
    since_ms = min(live.now_ms % size_ms, (live.now_ms - live.chunk_ms) % size_ms)
    return max(live.now_ms - since_ms, 0)


def _set_dynamic(root: etree._Element, mpd: Manifest) -> None:
    live, segment_s = mpd.live, mpd.segment_s
    if live is None:
        return
    root.set("type", "dynamic")
    root.set("availabilityStartTime", "1970-01-01T00:00:00Z")
    root.set("publishTime", iso_utc(published_ms(live, segment_s)))
    root.set("minimumUpdatePeriod", "PT0S" if live.by_events else _update_period(mpd, live))
    root.set("timeShiftBufferDepth", f"PT{live.window_s}S")
    delay_ms = mpd.latency_ms if live.chunk_ms else _DELAY_SEGMENTS * segment_s * 1000
    root.set("suggestedPresentationDelay", f"PT{delay_ms / 1000:g}S")


def _update_period(mpd: Manifest, live: LiveTiming) -> str:
    """A timeline has to be read again for each segment, as soon as its first chunk is there."""
    rows = [row for period in mpd.periods for row in period.representations]
    if any(row.addressing.timeline and row.addressing.chunk_ms for row in rows):
        return f"PT{live.chunk_ms / 1000:.3f}S"
    return f"PT{mpd.segment_s}S"


def _whereabouts(root: etree._Element, mpd: Manifest) -> None:
    for letter, url in mpd.base_urls:
        etree.SubElement(root, "BaseURL", serviceLocation=letter).text = url
    if mpd.steering_url:
        steering = etree.SubElement(root, "ContentSteering", defaultServiceLocation="a")
        steering.set("queryBeforeStart", "false")
        steering.text = mpd.steering_url
    if mpd.patch_url:
        etree.SubElement(root, "PatchLocation", ttl="60").text = mpd.patch_url


def _service(root: etree._Element, mpd: Manifest) -> None:
    """Latency target (clause K.3) and the wish for CMCD (clause K.4.2)."""
    if not mpd.latency_ms and not mpd.cmcd:
        return
    service = etree.SubElement(root, "ServiceDescription", id="0")
    if mpd.latency_ms:
        target = mpd.latency_ms
        latency = etree.SubElement(service, "Latency", target=str(target))
        latency.set("min", str(target // 2))
        latency.set("max", str(target * 2))
        in_chunks = mpd.live is not None and mpd.live.chunk_ms > 0
        if in_chunks:
            latency.set("referenceId", REFERENCE_ID)
        slow, fast = ("0.95", "1.05") if in_chunks else ("0.96", "1.04")
        etree.SubElement(service, "PlaybackRate", min=slow, max=fast)
    if mpd.cmcd:
        reporting = etree.SubElement(service, "ClientDataReporting")
        wish = etree.SubElement(reporting, "CMCDParameters", schemeIdUri=_CMCD_SCHEME)
        wish.set("version", str(mpd.cmcd))
        wish.set("mode", "query")
        wish.set("keys", _CMCD_KEYS)
        wish.set("includeInRequests", "segment mpd")
        wish.set("contentID", "farol")


def _period(root: etree._Element, period: Period, segment_s: int) -> None:
    element = etree.SubElement(root, "Period", id=period.id, start=f"PT{period.start_s}S")
    if period.duration_ms is not None:
        element.set("duration", f"PT{period.duration_ms / 1000:.3f}S")
    if period.events:
        _event_stream(element, period)
    if period.splices:
        _splice_stream(element, period)
    adaptation_sets(element, period.representations, segment_s, period.inband)
    if period.thumbnails:
        thumbnail_set(element, period.thumbnails, len(element.findall("AdaptationSet")))


def _event_stream(element: etree._Element, period: Period) -> None:
    """Clause 5.10.2; the schema has it before the sets."""
    stream = etree.SubElement(element, "EventStream", schemeIdUri=EVENTS, value="period")
    stream.set("timescale", "1000")
    for index, (time, words) in enumerate(period.events):
        row = etree.SubElement(stream, "Event", presentationTime=str(time), duration="1000")
        row.set("id", str(index))
        row.text = words


def _splice_stream(element: etree._Element, period: Period) -> None:
    """ANSI/SCTE 214-1 6.7: sections of SCTE 35 in Base64."""
    stream = etree.SubElement(element, "EventStream", schemeIdUri=SPLICES, timescale="1000")
    for event, section in period.splices:
        row = etree.SubElement(stream, "Event", presentationTime="0", id=str(event))
        signal = etree.SubElement(row, f"{{{_SCTE}}}Signal", nsmap={"scte35": _SCTE})
        etree.SubElement(signal, f"{{{_SCTE}}}Binary").text = b64encode(section).decode()


def _utc_timing(root: etree._Element, live: LiveTiming) -> None:
    """The server's clock by HTTP first; `direct` is as old as the MPD (clause 5.8.4.11)."""
    wanted = {"": ("iso", "direct"), "none": ()}.get(live.timing, (live.timing,))
    for name in wanted:
        if name == "direct":
            scheme, value = "direct", iso_utc(live.now_ms)
        else:
            scheme, more = _TIMING[name]
            value = live.time_url + more + live.time_query
        etree.SubElement(
            root, "UTCTiming", schemeIdUri=f"urn:mpeg:dash:utc:{scheme}:2014", value=value
        )
