"""Fast switching: which buffered segments are worth fetching again on a better rung. Pure.

Media3's AdaptiveTrackSelection.evaluateQueueSize and hls.js's nextLevel do likewise.
"""

from dataclasses import dataclass, field

from player.streaming.feed.track_buffer import BufferedSegment
from player.streaming.fetch.load_control import LoadControl
from player.units import BitsPerSecond, Micros, micros

SAFE = micros(8)
"""Media beyond what is fed that is left alone: time to fetch the rest again."""

WORTH = 1.5
"""How much faster than real time the line must bring what is fetched a second time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a look at the queue rests on; `wanted` is the rung's rate that is fetched now.

    `headroom` is the line's rate over what the rungs need, None while it is unknown.
    """

    position: Micros
    wanted: BitsPerSecond
    headroom: float | None
    control: LoadControl = field(default_factory=LoadControl)


def is_worth_replacing(one: BufferedSegment, given: Review) -> bool:
    """Whether a buffered segment should be fetched again.

    Only what lies well ahead of the picture and of what libmpv was fed, only where it is lower
    than what is wanted now, and only on a line that makes good what is thrown away. What could
    not be had is not asked for once more.
    """
    if given.headroom is None or given.headroom < WORTH or one.taken or one.skipped:
        return False
    first = given.position + given.control.feed + SAFE
    return one.lane.representation.bandwidth < given.wanted and one.segment.start >= first
