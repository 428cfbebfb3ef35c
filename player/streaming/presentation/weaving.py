"""Weaving: other programmes become periods of this one (RFC 8216bis Appendix D). Pure.

`place` decides once where a break stands, in the programme's own times; `weave` puts all breaks
into the newest manifest, after each reload again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from player.model.event import Interstitial, SkipControl
from player.model.presentation import Period, Presentation, PresentationType, Track, TrackKind
from player.model.segment import SegmentIndex
from player.streaming.presentation.shifted_index import LAST, ShiftedIndex
from player.units import Micros, micros

LEAST = micros(0.1)
"""What is left of a period to be worth one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """An interstitial in its place: instead of `cut` to `back` of a period of the programme.

    `parts` are its own periods and how long each is shown, `stretch` numbers their clocks.
    `spent`: it was shown, and is not to be shown again (CUE="ONCE"). Without `parts` it is but a
    mark of one that was forgotten, from which on the period is named after it. `cue`, `restrict`
    and `skip` are as `Interstitial` has them.
    """

    id: str
    period: str
    cut: Micros
    back: Micros
    parts: tuple[tuple[Period, Micros], ...] = field(repr=False)
    stretch: int
    spent: bool = False
    cue: frozenset[str] = frozenset()
    restrict: frozenset[str] = frozenset()
    skip: SkipControl | None = None

    @property
    def lasts(self) -> Micros:
        """How long all of it is."""
        return Micros(sum(length for _, length in self.parts))

    @property
    def moves(self) -> Micros:
        """By how much later the programme goes on."""
        return Micros(self.cut + self.lasts - self.back)


@dataclass(frozen=True, slots=True, kw_only=True)
class Woven:
    """The whole, and which period of the programme each of its parts is of (breaks: none)."""

    presentation: Presentation
    origins: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cut:
    """A stretch of a period (its own times), where it is to stand, and what it is called."""

    since: Micros
    until: Micros | None
    at: Micros
    name: str
    stretch: int
    spent: bool = False


def place(
    main: Presentation,
    interstitial: Interstitial,
    assets: Sequence[Presentation],
    former: Sequence[Break] = (),
) -> Break | None:
    """Where a break stands beside `former` ones; None where there is nothing to show, or no place.

    What follows goes on `resume_offset` after it; where none is told, and always in a live
    programme, after as long as the break lasts. Cuts are at the nearest boundary of segments.
    """
    found = _split(main, interstitial)
    parts = _parts(assets, interstitial.playout_limit)
    if found is None or not parts:
        return None
    period, cut = found
    lasted = Micros(sum(length for _, length in parts))
    for one in sorted(former, key=lambda one: one.cut):
        if one.period == period.id and one.cut == cut < one.back:
            cut = one.back  # told for the same moment: one after the other
    live = main.type is not PresentationType.VOD
    told = None if live else interstitial.resume_offset
    back = boundary(period, Micros(cut + (lasted if told is None else told)))
    if any(one.period == period.id and one.cut < cut < one.back for one in former):
        return None
    return Break(
        id=interstitial.id,
        period=period.id,
        cut=cut,
        back=Micros(cut + lasted) if live else back,
        parts=parts,
        stretch=1 + max((one.stretch + len(one.parts) for one in former), default=0),
        cue=interstitial.cue,
        restrict=interstitial.restrict,
        skip=interstitial.skip,
    )


def forget(breaks: Sequence[Break], starts: Mapping[str, Micros]) -> tuple[Break, ...]:
    """The breaks of a live programme without those that its window has left behind.

    `starts`: where the segments of each period begin that are still listed. The last one that is
    forgotten stays as a mark: whoever plays what follows it knows that by its name.
    """
    kept: list[Break] = []
    for period, start in starts.items():
        own = sorted((one for one in breaks if one.period == period), key=lambda one: one.cut)
        over = [one for one in own if one.back <= start and not one.moves]
        kept += [_mark(one) for one in over[-1:]]
        kept += [one for one in own if one not in over]
    return tuple(kept)


def _mark(one: Break) -> Break:
    stretch = one.stretch + len(one.parts)
    return replace(one, cut=one.back, parts=(), stretch=stretch, spent=False)


def weave(main: Presentation, breaks: Sequence[Break]) -> Woven:
    """The programme with `breaks` in their places; the same where there are none."""
    if not breaks:
        return Woven(presentation=main, origins={one.id: one.id for one in main.periods})
    periods: list[Period] = []
    origins: dict[str, str] = {}
    moved, stretch = Micros(0), 0
    for period in main.periods:
        own = sorted((one for one in breaks if one.period == period.id), key=lambda one: one.cut)
        since, name = period.start, period.id
        for one in own:
            head = _Cut(
                since=since,
                until=one.cut,
                at=Micros(since + moved),
                name=name,
                stretch=stretch,
            )
            if one.cut - since >= LEAST and one.parts:
                periods.append(_part(period, head))
                origins[name] = period.id
            periods += _shown(one, Micros(one.cut + moved))
            since, name = one.back, f"{period.id}+{one.id}"
            moved = Micros(moved + one.moves)
            stretch = one.stretch if one.moves else stretch
        rest = _Cut(
            since=since,
            until=period.end,
            at=Micros(since + moved),
            name=name,
            stretch=stretch,
        )
        if period.end is None or period.end - since >= LEAST:
            periods.append(_part(period, rest) if own or moved else period)
            origins[name] = period.id
    return Woven(presentation=_timed(main, tuple(periods), breaks, moved), origins=origins)


