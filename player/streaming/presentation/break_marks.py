"""BreakMarks: where breaks are on the programme's own timeline, for whoever draws a seek bar."""

from collections.abc import Iterable, Iterator

from player.model.event import BreakKind, BreakMark, Interstitial
from player.streaming.presentation.presentation_store import PresentationStore
from player.units import Micros

MOST = 200
"""Marks that are told; of more, the newest. A live list goes on for weeks."""


class BreakMarks:
    """Breaks that are woven in, and those that are told of. Engine thread only."""

    def __init__(self, store: PresentationStore) -> None:
        """Look at what `store` holds."""
        self._store = store

    def all(self, awaited: Iterable[Interstitial]) -> tuple[BreakMark, ...]:
        """The marks, sorted by start; `awaited` are told of, but not woven in."""
        found = [*self._woven(), *(self._awaited(one) for one in awaited)]
        return tuple(sorted(found, key=lambda one: (one.start, one.id))[-MOST:])

    def _woven(self) -> Iterator[BreakMark]:
        for one in self._store.times.placed:
            told = one.told
            if not told.spent:
                end = Micros(max(told.back, told.cut))
                yield BreakMark(id=told.id, start=told.cut, end=end, kind=BreakKind.INTERSTITIAL)

    def _awaited(self, one: Interstitial) -> BreakMark:
        start, main = one.start, self._store.main
        if "PRE" in one.cue:
            start = main.periods[0].start
        elif "POST" in one.cue and main.duration is not None:
            start = main.duration
        covers = one.duration if one.resume_offset is None else one.resume_offset
        end = None if covers is None else Micros(start + max(covers, 0))
        return BreakMark(id=one.id, start=start, end=end, kind=BreakKind.INTERSTITIAL)
