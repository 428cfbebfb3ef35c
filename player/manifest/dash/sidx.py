"""The index inside a media file as a SegmentIndex: `sidx` (ISO/IEC 14496-12 8.16.3) or Cues.

A `sidx` may point to others (hierarchical, or a daisy chain): those that lie in the same bytes
are read at once, the others are named one by one (`ResolvedIndex.more`).
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from player.manifest import failures
from player.manifest.bounds import LARGEST_BOX, MOST_BOXES
from player.manifest.dash.cues import read_cues
from player.manifest.resolved import ResolvedIndex
from player.model.location import IndexSource
from player.model.presentation import Container, ManifestWarning, PresentationType
from player.model.resource import ByteRange, Protection, Resource
from player.model.segment import ListedIndex, Segment
from player.units import ByteCount, Micros, scaled

EBML = b"\x1a\x45\xdf\xa3"
HEAD = 4_096
"""Bytes asked for of a nested box: 300 references; a longer one is asked for again."""


class Reference(NamedTuple):
    """An entry of a `sidx`: media, or (`nested`) another `sidx`; times in ticks."""

    offset: int
    size: int
    time: int
    duration: int
    timescale: int
    nested: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SidxContext:
    """What the MPD tells of the file that the index is about (IndexSource.context).

    `apart`: the index lies in another file, and its offsets count from the media's beginning.
    `read` is what was found so far, what is still to be loaded among it; `boxes` how many
    boxes that took.
    """

    media: str = field(repr=False)
    apart: bool
    init: Resource | None
    start: Micros
    end: Micros | None
    media_offset: Micros
    protection: tuple[Protection, ...] = ()
    read: tuple[Reference, ...] = ()
    boxes: int = 0


class _Stretch(NamedTuple):
    """Bytes of the index file, and where in the file they begin."""

    body: bytes
    begin: int

    def box(self, offset: int) -> bytes:
        """The `sidx` at an offset of the file, b"" where it is not (wholly) here."""
        place = offset - self.begin
        if place < 0 or self.body[place + 4 : place + 8] != b"sidx":
            return b""
        size = int.from_bytes(self.body[place : place + 4], "big")
        end = place + size if size else len(self.body)
        return self.body[place:end] if end <= len(self.body) else b""


def resolve_sidx(body: bytes, source: Resource, context: SidxContext) -> ResolvedIndex:
    """Read the `sidx` in `body`, which begins at `source`; raises PlayerError.

    A body that begins like a WebM file has Cues instead (player.manifest.dash.cues).
    """
    if body.startswith(EBML):
        return _resolve_cues(body, context)
    begin = int(source.byte_range.offset) if source.byte_range else 0
    ignored = source.byte_range is not None and len(body) > source.byte_range.length
    stretch = _Stretch(body, 0 if ignored else begin)  # a server that sent the whole file
    place = begin if stretch.box(begin) else _walk_to_sidx(stretch, begin)
    box = stretch.box(place)
    if not box:
        return _again(stretch, place, source, context)
    try:
        return _result(_opened(box, place, stretch, context), context)
    except struct.error as short:
        raise failures.invalid(f"the sidx box is truncated: {short}") from short


def _walk_to_sidx(stretch: _Stretch, begin: int) -> int:
    """Walk the boxes to the sidx and give its offset in the file."""
    body, place = stretch.body, 0
    while place + 8 <= len(body):
        size, kind = struct.unpack_from(">I4s", body, place)
        if size == 1 and place + 16 <= len(body):
            size = struct.unpack_from(">Q", body, place + 8)[0]
        if kind == b"sidx":
            return stretch.begin + place
        if size < 8:
            break
        place += size
    raise failures.invalid(f"no sidx box at {begin}, where the MPD says it is")


def _again(stretch: _Stretch, place: int, source: Resource, context: SidxContext) -> ResolvedIndex:
    """A box that goes on behind what was asked for is asked for whole, once."""
    size = int.from_bytes(stretch.body[place - stretch.begin :][:4], "big")
    told = source.byte_range
    if not context.read or told is None or not told.length < size <= LARGEST_BOX:
        raise failures.invalid("the sidx box is truncated")
    return _pending(context.read, context, (place, size))


# ---- references


def _opened(
    box: bytes, place: int, stretch: _Stretch, context: SidxContext
) -> tuple[tuple[Reference, ...], int]:
    """All that is known with this box, nested ones in the same bytes opened; and the count."""
    found = list(context.read)
    at = next((at for at, one in enumerate(found) if one.nested), 0)
    anchor = 0 if context.apart and not context.read else place + len(box)
    found[at : at + 1] = _references(box, anchor)
    boxes = context.boxes + 1
    while boxes < MOST_BOXES:
        while at < len(found) and not found[at].nested:
            at += 1  # never back: what stands before is media
        nested = at < len(found)
        offset = found[at].offset if nested else _end_of(found)
        inner = stretch.box(offset)
        if not inner or (context.apart and not nested):
            break
        found[at : at + 1] = _references(inner, offset + len(inner))
        boxes += 1
    return tuple(found), boxes


def _end_of(found: Sequence[Reference]) -> int:
    """Where the next `sidx` would stand in a file that has one before each segment."""
    return found[-1].offset + found[-1].size if found else -1


def _references(box: bytes, anchor: int) -> Iterator[Reference]:
    version = box[8] if len(box) > 8 else 0
    timescale = struct.unpack_from(">I", box, 16)[0]
    if not timescale:
        raise failures.invalid("the sidx box has timescale 0")
    time, first = struct.unpack_from(">II" if version == 0 else ">QQ", box, 20)
    at = 28 if version == 0 else 36
    count = struct.unpack_from(">H", box, at + 2)[0]
    offset = anchor + first
    for entry in range(count):
        reference, duration = struct.unpack_from(">II", box, at + 4 + entry * 12)
        size, nested = reference & 0x7FFFFFFF, bool(reference >> 31)
        if size and (duration or nested):
            yield Reference(offset, size, time, duration, timescale, nested)
        offset += size
        time += duration


# ---- what becomes of them


def _result(read: tuple[tuple[Reference, ...], int], context: SidxContext) -> ResolvedIndex:
    found, boxes = read
    pending = next((one for one in found if one.nested), None)
    if pending is not None and boxes < MOST_BOXES:
        length = min(pending.size, HEAD)
        return _pending(found, replace(context, boxes=boxes), (pending.offset, length))
    cut = () if pending is None else (_note(f"more than {MOST_BOXES} sidx boxes; cut short"),)
    segments = _segments(found, context)
    if not segments:
        raise failures.no_tracks("the sidx box lists no segments")
    return _resolved(ListedIndex(segments=segments), Container.FMP4, context, warnings=cut)


def _pending(
    found: tuple[Reference, ...], context: SidxContext, where: tuple[int, int]
) -> ResolvedIndex:
    """An index as far as it is known, and the next box to load."""
    reach = ByteRange(offset=ByteCount(where[0]), length=ByteCount(where[1]))
    more = IndexSource(
        resource=Resource(uri=context.media, byte_range=reach),
        context=replace(context, read=found),
    )
    known = ListedIndex(segments=_segments(found, context), ended=False)
    whole = _resolved(known, Container.FMP4, context)
    return replace(whole, more=more)


def _segments(found: Sequence[Reference], context: SidxContext) -> tuple[Segment, ...]:
    """Segments up to the first box that is still to be loaded."""
    segments: list[Segment] = []
    for number, one in enumerate(found, 1):
        if one.nested:
            break
        start = scaled(one.time, one.timescale) + context.media_offset
        end = scaled(one.time + one.duration, one.timescale) + context.media_offset
        where = ByteRange(offset=ByteCount(one.offset), length=ByteCount(one.size))
        segments.append(_at(number, (start, end), where, context))
    return tuple(segments)


def _resolve_cues(body: bytes, context: SidxContext) -> ResolvedIndex:
    segments: list[Segment] = []
    for number, cue in enumerate(read_cues(body), 1):
        start = cue.start + context.media_offset
        told = context.end if cue.end is None else Micros(cue.end + context.media_offset)
        where = ByteRange(offset=ByteCount(cue.offset), length=ByteCount(cue.length))
        segments.append(_at(number, (start, start if told is None else told), where, context))
    if not segments:
        raise failures.no_tracks("the WebM file has no Cues where the MPD says they are")
    return _resolved(ListedIndex(segments=tuple(segments)), Container.WEBM, context)


def _resolved(
    index: ListedIndex,
    container: Container,
    context: SidxContext,
    warnings: tuple[ManifestWarning, ...] = (),
) -> ResolvedIndex:
    return ResolvedIndex(
        index=index,
        type=PresentationType.VOD,
        container=container,
        init=context.init,
        warnings=warnings,
    )


def _at(number: int, times: tuple[int, int], where: ByteRange, context: SidxContext) -> Segment:
    """The segment between these times; one that runs beyond its period ends with it."""
    start, end = times
    end = end if context.end is None else min(end, context.end)
    return Segment(
        number=number,
        start=Micros(start),
        duration=Micros(max(end - start, 0)),
        resource=Resource(uri=context.media, byte_range=where),
        init=context.init,
        media_offset=context.media_offset,
        protection=context.protection,
    )


def _note(text: str) -> ManifestWarning:
    return ManifestWarning(line=0, text=text)
