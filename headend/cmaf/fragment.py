"""Media segments: styp, moof and mdat (ISO/IEC 23000-19 clause 7.3.2, 14496-12 clause 8.8)."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from headend.asset.model import Sample
from headend.cmaf.boxes import box, full_box
from headend.live.parts import Part
from headend.live.timeline import RenditionTimeline

_STYP = box(b"styp", b"msdh", struct.pack(">I", 0), b"msdh", b"cmfs")
_SYNC, _NOT_SYNC = 0x02000000, 0x01010000
_DEFAULT_BASE_IS_MOOF, _DEFAULT_FLAGS = 0x020000, 0x20
_MOST_PARTS = 1 << 8  # of a segment: sequence numbers grow from part to part
_DATA_OFFSET, _DURATION, _SIZE, _FLAGS, _COMPOSITION = 0x1, 0x100, 0x200, 0x400, 0x800


@dataclass(frozen=True, slots=True, kw_only=True)
class FragmentSample:
    """One row of a track run; `composition` is presentation minus decoding time, in ticks."""

    duration: int
    size: int
    key: bool = True
    composition: int = 0


def media_segment(
    timeline: RenditionTimeline, number: int, *, shift_s: int = 0, priming: int = 0
) -> bytes:
    """Segment `number` of an audio or video rendition as one CMAF fragment.

    Decoding times are moved on by the reordering delay, so that the first one is the segment's
    start and nothing is negative; the edit list of the initialisation segment takes the delay off
    the presentation times. (Signed composition offsets, brand `cmf2`, would need no edit list,
    but FFmpeg up to 8.1 presents such fragments late by the delay.)

    Args:
        timeline: of an audio or video rendition.
        number: segments since the epoch.
        shift_s: seconds to add to all times.
        priming: ticks of the frame that the very first segment has in front, which the edit
            list of an initialisation segment made for it takes off again.
    """
    segment = timeline.segment(number)
    samples = [*segment.samples]
    start = segment.start + shift_s * timeline.rendition.timescale + priming
    if priming and number == 0:  # the loop's last frame is what was encoded before its first
        samples.insert(0, timeline.rendition.samples[-1])
        start -= priming
    rows = _rows(samples)
    head = fragment_head(number + 1, start, rows, video=_is_video(timeline))
    return b"".join((head, *map(timeline.payload, samples)))


def media_part(timeline: RenditionTimeline, number: int, part: Part, *, shift_s: int = 0) -> bytes:
    """One part of segment `number`: a CMAF chunk (ISO/IEC 23000-19 clause 7.3.3.2).

    The first one has the segment's styp; all together are a segment of several chunks.
    """
    segment = timeline.segment(number)
    samples = segment.samples[part.first : part.end]
    start = segment.start + part.start + shift_s * timeline.rendition.timescale
    sequence = number * _MOST_PARTS + part.index + 1
    head = fragment_head(
        sequence, start, _rows(samples), video=_is_video(timeline), styp=part.index == 0
    )
    return b"".join((head, *map(timeline.payload, samples)))


def parts_size(timeline: RenditionTimeline, number: int, parts: Sequence[Part]) -> int:
    """How many bytes the parts of a segment have together, without reading the media."""
    samples, video = timeline.segment(number).samples, _is_video(timeline)
    heads = (
        len(fragment_head(1, 0, _rows(samples[p.first : p.end]), video=video, styp=not p.index))
        for p in parts
    )
    return sum(heads) + sum(sample.size for sample in samples)


def key_frame_size(timeline: RenditionTimeline, number: int) -> int:
    """Bytes from the start of the fragment to the end of its first sample."""
    rows = _rows(timeline.segment(number).samples)
    return len(fragment_head(1, 0, rows, video=_is_video(timeline))) + rows[0].size


def media_segment_size(timeline: RenditionTimeline, number: int) -> int:
    """How many bytes `media_segment` makes, without reading the media."""
    rows = _rows(timeline.segment(number).samples)
    return len(fragment_head(1, 0, rows, video=_is_video(timeline))) + sum(r.size for r in rows)


def _is_video(timeline: RenditionTimeline) -> bool:
    return timeline.rendition.kind == "video"


def _rows(samples: Sequence[Sample]) -> list[FragmentSample]:
    return [
        FragmentSample(
            duration=sample.duration,
            size=sample.size,
            key=sample.key,
            composition=sample.pts - sample.dts,
        )
        for sample in samples
    ]


def fragment_head(
    sequence: int,
    decode_time: int,
    rows: Sequence[FragmentSample],
    *,
    video: bool,
    styp: bool = True,
) -> bytes:
    """Everything before the media: styp, moof and the head of mdat."""
    mfhd = full_box(b"mfhd", 0, 0, struct.pack(">I", sequence & 0xFFFFFFFF))
    tfhd = full_box(
        b"tfhd", 0, _DEFAULT_BASE_IS_MOOF | _DEFAULT_FLAGS, struct.pack(">II", 1, _SYNC)
    )
    tfdt = full_box(b"tfdt", 1, 0, struct.pack(">Q", decode_time))
    row_bytes = 16 if video else 8
    moof_size = 8 + len(mfhd) + 8 + len(tfhd) + len(tfdt) + 20 + row_bytes * len(rows)
    run = _trun(rows, data_offset=moof_size + 8, video=video)
    moof = box(b"moof", mfhd, box(b"traf", tfhd, tfdt, run))
    mdat = struct.pack(">I4s", 8 + sum(row.size for row in rows), b"mdat")
    return (_STYP if styp else b"") + moof + mdat


def _trun(rows: Sequence[FragmentSample], *, data_offset: int, video: bool) -> bytes:
    flags = _DATA_OFFSET | _DURATION | _SIZE
    head = struct.pack(">Ii", len(rows), data_offset)
    if not video:
        return full_box(
            b"trun", 0, flags, head, *(struct.pack(">II", row.duration, row.size) for row in rows)
        )
    packed = (
        struct.pack(
            ">IIIi", row.duration, row.size, _SYNC if row.key else _NOT_SYNC, row.composition
        )
        for row in rows
    )
    return full_box(b"trun", 1, flags | _FLAGS | _COMPOSITION, head, *packed)
