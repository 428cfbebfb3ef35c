"""Watchdog: what to do about a picture that does not move although it should. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from player.units import Micros, micros


class Remedy(StrEnum):
    """What may move it again, the mildest first (Shaka's stall detector, hls.js's nudges)."""

    NUDGE = "nudge"
    RELOAD = "reload"
    OTHER_CODEC = "other-codec"
    SOFTWARE = "software"
    GIVE_UP = "give-up"


_LADDER = tuple(Remedy)

LOOKS = 3
"""Looks at a picture that stands before it counts: a machine that slept has not looked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """A look at the picture: where it is, and whether it should move at all.

    `running`: it is not held, libmpv has media ahead of it, and the end has not come. `shown`:
    there was a picture of this channel already.
    """

    now: Micros
    position: Micros
    running: bool
    shown: bool = True


class Watchdog:
    """Waits `patience` for any move, then names one remedy after another; `calm` forgives.

    The first picture has twice as long: a slow machine is still about to open what it needs.
    """

    def __init__(self, patience: Micros = micros(4), calm: Micros = micros(20)) -> None:
        """Begin with everything well."""
        self._patience, self._calm = patience, calm
        self._position: Micros | None = None
        self._shown = False
        self._since, self._looks = Micros(0), 0
        self._well_since: Micros | None = None
        self._tried = 0

    def look(self, pulse: Pulse) -> Remedy | None:
        """What is to be done now, if anything."""
        if not pulse.running or (pulse.position, pulse.shown) != (self._position, self._shown):
            self._moves(pulse)
            return None
        self._well_since = None
        self._looks += 1
        if self._looks < LOOKS:
            return None
        if pulse.now - self._since < self._patience * (1 if pulse.shown else 2):
            return None
        self._since, self._looks = pulse.now, 0
        remedy = _LADDER[min(self._tried, len(_LADDER) - 1)]
        self._tried += 1
        return remedy

    def _moves(self, pulse: Pulse) -> None:
        if pulse.running and self._position is not None and pulse.position > self._position:
            self._well_since = pulse.now if self._well_since is None else self._well_since
            if pulse.now - self._well_since >= self._calm:
                self._tried = 0
        self._position, self._shown = pulse.position, pulse.shown
        self._since, self._looks = pulse.now, 0
