"""Which buffered segments are worth fetching again. Pure: controllers call it, streaming does it.

Media3's AdaptiveTrackSelection.evaluateQueueSize and hls.js's nextLevel do likewise. The engine
offers as `queued` only what libmpv was not given, and each moment once (after that it is
`settled`), so that nothing goes round in a circle.
"""

from copy import deepcopy
from dataclasses import replace

from player.abr.caps import DROPPED_TOO_MANY
from player.abr.controller import (
    FED,
    AbandonInput,
    AbrController,
    AbrInput,
    Decision,
    LadderRung,
    Queued,
)
from player.units import Micros, micros, seconds

SPARE = 1.5
"""How many times as long as a fetch takes there must be until libmpv is given the segment."""

WORTH = 1.5
"""How much faster than real time the line must bring what is fetched a second time."""

GUESS = 0.5
"""What a first guess is worth that no transfer has borne out yet."""


def position(given: AbrInput) -> Micros:
    """Where the picture is: the next segment begins a buffer behind it."""
    return Micros(given.media_time - given.buffer)


def carries_twice(given: AbrInput, rung: LadderRung) -> bool:
    """Whether the line makes good what is thrown away for `rung`."""
    if given.line.rate is None:
        return False
    worth = given.line.rate * (1 if given.line.confidence else GUESS)
    return worth >= WORTH * (rung.bandwidth + given.beside)


def first_poor(given: AbrInput, rung: LadderRung) -> Queued | None:
    """The first buffered segment poorer than `rung` that can be had from it in time."""
    later = _in_time(given, rung)
    return next((one for one in later if one.bandwidth < rung.bandwidth), None)


def first_heavy(given: AbrInput, rung: LadderRung) -> Queued | None:
    """The first one that the decoder could not follow either; None while it follows."""
    if given.dropped_rate <= DROPPED_TOO_MANY or not rung.height:
        return None
    return next((one for one in _in_time(given, rung) if one.height > rung.height), None)


def lightened(given: AbrInput, decision: Decision) -> Decision:
    """Before all else, what the decoder cannot follow is fetched again."""
    heavy = first_heavy(given, decision.rung)
    return decision if heavy is None else _with(decision, heavy, "too heavy to decode")


def _in_time(given: AbrInput, rung: LadderRung) -> list[Queued]:
    since = _since(given, rung)
    return [one for one in given.queued if one.start >= since and not one.settled]


def _since(given: AbrInput, rung: LadderRung) -> float:
    """From when on a segment of `rung` would come before libmpv is given the other one."""
    took = rung.bits(given.segment_duration) / max(given.line.rate or 0, 1) + seconds(
        given.line.latency
    )
    return position(given) + FED + micros(SPARE * took)


class Replacing:
    """Gives a controller that never replaces anything the common rule. Implements it for it.

    A better rung replaces poorer segments where the line carries them twice, and where the
    controller itself would take a better one for them: one that goes by the place or by the
    buffer might not. It is asked that on a copy, since it may remember what it is asked.
    """

    def __init__(self, controller: AbrController) -> None:
        """Ask `controller` for everything else."""
        self._controller = controller

    def choose(self, given: AbrInput) -> Decision:
        """See `AbrController.choose`."""
        decision = self._controller.choose(given)
        if decision.replace is not None or decision.wait or not given.queued:
            return decision
        lighter = lightened(given, decision)
        if lighter.replace is not None:
            return lighter
        poor = first_poor(given, decision.rung)
        if poor is None or not carries_twice(given, decision.rung):
            return decision
        if self._would_take(given, poor) <= poor.bandwidth:
            return decision
        return _with(decision, poor, "poorer")

    def abandon(self, given: AbandonInput) -> Decision | None:
        """See `AbrController.abandon`."""
        return self._controller.abandon(given)

    def _would_take(self, given: AbrInput, one: Queued) -> int:
        buffered = Micros(one.start - position(given))
        again = replace(given, media_time=one.start, buffer=buffered, queued=())
        return deepcopy(self._controller).choose(again).rung.bandwidth


def _with(decision: Decision, since: Queued, why: str) -> Decision:
    told = f"{decision.reason}; what is buffered of {seconds(since.start):.1f} s is {why}"
    return replace(decision, replace=since.start, reason=told)
