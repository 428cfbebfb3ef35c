"""From the container's time stamps to presentation time."""

from player.model.segment import Segment
from player.units import MICROS_PER_SECOND, Micros

WRAP = Micros((1 << 33) * MICROS_PER_SECOND // 90_000)
"""The span after which 33-bit MPEG-2 time stamps begin again (ISO/IEC 13818-1 2.4.3.7)."""


class MediaTimeline:
    """Learns, once for each discontinuity, what to add to media time; DASH tells it outright.

    All renditions of one discontinuity share a clock (RFC 8216 6.2.4), so the first to come
    teaches the others. `leader` says whose first time stamp is taken to be the segment's start.
    """

    def __init__(self) -> None:
        """Begin knowing nothing."""
        self._learned: dict[int, Micros] = {}

    def knows(self, segment: Segment) -> bool:
        """Whether `offset` can answer for this segment without a time stamp."""
        return segment.media_offset is not None or segment.discontinuity in self._learned

    def offset(self, segment: Segment, first_pts: Micros) -> Micros:
        """What to add to the media times of `segment`, whose first one is `first_pts`.

        Time stamps that wrapped since the offset was learned are brought back beside the
        segment's own start.
        """
        if segment.media_offset is not None:
            return segment.media_offset
        learned = self._learned.setdefault(
            segment.discontinuity, Micros(segment.start - first_pts)
        )
        wraps = round((segment.start - first_pts - learned) / WRAP)
        return Micros(learned + wraps * WRAP)
