"""From a text document's own times to presentation time. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from player.model.cue import Cue
from player.model.segment import Segment, SegmentIndex
from player.streaming.feed.timeline import WRAP
from player.text.face import TimestampMap
from player.units import Micros, micros, scaled

MPEGTS_RATE = 90_000

LEEWAY = micros(1)
"""How far beside its segment a cue may lie before its time is doubted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPlace:
    """Where a document belongs: its segment, and what is added to media time there.

    `offset` is None while no sample of that discontinuity has been placed yet.
    """

    segment: Segment
    offset: Micros | None

    @property
    def known(self) -> Micros | None:
        """What is added to media time: as the manifest tells (DASH), else as was learned."""
        told = self.segment.media_offset
        return self.offset if told is None else told


def document_shift(
    cues: Sequence[Cue], timestamp_map: TimestampMap | None, place: TextPlace
) -> Micros | None:
    """What to add to a document's times; None: it cannot be told yet.

    With X-TIMESTAMP-MAP (RFC 8216 3.5) the document's time is tied to the media's, whose offset
    the pictures teach. Without one, DASH documents are in media time (ISO/IEC 23009-1 7.4.4),
    HLS ones in presentation time (as hls.js and Shaka read them), unless only their segment's
    start makes sense of them: there are packagers that count from it.
    """
    if not cues:
        return Micros(0)
    if timestamp_map is None:
        return _unmapped(cues, place)
    if place.known is None:
        return None
    shift = scaled(timestamp_map.mpegts, MPEGTS_RATE) - timestamp_map.local + place.known
    wraps = round((place.segment.start - cues[0].start - shift) / WRAP)
    return Micros(shift + wraps * WRAP)


def _unmapped(cues: Sequence[Cue], place: TextPlace) -> Micros:
    own = Micros(place.segment.media_offset or 0)
    candidates = (own, place.segment.start)
    fitting = (shift for shift in candidates if _touches(cues, shift, place.segment))
    return next(fitting, own)


def _touches(cues: Sequence[Cue], shift: int, segment: Segment) -> bool:
    first = min(cue.start for cue in cues) + shift
    last = max(cue.end for cue in cues) + shift
    return first < segment.end + LEEWAY and last > segment.start - LEEWAY


def shifted(cues: Sequence[Cue], shift: Micros) -> tuple[Cue, ...]:
    """The same cues at other times."""
    if not shift:
        return tuple(cues)
    return tuple(
        replace(cue, start=Micros(cue.start + shift), end=Micros(cue.end + shift)) for cue in cues
    )


def discontinuity_of(
    segment: Segment, own: SegmentIndex, leading: SegmentIndex | None, now: Micros
) -> int:
    """Which discontinuity's clock a text segment goes by.

    Its own number, as the specification has it; but subtitles are often packaged without any
    discontinuity beside pictures that have them: there the pictures at its time tell
    (shaka-player#5168).
    """
    found = None if leading is None else leading.find(segment.start, now)
    if found is None or leading is None:
        return segment.discontinuity
    plain = len(_discontinuities(own, now)) < 2
    strange = segment.discontinuity not in _discontinuities(leading, now)
    return found.discontinuity if plain or strange else segment.discontinuity


def _discontinuities(index: SegmentIndex, now: Micros) -> range:
    """The numbers between the oldest and the newest segment's."""
    numbers = index.numbers(now)
    if not numbers:
        return range(0)
    first, last = index.segment(numbers[0]), index.segment(numbers[-1])
    return range(first.discontinuity, last.discontinuity + 1)
