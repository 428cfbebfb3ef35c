"""Ewma: an average that forgets."""

from math import exp, log


class Ewma:
    """An exponentially weighted average of values that last for some seconds each."""

    __slots__ = ("_decay", "_value", "weight")

    def __init__(self, half_life: float) -> None:
        """Let a value count half after `half_life` seconds of others."""
        self._decay = log(0.5) / half_life
        self._value = 0.0
        self.weight = 0.0

    def add(self, value: float, duration: float) -> None:
        """Count `value` for `duration` seconds."""
        kept = exp(self._decay * duration)
        self._value = value * (1 - kept) + self._value * kept
        self.weight += duration

    def copy(self) -> "Ewma":
        """Give one that goes on from here by itself."""
        twin = Ewma(1.0)
        twin._decay, twin._value, twin.weight = self._decay, self._value, self.weight
        return twin

    @property
    def value(self) -> float:
        """The average, with the nothing that it began from taken out; 0 before any value."""
        known = 1 - exp(self._decay * self.weight)
        return self._value / known if known else 0.0
