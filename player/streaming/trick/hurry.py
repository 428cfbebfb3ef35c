"""Hurry: when a live picture that plays faster has caught up, or would run dry."""

import logging
from dataclasses import dataclass

from player.streaming.fetch.lane import Lane
from player.streaming.presentation.window_finder import WindowFinder
from player.streaming.trick.speed import PlaybackSpeed
from player.units import Micros, micros, seconds

LOG = logging.getLogger("farol.engine")

BETWEEN_LOOKS = micros(0.25)
"""How old a position may be when it is looked at: libmpv tells it ten times a second."""

SEGMENTS_LEFT = 2
"""With no more of the programme than that behind the buffer, there is nothing to hurry into."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HurryView:
    """A live picture that plays at `speed`.

    `behind` is how far it is behind the live point, `buffered` what can be played without another
    byte, `reserve` what of that decoders hold; `unfetched` is what the window has beyond the
    buffer, `segment` how long its segments are.
    """

    speed: float
    behind: Micros
    buffered: Micros
    reserve: Micros
    unfetched: Micros
    segment: Micros


def must_slow_down(view: HurryView) -> bool:
    """Whether the live point is reached, or a buffer that cannot grow is about to run dry. Pure.

    A buffer that is short while there is more to fetch is the line's affair, as on demand.
    """
    if view.speed <= 1.0:
        return False
    margin = Micros(round(view.speed * BETWEEN_LOOKS))
    if view.behind <= margin:
        return True
    all_there = view.unfetched < SEGMENTS_LEFT * view.segment
    return all_there and view.buffered <= view.reserve + margin


class Hurry:
    """Asked at each word of libmpv. Engine thread only."""

    def __init__(self, speed: PlaybackSpeed, windows: WindowFinder, reserve: Micros) -> None:
        """Look at what plays at `speed`; `reserve` is what decoders hold of the buffer."""
        self._speed = speed
        self._windows = windows
        self._reserve = reserve

    def must_end(self, lane: Lane | None, position: Micros, playable: Micros) -> bool:
        """Whether a picture at `position`, with so much ahead of it, goes on at 1."""
        edge = self._windows.edge(lane, position) if self._speed.wished > 1.0 else None
        if edge is None:
            return False
        view = HurryView(
            speed=self._speed.wished,
            behind=edge.behind,
            buffered=playable,
            reserve=self._reserve,
            unfetched=Micros(edge.window.end - position - playable),
            segment=edge.window.segment,
        )
        if not must_slow_down(view):
            return False
        LOG.info("speed=1 behind=%.2f buffer=%.2f", seconds(view.behind), seconds(playable))
        return True
