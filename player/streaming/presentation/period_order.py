"""Which period follows which, where one ends, and which one can be played at all. Pure."""

from collections.abc import Callable
from dataclasses import replace

from player.model.presentation import (
    Period,
    Presentation,
    PresentationType,
    Track,
    TrackKind,
)
from player.streaming.fetch.lane import Lane, nearest_lane
from player.units import Micros

Match = Callable[[Period], Track | None]

Kinds = Callable[[Period], frozenset[TrackKind]]
"""What a period brings as bytes of its own, of pictures and sound."""


def following_lane(presentation: Presentation, lane: Lane, match: Match) -> Lane | None:
    """The lane in the next period that has such a track and may be played already."""
    for period in _later(presentation, lane.period):
        track = match(period)
        if track is not None and track.representations:
            return nearest_lane(period, track, lane)
    return None


def period_end(presentation: Presentation, period: Period) -> Micros | None:
    """Where a period ends: as told, and at the latest where the next one begins.

    A period also ends where its successor begins (ISO/IEC 23009-1 5.3.2.1), which may be told
    only after the period itself was dropped from the manifest.
    """
    ends = [one.start for one in _later(presentation, period)]
    if period.end is not None:
        ends.append(period.end)
    return min(ends, default=None)


def ending_at(presentation: Presentation, end: Micros) -> Presentation:
    """The same programme without what comes after its end."""
    kept = [one for one in presentation.periods if one.start < end]
    if not kept or presentation.type is PresentationType.VOD:
        return presentation
    last = kept[-1]
    until = end if last.end is None else min(end, last.end)
    kept[-1] = replace(last, duration=Micros(until - last.start))
    return replace(presentation, periods=tuple(kept), duration=end)


def following_period(presentation: Presentation, period: Period, kinds: Kinds) -> Period | None:
    """The next period with anything to play, be it other kinds than this one's."""
    return next((one for one in _later(presentation, period) if kinds(one)), None)


def playable_period(
    presentation: Presentation, position: Micros, playable: Callable[[Period], bool]
) -> Period | None:
    """The period at a position; where nothing in it can be played, the next one, else a former."""
    good = [one for one in presentation.periods if not one.early and playable(one)]
    begun = [one for one in good if one.start <= position]
    later = [one for one in good if one.start > position]
    if begun and (begun[-1] is _at(presentation, position) or not later):
        return begun[-1]
    return later[0] if later else None


def _at(presentation: Presentation, position: Micros) -> Period | None:
    begun = [one for one in presentation.periods if one.start <= position and not one.early]
    return begun[-1] if begun else None


def _later(presentation: Presentation, period: Period) -> list[Period]:
    return [
        one
        for one in presentation.periods
        if one.start > period.start and one.id != period.id and not one.early
    ]
