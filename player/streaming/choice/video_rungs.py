"""VideoRungs: what the ABR controller is told about a segment, and what its answer becomes."""

from dataclasses import dataclass, field, replace

from player.abr.controller import (
    AbandonInput,
    AbrController,
    AbrInput,
    Decision,
    LadderRung,
)
from player.abr.suitability import Output, suitable
from player.model.presentation import Representation, Track
from player.streaming.choice.rungs import PENALTY, Progress, RungAnswer, RungQuestion
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.parts import EngineParts
from player.units import ByteCount, Micros, micros

REMEMBERED = 256
"""Rungs of former periods that are known by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RungLimits:
    """What the viewer allows."""

    max_height: int | None = None
    output: Output = field(default_factory=Output)


class VideoRungs:
    """Asks one controller for one session's rungs. Engine thread only."""

    def __init__(
        self, *, controller: AbrController, parts: EngineParts, limits: RungLimits
    ) -> None:
        """Begin with no rung excluded and none fixed."""
        self._controller = controller
        self._parts = parts
        self._limits = limits
        self._fixed: str | None = None
        self._known: dict[str, Representation] = {}
        self._begun = False
        self._excluded: dict[tuple[str, str, str], Micros] = {}

    def fix(self, representation: str | None) -> None:
        """Take only this rung from now on; None: leave it to the controller.

        Where a period has not got it, the one nearest to it in height, then in rate.
        """
        self._fixed = representation

    def limit(self, output: Output) -> None:
        """See `RungChooser.limit`."""
        self._limits = replace(self._limits, output=output)

    def first(self, track: Track) -> Representation:
        """The rung whose index is loaded first: the one the controller would begin with."""
        given = self._input(suitable(track.representations, self._limits.output))
        return _named(track, self._controller.choose(given).rung.id)

    def choose(self, question: RungQuestion) -> RungAnswer:
        """See `RungChooser.choose`."""
        lane, segment = question.lane, question.segment
        playing = lane.representation.id if self._begun else None
        self._begun = True
        given = replace(
            self._input(self._left(lane)),
            buffer=Micros(max(question.buffered, 0)),
            segment_duration=segment.duration,
            playing=playing,
            media_time=segment.start,
            target_latency=question.target_latency,
        )
        return _answer(lane.track, self._controller.choose(given))

    def abandon(self, progress: Progress) -> RungAnswer | None:
        """See `RungChooser.abandon`; a fixed rung is never given up."""
        question = progress.question
        if self._fixed is not None:
            return None
        decision = self._controller.abandon(
            AbandonInput(
                now=self._parts.clock.monotonic(),
                started=progress.started,
                received=ByteCount(progress.received),
                buffer=question.buffered,
                segment_duration=question.segment.duration,
                ladder=_ladder(self._left(question.lane)),
                rung=_rung(question.lane.representation),
                pieces=progress.pieces,
            )
        )
        return _answer(question.lane.track, decision) if decision else None

    def exclude(self, lane: Lane) -> bool:
        """See `RungChooser.exclude`."""
        self._excluded[lane.key] = Micros(self._parts.clock.monotonic() + PENALTY)
        return any(self._allowed(lane, one) for one in self._suitable(lane))

    def readmit(self, lane: Lane) -> None:
        """See `RungChooser.readmit`."""
        self._excluded.pop(lane.key, None)

    def instead(self, lane: Lane) -> RungAnswer:
        """See `RungChooser.instead`: the nearest one, lower ones first."""
        failed = lane.representation.bandwidth
        rungs = [one for one in self._left(lane) if one.id != lane.representation.id]
        nearest = min(rungs or [lane.representation], key=lambda one: _distance(failed, one))
        return RungAnswer(representation=nearest, reason="the former rung failed")

    def _left(self, lane: Lane) -> tuple[Representation, ...]:
        rungs = self._suitable(lane)
        return tuple(one for one in rungs if self._allowed(lane, one)) or rungs

    def _suitable(self, lane: Lane) -> tuple[Representation, ...]:
        return suitable(lane.track.representations, self._limits.output)

    def _allowed(self, lane: Lane, one: Representation) -> bool:
        until = self._excluded.get(lane.on(one).key, Micros(0))
        return until <= self._parts.clock.monotonic()

    def _input(self, rungs: tuple[Representation, ...]) -> AbrInput:
        """What a first question rests on."""
        estimator = self._parts.estimator
        return AbrInput(
            now=self._parts.clock.monotonic(),
            media_time=Micros(0),
            buffer=Micros(0),
            segment_duration=micros(2),
            ladder=_ladder(rungs),
            estimate=estimator.estimate,
            confidence=estimator.confidence,
            max_height=self._limits.max_height,
            fixed=self._fixed_in(rungs),
        )

    def _fixed_in(self, rungs: tuple[Representation, ...]) -> str | None:
        """The rung of these that the viewer fixed, or meant."""
        if len(self._known) > REMEMBERED:
            self._known = {one: rung for one, rung in self._known.items() if one == self._fixed}
        self._known |= {one.id: one for one in rungs}
        meant = self._known.get(self._fixed or "")
        if meant is None or any(one.id == meant.id for one in rungs):
            return self._fixed
        return min(rungs, key=lambda one: _apart(one, meant)).id


def _distance(bandwidth: int, one: Representation) -> tuple[bool, int]:
    return one.bandwidth > bandwidth, abs(one.bandwidth - bandwidth)


def _answer(track: Track, decision: Decision) -> RungAnswer:
    return RungAnswer(representation=_named(track, decision.rung.id), reason=decision.reason)


def _apart(one: Representation, other: Representation) -> tuple[int, int]:
    height = abs((one.height or 0) - (other.height or 0))
    return height, abs(one.bandwidth - other.bandwidth)


def _named(track: Track, name: str) -> Representation:
    return next(one for one in track.representations if one.id == name)


def _ladder(rungs: tuple[Representation, ...]) -> tuple[LadderRung, ...]:
    return tuple(_rung(one) for one in rungs)


def _rung(one: Representation) -> LadderRung:
    return LadderRung(id=one.id, bandwidth=one.bandwidth, height=one.height or 0)
