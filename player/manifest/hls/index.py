"""Puts a media playlist's pieces onto the presentation timeline (RFC 8216bis 6.2.2, 6.3.4).

Video on demand and events begin at 0. A live list with EXT-X-PROGRAM-DATE-TIME lives in UTC;
one without begins at 0 with the first segment ever seen. What a former load of the same list
said of a media sequence number stays said, so that times never move below a viewer's feet.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from player.manifest.hls.media import FALLBACK_TARGET, MediaPlaylist, Piece
from player.manifest.notes import Notes
from player.model.segment import ListedIndex, Segment, SegmentIndex
from player.units import Micros

OVERLAP = Micros(1_000_000)
"""A date this much before the end of the segment above it is believed; beyond, it is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaylistIndex(ListedIndex):
    """A ListedIndex that remembers how it was placed.

    `shift` is what was added to media sequence numbers (not 0 after a server started over);
    `utc` whether presentation time is UTC.
    """

    shift: int = 0
    utc: bool = False


@dataclass(slots=True, kw_only=True)
class _Plan:
    """The list at hand and what is known from before."""

    playlist: MediaPlaylist
    first: int
    known: PlaylistIndex | None
    sibling: SegmentIndex | None
    utc: bool
    target: Micros


def place(
    playlist: MediaPlaylist,
    *,
    known: SegmentIndex | None,
    sibling: SegmentIndex | None,
    now: Micros,
    notes: Notes,
) -> PlaylistIndex:
    """Make the index; never raises. `known` and `sibling`: see player.manifest.face."""
    former = known if isinstance(known, PlaylistIndex) and known.segments else None
    sibling = sibling if sibling is not None and len(sibling.numbers(now)) else None
    target = _target(playlist)
    reload_after = None if playlist.ended else target
    shift = former.shift if former else 0
    if former and playlist.pieces:
        step = _step_back(playlist, former)
        if step == "stale":
            notes.warn(0, "the server sent an older list than before; the newer one is kept")
            return former
        if step == "reset":
            notes.warn(0, "the server started over with its media sequence numbers")
            shift = former.segments[-1].number + 1 - playlist.first_sequence
    utc = _is_utc(playlist, former, sibling)
    plan = _Plan(
        playlist=playlist, first=playlist.first_sequence + shift, known=former,
        sibling=sibling, utc=utc, target=target,
    )  # fmt: skip
    segments = (*_skipped(plan, notes), *_placed(plan, notes))
    return PlaylistIndex(
        segments=segments, ended=playlist.ended, reload_after=reload_after, shift=shift, utc=utc
    )


def _target(playlist: MediaPlaylist) -> Micros:
    longest = max((one.duration for one in playlist.pieces), default=FALLBACK_TARGET)
    return Micros(max(playlist.target_duration or longest, 500_000))


def _is_utc(
    playlist: MediaPlaylist, known: PlaylistIndex | None, sibling: SegmentIndex | None
) -> bool:
    """The first index of a presentation decides; the others follow it."""
    if known:
        return known.utc
    if isinstance(sibling, PlaylistIndex):
        return sibling.utc
    return playlist.live and any(one.program_date_time is not None for one in playlist.pieces)


def _step_back(playlist: MediaPlaylist, known: PlaylistIndex) -> str:
    """Tell a list that went backwards: "stale" (an old copy), "reset" (started over) or ""."""
    first = playlist.first_sequence + known.shift
    last = first + len(playlist.pieces) - 1
    oldest, newest = known.segments[0], known.segments[-1]
    if first >= oldest.number or last > newest.number:
        return ""
    if last < oldest.number:
        dated = playlist.pieces[-1].program_date_time
        older = known.utc and dated is not None and dated < oldest.start
        return "stale" if older else "reset"
    there = known.segment(last).resource.uri
    return "stale" if _path(there) == _path(playlist.pieces[-1].resource.uri) else "reset"


def _path(uri: str) -> str:
    return urlsplit(uri).path


def _skipped(plan: _Plan, notes: Notes) -> tuple[Segment, ...]:
    """Fill in what EXT-X-SKIP left out (4.4.5.2) from the former load."""
    count = plan.playlist.skipped
    if not count:
        return ()
    wanted = range(plan.first - count, plan.first)
    known = plan.known.segments if plan.known else ()
    kept = tuple(one for one in known if one.number in wanted)
    if not kept or kept[-1].number != plan.first - 1:
        notes.warn(0, "EXT-X-SKIP leaves out segments that were never seen")
        return ()
    return kept


def _placed(plan: _Plan, notes: Notes) -> tuple[Segment, ...]:
    if not plan.playlist.pieces:
        return ()
    segments: list[Segment] = []
    known = _known_starts(plan)
    start, running = _first_start(plan, known), Micros(0)
    for number, piece in enumerate(plan.playlist.pieces, plan.first):
        if segments:
            start = known.get(number, running)
            if plan.utc and number not in known and piece.program_date_time is not None:
                start = _dated(piece.program_date_time, segments[-1], notes)
        segments.append(_segment(number, start, piece))
        running = Micros(start + piece.duration)
    return tuple(segments)


def _known_starts(plan: _Plan) -> dict[int, Micros]:
    if plan.known is None:
        return {}
    last = plan.first + len(plan.playlist.pieces)
    return {
        one.number: one.start for one in plan.known.segments if plan.first <= one.number < last
    }


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
    """Align with another rendition by media sequence number, where both are live (6.3.3)."""
    listed = plan.sibling.segments if isinstance(plan.sibling, ListedIndex) else ()
    if not plan.playlist.live or not listed:
        return Micros(0)
    if plan.first < listed[0].number:
        return Micros(listed[0].start - (listed[0].number - plan.first) * plan.target)
    if plan.first > listed[-1].number:
        return Micros(listed[-1].end + (plan.first - listed[-1].number - 1) * plan.target)
    return listed[plan.first - listed[0].number].start


def _segment(number: int, start: Micros, piece: Piece) -> Segment:
    return Segment(
        number=number,
        start=start,
        duration=piece.duration,
        resource=piece.resource,
        init=piece.init,
        discontinuity=piece.discontinuity,
        gap=piece.gap,
        protection=piece.protection,
        program_date_time=piece.program_date_time,
    )
