"""RungAsking: which rung a track takes next, and which of its buffered pieces to fetch again."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from player.api import QualityChanged
from player.model.segment import Segment
from player.streaming.choice.rungs import RungAnswer, RungChooser, RungQuestion
from player.streaming.feed.track_buffer import BufferedSegment
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.parts import Reporter
from player.streaming.stream.queue_review import Review, is_worth_replacing
from player.units import Micros, seconds

LOG = logging.getLogger("farol.engine")


@dataclass(slots=True, kw_only=True)
class RungAsking:
    """Asks once for each segment, tells of each change. Engine thread only."""

    chooser: RungChooser
    reporter: Reporter
    _asked_at: Micros | None = None
    _replaced_until: Micros = Micros(0)

    def again(self) -> None:
        """Ask for the next segment even if it was asked for already."""
        self._asked_at = None

    def restart(self) -> None:
        """Playback begins elsewhere: everything may be looked at anew."""
        self._asked_at, self._replaced_until = None, Micros(0)

    def is_new(self, segment: Segment) -> bool:
        """Whether a segment was not asked for last."""
        return self._asked_at != segment.start

    def ask(self, question: RungQuestion) -> RungAnswer:
        """The rung for a segment."""
        self._asked_at = question.segment.start
        return self.chooser.choose(question)

    def take(self, lane: Lane, answer: RungAnswer, at: Micros) -> Lane:
        """The lane on the answer's rung; a change is told."""
        old, new = lane.representation, answer.representation
        if new.id == old.id:
            return lane
        LOG.info(
            "switch track=%s at=%.3f from=%s to=%s reason=%s",
            lane.track.kind, seconds(at), old.id, new.id, answer.reason,
        )  # fmt: skip
        self.reporter.emit(
            lambda now, tag: QualityChanged(
                at=now,
                tag=tag,
                position=at,
                from_bandwidth=old.bandwidth,
                to_bandwidth=new.bandwidth,
                reason=answer.reason,
            )
        )
        return lane.on(new)

    def would_differ(self, question: RungQuestion) -> bool:
        """Whether a buffered segment would be of another rung if it were asked for now."""
        answer = self.chooser.choose(question)
        return answer.representation.id != question.lane.representation.id

    def replaceable(
        self, unfed: Sequence[BufferedSegment], question: RungQuestion, given: Review
    ) -> Micros | None:
        """From where the buffer is to be fetched again on better rungs; None: leave it.

        Only what the chooser would itself take a better rung for, and each moment once: a
        chooser that goes by the place or by the buffer must not be sent round in a circle. Of
        whatever period a piece is: fetching goes back into one that was done.
        """
        for one in unfed:
            if one.segment.start < self._replaced_until or not is_worth_replacing(one, given):
                continue
            if self._answered(one, question, given.position) <= one.lane.representation.bandwidth:
                return None
            self._replaced_until = unfed[-1].segment.end
            return one.segment.start
        return None

    def _answered(self, one: BufferedSegment, question: RungQuestion, position: Micros) -> int:
        """The rate that the chooser would fetch a buffered piece with."""
        buffered = Micros(one.segment.start - position)
        again = replace(question, lane=one.lane, segment=one.segment, buffered=buffered)
        return self.chooser.choose(again).representation.bandwidth
