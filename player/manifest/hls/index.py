"""Puts a media playlist's pieces onto the presentation timeline (RFC 8216bis 6.2.2, 6.3.4).

Video on demand and events begin at 0. A live list with EXT-X-PROGRAM-DATE-TIME lives in UTC;
one without begins at 0 with the first segment ever seen. What a former load of the same list
said of a media sequence number stays said, so that times never move below a viewer's feet.
"""

from dataclasses import dataclass, replace
from itertools import pairwise

from player.manifest import failures
from player.manifest.hls.history import (
    ahead_of,
    is_elsewhere,
    shift_there,
    started_over,
    started_over_beside,
    step_back,
    turned,
)
from player.manifest.hls.playlist import FALLBACK_TARGET, MediaPlaylist, Piece
from player.manifest.hls.playlist_index import PlaylistIndex
from player.model.notes import Notes
from player.model.segment import ListedIndex, Segment, SegmentIndex
from player.units import Micros

OVERLAP = Micros(1_000_000)
"""A date this much before the end of the segment above it is believed; beyond, it is not."""


@dataclass(frozen=True, slots=True)
class _Count:
    """What is added to a list's own media sequence, and to its discontinuity sequence.

    `stale`: the list is older than the one known from before; `reset`: the server started over.
    """

    shift: int = 0
    turn: int = 0
    stale: bool = False
    reset: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """The list at hand and what is known from before."""

    playlist: MediaPlaylist
    first: int
    known: PlaylistIndex | None
    sibling: SegmentIndex | None
    utc: bool
    target: Micros
    count: _Count


def place(
    playlist: MediaPlaylist,
    *,
    known: SegmentIndex | None,
    sibling: SegmentIndex | None,
    now: Micros,
    notes: Notes,
    url: str = "",
) -> PlaylistIndex:
    """Make the index; `known` and `sibling`: see player.manifest.face.

    Raises PlayerError (manifest.invalid) for a delta update that does not fit `known`: the whole
    list must be loaded then. Everything else is noted.
    """
    former = known if isinstance(known, PlaylistIndex) and known.segments else None
    beside = sibling if sibling is not None and len(sibling.numbers(now)) else None
    count = _count(playlist, former, url, notes) if former else _Count()
    if former and count.stale:
        notes.warn(0, "the server sent an older list than before; the newer one is kept")
        return former
    if former and count.reset:
        ahead = ahead_of(former, beside)
        if ahead is not None:
            count, former = _Count(*started_over_beside(playlist, former, ahead)), None
    plan = _Plan(
        playlist=playlist,
        first=playlist.first_sequence + count.shift,
        known=former,
        sibling=beside,
        utc=_is_utc(playlist, former, beside),
        target=_target(playlist),
        count=count,
    )
    kept = _skipped(plan, notes)
    return _index(plan, kept, _placed(plan, kept, notes), url)


def _count(playlist: MediaPlaylist, former: PlaylistIndex, url: str, notes: Notes) -> _Count:
    """How this load counts, by what the `former` one said."""
    if not playlist.pieces and not playlist.skipped:
        return _Count(shift=former.shift)
    shift, elsewhere = former.shift, is_elsewhere(url, former)
    if elsewhere:
        shift = _from_elsewhere(playlist, former, _target(playlist))
    step = step_back(playlist, former, shift, elsewhere=elsewhere)
    if step == "stale":
        return _Count(stale=True)
    if step == "reset":
        notes.warn(0, "the server started over with its media sequence numbers")
        shift, turn = started_over(playlist, former)
        return _Count(shift=shift, turn=turn, reset=True)
    turn = 0 if playlist.skipped else turned(playlist, former, shift, notes)
    return _Count(shift=shift, turn=turn)


def _index(
    plan: _Plan, kept: tuple[Segment, ...], fresh: tuple[Segment, ...], url: str
) -> PlaylistIndex:
    playlist = plan.playlist
    return PlaylistIndex(
        segments=_forward(kept, fresh),
        ended=playlist.ended,
        reload_after=None if playlist.ended else plan.target,
        shift=plan.count.shift,
        utc=plan.utc,
        dated=_newest_date(kept, fresh, plan.known),
        memory=playlist.memory,
        url=url,
        can_skip_until=playlist.can_skip_until,
        can_skip_dates=playlist.can_skip_dates,
        part_target=playlist.part_target,
        blocking=playlist.can_block and not playlist.ended,
        hinted_init=playlist.hinted_init,
        reports=tuple(playlist.reports),
    )


def _forward(kept: tuple[Segment, ...], fresh: tuple[Segment, ...]) -> tuple[Segment, ...]:
    """All of them; what a date puts before its predecessor follows that one instead."""
    segments = list(kept)
    for one in fresh:
        late = bool(segments) and one.start < segments[-1].start
        segments.append(replace(one, start=segments[-1].end) if late else one)
    return tuple(segments)


def _from_elsewhere(playlist: MediaPlaylist, former: PlaylistIndex, target: Micros) -> int:
    if playlist.skipped:
        raise failures.invalid("a delta update of another place than the list it goes with")
    return shift_there(playlist, former, target)


def _target(playlist: MediaPlaylist) -> Micros:
    told = playlist.target_duration
    if told is None:
        told = max((one.duration for one in playlist.pieces), default=FALLBACK_TARGET)
    return Micros(max(told, 500_000))


def _is_utc(
    playlist: MediaPlaylist, known: PlaylistIndex | None, sibling: SegmentIndex | None
) -> bool:
    """The first index of a presentation decides; the others follow it."""
    if known:
        return known.utc
    if isinstance(sibling, PlaylistIndex):
        return sibling.utc
    return playlist.live and any(one.program_date_time is not None for one in playlist.pieces)


