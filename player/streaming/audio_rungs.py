"""AudioRungs: the rung of a track that is chosen once and kept: the best within reason."""

from player.model.presentation import Representation, Track
from player.streaming.lane import Lane
from player.streaming.rungs import Progress, RungAnswer, RungQuestion
from player.units import BitsPerSecond

ENOUGH = BitsPerSecond(200_000)
"""A stereo rung above this does not sound better to anybody."""


class AudioRungs:
    """Takes the highest rung up to `ENOUGH`, else the lowest; leaves failed ones alone."""

    def __init__(self) -> None:
        """Begin with no rung excluded."""
        self._excluded: set[tuple[str, str, str]] = set()

    def first(self, track: Track) -> Representation:
        """The rung to begin with."""
        return _best(track.representations)

    def choose(self, question: RungQuestion) -> RungAnswer:
        """See `RungChooser.choose`."""
        lane = question.lane
        left = self._left(lane)
        if any(one.id == lane.representation.id for one in left):
            return RungAnswer(representation=lane.representation, reason="kept")
        return RungAnswer(representation=_best(left), reason="the former rung failed")

    def abandon(self, _progress: Progress) -> RungAnswer | None:
        """Sound is small: a fetch is always finished."""
        return None

    def exclude(self, lane: Lane) -> bool:
        """See `RungChooser.exclude`."""
        others = [one for one in self._left(lane) if one.id != lane.representation.id]
        if others:
            self._excluded.add(lane.key)
        return bool(others)

    def _left(self, lane: Lane) -> tuple[Representation, ...]:
        rungs = lane.track.representations
        return tuple(one for one in rungs if lane.on(one).key not in self._excluded) or rungs


def _best(rungs: tuple[Representation, ...]) -> Representation:
    fitting = [one for one in rungs if one.bandwidth <= ENOUGH]
    return max(fitting, key=lambda one: one.bandwidth) if fitting else rungs[0]
