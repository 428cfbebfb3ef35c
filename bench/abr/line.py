"""A line whose rate and latency are known for all time: what a trace says. Pure."""

import json
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

LARGEST = 1e15


@dataclass(frozen=True, slots=True)
class Stretch:
    """So long, in seconds, the line carries so many bit/s, with so many seconds of latency."""

    duration: float
    rate: float
    latency: float

    @property
    def possible(self) -> bool:
        """Whether there are such lines; a rate of 0 is an outage."""
        return all(0 <= one < LARGEST for one in (self.duration, self.rate, self.latency))


class Line:
    """A trace, repeated for ever. Times are seconds from its beginning."""

    def __init__(self, name: str, stretches: Sequence[Stretch]) -> None:
        """Take a trace that carries something, else nothing would ever arrive.

        Raises ValueError for one that does not, and for numbers that no line has.
        """
        self.name = name
        self.stretches = tuple(one for one in stretches if one.duration > 0)
        if not all(one.possible for one in stretches):
            raise ValueError(f"the trace {name} has a time, rate or latency that no line has")
        if not any(one.rate > 0 for one in self.stretches):
            raise ValueError(f"the trace {name} carries nothing")
        self.starts = (0.0, *accumulate(one.duration for one in self.stretches))
        self.carried = (0.0, *accumulate(one.duration * one.rate for one in self.stretches))

    @property
    def period(self) -> float:
        """How long the trace is, in seconds."""
        return self.starts[-1]

    def latency(self, at: float) -> float:
        """From a request to the first byte of its answer, in seconds."""
        return self._at(at % self.period).latency

    def bits_until(self, at: float) -> float:
        """What the line could have carried from its beginning until a time."""
        rounds, inside = divmod(at, self.period)
        index = self._index(inside)
        within = (inside - self.starts[index]) * self.stretches[index].rate
        return rounds * self.carried[-1] + self.carried[index] + within

    def when(self, bits: float) -> float:
        """When the line will have carried so much from its beginning, at the earliest."""
        rounds, inside = divmod(bits, self.carried[-1])
        if inside == 0 and rounds:
            rounds, inside = rounds - 1, self.carried[-1]
        index = self._carrying(inside)
        rest = inside - self.carried[index]
        rate = self.stretches[index].rate
        return rounds * self.period + self.starts[index] + (rest / rate if rest else 0.0)

    def _carrying(self, bits: float) -> int:
        index = bisect_right(self.carried, bits) - 1
        index = min(index, len(self.stretches) - 1)
        while index and self.carried[index] >= bits:
            index -= 1
        return index

    def _at(self, inside: float) -> Stretch:
        return self.stretches[self._index(inside)]

    def _index(self, inside: float) -> int:
        return min(bisect_right(self.starts, inside) - 1, len(self.stretches) - 1)


def read_trace(path: Path) -> Line:
    """Read a trace: a JSON list of {duration_ms, bandwidth_kbps, latency_ms} (Sabre's form)."""
    steps = json.loads(path.read_text(encoding="utf-8"))
    return Line(
        path.stem,
        [
            Stretch(one["duration_ms"] / 1e3, one["bandwidth_kbps"] * 1e3, one["latency_ms"] / 1e3)
            for one in steps
        ],
    )
