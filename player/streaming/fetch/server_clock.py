"""ServerClock: how far the server's clock is from ours, from all that hints at it. Pure."""

import logging

from player.units import Micros, micros

LOG = logging.getLogger("farol.engine")

COARSE = micros(1.5)
"""What a Date header cannot tell: it has whole seconds, and the answer took its time."""

MOST_LEARNED = micros(15)
"""The most that refusals at the live edge may set our clock back by."""


class ServerClock:
    """Server's UTC time minus ours in `skew`, positive where theirs is ahead.

    UTCTiming is believed. Without it the Date of answers is, where it differs by more than it
    can be wrong by; caches only make it older, so the newest seen counts. Whoever asks for a
    segment too early is refused: then our idea of the time is set back by what it took
    (shaka#386, shaka#6715), unless others were had sooner after their time. All times are UTC or
    differences of it, in microseconds.
    """

    def __init__(self) -> None:
        """Begin with clocks that agree."""
        self.skew = Micros(0)
        self._told = False
        self._dated: Micros | None = None
        self._learned = Micros(0)
        self._least: Micros | None = None
        self._proven: Micros | None = None

    @property
    def doubt(self) -> Micros:
        """By how much the server's clock may be behind what `skew` makes of it."""
        least = self.skew if self._least is None else self._least
        return Micros(min(max(self.skew - least, 0), COARSE))

    @property
    def proven(self) -> Micros | None:
        """The least time after which a segment was there, by our reckoning: it is no more off."""
        return self._proven

    def had(self, age: Micros) -> None:
        """A segment was there that had been due for `age` when it was asked for."""
        self._proven = age if self._proven is None else min(self._proven, age)

    def tell(self, skew: Micros, doubt: Micros = Micros(0)) -> None:
        """Believe a source that is there for this (UTCTiming)."""
        self.skew, self._told = skew, True
        self._least = Micros(skew - doubt)
        self._learned = Micros(0)

    def date(self, server: Micros, ours: Micros, half: Micros = Micros(0)) -> None:
        """Hear a Date header: `ours` is our time in the middle of the request, `half` of it."""
        if self._told:
            return
        least = Micros(server - ours - half)
        self._least = least if self._least is None else max(self._least, least)
        estimate = Micros(server + micros(0.5) - ours)
        if self._dated is not None and estimate <= self._dated + COARSE:
            return
        if self._dated is None and abs(estimate) <= COARSE:
            self._dated = Micros(0)
            return
        self._dated = estimate
        self._set(Micros(estimate - self._learned), "a Date header")

    def published(self, server: Micros, ours: Micros) -> None:
        """Hear when a manifest was made: the server's clock is there at least."""
        if not self._told and server > ours + self.skew:
            self._set(Micros(server - ours), "publishTime")

    def refused(self, after: Micros) -> None:
        """Learn that a segment that was due came only `after` its time by our reckoning."""
        proven = after if self._proven is None else self._proven
        back = Micros(min(after, proven, MOST_LEARNED - self._learned))
        if back > 0:
            self._learned = Micros(self._learned + back)
            self._set(Micros(self.skew - back), "a segment that came late")

    def _set(self, skew: Micros, why: str) -> None:
        LOG.info("clock skew=%.1f s by %s", skew / 1e6, why)
        if self._proven is not None:
            self._proven = Micros(self._proven + skew - self.skew)
        self.skew = skew
