"""When a live manifest is next worth loading."""

from player.model.presentation import Presentation
from player.model.segment import SegmentIndex
from player.units import Micros, micros

SHORTEST_RELOAD = micros(1)
"""A manifest is never loaded more often, whatever it says."""

WRITTEN = micros(0.1)
"""How long a server may take to write a segment down that has ended."""

BY_SEGMENTS = 1.5
"""A manifest that asks to be loaded about as often as segments end means: for each of them."""


def due_after(presentation: Presentation, now: Micros) -> Micros | None:
    """Say how long from `now`, the server's UTC time, the manifest may rest; None: for good.

    @minimumUpdatePeriod (ISO/IEC 23009-1 5.4), but where segments are written out one by one
    (SegmentTimeline) and it is about as long as they are, the next one's end counts: a manifest
    loaded just before that would else keep it a secret for a whole period, and 4 s behind the edge
    that is all there is in the buffer. A segment that is late is looked for like in HLS
    (RFC 8216 6.3.4), after half the time, but not for long.
    """
    told, epoch = presentation.reload_after, presentation.epoch
    if told is None or epoch is None:
        return told
    awaited = [
        epoch + ends
        for period in presentation.periods
        for track in period.tracks
        for one in track.representations[:1]
        if one.index is not None and (ends := _next_end(one.index, told, now)) is not None
    ]
    left = Micros(min(awaited) + WRITTEN - now) if awaited else told
    if -told < left <= 0:
        left = Micros(told // 2)
    return max(min(left, told) if left > 0 else told, SHORTEST_RELOAD)


def _next_end(index: SegmentIndex, told: Micros, now: Micros) -> Micros | None:
    """When the segment after the last one that is written out ends, should it be as long.

    Where its beginning is offered before all of it is made: when that has been made.
    """
    numbers = index.numbers(now)
    if index.ended or not numbers:
        return None
    last = index.segment(numbers[-1])
    if told > BY_SEGMENTS * last.duration or _is_written(index, last.number + 1):
        return None
    return Micros(last.end + (last.step or last.duration))


def _is_written(index: SegmentIndex, number: int) -> bool:
    try:
        index.segment(number)
    except IndexError:
        return False
    return True
