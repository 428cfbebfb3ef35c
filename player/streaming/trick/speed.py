"""PlaybackSpeed: the one who sets libmpv's speed."""

import math

from player.ports import MediaSink

SLOWEST_SPEED, FASTEST_SPEED = 0.5, 2.0
"""What speech bears with its pitch kept."""


def bounded(speed: float) -> float:
    """The nearest speed that there is; 1 for what is no number."""
    return min(max(speed, SLOWEST_SPEED), FASTEST_SPEED) if math.isfinite(speed) else 1.0


class PlaybackSpeed:
    """Makes one speed of two wishes: the viewer's, and the rate that holds a live latency.

    Who watches at another speed is on his way, and no latency is held until he is back at 1: the
    two are never multiplied. Engine thread only.
    """

    def __init__(self, sink: MediaSink) -> None:
        """Begin at the normal speed, which libmpv has."""
        self._sink = sink
        self._wished = self._held = self._told = 1.0
        self._slow = False

    @property
    def wished(self) -> float:
        """What the viewer asked for, as far as he may have it."""
        return min(self._wished, 1.0) if self._slow else self._wished

    @property
    def told(self) -> float:
        """What libmpv was told."""
        return self._told

    def wish(self, speed: float) -> None:
        """Take the viewer's wish."""
        self._wished = bounded(speed)
        self._tell()

    def limit(self, *, slow: bool) -> None:
        """From now on nothing faster than normal, or as it was wished again."""
        if slow is not self._slow:
            self._slow = slow
            self._tell()

    def hold(self, rate: float) -> None:
        """Take the rate that holds a latency."""
        self._held = rate
        self._tell()

    def reset(self) -> None:
        """Leave libmpv at its normal speed for whoever is next."""
        self._wished = self._held = 1.0
        self._tell()

    def _tell(self) -> None:
        speed = self._held if self.wished == 1.0 else self.wished
        if speed != self._told:
            self._told = speed
            self._sink.set_speed(speed)
