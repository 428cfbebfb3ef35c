"""What another playback speed makes of a line, for controllers that reckon in media time. Pure.

At twice the speed a second of media is over in half a second, and the line carries half as much
while it plays: to whoever counts in seconds of media, buffers, segments and rungs are what they
were, and the line is half as fast. So no controller need know of speeds, and none takes a higher
rung at a higher one that would not take it on a better line.
"""

from dataclasses import replace

from player.abr.controller import AbandonInput, AbrInput, LineView
from player.units import BitsPerSecond, Micros


def line_at(speed: float, line: LineView) -> LineView:
    """The line by seconds of media that are played at `speed` (more than 0)."""
    if speed == 1.0:
        return line
    return replace(
        line,
        rate=_slowed(line.rate, speed),
        low=_slowed(line.low, speed),
        recent=tuple(_by(one, speed) for one in line.recent),
        latency=Micros(round(line.latency * speed)),
    )


def at_speed(speed: float, given: AbrInput) -> AbrInput:
    """What a decision rests on at `speed` (more than 0).

    What may be spent in a second is spent sooner at a higher speed; at a lower one it is no leave
    to take more than else.
    """
    if speed == 1.0:
        return given
    return replace(
        given,
        line=line_at(speed, given.line),
        max_bandwidth=_slowed(given.max_bandwidth, max(speed, 1.0)),
    )


def under_way_at(speed: float, given: AbandonInput) -> AbandonInput:
    """A segment on its way, by seconds of media that are played at `speed` (more than 0)."""
    if speed == 1.0:
        return given

    def lasting(moment: Micros) -> Micros:
        return Micros(round(moment * speed))

    return replace(
        given,
        now=lasting(given.now),
        started=lasting(given.started),
        first_byte=None if given.first_byte is None else lasting(given.first_byte),
        line=line_at(speed, given.line),
    )


def in_real_time(speed: float, wait: Micros) -> Micros:
    """How long a wait told in media time lasts."""
    return wait if speed == 1.0 else Micros(round(wait / speed))


def _slowed(rate: BitsPerSecond | None, speed: float) -> BitsPerSecond | None:
    return None if rate is None else _by(rate, speed)


def _by(rate: BitsPerSecond, speed: float) -> BitsPerSecond:
    return BitsPerSecond(round(rate / speed))
