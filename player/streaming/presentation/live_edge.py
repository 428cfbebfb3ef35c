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


MOST_COST = micros(1)
"""What a jump is believed to cost at most."""

SHORT = micros(5)
"""Who was away for so long where a latency is held did not mean to stay behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeView:
    """A look at the edge: the picture, the live point, and where to go from behind the window.

    `latency` is counted from the live programme; `most` is the largest that the manifest allows
    (ServiceDescription, ISO/IEC 23009-1 Annex K), None where it tells nothing. `catchable` is how
    much the playback rate makes up for in good time, None where it is left alone; `playable` what
    can be played without another byte.
    """

    position: Micros
    window: Window
    point: Micros
    rejoin: Micros
    latency: Micros
    most: Micros | None = None
    catchable: Micros | None = None
    playable: Micros = Micros(0)

    @property
    def behind(self) -> Micros:
        """How far the picture is behind where it is meant to be."""
        return Micros(max(self.point - self.position, 0))

    @property
    def slack(self) -> Micros:
        """What it may fall behind by stalls: the rate makes up for it, or nobody needs it."""
        return SLACK if self.catchable is None else self.catchable

    @property
    def has_point(self) -> bool:
        """Whether a jump would land in what is there, with as much left as two arrivals bring."""
        return self.playable >= self.behind + 2 * self.window.arrival


class LiveEdge:
    """Remembers how far behind playback set out: who went back on purpose is left there."""

    def __init__(self) -> None:
        """Begin before the first picture."""
        self._base: Micros | None = None
        self._jumped: bool | None = None
        self._costs = {True: Micros(0), False: Micros(0)}

    def landed(self, view: EdgeView) -> None:
        """The picture runs, as in `view`: what the last jump left undone is what one costs.

        Where that is more than a jump gains (a slow machine, a slow line), it is left to the rate.
        One into what is there (`EdgeView.has_point`) waits for no line: its cost is another.
        """
        if self._jumped is not None:
            self._costs[self._jumped] = Micros(min(view.behind, MOST_COST))
            self._jumped = None

    def restart(self, view: EdgeView | None = None) -> None:
        """Playback set out anew, by a seek or after a pause, as in `view` where that is known."""
        self._base = None if view is None else view.behind

    def is_aside(self, view: EdgeView) -> bool:
        """Whether the viewer stays behind on purpose: farther than is made up for."""
        base = view.behind if self._base is None else self._base
        held = 0 if view.catchable is None else max(view.catchable, SHORT)
        return base > max(view.window.segment, held)

    def look(self, view: EdgeView) -> Micros | None:
        """Where playback must jump to; None: it is near enough, or nothing nearer is there."""
        behind = view.behind
        self._base = behind if self._base is None else self._base
        lost = view.position < view.window.start
        if self.is_aside(view):
            return view.rejoin if lost and view.rejoin > view.position else None
        too_late = view.most is not None and view.latency > view.most
        meant = self._base if self._base <= view.slack else 0  # more than that is made up for
        cost = 0 if view.catchable is None else self._costs[view.has_point]
        far = lost or too_late or behind - meant > view.slack + cost
        if not far or behind <= view.window.arrival:
            return None
        self._jumped = view.has_point
        return view.point
