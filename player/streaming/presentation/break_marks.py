"""BreakMarks: where breaks are on the programme's own timeline, for whoever draws a seek bar."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from player.model.event import (
    BreakKind,
    BreakMark,
    Interstitial,
    SpliceKind,
    SpliceMark,
    TimedEvent,
)
from player.streaming.presentation.presentation_store import PresentationStore
from player.streaming.presentation.splices import breaks_of, marks_of
from player.units import Micros

MOST = 200
"""Marks that are told; of more, the newest. A live list goes on for weeks."""

_Key = tuple[str, SpliceKind]


class BreakMarks:
    """Breaks that are woven in, that are told of, and that splice messages name. Engine thread.

    A snapshot asks ten times a second: what the manifest says is read again where it is new.
    """

    def __init__(self, store: PresentationStore) -> None:
        """Look at what `store` holds."""
        self._store = store
        self._events: tuple[TimedEvent, ...] = ()
        self._told: tuple[SpliceMark, ...] = ()
        self._heard: dict[_Key, SpliceMark] = {}
        self._splices: tuple[BreakMark, ...] = ()

    def on_event(self, event: TimedEvent) -> None:
        """Take an event that the media brought; a break's own media say nothing of these."""
        found = marks_of(event)
        times = self._store.times
        if not found or times.at(event.start) is not None:
            return
        for one in found:
            place = replace(one, start=times.programme(one.start))
            self._heard.pop((one.id, one.kind), None)
            self._heard[one.id, one.kind] = place
        while len(self._heard) > 2 * MOST:
            del self._heard[next(iter(self._heard))]
        self._sort()

    def all(self, awaited: Iterable[Interstitial]) -> tuple[BreakMark, ...]:
        """The marks, sorted by start; `awaited` are told of, but not woven in."""
        if self._store.main.events is not self._events:
            self._events = self._store.main.events
            self._told = tuple(mark for one in self._events for mark in marks_of(one))
            self._sort()
        woven = [*self._woven(), *(self._awaited(one) for one in awaited)]
        if not woven:
            return self._splices
        others = (one for one in self._splices if not any(_meet(one, each) for each in woven))
        return tuple(sorted((*woven, *others), key=lambda one: (one.start, one.id))[-MOST:])

    def _sort(self) -> None:
        self._splices = breaks_of((*self._told, *self._heard.values()))[-MOST:]

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


def _meet(splice: BreakMark, woven: BreakMark) -> bool:
    """Whether a splice mark speaks of the break that another programme takes the place of."""
    end = splice.start if splice.end is None else splice.end
    return splice.start <= (woven.end or woven.start) and woven.start <= end