def _timed(
    main: Presentation, periods: tuple[Period, ...], breaks: Sequence[Break], moved: Micros
) -> Presentation:
    """The programme of these periods; all that it tells of moments moves with them."""
    if not any(one.moves for one in breaks):
        return replace(main, periods=periods)
    total = main.duration
    return replace(
        main,
        periods=periods,
        duration=None if total is None else Micros(total + moved),
        events=tuple(replace(one, start=_at(one.start, breaks, one.id)) for one in main.events),
        interstitials=tuple(
            replace(one, start=_at(one.start, breaks, one.id)) for one in main.interstitials
        ),
    )


def _at(moment: Micros, breaks: Sequence[Break], name: str = "") -> Micros:
    """Where a moment of the programme stands."""
    before = (one.moves for one in breaks if one.back <= moment and one.id != name)
    return Micros(moment + sum(before))


def _shown(one: Break, at: Micros) -> list[Period]:
    found = []
    for number, (period, length) in enumerate(one.parts):
        cut = _Cut(
            since=period.start,
            until=Micros(period.start + length),
            at=at,
            name=f"{one.id}+{number}",
            stretch=one.stretch + 1 + number,
            spent=one.spent,
        )
        found.append(_part(period, cut))
        at = Micros(at + length)
    return found


def _parts(
    assets: Sequence[Presentation], limit: Micros | None
) -> tuple[tuple[Period, Micros], ...]:
    """The periods of a break and how long each is shown, at most `limit` together."""
    found: list[tuple[Period, Micros]] = []
    left = limit
    for period in (period for asset in assets for period in asset.periods):
        length = _length(period, left)
        if length is None or length < LEAST:
            continue
        found.append((period, length))
        left = None if left is None else Micros(left - length)
    return tuple(found)


def _split(main: Presentation, interstitial: Interstitial) -> tuple[Period, Micros] | None:
    """The period that is cut, and where; PRE and POST have places of their own."""
    periods = main.periods
    wanted = interstitial.start
    if "PRE" in interstitial.cue:
        wanted = periods[0].start
    elif "POST" in interstitial.cue:
        ends = [one.end for one in periods if one.end is not None]
        wanted = max(ends, default=main.duration or wanted)
    begun = [one for one in periods if one.start <= wanted]
    return (begun[-1], boundary(begun[-1], wanted)) if begun else None


def boundary(period: Period, wanted: Micros) -> Micros:
    """The boundary of leading segments that is nearest to a time; beyond all, the time itself."""
    index = leading_index(period)
    found = index.find(wanted, Micros(0)) if index else None
    if found is None or not found.start - LEAST <= wanted <= found.end + LEAST:
        ends = None if period.end is None or wanted < period.end else period.end
        return wanted if ends is None else ends
    near = found.start if wanted - found.start <= found.end - wanted else found.end
    return max(near, period.start)


def leading_index(period: Period) -> SegmentIndex | None:
    """The index of pictures, without pictures of sound, that reaches farthest."""
    for kind in (TrackKind.VIDEO, TrackKind.AUDIO):
        rungs = (one for track in period.of(kind) for one in track.representations)
        found = [one.index for one in rungs if one.index is not None]
        if found:
            return max(found, key=_reach)
    return None


def _reach(index: SegmentIndex) -> Micros:
    numbers = index.numbers(LAST)
    return index.segment(numbers[-1]).end if numbers else Micros(0)


def _length(period: Period, left: Micros | None) -> Micros | None:
    """How long a period is, from its segments where it does not tell; at most `left`."""
    length, index = period.duration, leading_index(period)
    if length is None and index is not None and (numbers := index.numbers(Micros(0))):
        length = Micros(index.segment(numbers[-1]).end - period.start)
    if length is None or left is None or length <= left:
        return length
    return Micros(max(boundary(period, Micros(period.start + left)) - period.start, 0))


def _part(period: Period, cut: _Cut) -> Period:
    shift = Micros(cut.at - cut.since)
    return replace(
        period,
        id=cut.name,
        start=cut.at,
        duration=None if cut.until is None else Micros(cut.until - cut.since),
        tracks=tuple(_cut_track(track, cut, shift) for track in period.tracks),
        early=period.early or cut.spent,
    )


def _cut_track(track: Track, cut: _Cut, shift: Micros) -> Track:
    """The track with what its indexes have of the stretch; what has none yet will have one."""
    return replace(
        track,
        representations=tuple(
            one if one.index is None else replace(one, index=_shifted(one.index, cut, shift))
            for one in track.representations
        ),
    )


def _shifted(index: SegmentIndex, cut: _Cut, shift: Micros) -> ShiftedIndex:
    return ShiftedIndex(
        index=index,
        since=Micros(cut.since - LEAST),
        until=None if cut.until is None else Micros(cut.until - LEAST),
        shift=shift,
        stretch=cut.stretch,
    )
