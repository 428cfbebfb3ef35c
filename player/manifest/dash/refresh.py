"""A reloaded MPD beside the one before it (ISO/IEC 23009-1 5.4)."""

from collections.abc import Mapping
from dataclasses import replace

from player.manifest.dash.template_index import TemplateIndex
from player.model.presentation import Period, Presentation, Representation, Track
from player.model.segment import ListedIndex, Segment, SegmentIndex
from player.units import Micros, micros

FAR_FUTURE = Micros(2**62)
DRIFT = micros(1)
"""A period without an id whose start moved less than this is the same one."""


def refresh(previous: Presentation, fresh: Presentation) -> Presentation:
    """Give `fresh`, with the segment numbers and the loaded indexes of `previous` kept.

    Periods, tracks and representations are the same when their ids are. A SegmentTimeline whose
    oldest entries have gone without a new @startNumber would count anew: its numbers are shifted
    so that the segment at a given time keeps its number. Pure.
    """
    periods = {one.id: one for one in previous.periods}
    return replace(
        fresh,
        target_latency=fresh.target_latency
        if fresh.target_latency is not None
        else previous.target_latency,
        epoch=fresh.epoch if fresh.epoch is not None else previous.epoch,
        start_at=fresh.start_at if fresh.start_at is not None else previous.start_at,
        periods=tuple(_period(_same(periods, one), one) for one in fresh.periods),
    )


def _same(old: Mapping[str, Period], new: Period) -> Period | None:
    """The period of that name; a name made of a start follows a start that drifts."""
    if new.id in old or not new.id.startswith("@"):
        return old.get(new.id)
    near = (one for one in old.values() if one.id.startswith("@"))
    return next((one for one in near if abs(one.start - new.start) < DRIFT), None)


def _period(old: Period | None, new: Period) -> Period:
    if old is None:
        return new
    new = replace(new, id=old.id)
    tracks = {one.id: one for one in old.tracks}
    winding = {one.id: one for one in old.trick_play}
    return replace(
        new,
        tracks=tuple(_track(tracks.get(one.id), one) for one in new.tracks),
        trick_play=tuple(_track(winding.get(one.id), one) for one in new.trick_play),
    )


def _track(old: Track | None, new: Track) -> Track:
    if old is None or old.kind is not new.kind:
        return new
    known = {one.id: one for one in old.representations}
    return replace(
        new,
        representations=tuple(
            _representation(known.get(one.id), one) for one in new.representations
        ),
    )


def _representation(old: Representation | None, new: Representation) -> Representation:
    if old is None or old.index is None:
        return new
    if new.index is None:
        same = old.source == new.source
        return replace(new, index=old.index, init=new.init or old.init) if same else new
    return replace(new, index=_renumbered(old.index, new.index))


def _renumbered(old: SegmentIndex, new: SegmentIndex) -> SegmentIndex:
    first = _first(new)
    if first is None:
        return new
    kept = _number_at(old, first)
    shift = 0 if kept is None else kept - first.number
    if isinstance(new, TemplateIndex):
        return replace(new, shift=new.shift + shift) if shift else new
    if isinstance(new, ListedIndex) and shift:
        moved = (replace(one, number=one.number + shift) for one in new.segments)
        return replace(new, segments=tuple(moved))
    return new


def _first(index: SegmentIndex) -> Segment | None:
    numbers = _all_numbers(index)
    return index.segment(numbers[0]) if numbers else None


def _all_numbers(index: SegmentIndex) -> range:
    """What is written down, whatever the time; arithmetic indexes begin at their first run."""
    if isinstance(index, TemplateIndex) and index.runs:
        first = index.runs[0].first + index.shift
        last = index.runs[-1]
        return range(first, last.first + (last.size or 1) + index.shift)
    return index.numbers(FAR_FUTURE)


def _number_at(old: SegmentIndex, wanted: Segment) -> int | None:
    """The number that the segment at this time had, or would have had behind the last one."""
    numbers = _all_numbers(old)
    if not numbers:
        return None
    tolerance = wanted.duration // 2
    last = old.segment(numbers[-1])
    if wanted.start >= last.start + tolerance and not _endless(old):
        missed = (wanted.start - last.end + tolerance) // max(wanted.duration, 1)
        return last.number + 1 + max(missed, 0)
    middle = Micros(wanted.start + tolerance)
    found = old.nearest(middle) if isinstance(old, TemplateIndex) else old.find(middle, FAR_FUTURE)
    return found.number if found and abs(found.start - wanted.start) <= tolerance else None


def _endless(index: SegmentIndex) -> bool:
    return isinstance(index, TemplateIndex) and bool(index.runs) and index.runs[-1].size is None
