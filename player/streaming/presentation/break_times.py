"""Two times: the presentation's, breaks of other programmes in it, and the programme's own. Pure.

The engine, its buffers and libmpv live by the first; the seek bar and the guide by the second.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from player.streaming.presentation.weaving import Break
from player.units import Micros


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedBreak:
    """A break from `start` to `end` of the presentation."""

    told: Break
    start: Micros
    end: Micros

    def part_at(self, moment: Micros) -> tuple[int, Micros]:
        """Which of its programmes a moment lies in, from 1 on, and how far into the break."""
        elapsed = Micros(max(moment - self.start, 0))
        until = 0
        for number, (_, length) in enumerate(self.told.parts, 1):
            until += length
            if elapsed < until:
                return number, elapsed
        return len(self.told.parts), elapsed


class BreakTimes:
    """Where breaks stand in both times, and from one time to the other."""

    def __init__(self, breaks: Sequence[Break] = ()) -> None:
        """Take the breaks that are woven in."""
        found: list[PlacedBreak] = []
        moved = 0
        for one in sorted((each for each in breaks if each.parts), key=lambda each: each.cut):
            start = Micros(one.cut + moved)
            found.append(PlacedBreak(told=one, start=start, end=Micros(start + one.lasts)))
            moved += one.moves
        self.placed = tuple(found)

    def programme(self, moment: Micros) -> Micros:
        """The programme's own time at a moment of the presentation.

        Under a break it goes on for as long as the break covers it, and then stands.
        """
        moved = 0
        for one in self.placed:
            if moment < one.start:
                break
            if moment < one.end:
                return Micros(min(moment - moved, max(one.told.back, one.told.cut)))
            moved += one.told.moves
        return Micros(moment - moved)

    def woven(self, time: Micros) -> Micros:
        """The moment of the presentation at which the programme's own time is `time`.

        Where a break begins: its beginning, unless it is not to be shown again.
        """
        moved = 0
        for one in self.placed:
            told = one.told
            if time < told.cut or (time == told.cut and not told.spent):
                break
            if time < told.back:
                return one.end if told.spent else Micros(min(time + moved, one.end))
            moved += told.moves
        return Micros(time + moved)

    def at(self, moment: Micros) -> PlacedBreak | None:
        """The break that is shown at a moment."""
        found = (one for one in self.placed if one.start <= moment < one.end)
        return next((one for one in found if not one.told.spent), None)

    def of(self, name: str) -> PlacedBreak | None:
        """The break of a name."""
        return next((one for one in self.placed if one.told.id == name), None)
