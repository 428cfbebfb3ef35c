"""RungAsking: which rung a track takes next, and which of its buffered pieces to fetch again."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from player.api import QualityChanged, SegmentReplaced
from player.model.presentation import TrackKind
from player.model.segment import Segment
from player.streaming.choice.rungs import RungAnswer, RungChooser, RungQuestion
from player.streaming.feed.track_buffer import BufferedSegment
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.parts import Reporter
from player.units import Micros, micros, seconds

LOG = logging.getLogger("farol.engine")

REVIEW = micros(1)
"""How often a full buffer is looked through, while nothing changes."""


@dataclass(slots=True, kw_only=True)
class RungAsking:
    """Asks once for each segment, tells of each change. Engine thread only.

    `replaced` are the moments for which segments were fetched again already.
    """

    chooser: RungChooser
    reporter: Reporter
    _asked_at: Micros | None = None
    _reviewed: tuple[Micros, Micros] | None = None
    _begun: bool = False
    replaced: set[Micros] = field(default_factory=set)

    def again(self) -> None:
        """Ask for the next segment even if it was asked for already."""
        self._asked_at = self._reviewed = None

    def restart(self) -> None:
        """Playback begins elsewhere: everything may be looked at anew."""
        self.again()
        self.replaced = set()

    def is_new(self, segment: Segment) -> bool:
        """Whether a segment was not asked for last."""
        return self._asked_at != segment.start

    @property
    def settled(self) -> bool:
        """Whether nobody wants to be asked again."""
        return self._asked_at is not None

    def ask(self, question: RungQuestion) -> RungAnswer:
        """The rung for a segment."""
        self._asked_at = question.segment.start
        return self.chooser.choose(question)

    def review(self, question: RungQuestion) -> RungAnswer | None:
        """What is to be fetched again while there is no room for a segment; None: not now.

        It is too soon, or the picture stands: then there is nothing new to go by.
        """
        now, former = self.reporter.clock.monotonic(), self._reviewed
        if former and (now < former[0] + REVIEW or question.buffered == former[1]):
            return None
        if all(one.settled for one in question.queued):
            return None
        self._reviewed = now, question.buffered
        return self.chooser.choose(question)

    def take(self, lane: Lane, answer: RungAnswer, at: Micros) -> Lane:
        """The lane on the answer's rung; a change is told, one of pictures to the viewer, too."""
        old, new = lane.representation, answer.representation
        begun, self._begun = self._begun, True
        if new.id == old.id:
            if not begun:
                LOG.info(
                    "rung track=%s at=%.3f is=%s reason=%s",
                    lane.track.kind, seconds(at), new.id, answer.reason,
                )  # fmt: skip
            return lane
        LOG.info(
            "switch track=%s at=%.3f from=%s to=%s reason=%s",
            lane.track.kind, seconds(at), old.id, new.id, answer.reason,
        )  # fmt: skip
        if lane.track.kind is not TrackKind.VIDEO:
            return lane.on(new)
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

    def tell_replaced(self, old: BufferedSegment, new: BufferedSegment, reason: str) -> None:
        """Tell the viewer of pictures that were fetched again."""
        if new.lane.track.kind is not TrackKind.VIDEO:
            return
        self.reporter.emit(
            lambda now, tag: SegmentReplaced(
                at=now,
                tag=tag,
                position=new.segment.start,
                duration=new.segment.duration,
                from_bandwidth=old.lane.representation.bandwidth,
                to_bandwidth=new.lane.representation.bandwidth,
                reason=reason,
            )
        )

    def would_differ(self, question: RungQuestion) -> bool:
        """Whether a buffered segment would be of another rung if it were asked for now."""
        answer = self.chooser.choose(question)
        return answer.representation.id != question.lane.representation.id

    def replaceable(
        self, unfed: Sequence[BufferedSegment], start: Micros
    ) -> BufferedSegment | None:
        """The buffered segment that begins then, if it may be fetched again.

        Each moment once: a chooser that goes by the place or by the buffer must not be sent round
        in a circle. What could not be had is not asked for once more.
        """
        found = next((one for one in unfed if one.segment.start == start), None)
        if found is None or found.skipped or not found.whole or start in self.replaced:
            return None
        self.replaced = {one for one in self.replaced if one > unfed[0].segment.start} | {start}
        return found
