"""BandwidthEstimator: what the line carries, from what transfers did on it.

Two exponentially weighted averages over busy time, the lower of which counts (hls.js
EwmaBandWidthEstimator and Shaka EwmaBandwidthEstimator do likewise): the fast one follows a
collapse, the slow one keeps a burst from being believed. Beside them a low percentile, as in
Media3's SlidingPercentile, for whoever must not be wrong.
"""

from math import exp, log

from player.abr.busy_line import (
    OPEN,
    BusyLine,
    Stretch,
    Work,
    beside_of,
    came_at_once,
    is_small,
    stretches_of,
)
from player.abr.controller import LineView
from player.abr.ewma import Ewma
from player.abr.finished import Finished
from player.abr.gathered import Gathered
from player.abr.line_history import LineHistory, low_of
from player.model.transfer import TransferSample
from player.units import MICROS_PER_SECOND, BitsPerSecond, Micros

FAST_HALF_LIFE = 3.0
SLOW_HALF_LIFE = 8.0

_TRUSTED = 128_000  # fewer bytes say too little to overrule the first guess


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
        self._default = initial
        self._half_lives = fast, slow
        self.begin_anew()

    def begin_anew(self, guess: BitsPerSecond | None = None) -> None:
        """Forget all: it is another line now. None: the guess that was made at the start."""
        fast, slow = self._half_lives
        self._guess = self._default if guess is None else guess
        self._fast, self._slow = Ewma(fast), Ewma(slow)
        self._latency = Ewma(slow)
        self._waits: list[tuple[Micros, int]] = []
        self._line = BusyLine()
        self._history = LineHistory()
        self._finished = Finished()
        self._gathered = Gathered()
        self._bytes = 0
        self._open: list[Work] | None = None
        self._known: tuple[Ewma, Ewma] | None = None
        self._view: LineView | None = None

    def add(self, sample: TransferSample) -> None:
        """Learn from a transfer, or a stretch of one. Order does not matter within 10 s."""
        if sample.from_cache:
            return
        self._view = None
        if came_at_once(sample):
            self._count_beside(sample)
            return
        self._wait(sample)
        gathered = self._gathered.take(sample)
        if gathered is not None:
            self._learn(gathered)

    def _learn(self, sample: TransferSample) -> None:
        stretches = stretches_of(sample)
        if not stretches:
            self._count_beside(sample)
        if stretches:
            self._bytes += sample.size
            self._open = self._known = None
            self._settle(self._line.add(stretches))
        if sample.last and stretches:
            self._finish(sample, stretches)

    def _count_beside(self, sample: TransferSample) -> None:
        """What tells nothing by itself was in the way of what came beside it."""
        self._line.add_beside(beside_of(sample))
        self._open = self._known = None

    @property
    def default(self) -> BitsPerSecond | None:
        """What is guessed of a line that nobody knows."""
        return self._default

    @property
    def estimate(self) -> BitsPerSecond | None:
        """What the line carries; the first guess until enough has been seen."""
        if self._bytes < _TRUSTED:
            return self._guess
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
    def view(self) -> LineView:
        """All of it, as a controller is told."""
        if self._view is None:
            self._view = self._seen()
        return self._view

    @property
    def latency(self) -> Micros | None:
        """Time from a request to the first byte of its answer; None before any."""
        if not self._latency.weight and not self._waits:
            return None
        latency = self._latency.copy()
        for _, waited in sorted(self._waits):
            latency.add(waited, 1.0)
        return Micros(round(latency.value))

    def _seen(self) -> LineView:
        line = self._history.known(self._open_work())
        rate = self.estimate
        low = rate if self._bytes < _TRUSTED else low_of(line)
        return LineView(
            rate=rate,
            low=low if rate is None or low is None else min(low, rate),
            recent=self._finished.rates(line, self._guess),
            latency=self.latency or Micros(0),
            confidence=self.confidence,
        )

    def _open_work(self) -> list[Work]:
        if self._open is None:
            self._open = self._line.open()
        return self._open

    def _averages(self) -> tuple[Ewma, Ewma]:
        """Fast and slow, with what is still open; kept, since they are asked for far more often
        than anything is learnt.
        """
        if self._known is None:
            self._known = self._fast.copy(), self._slow.copy()
            _count(self._open_work(), *self._known)
        return self._known

    def _wait(self, sample: TransferSample) -> None:
        """Keep how long the first byte let wait, until nothing older can be told of."""
        waited = sample.first_byte - sample.started
        if waited > 0:
            self._waits.append((sample.first_byte, waited))
            self._settle_waits(max(self._waits)[0] - OPEN)

    def _settle_waits(self, until: int) -> None:
        if min(self._waits)[0] < until:
            for _, waited in sorted(one for one in self._waits if one[0] < until):
                self._latency.add(waited, 1.0)
            self._waits = [one for one in self._waits if one[0] >= until]

    def _finish(self, sample: TransferSample, stretches: list[Stretch]) -> None:
        """Note from when to when the body of a transfer came."""
        begun = stretches[0][0] if stretches else sample.first_byte
        if sample.body_began is not None:
            begun = min(begun, sample.body_began)
        self._finished.add(begun, sample.ended, small=is_small(sample))

    def _settle(self, work: list[Work]) -> None:
        """Keep what is known for good."""
        if not work:
            return
        _count(work, self._fast, self._slow)
        self._history.add(work)
        if self._line.settled is not None:
            self._finished.settle(self._line.settled, self._history.known([]))


def _count(work: list[Work], *averages: Ewma) -> None:
    for _, _, bits, time in work:
        for average in averages:
            average.add(bits, time / MICROS_PER_SECOND)
