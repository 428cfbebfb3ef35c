"""CueSchedule: which cues are on the picture at a moment. Pure."""

from bisect import bisect_right, insort
from collections.abc import Iterable
from dataclasses import replace

from player.model.cue import Cue
from player.units import Micros


class CueSchedule:
    """The cues of one track in presentation time, each once, in the order they begin."""

    def __init__(self) -> None:
        """Begin empty."""
        self._cues: list[Cue] = []
        self._known: set[Cue] = set()
        self._longest = Micros(0)

    def __len__(self) -> int:
        """Cues held."""
        return len(self._cues)

    def add(self, cues: Iterable[Cue]) -> None:
        """Take more cues; those known already, and those that never show, change nothing."""
        for cue in cues:
            if cue in self._known or cue.end <= cue.start:
                continue
            self._known.add(cue)
            insort(self._cues, cue, key=_start)
            self._longest = Micros(max(self._longest, cue.end - cue.start))

    def at(self, position: Micros) -> tuple[Cue, ...]:
        """The cues to be shown at a presentation time, in the order they began."""
        until = bisect_right(self._cues, position, key=_start)
        since = bisect_right(self._cues, position - self._longest, key=_start)
        return tuple(cue for cue in self._cues[since:until] if cue.end > position)

    def forget(self, before: Micros) -> None:
        """Let go of what ended before a presentation time."""
        gone = [cue for cue in self._cues if cue.end <= before]
        if gone:
            self._known.difference_update(gone)
            self._cues = [cue for cue in self._cues if cue.end > before]

    def cut(self, since: Micros) -> None:
        """Take back what was said of a moment and all after it."""
        kept = [cue for cue in self._cues if cue.start < since]
        self._cues = [cue if cue.end <= since else replace(cue, end=since) for cue in kept]
        self._known = set(self._cues)

    def clear(self) -> None:
        """Forget every cue."""
        self._cues.clear()
        self._known.clear()
        self._longest = Micros(0)


def _start(cue: Cue) -> Micros:
    return cue.start
