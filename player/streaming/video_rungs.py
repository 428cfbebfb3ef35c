"""VideoRungs: what the ABR controller is told about a segment, and what its answer becomes."""

from dataclasses import dataclass

from player.abr.controller import (
    AbandonInput,
    AbrController,
    AbrInput,
    Decision,
    LadderRung,
)
from player.model.presentation import Representation, Track
from player.streaming.lane import Lane
from player.streaming.parts import EngineParts
from player.streaming.rungs import Progress, RungAnswer, RungQuestion
from player.units import ByteCount, Micros, micros

PENALTY = micros(60)
"""How long a rung that failed is left alone (Media3's default for a track)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RungLimits:
    """What the viewer allows."""

    max_height: int | None = None


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
        self._begun = False
        self._excluded: dict[tuple[str, str, str], Micros] = {}

    def fix(self, representation: str | None) -> None:
        """Take only this rung from now on; None: leave it to the controller."""
        self._fixed = representation

    def first(self, track: Track) -> Representation:
        """The rung whose index is loaded first: the one the controller would begin with."""
        given = self._input(track.representations, Micros(0), micros(2), None, Micros(0))
        return _named(track, self._controller.choose(given).rung.id)

    def choose(self, question: RungQuestion) -> RungAnswer:
        """See `RungChooser.choose`."""
        lane, segment = question.lane, question.segment
        playing = lane.representation.id if self._begun else None
        self._begun = True
        given = self._input(
            self._left(lane), question.buffered, segment.duration, playing, segment.start
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
        return any(self._allowed(lane, one) for one in lane.track.representations)

    def _left(self, lane: Lane) -> tuple[Representation, ...]:
        rungs = lane.track.representations
        return tuple(one for one in rungs if self._allowed(lane, one)) or rungs

    def _allowed(self, lane: Lane, one: Representation) -> bool:
        until = self._excluded.get(lane.on(one).key, Micros(0))
        return until <= self._parts.clock.monotonic()

    def _input(
        self,
        rungs: tuple[Representation, ...],
        buffered: Micros,
        duration: Micros,
        playing: str | None,
        media_time: Micros,
    ) -> AbrInput:
        estimator = self._parts.estimator
        return AbrInput(
            now=self._parts.clock.monotonic(),
            media_time=media_time,
            buffer=Micros(max(buffered, 0)),
            segment_duration=duration,
            ladder=_ladder(rungs),
            playing=playing,
            estimate=estimator.estimate,
            confidence=estimator.confidence,
            max_height=self._limits.max_height,
            fixed=self._fixed,
        )


def _answer(track: Track, decision: Decision) -> RungAnswer:
    return RungAnswer(representation=_named(track, decision.rung.id), reason=decision.reason)


def _named(track: Track, name: str) -> Representation:
    return next(one for one in track.representations if one.id == name)


def _ladder(rungs: tuple[Representation, ...]) -> tuple[LadderRung, ...]:
    return tuple(_rung(one) for one in rungs)


def _rung(one: Representation) -> LadderRung:
    return LadderRung(id=one.id, bandwidth=one.bandwidth, height=one.height or 0)
