"""BandwidthEstimator: what the line carries, from what transfers did on it.

Two exponentially weighted averages over busy time, the lower of which counts (hls.js
EwmaBandWidthEstimator and Shaka EwmaBandwidthEstimator do likewise): the fast one follows a
collapse, the slow one keeps a burst from being believed.
"""

from collections.abc import Iterator
from itertools import pairwise
from math import exp, log

from player.model.transfer import TransferSample
from player.units import MICROS_PER_SECOND, BitsPerSecond, ByteCount, Micros, rate

FAST_HALF_LIFE = 3.0
SLOW_HALF_LIFE = 8.0

_TINY = ByteCount(16_000)
_TINY_TIME = Micros(250_000)  # what is small and yet took longer tells of a slow line
_BURST = Micros(5_000)  # shorter bodies lay whole in a socket's buffer: count from the request
_TRUSTED = ByteCount(128_000)  # less than this says too little to overrule the first guess
_OPEN = Micros(10 * MICROS_PER_SECOND)  # how far back a transfer still under way may reach

_Transfer = tuple[Micros, Micros, float]  # first and last byte, bits a second


class Ewma:
    """An exponentially weighted average of values that last for some seconds each."""

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


class BandwidthEstimator:
    """Estimates the line's rate. Transfers that run at once add up; idle time counts for nothing.

    Cache hits and tiny transfers are left out. Time to the first byte is kept apart, as
    `latency`. Pure: it reads no clock. Times are the monotonic clock's.
    """

    def __init__(
        self,
        initial: BitsPerSecond | None = None,
        *,
        fast: float = FAST_HALF_LIFE,
        slow: float = SLOW_HALF_LIFE,
    ) -> None:
        """Begin with a guess (what the line did last time); half-lives are in seconds."""
        self._initial = initial
        self._fast, self._slow = Ewma(fast), Ewma(slow)
        self._latency = Ewma(slow)
        self._recent: list[_Transfer] = []
        self._settled = Micros(-_OPEN)
        self._bytes = 0
        self._known: tuple[Ewma, Ewma] | None = None

    def add(self, sample: TransferSample) -> None:
        """Learn from a transfer, or a stretch of one. Order does not matter within 10 s."""
        if sample.from_cache:
            return
        waited, body = sample.first_byte - sample.started, sample.ended - sample.first_byte
        if waited > 0:
            self._latency.add(waited, 1.0)
        if sample.size <= 0 or (sample.size < _TINY and body < _TINY_TIME):
            return
        start = sample.first_byte if body >= _BURST else sample.started
        end = Micros(max(sample.ended, start + 1))
        self._bytes += sample.size
        transfer = (start, end, float(rate(sample.size, Micros(end - start))))
        self._recent += _clipped([transfer], self._settled, None)
        newest = max((one[1] for one in self._recent), default=end)
        self._settle(Micros(max(self._settled, newest - _OPEN)))
        self._known = None

    @property
    def estimate(self) -> BitsPerSecond | None:
        """What the line carries; the first guess until enough has been seen."""
        if self._bytes < _TRUSTED:
            return self._initial
        fast, slow = self._averages()
        return BitsPerSecond(round(min(fast.value, slow.value)))

    @property
    def confidence(self) -> float:
        """How far to trust the estimate: 0 for a guess, towards 1 as busy time adds up."""
        if self._bytes < _TRUSTED:
            return 0.0
        fast, _ = self._averages()
        return 1 - exp(log(0.5) * fast.weight / FAST_HALF_LIFE)

    @property
    def latency(self) -> Micros | None:
        """Time from a request to the first byte of its answer; None before any."""
        return Micros(round(self._latency.value)) if self._latency.weight else None

    def _averages(self) -> tuple[Ewma, Ewma]:
        """Fast and slow, with what is still open; kept, since they are asked for far more often
        than anything is learnt.
        """
        if self._known is None:
            self._known = self._with_recent()
        return self._known

    def _with_recent(self) -> tuple[Ewma, Ewma]:
        fast, slow = self._fast.copy(), self._slow.copy()
        for value, duration in _line(self._recent):
            fast.add(value, duration)
            slow.add(value, duration)
        return fast, slow

    def _settle(self, until: Micros) -> None:
        """Move what lies before `until` into the averages for good."""
        for value, duration in _line(_clipped(self._recent, None, until)):
            self._fast.add(value, duration)
            self._slow.add(value, duration)
        self._recent = _clipped(self._recent, until, None)
        self._settled = until


def _clipped(
    transfers: list[_Transfer], start: Micros | None, end: Micros | None
) -> list[_Transfer]:
    """Give what of `transfers` lies between two times, rates unchanged."""
    found = []
    for begun, ended, bits in transfers:
        first = begun if start is None else max(begun, start)
        last = ended if end is None else min(ended, end)
        if first < last:
            found.append((first, last, bits))
    return found


def _line(transfers: list[_Transfer]) -> Iterator[tuple[float, float]]:
    """Give (rate of the whole line, seconds) for each busy stretch, oldest first."""
    edges = sorted({edge for begun, ended, _ in transfers for edge in (begun, ended)})
    for first, last in pairwise(edges):
        bits = sum(one for begun, ended, one in transfers if begun <= first and ended >= last)
        if bits:
            yield bits, (last - first) / MICROS_PER_SECOND
