"""RobustMpcController: RobustMPC of Yin, Jindal, Sekar, Sinopoli (SIGCOMM 2015), sections 4-5.

"A Control-Theoretic Approach for Dynamic Adaptive Video Streaming over HTTP": of all plans for
the next five segments the one of the greatest QoE_lin at the lowest rate to be expected, which is
the harmonic mean of the last five transfers over one plus the worst error of the last five such
predictions; its first rung is taken. QoE_lin: rates in Mbit/s, less each change of rate, less the
top rung's rate for each second of rebuffering.
"""

from collections import deque

from player.abr import abandon
from player.abr.caps import DecoderRelief, allowed, pinned
from player.abr.controller import AbandonInput, AbrInput, Decision, LadderRung, LineView, mbps
from player.abr.plan_search import PlanTerms, Segment, best_plan
from player.abr.rung_rules import capped, lasting, moved, seen, unknown, waiting
from player.units import seconds

HORIZON = 5
"""Segments that are planned."""

REMEMBERED = 5
"""Transfers, and errors of predictions, that are looked back on."""


class RobustMpcController:
    """Implements `AbrController`: plans five segments for the worst that may be expected."""

    def __init__(self) -> None:
        """Begin with no error made."""
        self._relief = DecoderRelief()
        self._errors: deque[float] = deque(maxlen=REMEMBERED)
        self._seen: tuple[float, ...] = ()
        self._predicted: float | None = None

    def choose(self, given: AbrInput) -> Decision:
        """See `AbrController.choose`."""
        fixed = pinned(given)
        if fixed is not None:
            return fixed
        rungs = self._relief.apply(given, allowed(given))
        mean = self._predict(given.line)
        if mean is None:
            return unknown(given, rungs)
        error = max(self._errors, default=0.0)
        rate = max(1.0, mean / (1 + error) - given.beside)
        value, place = best_plan(_segments(rungs, given, rate), _terms(rungs, given))
        rung = rungs[place]
        reason = (
            f"{rung.name}: {moved(given, rung)}, best of {HORIZON} at {mbps(rate)} (wrong by "
            f"{100 * error:.0f} %), QoE {value:.1f}, {seen(given)}{capped(given, self._relief)}"
        )
        return Decision(rung=rung, reason=reason)

    def abandon(self, given: AbandonInput) -> Decision | None:
        """See `AbrController.abandon`; the paper has no rule of its own."""
        return abandon.abandon(given)

    def _predict(self, line: LineView) -> float | None:
        """The harmonic mean of the last transfers; learns first how wrong the last one was."""
        seen = tuple(float(one) for one in line.recent[-REMEMBERED:] if one > 0)
        if not seen and line.rate:
            seen = (float(line.rate),)
        if not seen:
            return None
        if seen != self._seen and self._predicted is not None and line.recent:
            self._errors.append(abs(self._predicted - seen[-1]) / seen[-1])
        self._seen = seen
        self._predicted = len(seen) / sum(1 / one for one in seen)
        return self._predicted


def _segments(rungs: tuple[LadderRung, ...], given: AbrInput, rate: float) -> tuple[Segment, ...]:
    """For each segment of the plan: how long each rung takes to come."""
    wait, duration = waiting(given), lasting(given)
    return tuple(
        tuple(wait + _size(rung, ahead, duration) / rate for rung in rungs)
        for ahead in range(HORIZON)
    )


def _size(rung: LadderRung, ahead: int, duration: float) -> float:
    """The bits of a segment, as the manifest tells or as the rung's rate says."""
    if ahead < len(rung.sizes):
        return rung.sizes[ahead] * 8.0
    return max(0.0, rung.bandwidth * duration)


def _terms(rungs: tuple[LadderRung, ...], given: AbrInput) -> PlanTerms:
    current = given.current
    return PlanTerms(
        rates=tuple(rung.bandwidth / 1e6 for rung in rungs),
        last=None if current is None else current.bandwidth / 1e6,
        buffer=max(0.0, seconds(given.buffer)),
        limit=max(0.0, seconds(given.buffer_limit)),
        duration=lasting(given),
        stall=max(rung.bandwidth for rung in given.ladder) / 1e6,
    )
