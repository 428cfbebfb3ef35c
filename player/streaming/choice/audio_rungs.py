"""AudioRungs: the rung of sound: the best within reason that the line carries beside pictures."""

from collections.abc import Callable

from player.abr.controller import LineView, mbps
from player.abr.suitability import Output, suitable
from player.clock import Clock
from player.model.presentation import Representation, Track
from player.streaming.choice.rungs import PENALTY, Arrival, Progress, RungAnswer, RungQuestion
from player.streaming.fetch.lane import Lane
from player.units import BitsPerSecond, Micros, micros

ENOUGH = BitsPerSecond(200_000)
"""A stereo rung above this does not sound better to anybody; more loudspeakers take more."""

CLIMB, STAY = 0.1, 0.2
"""The share of the line that sound may take to be chosen, and to be kept."""

CALM = micros(30)
"""How long a rung is kept at least before a better one is taken."""

THICK = micros(10)
"""Media ahead of the picture from which a better rung is taken: its list must be had, too."""

_SURE = 0.5


def _unknown() -> LineView:
    return LineView()


class AudioRungs:
    """Begins with what the line's guess carries, and goes on with what it turns out to carry.

    A change is made only to a rung of the same codecs: then the decoder goes on in one epoch
    without a gap. It leaves failed rungs for a while. Engine thread only.
    """

    def __init__(
        self,
        clock: Clock,
        output: Output | None = None,
        line: Callable[[], LineView] = _unknown,
    ) -> None:
        """Begin with no rung excluded; `line` is asked what is known of it."""
        self._clock = clock
        self._output = output or Output()
        self._line = line
        self._changed_at = clock.monotonic()
        self._at_hand = ""
        self._excluded: dict[tuple[str, str, str], Micros] = {}

    def begin_with(self, representation: str) -> None:
        """Its first segment is here already."""
        self._at_hand = representation

    def first(self, track: Track) -> Representation:
        """The rung to begin with."""
        rungs = suitable(track.representations, self._output)
        here = next((one for one in rungs if one.id == self._at_hand), None)
        return here or self._best(track, rungs)

    def limit(self, output: Output) -> None:
        """See `RungChooser.limit`."""
        self._output = output

    def choose(self, question: RungQuestion) -> RungAnswer:
        """See `RungChooser.choose`."""
        lane, current = question.lane, question.lane.representation
        left = self._left(lane)
        if all(one.id != current.id for one in left):
            return self.instead(lane)
        alike = tuple(one for one in left if one.codecs and one.codecs == current.codecs)
        if len(alike) < 2:
            return RungAnswer(representation=current, reason="kept")
        line = self._line()
        if line.rate is None or line.confidence < _SURE:
            return RungAnswer(representation=current, reason="kept")
        best, share = self._best(lane.track, alike), current.bandwidth / max(line.rate, 1)
        worse = best.bandwidth < current.bandwidth and share > STAY
        better = best.bandwidth > current.bandwidth and self._may_climb(question)
        if not (worse or better):
            return RungAnswer(representation=current, reason="kept")
        self._changed_at = self._clock.monotonic()
        word = "down" if worse else "up"
        reason = f"sound {mbps(best.bandwidth)}: {word}, line {mbps(line.rate)}"
        return RungAnswer(representation=best, reason=reason)

    def instead(self, lane: Lane) -> RungAnswer:
        """See `RungChooser.instead`."""
        best = self._best(lane.track, self._left(lane))
        return RungAnswer(representation=best, reason="the former rung failed")

    def abandon(self, _progress: Progress) -> RungAnswer | None:
        """Sound is small: a fetch is always finished."""
        return None

    def came(self, _arrival: Arrival) -> None:
        """Of sound nothing is to be learnt: its rate is constant enough."""

    def exclude(self, lane: Lane) -> bool:
        """See `RungChooser.exclude`."""
        others = [one for one in self._left(lane) if one.id != lane.representation.id]
        if others:
            self._excluded[lane.key] = Micros(self._clock.monotonic() + PENALTY)
        return bool(others)

    def readmit(self, lane: Lane) -> None:
        """See `RungChooser.readmit`."""
        self._excluded.pop(lane.key, None)

    def _may_climb(self, question: RungQuestion) -> bool:
        """Never soon after the last change, nor on a thin buffer."""
        calm = self._clock.monotonic() - self._changed_at >= CALM
        return calm and question.buffered >= THICK

    def _best(self, track: Track, rungs: tuple[Representation, ...]) -> Representation:
        """The highest that is enough and that the line carries; the lowest where it is thin."""
        rate = self._line().rate
        most = ENOUGH * max(track.channels or 2, 2) / 2
        carried = most if rate is None else min(most, CLIMB * rate)
        fitting = [one for one in rungs if one.bandwidth <= carried]
        if fitting:
            return max(fitting, key=lambda one: one.bandwidth)
        return min(rungs, key=lambda one: one.bandwidth)

    def _left(self, lane: Lane) -> tuple[Representation, ...]:
        rungs = suitable(lane.track.representations, self._output)
        return tuple(one for one in rungs if self._allowed(lane.on(one).key)) or rungs

    def _allowed(self, key: tuple[str, str, str]) -> bool:
        return self._excluded.get(key, Micros(0)) <= self._clock.monotonic()
