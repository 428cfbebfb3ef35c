"""One demuxer's life: the segments of one rendition that follow each other."""

from collections.abc import Callable
from dataclasses import dataclass

from player.ports import Demuxed, Demuxer
from player.streaming.feed.run_placing import RunPlacing
from player.streaming.feed.track_buffer import BufferedSegment
from player.streaming.feed.unlock import Unlock


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One stretch of segments that one demuxer reads."""

    demuxer: Demuxer
    unlock: Unlock
    key: tuple[object, ...]
    placing: RunPlacing

    @property
    def endings(self) -> tuple[Callable[[], tuple[Demuxed, ...]], ...]:
        """What gives the rest of it, a worker's: what was still encrypted, then what was held."""
        demuxer, unlock = self.demuxer, self.unlock
        held = () if unlock.whole else (lambda: demuxer.feed(unlock.flush()),)
        return *held, demuxer.flush


def run_key(head: BufferedSegment) -> tuple[object, ...]:
    """What must stay the same for one demuxer to go on."""
    rung = head.lane.representation.id
    return rung, head.segment.discontinuity, head.segment.init, head.init
