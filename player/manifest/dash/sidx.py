"""The index inside a media file as a SegmentIndex: `sidx` (ISO/IEC 14496-12 8.16.3) or Cues."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from player.manifest import failures
from player.manifest.dash.cues import read_cues
from player.manifest.notes import Notes
from player.manifest.resolved import ResolvedIndex
from player.model.presentation import Container, PresentationType
from player.model.resource import ByteRange, Protection, Resource
from player.model.segment import ListedIndex, Segment
from player.units import ByteCount, Micros, scaled

EBML = b"\x1a\x45\xdf\xa3"


@dataclass(frozen=True, slots=True, kw_only=True)
class SidxContext:
    """What the MPD tells of the file that the index is about (IndexSource.context).

    `apart`: the index lies in another file, and its offsets count from the media's beginning.
    """

    media: str
    apart: bool
    init: Resource | None
    start: Micros
    end: Micros | None
    media_offset: Micros
    protection: tuple[Protection, ...] = ()


def resolve_sidx(body: bytes, source: Resource, context: SidxContext) -> ResolvedIndex:
    """Read the first `sidx` in `body`, which begins at `source`; raises PlayerError.

    A body that begins like a WebM file has Cues instead (player.manifest.dash.cues).
    """
    notes = Notes()
    if body.startswith(EBML):
        return _resolve_cues(body, context)
    place, box = _find(body)
    begin = source.byte_range.offset if source.byte_range else 0
    if source.byte_range and len(body) > source.byte_range.length:
        begin = ByteCount(0)  # the server ignored the range and sent the whole file
    anchor = 0 if context.apart else begin + place + len(box)
    try:
        segments = tuple(_segments(box, anchor, context, notes))
    except struct.error as short:
        raise failures.invalid(f"the sidx box is truncated: {short}") from short
    if not segments:
        raise failures.no_tracks("the sidx box lists no segments")
    return ResolvedIndex(
        index=ListedIndex(segments=segments),
        type=PresentationType.VOD,
        container=Container.FMP4,
        init=context.init,
        warnings=notes.taken(),
    )


def _resolve_cues(body: bytes, context: SidxContext) -> ResolvedIndex:
    segments: list[Segment] = []
    for number, cue in enumerate(read_cues(body), 1):
        start = Micros(cue.start + context.media_offset)
        told = context.end if cue.end is None else Micros(cue.end + context.media_offset)
        end = start if told is None else told
        where = ByteRange(offset=ByteCount(cue.offset), length=ByteCount(cue.length))
        segments.append(_at(number, start, end, where, context))
    if not segments:
        raise failures.no_tracks("the WebM file has no Cues where the MPD says they are")
    return ResolvedIndex(
        index=ListedIndex(segments=tuple(segments)),
        type=PresentationType.VOD,
        container=Container.WEBM,
        init=context.init,
    )


def _find(body: bytes) -> tuple[int, bytes]:
    """Walk the boxes to the sidx: (its offset, the box)."""
    place = 0
    while place + 8 <= len(body):
        size, kind = struct.unpack_from(">I4s", body, place)
        if size == 1 and place + 16 <= len(body):
            size = struct.unpack_from(">Q", body, place + 8)[0]
        if kind == b"sidx":
            end = place + size if size else len(body)
            if end > len(body):
                raise failures.invalid("the sidx box is truncated")
            return place, body[place:end]
        if size < 8:
            break
        place += size
    raise failures.invalid("no sidx box where the MPD says it is")


def _segments(box: bytes, anchor: int, context: SidxContext, notes: Notes) -> Iterator[Segment]:
    version = box[8] if len(box) > 8 else 0
    timescale = struct.unpack_from(">I", box, 16)[0]
    if not timescale:
        raise failures.invalid("the sidx box has timescale 0")
    time, first = struct.unpack_from(">II" if version == 0 else ">QQ", box, 20)
    at = 28 if version == 0 else 36
    count = struct.unpack_from(">H", box, at + 2)[0]
    offset = anchor + first
    number = 1
    for entry in range(count):
        reference, duration = struct.unpack_from(">II", box, at + 4 + entry * 12)
        size = reference & 0x7FFFFFFF
        if reference >> 31:
            notes.warn(0, "a sidx that points to another sidx; that stretch is left out")
        elif size and duration:
            yield _segment(number, (time, duration, timescale), offset, size, context)
            number += 1
        offset += size
        time += duration


def _segment(
    number: int, when: tuple[int, int, int], offset: int, size: int, context: SidxContext
) -> Segment:
    time, duration, timescale = when
    start = scaled(time, timescale) + context.media_offset
    end = scaled(time + duration, timescale) + context.media_offset
    where = ByteRange(offset=ByteCount(offset), length=ByteCount(size))
    return _at(number, start, end, where, context)


def _at(number: int, start: int, end: int, where: ByteRange, context: SidxContext) -> Segment:
    """The segment between these times; one that runs beyond its period ends with it."""
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
