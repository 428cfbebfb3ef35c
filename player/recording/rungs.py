"""Which rung of a track is recorded: the best that the line bears. Pure but for the clock."""

from player.abr.suitability import Output, suitable
from player.api import PlayRequest
from player.clock import Clock
from player.model.presentation import Representation, Track
from player.recording.watched_line import WatchedLine
from player.streaming.choice.rungs import PENALTY
from player.streaming.fetch.lane import Lane
from player.units import BitsPerSecond, Micros

SLOW = 0.95
"""A segment that takes this much of its own duration is too much for the line."""

SLOW_IN_A_ROW = 2
"""So many of them, and the next rung below is taken; one that takes twice its duration will do."""

FITS = 0.6
"""The next rung above is tried where its segments would take this much of their duration."""

CALM, MOST_CALM = 10, 160
"""So many segments in a row must say so; after each try that failed, twice as many."""


class RecordingRungs:
    """Implements `RungAvoider`. Engine thread only.

    A recording has no buffer that could run dry: it may be behind by as much as the server's
    window is long, so that there is time to wait for the better rung. What it must not do for long
    is to take more than it lasts, or more than `line` grants it beside those who watch.
    """

    def __init__(
        self, request: PlayRequest, output: Output, clock: Clock, line: WatchedLine
    ) -> None:
        """Begin with the best rung that `request`, `output` and `line` allow."""
        self._request, self._output = request, output
        self._clock, self._line = clock, line
        self._most: BitsPerSecond | None = None
        self._left: dict[tuple[str, str, str], Micros] = {}
        self._slow = self._quick = 0
        self._calm = CALM
        self._tried = False

    def choose(self, track: Track) -> Representation:
        """The rung for the next segment; `track` has one at least."""
        allowed = self._allowed(track)
        now = self._clock.monotonic()
        left = {key[2] for key, until in self._left.items() if until > now and key[1] == track.id}
        good = [one for one in allowed if one.id not in left] or allowed
        limits = [one for one in (self._most, self._line.granted) if one is not None]
        within = [one for one in good if all(one.bandwidth <= most for most in limits)]
        return within[-1] if within else good[0]

    def took(self, lane: Lane, took: Micros, lasts: Micros) -> None:
        """A live segment of `lasts` came in `took`."""
        load = took / max(lasts, 1)
        self._slow = self._slow + 1 if load >= SLOW else 0
        if self._slow >= SLOW_IN_A_ROW or load >= 2:
            self._down(lane)
            return
        above = self._above(lane)
        rate = lane.representation.bandwidth
        fits = above is not None and load * above.bandwidth <= FITS * max(rate, 1)
        self._quick = self._quick + 1 if fits else 0
        if above is not None and self._quick >= self._calm:
            self._most, self._quick, self._tried = above.bandwidth, 0, True

    def exclude(self, lane: Lane) -> bool:
        """See `RungAvoider.exclude`."""
        now = self._clock.monotonic()
        self._left = {key: until for key, until in self._left.items() if until > now}
        self._left[lane.key] = Micros(now + PENALTY)
        ids = {key[2] for key in self._left if key[1] == lane.track.id}
        return any(one.id not in ids for one in self._allowed(lane.track))

    def readmit(self, lane: Lane) -> None:
        """See `RungAvoider.readmit`."""
        self._left.pop(lane.key, None)

    def _down(self, lane: Lane) -> None:
        rate = lane.representation.bandwidth
        below = [one for one in self._allowed(lane.track) if one.bandwidth < rate]
        self._slow = self._quick = 0
        if below:
            self._most = below[-1].bandwidth
            self._calm = min(2 * self._calm, MOST_CALM) if self._tried else self._calm
            self._tried = False

    def _above(self, lane: Lane) -> Representation | None:
        rate = lane.representation.bandwidth
        return next((one for one in self._allowed(lane.track) if one.bandwidth > rate), None)

    def _allowed(self, track: Track) -> list[Representation]:
        """What the order and the decoders allow, lowest first; the lowest of all at least."""
        rungs = sorted(
            suitable(track.representations, self._output), key=lambda one: one.bandwidth
        )
        height, rate = self._request.max_height, self._request.max_bandwidth
        within = [
            one
            for one in rungs
            if (height is None or (one.height or 0) <= height)
            and (rate is None or one.bandwidth <= rate)
        ]
        return within or rungs[:1]
