"""What a break forbids (X-RESTRICT) and offers (skip control), RFC 8216bis Appendix D. Pure."""

from dataclasses import dataclass

from player.streaming.presentation.break_times import BreakTimes, PlacedBreak
from player.units import Micros

SKIP, JUMP = "SKIP", "JUMP"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Where a seek leads: to `target`; `then` is the programme's time to go on to after a break.

    The break of that name has to be seen first.
    """

    target: Micros
    then: Micros | None = None
    through: str = ""


def way_to(times: BreakTimes, position: Micros, target: Micros) -> Way | None:
    """How to get from one moment of the presentation to another; None: not at all.

    SKIP: nobody goes forward out of the break, or in it. JUMP: who goes over it sees it first; of
    several only the nearest to where he goes, which is the least that D.2 asks for.
    """
    inside = times.at(position)
    if target > position and inside is not None and SKIP in inside.told.restrict:
        return None
    over = passed(times, position, target)
    if over is None:
        return Way(target=target)
    if target < over.end:
        return Way(target=over.start)
    return Way(target=over.start, then=times.programme(target), through=over.told.id)


def passed(times: BreakTimes, position: Micros, target: Micros) -> PlacedBreak | None:
    """The last break between two moments that nobody may jump over."""
    return next(
        (
            one
            for one in reversed(times.placed)
            if position < one.start < target and JUMP in one.told.restrict and not one.told.spent
        ),
        None,
    )


def winding_stops(times: BreakTimes, before: Micros, now: Micros) -> Micros | None:
    """Where fast play forward has to end, between two looks at it; None: it may go on."""
    over = passed(times, Micros(before - 1), Micros(now + 1))
    if over is not None:
        return over.start
    inside = times.at(now)
    return now if inside is not None and SKIP in inside.told.restrict else None


def first_of_all(times: BreakTimes, start: Micros) -> Way:
    """The way to where playback is to begin (the programme's time): past a CUE="PRE" break."""
    target = times.woven(start)
    first = times.placed[0] if times.placed else None
    if first is None or "PRE" not in first.told.cue or first.told.spent or target <= first.start:
        return Way(target=target)
    return Way(target=first.start, then=start, through=first.told.id)


def skippable(one: PlacedBreak, moment: Micros) -> bool:
    """Whether the viewer may leave a break at a moment of it by the button."""
    if SKIP not in one.told.restrict:
        return True
    skip = one.told.skip
    if skip is None:
        return False
    elapsed = moment - one.start
    return elapsed >= skip.offset and (
        skip.duration is None or elapsed < skip.offset + skip.duration
    )


def is_slow(times: BreakTimes, moment: Micros) -> bool:
    """Whether nothing may go faster than it is at a moment."""
    inside = times.at(moment)
    return inside is not None and SKIP in inside.told.restrict