def _skipped(plan: _Plan, notes: Notes) -> tuple[Segment, ...]:
    """What EXT-X-SKIP left out (4.4.5.2), or the text repeats, from the former load."""
    count = plan.playlist.skipped
    known = plan.known.segments if plan.known else ()
    if not count:
        return ()
    stop = plan.first - known[0].number if known else 0
    if 0 < stop <= len(known) and not known[stop - 1].making:
        return _dated_anew(known[max(stop - count, 0) : stop], plan.playlist.head_date)
    if known:
        raise failures.invalid("a delta update leaves out segments that are not known")
    notes.warn(0, "EXT-X-SKIP leaves out segments that were never seen")
    return ()


def _dated_anew(kept: tuple[Segment, ...], date: Micros | None) -> tuple[Segment, ...]:
    """Segments of the former load, the first of which has a date now; none moves by it."""
    if date is None or kept[0].program_date_time == date:
        return kept
    return (replace(kept[0], program_date_time=date), *kept[1:])


def _newest_date(
    kept: tuple[Segment, ...], fresh: tuple[Segment, ...], former: PlaylistIndex | None
) -> tuple[Micros, Micros] | None:
    """The newest date that any load told, and its presentation time."""
    for one in (*reversed(fresh), *kept[:1]):
        if one.program_date_time is not None:
            return one.program_date_time, one.start
    return former.dated if former else None


def _placed(plan: _Plan, kept: tuple[Segment, ...], notes: Notes) -> tuple[Segment, ...]:
    if not plan.playlist.pieces:
        return ()
    segments: list[Segment] = []
    known = _known_starts(plan)
    before = kept[-1] if kept else None
    start = running = before.end if before else _first_start(plan, known)
    for number, piece in enumerate(plan.playlist.pieces, plan.first):
        if before is not None:
            start = known.get(number, running)
            if plan.utc and number not in known and piece.program_date_time is not None:
                start = _dated(piece.program_date_time, before, notes)
        before = _segment(number, start, piece, plan)
        segments.append(before)
        running = Micros(start + piece.duration)
    return tuple(segments)


def _known_starts(plan: _Plan) -> dict[int, Micros]:
    if plan.known is None:
        return {}
    known = plan.known.segments
    first = max(plan.first - known[0].number, 0)
    last = max(first + len(plan.playlist.pieces) - max(known[0].number - plan.first, 0), 0)
    return {one.number: one.start for one in known[first:last]}


def _dated(date: Micros, before: Segment, notes: Notes) -> Micros:
    """Believe a date unless it lies clearly within what stands above it."""
    if date >= max(before.start, before.end - OVERLAP):
        return date
    notes.warn(0, "EXT-X-PROGRAM-DATE-TIME goes backward; the durations are believed instead")
    return before.end


def _first_start(plan: _Plan, known: dict[int, Micros]) -> Micros:
    """Presentation time of the first piece of this list."""
    ahead = Micros(0)
    for number, piece in enumerate(plan.playlist.pieces, plan.first):
        if number in known:
            return Micros(known[number] - ahead)
        if plan.utc and piece.program_date_time is not None:
            return _not_before_known(plan, Micros(piece.program_date_time - ahead))
        ahead = Micros(ahead + piece.duration)
    if plan.known is not None:
        last = plan.known.segments[-1]
        return Micros(last.end + max(plan.first - last.number - 1, 0) * plan.target)
    return _beside(plan)


def _not_before_known(plan: _Plan, start: Micros) -> Micros:
    return Micros(max(start, plan.known.segments[-1].end)) if plan.known else start


def _beside(plan: _Plan) -> Micros:
    """Align with another rendition, where both are live (6.3.3).

    By a discontinuity that begins within both, else by media sequence number.
    """
    listed = plan.sibling.segments if isinstance(plan.sibling, ListedIndex) else ()
    if not plan.playlist.live or not listed:
        return Micros(0)
    joint = _same_joint(plan, listed)
    if joint is not None:
        return joint
    if plan.first < listed[0].number:
        return Micros(listed[0].start - (listed[0].number - plan.first) * plan.target)
    if plan.first > listed[-1].number:
        return Micros(listed[-1].end + (plan.first - listed[-1].number - 1) * plan.target)
    return listed[plan.first - listed[0].number].start


def _same_joint(plan: _Plan, listed: tuple[Segment, ...]) -> Micros | None:
    """Where this list begins if a discontinuity begins at the same time in both."""
    joints = {
        after.discontinuity: after.start
        for before, after in pairwise(listed)
        if after.discontinuity != before.discontinuity
    }
    ahead = Micros(0)
    for before, after in pairwise(plan.playlist.pieces) if joints else ():
        ahead = Micros(ahead + before.duration)
        if after.discontinuity != before.discontinuity and after.discontinuity in joints:
            return Micros(joints[after.discontinuity] - ahead)
    return None


def _segment(number: int, start: Micros, piece: Piece, plan: _Plan) -> Segment:
    return Segment(
        number=number,
        start=start,
        duration=piece.duration,
        resource=piece.resource,
        init=piece.init,
        init_protection=piece.init_protection,
        discontinuity=piece.discontinuity + plan.count.turn,
        gap=piece.gap,
        protection=piece.protection,
        program_date_time=piece.program_date_time,
        told_size=piece.told_size,
        step=plan.playlist.part_target,
        parts=piece.parts,
        making=piece.making,
        hint=piece.hint,
    )
