"""Which rate of a rung decides: its mean, bounded by the peak that its manifest tells. Pure.

HLS tells a peak (BANDWIDTH, RFC 8216 4.3.4.2: of any stretch of half to one and a half target
durations) and perhaps a mean (AVERAGE-BANDWIDTH); DASH's @bandwidth lies in between
(ISO/IEC 23009-1 5.3.5.2). A line carries the mean for as long as the buffer bridges the peaks:
by the peak, a film of variable rate would be shown a rung or two below what the line carries.
Where there is no buffer to speak of, close to a live edge, every segment must come in its own
time, and the peak decides. What next segments really hold (`LadderRung.sizes`) goes before both.
hls.js climbs by the peak and stays by the mean, which is its hysteresis; ours is the
controllers' own.
"""

from collections import deque
from math import ceil

from player.units import MICROS_PER_SECOND, BitsPerSecond, ByteCount, Micros, micros

BRIDGED = micros(10)
"""Media behind a live edge from which peaks are bridged by the buffer."""

REMEMBERED = 20
ENOUGH = 5
"""Segments of a rung from which their sizes say something about all of it."""

RUNGS = 64
"""Rungs that are remembered: a day of live television may have any number."""

CAUTION = 0.75
"""The quantile of the shares seen that is believed: quiet scenes come before loud ones."""

STEP = 0.05
"""Shares are told in steps, upward: who plans by them need not plan anew for each segment."""

LEAST, MOST = 0.5, 2.0
"""How far what was fetched may move the rate that the manifest told."""


class RungRates:
    """Learns how much of their told rates rungs really take. One for each session."""

    def __init__(self) -> None:
        """Begin with the manifest's word alone."""
        self._shares: dict[str, deque[float]] = {}

    def came(self, rung: str, told: BitsPerSecond, size: ByteCount, duration: Micros) -> None:
        """Learn from a segment of a rung, whose manifest told that rate."""
        if told <= 0 or duration <= 0:
            return
        while len(self._shares) > RUNGS:
            del self._shares[next(iter(self._shares))]
        shares = self._shares.setdefault(rung, deque(maxlen=REMEMBERED))
        shares.append(size * 8 * MICROS_PER_SECOND / duration / told)

    def mean(self, rung: str, told: BitsPerSecond, average: BitsPerSecond | None) -> BitsPerSecond:
        """What a rung takes in the mean: as told, else as seen, else its peak."""
        if average is not None and 0 < average <= told:
            return average
        shares = self._shares.get(rung, ())
        if len(shares) < ENOUGH:
            return told
        seen = sorted(shares)[int(CAUTION * (len(shares) - 1))]
        steps = ceil(round(min(max(seen, LEAST), MOST) / STEP, 6))
        return BitsPerSecond(round(told * steps * STEP))


def is_bridged(target_latency: Micros | None) -> bool:
    """Whether there is, or will be, a buffer that carries playback over peaks."""
    return target_latency is None or target_latency >= BRIDGED
