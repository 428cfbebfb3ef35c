"""The offline optimum: the best that anybody could do who knew the line in advance.

Dynamic programming over (segment, stall so far, buffer, rung), backward; stall so far and buffer
say what time it is, since what was fetched, played and stood still must add up. Values between the
points of the grid are interpolated. The plan found is then played in exact arithmetic on the very
line, looking ahead one segment by those values, so that the figure given is one that can be had.
The bound is for whole segments, fetched once, one after another.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.abr.score import Session
from bench.abr.simulate import Scene

Values = NDArray[np.float64]

BUFFER_STEP_S = 0.25
STALL_POINTS = 121
STALL_LEAST_S = 12.0


@dataclass(frozen=True, slots=True)
class Known:
    """The line as numbers: when it will have carried so much, and what it has by when."""

    times: Values
    bits: Values
    latencies: Values

    def fetch(self, at: Values, bits: Values | float) -> Values:
        """When a segment is there that is asked for at `at`."""
        index = np.searchsorted(self.times, at, side="right") - 1
        first_byte = at + self.latencies[np.minimum(index, len(self.latencies) - 1)]
        before = np.interp(first_byte, self.times, self.bits)
        return np.asarray(np.maximum(np.interp(before + bits, self.bits, self.times), first_byte))


def known(scene: Scene, lasting: float) -> Known:
    """The line of a scene, unrolled for so many seconds."""
    line, times, bits, latencies = scene.line, [0.0], [0.0], []
    begun, clock = line.bits_until(scene.start_s), 0.0
    while clock < lasting:
        at = scene.start_s + clock
        inside = at % line.period
        index = int(np.searchsorted(line.starts, inside, side="right")) - 1
        one = line.stretches[min(index, len(line.stretches) - 1)]
        clock += max(line.starts[index] + one.duration - inside, 1e-6)
        times.append(clock)
        bits.append(max(line.bits_until(scene.start_s + clock) - begun, bits[-1] + 1e-3))
        latencies.append(one.latency)
    return Known(np.array(times), np.array(bits), np.array(latencies))


def optimum(scene: Scene, *, stalled_s: float) -> Session:
    """The best session; `stalled_s` is what somebody stood still in all, startup included."""
    return _Plan(scene, stalled_s).play()


class _Plan:
    def __init__(self, scene: Scene, stalled_s: float) -> None:
        film = scene.film
        self.scene, self.length, self.count = scene, film.segment_s, len(film.sizes)
        self.rates = np.array(film.rates) / 1e6
        most = max(stalled_s + 4.0, STALL_LEAST_S)
        self.stalls = most * np.linspace(0.0, 1.0, STALL_POINTS)
        self.buffers = np.arange(0.0, scene.buffer_s + BUFFER_STEP_S / 2, BUFFER_STEP_S)
        lasting = self.count * self.length + 2 * most + scene.buffer_s + 60.0
        self.line = known(scene, lasting)
        self.values: list[Values] = []
        self._solve()

    def _solve(self) -> None:
        """Fill `values[k][rung, stall, buffer]`: what is still to be had before segment k."""
        shape = (len(self.rates), len(self.stalls), len(self.buffers))
        ahead = np.zeros(shape)
        found = [ahead]
        stall, buffer = np.meshgrid(self.stalls, self.buffers, indexing="ij")
        for index in range(self.count - 1, -1, -1):
            worth = np.stack(
                [
                    self._worth(index, rung, stall, buffer, found[-1])[0]
                    for rung in range(len(self.rates))
                ]
            )
            found.append(_changed(worth, self.rates) if index else worth)
        self.values = found[::-1]

    def _worth(
        self, index: int, rung: int, stall: Values, buffer: Values, ahead: Values
    ) -> tuple[Values, Values, Values]:
        """What comes of a rung for a segment: the value, then stall so far and buffer."""
        now = index * self.length - buffer + stall
        waited = np.maximum(buffer + self.length - self.scene.buffer_s, 0.0)
        now, buffer = now + waited, buffer - waited
        took = self.line.fetch(now, self.scene.film.sizes[index][rung]) - now
        late = np.maximum(took - buffer, 0.0)
        left = np.maximum(buffer - took, 0.0) + self.length
        stall = stall + late
        top = float(self.rates[-1])
        value = self.rates[rung] - top * late + self._ahead(ahead[rung], stall, left)
        return value, stall, left

    def _ahead(self, values: Values, stall: Values, buffer: Values) -> Values:
        """The value between the points of the grid."""
        step = self.stalls[1]
        row = np.clip(stall / step, 0.0, len(self.stalls) - 1.000001)
        column = np.clip(buffer / BUFFER_STEP_S, 0.0, len(self.buffers) - 1.000001)
        i, j = row.astype(np.intp), column.astype(np.intp)
        u, v = row - i, column - j
        flat = values.ravel()
        width = values.shape[1]
        at = i * width + j
        low = flat[at] * (1 - v) + flat[at + 1] * v
        high = flat[at + width] * (1 - v) + flat[at + width + 1] * v
        return np.asarray(low * (1 - u) + high * u)

    def play(self) -> Session:
        """Follow the plan in exact arithmetic."""
        rungs: list[int] = []
        stall, buffer, startup = np.array(0.0), np.array(0.0), 0.0
        for index in range(self.count):
            choices = [
                self._worth(index, rung, stall, buffer, self.values[index + 1])
                for rung in range(len(self.rates))
            ]
            last = self.rates[rungs[-1]] if rungs else None
            worth = [
                float(value) - (abs(self.rates[rung] - last) if last is not None else 0.0)
                for rung, (value, _, _) in enumerate(choices)
            ]
            best = int(np.argmax(worth))
            rungs.append(best)
            _, stall, buffer = choices[best]
            startup = float(stall) if index == 0 else startup
        rates = tuple(float(self.rates[rung]) for rung in rungs)
        return Session(rates, self.length, float(stall) - startup, startup)


def _changed(worth: Values, rates: Values) -> Values:
    """What each former rung makes of the best next one: a change costs its size."""
    best = worth.copy()
    for rung in range(1, len(rates)):
        best[rung] = np.maximum(best[rung], best[rung - 1] - (rates[rung] - rates[rung - 1]))
    for rung in range(len(rates) - 2, -1, -1):
        best[rung] = np.maximum(best[rung], best[rung + 1] - (rates[rung + 1] - rates[rung]))
    return best
