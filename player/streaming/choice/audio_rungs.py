"""AudioRungs: the rung of a track that is chosen once and kept: the best within reason."""

from player.abr.suitability import Output, suitable
from player.clock import Clock
from player.model.presentation import Representation, Track
from player.streaming.choice.rungs import PENALTY, Progress, RungAnswer, RungQuestion
from player.streaming.fetch.lane import Lane
from player.units import BitsPerSecond, Micros

ENOUGH = BitsPerSecond(200_000)
"""A stereo rung above this does not sound better to anybody."""


class AudioRungs:
    """Takes the highest rung up to `ENOUGH`, else the lowest; leaves failed ones for a while."""

    def __init__(self, clock: Clock, output: Output | None = None) -> None:
        """Begin with no rung excluded."""
        self._clock = clock
        self._output = output or Output()
        self._excluded: dict[tuple[str, str, str], Micros] = {}

    def first(self, track: Track) -> Representation:
        """The rung to begin with."""
        return _best(suitable(track.representations, self._output))

    def limit(self, output: Output) -> None:
        """See `RungChooser.limit`."""
        self._output = output

    def choose(self, question: RungQuestion) -> RungAnswer:
        """See `RungChooser.choose`."""
        lane = question.lane
        left = self._left(lane)
        if any(one.id == lane.representation.id for one in left):
            return RungAnswer(representation=lane.representation, reason="kept")
        return self.instead(lane)

    def instead(self, lane: Lane) -> RungAnswer:
        """See `RungChooser.instead`."""
        best = _best(self._left(lane))
        return RungAnswer(representation=best, reason="the former rung failed")

    def abandon(self, _progress: Progress) -> RungAnswer | None:
        """Sound is small: a fetch is always finished."""
        return None

    def exclude(self, lane: Lane) -> bool:
        """See `RungChooser.exclude`."""
        others = [one for one in self._left(lane) if one.id != lane.representation.id]
        if others:
            self._excluded[lane.key] = Micros(self._clock.monotonic() + PENALTY)
        return bool(others)

    def readmit(self, lane: Lane) -> None:
        """See `RungChooser.readmit`."""
        self._excluded.pop(lane.key, None)

    def _left(self, lane: Lane) -> tuple[Representation, ...]:
        rungs = suitable(lane.track.representations, self._output)
        return tuple(one for one in rungs if self._allowed(lane.on(one).key)) or rungs

    def _allowed(self, key: tuple[str, str, str]) -> bool:
        return self._excluded.get(key, Micros(0)) <= self._clock.monotonic()


def _best(rungs: tuple[Representation, ...]) -> Representation:
    fitting = [one for one in rungs if one.bandwidth <= ENOUGH]
    return max(fitting, key=lambda one: one.bandwidth) if fitting else rungs[0]
