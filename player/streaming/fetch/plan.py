"""The plan: from what one track has, to what it does next. Pure."""

from dataclasses import dataclass

from player.manifest.face import next_reload
from player.model.segment import Segment, SegmentIndex
from player.streaming.fetch.load_control import LoadControl, Supply
from player.units import Micros, micros

JOIN_TOLERANCE = micros(0.1)
"""How far the same boundary may lie apart in two renditions (EXTINF is often rounded)."""

IDLE = micros(5)
"""The longest sleep: something may have changed without a bell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackState:
    """What one track of the engine has.

    `cursor` is the presentation time up to which segments were chosen; `after` the last one
    chosen, where the next must follow it in the same representation. `buffered` is how far the
    chosen ones reach beyond the picture. `index_age` is the time since the index was loaded,
    `index_changed` whether that load brought anything new. `until` is the end of the period (told,
    or where the next begins), `removed` whether a live manifest has dropped it. `supply` is how
    the line stands; `parts`: a segment in the making may be fetched part by part. `kept` is the
    segment at the cursor where only the store has it.
    """

    cursor: Micros
    buffered: Micros
    index: SegmentIndex | None
    after: Segment | None = None
    index_age: Micros = Micros(0)
    index_changed: bool = True
    until: Micros | None = None
    removed: bool = False
    supply: Supply | None = None
    parts: bool = False
    kept: Segment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchSegment:
    """Fetch the segment at the cursor (of the rung that the ABR controller names).

    `kept`: of the rung that the store has it of.
    """

    segment: Segment
    kept: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadIndex:
    """Load the index of the current representation, for the first time or again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Nothing to do for `longest`, unless the state changes before.

    `full`: only because of how far the buffer reaches; what would be fetched if it did not.
    """

    longest: Micros
    full: Segment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodDone:
    """The track has all of its period."""


Action = FetchSegment | LoadIndex | Wait | PeriodDone


def next_action(state: TrackState, control: LoadControl, now: Micros) -> Action:
    """What a track does next; `now` is the server's UTC time."""
    if state.kept is not None and (state.until is None or state.kept.start < state.until):
        return _from_store(state, state.kept, control)
    if state.index is None:
        return LoadIndex()
    segment = next_segment(state, state.index, now)
    if segment is None:
        return _without_segment(state, state.index, now)
    if control.wants_more(state.buffered, state.supply):
        return FetchSegment(segment=segment)
    if _reload_in(state, state.index, near=False) <= 0:
        return LoadIndex()
    return Wait(longest=IDLE, full=None if control.is_heavy(state.supply) else segment)


def _from_store(state: TrackState, kept: Segment, control: LoadControl) -> Action:
    """Take what is stored; meanwhile the server's list is kept fresh: the window goes on."""
    if control.wants_more(state.buffered, state.supply):
        return FetchSegment(segment=kept, kept=True)
    if state.index is None or _reload_in(state, state.index) <= 0:
        return LoadIndex()
    return Wait(longest=IDLE)


def next_segment(state: TrackState, index: SegmentIndex, now: Micros) -> Segment | None:
    """The segment at the cursor, if it exists at `now` and lies in the period.

    Behind the start of a live window the oldest one is taken: the hole is the caller's to show.
    """
    numbers = index.numbers(now)
    if not numbers:
        return None
    segment = _following(state, index, numbers, now)
    if segment is None or (segment.making and not state.parts):
        return None
    if state.until is not None and segment.start >= state.until:
        return None
    return segment


def _following(
    state: TrackState, index: SegmentIndex, numbers: range, now: Micros
) -> Segment | None:
    if state.after is not None:
        wanted = max(state.after.number + 1, numbers[0])
        return index.segment(wanted) if wanted <= numbers[-1] else None
    at = state.cursor
    found = index.find(at, now)
    if found is not None and found.start < at and found.end <= at + JOIN_TOLERANCE:
        at = Micros(at + JOIN_TOLERANCE)
        found = index.find(at, now)
    return found if found is not None and found.end > at else None


def _without_segment(state: TrackState, index: SegmentIndex, now: Micros) -> Action:
    if (
        index.ended
        or state.removed
        or (state.until is not None and state.cursor >= state.until - JOIN_TOLERANCE)
    ):
        return PeriodDone()
    due = _reload_in(state, index)
    if due <= 0:
        return LoadIndex()
    return Wait(longest=Micros(min(due, _available_in(state, index, now))))


def _reload_in(state: TrackState, index: SegmentIndex, *, near: bool = True) -> Micros:
    """Time until the index may be loaded again; far from its end nobody waits for parts."""
    pause = None if index.ended else next_reload(index, changed=state.index_changed)
    if pause is not None and not near:
        pause = max(pause, Micros((index.reload_after or 0) // 2))
    return IDLE if pause is None else Micros(pause - state.index_age)


def _available_in(state: TrackState, index: SegmentIndex, now: Micros) -> Micros:
    """Time until the next segment of an index that needs no reload appears on the server."""
    following = _announced(state, index, now)
    if following is None or following.available_at is None:
        return IDLE
    return Micros(min(max(following.available_at - now, micros(0.01)), IDLE))


def _announced(state: TrackState, index: SegmentIndex, now: Micros) -> Segment | None:
    numbers = index.numbers(now)
    number = state.after.number + 1 if state.after else (numbers[-1] + 1 if numbers else None)
    if number is None:
        return None
    try:
        return index.segment(number)
    except IndexError:
        return None
