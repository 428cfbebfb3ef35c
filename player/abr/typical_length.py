"""TypicalLength: how long segments are on the whole, where each has a length of its own. Pure."""

from collections import deque
from statistics import median

_LOOKED_AT = 9

_OTHER = 1.3
"""How many times longer or shorter they must have become to count as others."""


class TypicalLength:
    """Keeps one length in seconds for as long as segments are about as long."""

    def __init__(self) -> None:
        """Begin with none seen."""
        self._newest: deque[float] = deque(maxlen=_LOOKED_AT)
        self._kept = 0.0

    def after(self, length: float) -> float:
        """The typical length, now that one more is known."""
        self._newest.append(length)
        middle = median(self._newest)
        if not self._kept / _OTHER < middle < self._kept * _OTHER:
            self._kept = middle
        return self._kept
