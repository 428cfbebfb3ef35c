"""Adaptation sets and representations (ISO/IEC 23009-1 clauses 5.3.3, 5.3.5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import gcd

from lxml import etree

from headend.asset.model import Rendition
from headend.dash.addressing import Addressing, segment_base, segment_list, segment_template

_CHANNELS = "urn:mpeg:mpegB:cicp:ChannelConfiguration"
_ROLE = "urn:mpeg:dash:role:2011"
_TRICK_MODE = "http://dashif.org/guidelines/trickmode"
_TILES = "http://dashif.org/guidelines/thumbnail_tile"
_PROJECTION = "urn:mpeg:mpegI:omaf:2017:pf"
_OMAF = "urn:mpeg:mpegI:omaf:2017"
_CEA_608 = "urn:scte:dash:cc:cea-608:2015"
REFERENCE_ID = "0"
"""Of the producer's times: all sets have the same."""

_KINDS = ("video", "audio", "text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Representation:
    """One rendition, the bits/s of its segments, where they are, and in which container.

    Attributes:
        trick: whether it has key frames only, for fast play.
        captions: whether its pictures carry CEA-608 captions.
        sphere: whether its pictures lie around the viewer (equirectangular).
    """

    rendition: Rendition
    bandwidth: int
    addressing: Addressing
    container: str = "mp4"
    trick: bool = False
    captions: bool = False
    sphere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Thumbnails:
    """Sheets of small pictures; `media` has `$Number$`, counted from 0 in each period."""

    media: str
    sheet_s: int
    columns: int
    rows: int
    width: int
    height: int


def adaptation_sets(
    period: etree._Element,
    representations: Sequence[Representation],
    segment_s: int,
    inband: Sequence[tuple[str, str]],
) -> None:
    """All sets of a period: one for each kind, language and codec.

    `inband` are scheme and value of the events that video and audio segments carry.
    """
    ordered = sorted(representations, key=_set_key)
    for index, (_, rows) in enumerate(groupby(ordered, key=_set_key)):
        _adaptation_set(period, index, list(rows), segment_s, inband)


def _set_key(row: Representation) -> tuple[bool, int, str, str]:
    rendition = row.rendition
    codec = "" if rendition.codec in {"h264", "aac", "wvtt"} else rendition.codec
    return row.trick, _KINDS.index(rendition.kind), rendition.language, codec


def _adaptation_set(
    period: etree._Element,
    index: int,
    rows: list[Representation],
    segment_s: int,
    inband: Sequence[tuple[str, str]],
) -> None:
    row, first = rows[0], rows[0].rendition
    element = etree.SubElement(period, "AdaptationSet", id=str(index), contentType=first.kind)
    _identify(element, row)
    if first.kind == "video":
        _describe_ladder(element, rows)
    # The schema wants events, properties, labels, roles, addressing, in this order (5.3.3.3).
    for scheme, value in inband if first.kind != "text" and not row.trick else ():
        etree.SubElement(element, "InbandEventStream", schemeIdUri=scheme, value=value)
    if row.trick:
        etree.SubElement(element, "EssentialProperty", schemeIdUri=_TRICK_MODE, value="0")
    else:
        if row.sphere:
            _describe_sphere(element)
        _describe_purpose(element, rows, main=index < 2)
    if row.addressing.template is not None:
        segment_template(element, first, row.addressing, segment_s)
    for representation in rows:
        _representation(element, representation)


def _describe_sphere(element: etree._Element) -> None:
    """Projection type 0 is the equirectangular one (ISO/IEC 23090-2 8.2.1)."""
    told = etree.SubElement(
        element, "SupplementalProperty", nsmap={"omaf": _OMAF}, schemeIdUri=_PROJECTION
    )
    told.set(f"{{{_OMAF}}}projection_type", "0")


def _identify(element: etree._Element, row: Representation) -> None:
    """Type, codec of text, language, alignment."""
    rendition = row.rendition
    kind = "application" if rendition.kind == "text" else rendition.kind
    element.set("mimeType", f"{kind}/{row.container}")
    if rendition.kind == "text":
        element.set("codecs", "stpp.ttml.im1t" if rendition.codec == "ttml" else "wvtt")
    if rendition.language:
        element.set("lang", rendition.language)
    part = "subsegment" if row.addressing.index_range else "segment"
    element.set(f"{part}Alignment", "true")
    element.set("startWithSAP" if part == "segment" else "subsegmentStartsWithSAP", "1")


def _describe_purpose(element: etree._Element, rows: list[Representation], *, main: bool) -> None:
    """Name, captions and role."""
    first = rows[0].rendition
    if first.kind != "video":
        etree.SubElement(element, "Label").text = first.name
    if rows[0].addressing.chunk_ms:
        _producer_time(element)
    if any(row.captions for row in rows):
        etree.SubElement(element, "Accessibility", schemeIdUri=_CEA_608, value="CC1=eng")
    role = "subtitle" if first.kind == "text" else ("main" if main else "alternate")
    etree.SubElement(element, "Role", schemeIdUri=_ROLE, value=role)


def _producer_time(element: etree._Element) -> None:
    """Clause 5.12: what has the media time 0 was taken at the epoch, and so on."""
    time = etree.SubElement(element, "ProducerReferenceTime", id=REFERENCE_ID, type="encoder")
    time.set("wallClockTime", "1970-01-01T00:00:00Z")
    time.set("presentationTime", "0")


def _describe_ladder(element: etree._Element, rows: list[Representation]) -> None:
    top = max(rows, key=lambda row: row.rendition.height).rendition
    across, down = top.pixel
    width, height = top.width * across, top.height * down
    divisor = gcd(width, height)
    element.set("par", f"{width // divisor}:{height // divisor}")
    element.set("maxWidth", str(top.width))
    element.set("maxHeight", str(top.height))
    element.set("maxFrameRate", str(top.frame_rate))


def _representation(element: etree._Element, row: Representation) -> None:
    rendition = row.rendition
    child = etree.SubElement(element, "Representation", id=rendition.id)
    child.set("bandwidth", str(row.bandwidth))
    if rendition.kind == "video":
        _describe_picture(child, rendition, trick=row.trick)
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
        segment_base(child, rendition, row.addressing)
    elif row.addressing.urls:
        segment_list(child, rendition, row.addressing)


def _describe_picture(child: etree._Element, rendition: Rendition, *, trick: bool) -> None:
    child.set("codecs", rendition.codecs)
    child.set("width", str(rendition.width))
    child.set("height", str(rendition.height))
    child.set("frameRate", "1/2" if trick else str(rendition.frame_rate))
    child.set("sar", rendition.sar)
    if rendition.interlaced:
        child.set("scanType", "interlaced")
    if trick:
        child.set("maxPlayoutRate", "32")
        child.set("codingDependency", "false")


def thumbnail_set(period: etree._Element, sheets: Thumbnails, index: int) -> None:
    """DASH-IF IOP: tiles of pictures in JPEG."""
    element = etree.SubElement(
        period, "AdaptationSet", id=str(index), contentType="image", mimeType="image/jpeg"
    )
    template = etree.SubElement(element, "SegmentTemplate", timescale="1", media=sheets.media)
    template.set("duration", str(sheets.sheet_s))
    template.set("startNumber", "0")
    child = etree.SubElement(element, "Representation", id="thumbnails", bandwidth="40000")
    child.set("width", str(sheets.columns * sheets.width))
    child.set("height", str(sheets.rows * sheets.height))
    layout = f"{sheets.columns}x{sheets.rows}"
    etree.SubElement(child, "EssentialProperty", schemeIdUri=_TILES, value=layout)
