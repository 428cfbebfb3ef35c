"""LiveEdge: when a live picture has fallen so far behind that it must jump. Pure.

Every stall leaves live television further behind its edge. A little of that is a buffer for the
next stall; what goes beyond `SLACK` buys nothing, since no more media are fetched ahead than that.
hls.js goes by liveMaxLatencyDuration, dash.js by maxDrift, Media3 only by the window.
"""

from dataclasses import dataclass

from player.streaming.presentation.live import Window
from player.units import Micros, micros

SLACK = micros(30)
"""What a picture may fall behind by stalls where the manifest tells no largest latency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeView:
    """A look at the edge: the picture, the live point, and where to go from behind the window.

    `latency` is counted from the live programme; `most` is the largest that the manifest allows
    (ServiceDescription, ISO/IEC 23009-1 Annex K), None where it tells nothing.
    """

    position: Micros
    window: Window
    point: Micros
    rejoin: Micros
    latency: Micros
    most: Micros | None = None


class LiveEdge:
    """Remembers how far behind playback set out: who went back on purpose is left there."""

    def __init__(self) -> None:
        """Begin before the first picture."""
        self._base: Micros | None = None

    def restart(self) -> None:
        """Playback set out anew: by a seek, or after a pause."""
        self._base = None

    def look(self, view: EdgeView) -> Micros | None:
        """Where playback must jump to; None: it is near enough, or nothing nearer is there."""
        behind = Micros(max(view.point - view.position, 0))
        self._base = behind if self._base is None else self._base
        lost = view.position < view.window.start
        if self._base > view.window.segment:
            return view.rejoin if lost and view.rejoin > view.position else None
        too_late = view.most is not None and view.latency > view.most
        if behind <= view.window.segment or not (lost or too_late or behind - self._base > SLACK):
            return None
        return view.point
