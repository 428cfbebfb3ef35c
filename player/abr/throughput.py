"""ThroughputController: takes what the line carries, with a margin; the buffer only restrains.

Factors are hls.js's (abrBandWidthFactor 0.95, abrBandWidthUpFactor 0.7): what lies between the
two is the hysteresis that keeps a steady line from swinging.
"""

from player.abr import abandon
from player.abr.caps import DecoderRelief, allowed, pinned
from player.abr.controller import AbandonInput, AbrInput, Decision, LadderRung, mbps
from player.units import MICROS_PER_SECOND, BitsPerSecond, Micros, seconds

STAY = 0.95
CLIMB = 0.7
_SURE = 0.5  # below this confidence a climb goes one rung at a time


class ThroughputController:
    """Implements `AbrController`: down at once, up with a margin and never on a thin buffer."""

    def __init__(self, *, stay: float = STAY, climb: float = CLIMB) -> None:
        """Stay while a rung needs no more than `stay` of the estimate; climb within `climb`."""
        self._stay, self._climb = stay, climb
        self._relief = DecoderRelief()

    def choose(self, given: AbrInput) -> Decision:
        """See `AbrController.choose`."""
        fixed = pinned(given)
        if fixed is not None:
            return fixed
        rungs = self._relief.apply(given, allowed(given))
        current = given.current
        if given.estimate is None:
            rung = rungs[0] if current is None or current not in rungs else current
            return Decision(rung=rung, reason=f"{rung.name}: nothing is known of the line yet")
        if current is None:
            return self._first(given, rungs, given.estimate)
        return self._next(given, rungs, given.estimate, current)

    def abandon(self, given: AbandonInput) -> Decision | None:
        """See `AbrController.abandon`."""
        return abandon.abandon(given)

    def _first(
        self, given: AbrInput, rungs: tuple[LadderRung, ...], estimate: BitsPerSecond
    ) -> Decision:
        rung = _best(given, rungs, self._climb * estimate)
        return Decision(
            rung=rung, reason=f"{rung.name}: first, {self._climb:g} of {mbps(estimate)}"
        )

    def _next(
        self,
        given: AbrInput,
        rungs: tuple[LadderRung, ...],
        estimate: BitsPerSecond,
        current: LadderRung,
    ) -> Decision:
        line = f"line {mbps(estimate)}, buffer {seconds(given.buffer):.1f} s"
        if current not in rungs:
            rung = _best(given, rungs, self._stay * estimate)
            return Decision(rung=rung, reason=f"{rung.name}: {current.name} is capped; {line}")
        if need(current, given.segment_duration) > self._stay * estimate:
            rung = _best(given, _below(rungs, current), self._stay * estimate)
            why = "down" if rung != current else "the lowest there is"
            return Decision(rung=rung, reason=f"{rung.name}: {why}, over {self._stay:g} of {line}")
        best = _best(given, rungs, self._climb * estimate)
        if best.bandwidth <= current.bandwidth:
            return Decision(rung=current, reason=f"{current.name}: stays; {line}")
        thin = enough(given)
        if given.buffer < thin:
            reason = f"{current.name}: stays, buffer under {seconds(thin):.1f} s; {line}"
            return Decision(rung=current, reason=reason)
        if given.confidence < _SURE:
            best = rungs[rungs.index(current) + 1]
        return Decision(rung=best, reason=f"{best.name}: up, within {self._climb:g} of {line}")


def enough(given: AbrInput) -> Micros:
    """Give the buffer from which a climb may begin: two segments, less close to a live edge."""
    two = 2 * given.segment_duration
    return Micros(two if given.target_latency is None else min(two, given.target_latency // 2))


def need(rung: LadderRung, duration: Micros) -> BitsPerSecond:
    """Give the rate that keeps up with a rung: its bandwidth, or its next segment's if higher."""
    if rung.segment_size is None or not duration:
        return rung.bandwidth
    exact = rung.segment_size * 8 * MICROS_PER_SECOND // duration
    return BitsPerSecond(max(rung.bandwidth, exact))


def _best(given: AbrInput, rungs: tuple[LadderRung, ...], budget: float) -> LadderRung:
    fitting = [rung for rung in rungs if need(rung, given.segment_duration) <= budget]
    return fitting[-1] if fitting else rungs[0]


def _below(rungs: tuple[LadderRung, ...], current: LadderRung) -> tuple[LadderRung, ...]:
    return rungs[: rungs.index(current)] or rungs[:1]
