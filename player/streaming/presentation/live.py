"""Where to join and where one may seek: windows and live edges. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from player.model.presentation import Period, Presentation, PresentationType, Track, TrackKind
from player.model.segment import Segment, SegmentIndex
from player.units import Micros, micros

SEGMENTS_BEHIND = 3
"""Segments kept between the picture and the edge where the manifest asks for nothing.

RFC 8216 6.3.3.
"""


LAST_LOOK = micros(0.5)
"""What is left to see for who seeks to the end: beyond the tolerance of segment boundaries."""

SAFE_SEGMENTS = 2
"""Segments from a live window's start that leave time to fetch them before the window moves on:
the lists of pictures and sound are not loaded at one moment (Shaka's safeSeekOffset is 5 s)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The seekable range in presentation time; `segment` is the newest one's duration.

    `step` is how much of it comes at once where segments come as they are made, else None.
    """

    start: Micros
    end: Micros
    segment: Micros
    step: Micros | None = None

    @property
    def arrival(self) -> Micros:
        """Media that come at once: the time from one arrival to the next."""
        return self.segment if self.step is None else self.step

    def clamp(self, position: Micros) -> Micros:
        """The nearest position at which there is something to see."""
        last = Micros(max(self.start, self.end - LAST_LOOK))
        return min(max(position, self.start), last)


def window_of(
    presentation: Presentation, indexes: Sequence[SegmentIndex], now: Micros
) -> Window | None:
    """What can be played of a presentation; None while there is nothing.

    `indexes` are of one kind, one for each period whose index is known, in their order: a window
    reaches over all periods that have anything (ISO/IEC 23009-1 5.3.9.5.3).
    """
    found = [(one, numbers) for one in indexes if (numbers := one.numbers(now))]
    if not found:
        return None
    (oldest, first), (newest, last) = found[0], found[-1]
    last_segment = newest.segment(last[-1])
    start, end = oldest.segment(first[0]).start, last_segment.made_until(now)
    if presentation.type is PresentationType.VOD:
        start = min(start, presentation.periods[0].start)
        ends = [period.end for period in presentation.periods if period.end is not None]
        end = max(end, *ends) if ends else end
    return Window(start=start, end=end, segment=last_segment.duration, step=last_segment.step)


def newest_index(period: Period, kind: TrackKind, now: Micros) -> SegmentIndex | None:
    """The index of a period that reaches farthest: of a kind, else of whatever leads there.

    Rungs that were played before have lists of then.
    """
    for each in (kind, TrackKind.VIDEO, TrackKind.AUDIO):
        rungs = (one for track in period.of(each) for one in track.representations)
        found = [one.index for one in rungs if one.index is not None]
        if found:
            return max(found, key=lambda index: reach(index, now))
    return None


def listed_from(track: Track, now: Micros) -> Micros | None:
    """From when on the server has a track, by the newest of its lists; None: none is known."""
    indexes = (one.index for one in track.representations if one.index is not None)
    found = [(index, numbers[0]) for index in indexes if (numbers := index.numbers(now))]
    return max((index.segment(first).start for index, first in found), default=None)


def reach(index: SegmentIndex, now: Micros) -> Micros:
    """Up to where an index has anything that has been made."""
    numbers = index.numbers(now)
    return index.segment(numbers[-1]).made_until(now) if numbers else Micros(-1)


def target_latency(presentation: Presentation, window: Window) -> Micros:
    """How far behind the edge to play: the manifest's wish, else three segments."""
    return presentation.target_latency or Micros(window.segment * SEGMENTS_BEHIND)


def latency_wanted(presentation: Presentation, segment: Segment) -> Micros | None:
    """How far behind the edge to play, seen from one segment; None: it is not live."""
    if presentation.type is PresentationType.VOD:
        return None
    return presentation.target_latency or Micros(segment.duration * SEGMENTS_BEHIND)


def join_position(
    presentation: Presentation, window: Window, asked: Micros | None, now: Micros
) -> Micros:
    """Where playback begins: as asked, else EXT-X-START, else the live point or the start."""
    if asked is not None:
        return _inside(presentation, window, asked)
    if presentation.start_at is not None:
        base = window.end if presentation.start_at < 0 else window.start
        return _inside(presentation, window, Micros(base + presentation.start_at))
    if presentation.type is not PresentationType.LIVE:
        return window.start
    return window.clamp(live_point(presentation, window, now))


def seek_position(
    presentation: Presentation, window: Window, wanted: Micros, now: Micros
) -> Micros:
    """The nearest position to `wanted` that can be played on from.

    Live, that is no nearer to the edge than the live point: there the buffer would run dry.
    """
    found = _inside(presentation, window, wanted)
    if presentation.type is PresentationType.VOD:
        return found
    return min(found, window.clamp(live_point(presentation, window, now)))


def rejoin_position(presentation: Presentation, window: Window, now: Micros) -> Micros:
    """Where to go on after the window left the picture behind: not where it leaves it again."""
    return seek_position(presentation, window, window.start, now)


def _inside(presentation: Presentation, window: Window, wanted: Micros) -> Micros:
    """The nearest position to `wanted` that does not leave the window while it is fetched."""
    if presentation.type is PresentationType.LIVE:
        wanted = Micros(max(wanted, window.start + SAFE_SEGMENTS * window.segment))
    return window.clamp(wanted)


def live_point(presentation: Presentation, window: Window, now: Micros) -> Micros:
    """The position that is the target latency behind the live programme."""
    edge = window.end
    if presentation.epoch is not None and presentation.target_latency is not None:
        edge = Micros(min(max(now - presentation.epoch, window.end), window.end + window.segment))
    return Micros(edge - target_latency(presentation, window))


def period_at(presentation: Presentation, position: Micros) -> Period:
    """The period in which a position lies; the first or last one beyond the ends."""
    begun = [period for period in presentation.periods if period.start <= position]
    return begun[-1] if begun else presentation.periods[0]


def latest_period(presentation: Presentation, now: Micros) -> Period:
    """The period that is on air."""
    return period_at(presentation, Micros(now - (presentation.epoch or 0)))
