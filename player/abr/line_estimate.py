"""What a session is told of the line: all of it, or the share that is its own."""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from player.abr.controller import LineView
from player.units import BitsPerSecond


class LineEstimate(Protocol):
    """What is known of a line; `BandwidthEstimator` is one. Reads no clock."""

    @property
    def estimate(self) -> BitsPerSecond | None:
        """What it carries; None: not even a guess."""
        ...

    @property
    def confidence(self) -> float:
        """How far to trust that: 0 for a guess, towards 1."""
        ...

    @property
    def view(self) -> LineView:
        """All of it, as a controller is told."""
        ...


class LineShareView:
    """Implements `LineEstimate`: another line's, scaled to the part that `part` gives.

    `part` is 0..1; None: nobody else is on the line, and it is told as it is. Engine thread only.
    """

    def __init__(self, line: LineEstimate, part: Callable[[], float | None]) -> None:
        """Look at `line`."""
        self._line = line
        self._part = part
        self._made: tuple[LineView, float, LineView] | None = None

    @property
    def estimate(self) -> BitsPerSecond | None:
        """See `LineEstimate.estimate`."""
        return _scaled(self._line.estimate, self._part())

    @property
    def confidence(self) -> float:
        """See `LineEstimate.confidence`."""
        return self._line.confidence

    @property
    def view(self) -> LineView:
        """See `LineEstimate.view`; says that it is shared where it is."""
        whole, part = self._line.view, self._part()
        if part is None:
            return whole
        if self._made is None or self._made[0] is not whole or self._made[1] != part:
            self._made = whole, part, scaled(whole, part)
        return self._made[2]


def scaled(view: LineView, part: float) -> LineView:
    """Give what is known of `part` of a line; the wait for a first byte is nobody's to share."""
    return replace(
        view,
        rate=_scaled(view.rate, part),
        low=_scaled(view.low, part),
        recent=tuple(BitsPerSecond(round(one * part)) for one in view.recent),
        shared=True,
    )


def _scaled(rate: BitsPerSecond | None, part: float | None) -> BitsPerSecond | None:
    return rate if rate is None or part is None else BitsPerSecond(round(rate * part))
