"""Splice messages (ANSI/SCTE 35) of every carrier as marks, and marks as breaks. Pure."""

import binascii
from base64 import b64decode
from collections.abc import Iterable, Iterator

from player.errors import PlayerError
from player.formats.splice_info import CLOCK, SpliceInfo, read_splice_info
from player.formats.xml_elements import XmlError, local_name, read_element
from player.manifest.times import decimal_seconds
from player.model.event import BreakKind, BreakMark, SpliceKind, SpliceMark, TimedEvent
from player.model.notes import Notes
from player.units import Micros, scaled

OUT_TYPES = frozenset({0x22, 0x30, 0x32, 0x34, 0x36, 0x44, 0x46})
"""Starts of breaks, advertisements, placement opportunities and blocks of them (table 23)."""

IN_TYPES = frozenset(one + 1 for one in OUT_TYPES)

_SCHEMES = "urn:scte:scte35:"
_RANGE_OUT, _RANGE_IN, _RANGE_CMD = "SCTE35-OUT", "SCTE35-IN", "SCTE35-CMD"


def marks_of(event: TimedEvent) -> tuple[SpliceMark, ...]:
    """What an event says of breaks; nothing where it is none of SCTE 35, or makes no sense.

    HLS: EXT-X-DATERANGE with SCTE35-OUT, -IN or -CMD (RFC 8216bis 4.4.5.1.1); DASH: EventStream or
    `emsg` of a scheme of ANSI/SCTE 214-1 and -3; transport streams: sections as they came.
    """
    told = dict(event.attributes)
    if _RANGE_OUT in told or _RANGE_IN in told:
        return tuple(_of_range(event, told))
    if not event.scheme.startswith(_SCHEMES) and _RANGE_CMD not in told:
        return ()
    if event.data[:1] == b"\xfc":
        return _of_section(event, _read(event.data))
    return _of_xml(event)


def _of_range(event: TimedEvent, told: dict[str, str]) -> Iterator[SpliceMark]:
    """A range has one name for the way out and back, and tells its length by itself."""
    planned = decimal_seconds(told.get("PLANNED-DURATION", ""))
    lasts = event.duration if event.duration is not None else planned
    if _RANGE_OUT in told:
        read = _read(event.data)
        kind = next((one.type for one in read.segmentations), None) if read else None
        if lasts is None and read is not None:
            lasts = _length(read)
        yield SpliceMark(
            id=event.id, kind=SpliceKind.OUT, start=event.start, duration=lasts, type=kind
        )
    if _RANGE_IN in told:
        end = event.start if event.duration is None else Micros(event.start + event.duration)
        yield SpliceMark(id=event.id, kind=SpliceKind.IN, start=end)


def _of_section(event: TimedEvent, read: SpliceInfo | None) -> tuple[SpliceMark, ...]:
    """The event's own moment counts: it stands on the presentation's timeline already."""
    if read is None or read.cancelled:
        return ()
    found = tuple(
        mark
        for one in read.segmentations
        if not one.cancelled
        and (mark := _typed(event, str(one.event), one.type, one.duration)) is not None
    )
    if found or read.event is None:
        return found
    kind = SpliceKind.OUT if read.out else SpliceKind.IN
    lasts = read.duration if read.out else None
    if lasts is None and read.out:
        lasts = event.duration
    return (SpliceMark(id=str(read.event), kind=kind, start=event.start, duration=lasts),)


def _typed(
    event: TimedEvent, name: str, number: int, duration: Micros | None
) -> SpliceMark | None:
    if number in OUT_TYPES:
        lasts = event.duration if duration is None else duration
        kind = SpliceKind.OUT
    elif number in IN_TYPES:
        lasts, kind = None, SpliceKind.IN
    else:
        return None
    return SpliceMark(id=name, kind=kind, start=event.start, duration=lasts, type=number)


def _length(read: SpliceInfo) -> Micros | None:
    told = (one.duration for one in read.segmentations)
    return read.duration or next((one for one in told if one is not None), None)


def _read(section: bytes) -> SpliceInfo | None:
    try:
        return read_splice_info(section)
    except PlayerError:
        return None


# ---- the form of XML (ANSI/SCTE 35 clause 11) ---------------------------------------------------


def _of_xml(event: TimedEvent) -> tuple[SpliceMark, ...]:
    """SpliceInsert and SegmentationDescriptor, or Base64 of a section in Binary."""
    try:
        root = read_element(event.data, Notes())
    except XmlError:
        return ()
    found: list[SpliceMark] = []
    for one in root.iter("{*}*", "*"):
        name = local_name(str(one.tag))
        if name == "Binary":
            return _of_section(event, _read(_decoded(one.text or "")))
        if name == "SpliceInsert":
            lasts = [_ticks(each.get("duration")) for each in one.iter("{*}BreakDuration")]
            out = one.get("outOfNetworkIndicator", "").lower() in ("true", "1")
            found.append(
                SpliceMark(
                    id=one.get("spliceEventId", ""),
                    kind=SpliceKind.OUT if out else SpliceKind.IN,
                    start=event.start,
                    duration=(lasts[0] if lasts else event.duration) if out else None,
                )
            )
        if name == "SegmentationDescriptor":
            lasting = _ticks(one.get("segmentationDuration"))
            number = one.get("segmentationTypeId", "")
            kind = int(number) if number.isdecimal() and len(number) < 4 else -1
            mark = _typed(event, one.get("segmentationEventId", ""), kind, lasting)
            found += [mark] if mark else []
    return tuple(found)


def _ticks(text: str | None) -> Micros | None:
    usable = text is not None and text.isascii() and text.isdecimal() and len(text) < 14
    return scaled(int(text), CLOCK) if text is not None and usable else None


def _decoded(text: str) -> bytes:
    try:
        return b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""


# ---- breaks --------------------------------------------------------------------------------


def breaks_of(marks: Iterable[SpliceMark]) -> tuple[BreakMark, ...]:
    """The breaks that marks tell of, sorted by start; what lies inside another is part of it.

    A break ends with the way back of its name, else after the length that was told, else with
    the next way back of any name.
    """
    ordered = sorted(set(marks), key=_order)
    backs = [one for one in ordered if one.kind is SpliceKind.IN]
    found: list[BreakMark] = []
    for one in ordered:
        if one.kind is SpliceKind.IN or (found and _covers(found[-1], one.start)):
            continue
        end = _end(one, backs)
        found.append(BreakMark(id=one.id, start=one.start, end=end, kind=BreakKind.SPLICE))
    return tuple(found)


def _order(one: SpliceMark) -> tuple[int, bool, int, str]:
    """Of those that begin together the one that lasts longest comes first."""
    lasts = 0 if one.duration is None else one.duration
    return one.start, one.kind is SpliceKind.OUT, -lasts, one.id


def _covers(one: BreakMark, moment: Micros) -> bool:
    return one.end is None or moment < one.end


def _end(out: SpliceMark, backs: list[SpliceMark]) -> Micros | None:
    later = [one for one in backs if one.start > out.start]
    named = next((one.start for one in later if one.id == out.id), None)
    if named is not None:
        return named
    if out.duration is not None:
        return Micros(out.start + out.duration)
    return later[0].start if later else None
