"""Weaving: another programme becomes periods of this one (RFC 8216bis Appendix D). Pure.

Only of presentations that are whole: a film's, whose indexes are loaded and will not change.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from player.model.event import Interstitial
from player.model.presentation import Period, Presentation, Track, TrackKind
from player.model.segment import SegmentIndex
from player.streaming.shifted_index import ShiftedIndex
from player.units import Micros, micros

LEAST = micros(0.1)
"""What is left of a period to be worth one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cut:
    """A stretch of a period (its own times), where it is to stand, and its number."""

    since: Micros
    until: Micros | None
    at: Micros
    name: str
    stretch: int


def weave(
    presentation: Presentation, interstitial: Interstitial, assets: Sequence[Presentation]
) -> Presentation:
    """The presentation with `assets` at the interstitial's start; unchanged where there are none.

    What follows moves behind them (resume offset 0), or is left out for as long as they last
    (none told). Cuts are at the nearest boundary of segments. At most `playout_limit` is shown.
    """
    place = _split(presentation, interstitial)
    if place is None:
        return presentation
    number, cut = place
    former, at = presentation.periods[number], cut
    stretch = 1 + sum(len(period.id.split("+")) > 1 for period in presentation.periods)
    woven: list[Period] = []
    left = interstitial.playout_limit
    for asset in assets:
        for period in asset.periods:
            length = _length(period, left)
            if length is None or length < LEAST:
                continue
            stretch += 1
            name = f"{former.id}+{interstitial.id}+{len(woven)}"
            end = Micros(period.start + length)
            woven.append(
                _part(
                    period, _Cut(since=period.start, until=end, at=at, name=name, stretch=stretch)
                )
            )
            at = Micros(at + length)
            left = None if left is None else Micros(left - length)
    if not woven:
        return presentation
    return _with(presentation, number, woven, cut, interstitial, stretch + 1)


def _with(
    presentation: Presentation,
    number: int,
    woven: list[Period],
    cut: Micros,
    interstitial: Interstitial,
    stretch: int,
) -> Presentation:
    former, later = presentation.periods[number], presentation.periods[number + 1 :]
    end = woven[-1].end or cut
    lasted = Micros(end - cut)
    resume = lasted if interstitial.resume_offset is None else interstitial.resume_offset
    back = _boundary(former, Micros(cut + resume))
    moved = Micros(end - back)
    head = _part(former, _Cut(
        since=former.start, until=cut, at=former.start, name=former.id, stretch=0
    )) if cut - former.start >= LEAST else None  # fmt: skip
    rest = _part(former, _Cut(
        since=back, until=former.end, at=end, name=f"{former.id}+{stretch}", stretch=stretch
    )) if former.end is None or former.end - back >= LEAST else None  # fmt: skip
    parts = [one for one in (head, *woven, rest) if one is not None]
    after = [replace(_moved(one, moved, stretch)) for one in later]
    total = presentation.duration
    return replace(
        presentation,
        periods=(*presentation.periods[:number], *parts, *after),
        duration=None if total is None else Micros(total + moved),
        events=tuple(
            replace(one, start=Micros(one.start + moved)) if one.start >= back else one
            for one in presentation.events
        ),
        interstitials=tuple(
            replace(one, start=Micros(one.start + moved))
            if one.start > cut and one.id != interstitial.id
            else one
            for one in presentation.interstitials
        ),
    )


def _split(presentation: Presentation, interstitial: Interstitial) -> tuple[int, Micros] | None:
    """The number of the period that is cut, and where; PRE and POST have places of their own."""
    periods = presentation.periods
    wanted = interstitial.start
    if "PRE" in interstitial.cue:
        wanted = periods[0].start
    elif "POST" in interstitial.cue:
        ends = [one.end for one in periods if one.end is not None]
        wanted = max(ends, default=presentation.duration or wanted)
    begun = [number for number, one in enumerate(periods) if one.start <= wanted]
    if not begun:
        return None
    return begun[-1], _boundary(periods[begun[-1]], wanted)


def _boundary(period: Period, wanted: Micros) -> Micros:
    """The boundary of leading segments that is nearest to a time."""
    index = _leading(period)
    found = index.find(wanted, Micros(0)) if index else None
    if found is None or wanted >= found.end:
        return wanted if found is None else found.end
    near = found.start if wanted - found.start <= found.end - wanted else found.end
    return max(near, period.start)


def _leading(period: Period) -> SegmentIndex | None:
    indexes = (
        one.index
        for kind in (TrackKind.VIDEO, TrackKind.AUDIO)
        for track in period.of(kind)
        for one in track.representations
    )
    return next((one for one in indexes if one is not None), None)


def _length(period: Period, left: Micros | None) -> Micros | None:
    """How long a period is, from its segments where it does not tell; at most `left`."""
    length, index = period.duration, _leading(period)
    if length is None and index is not None and (numbers := index.numbers(Micros(0))):
        length = Micros(index.segment(numbers[-1]).end - period.start)
    if length is None or left is None or length <= left:
        return length
    return Micros(max(_boundary(period, Micros(period.start + left)) - period.start, 0))


def _part(period: Period, cut: _Cut) -> Period:
    shift = Micros(cut.at - cut.since)
    tracks = tuple(_cut_track(track, cut, shift) for track in period.tracks)
    duration = None if cut.until is None else Micros(cut.until - cut.since)
    return replace(period, id=cut.name, start=cut.at, duration=duration, tracks=tracks)


def _moved(period: Period, shift: Micros, stretch: int) -> Period:
    cut = _Cut(
        since=period.start,
        until=period.end,
        at=Micros(period.start + shift),
        name=period.id,
        stretch=stretch,
    )
    return _part(period, cut)


def _cut_track(track: Track, cut: _Cut, shift: Micros) -> Track:
    return replace(
        track,
        representations=tuple(
            replace(
                one,
                source=None,
                index=ShiftedIndex(
                    index=one.index,
                    since=Micros(cut.since - LEAST),
                    until=None if cut.until is None else Micros(cut.until - LEAST),
                    shift=shift,
                    stretch=cut.stretch,
                ),
            )
            for one in track.representations
            if one.index is not None
        ),
    )
