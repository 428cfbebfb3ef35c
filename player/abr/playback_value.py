"""PlaybackValue: what a buffer, a rung and a line are worth to the viewer from here on. Pure.

Value iteration over a Markov decision process: the state before each segment is the line's level,
the buffer and the last rung; the reward is QoE_lin of Yin, Jindal, Sekar, Sinopoli (SIGCOMM 2015):
the segment's rate, less the change from the last one, less the top rate, or more, for each second
that the picture stands. A segment that would take too long can be given up for the lowest rung, as
the player does. Each sweep looks one segment farther.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from operator import mul

from player.abr.line_model import Chances, LineModel

NOTICE_S = 1.0
"""How long it takes to notice that a line has broken down, and to give the segment up."""

STALL_PRICE = 2.0
"""What a second that the picture stands costs, in top rates. QoE_lin says 1; but playback then
waits for more than the segment that was late, and viewers leave.
"""

LIVE_STALL_PRICE = 4.0
"""The same near the live edge: who stood still is behind, and must catch up."""

CHANGE_PRICE = 2.0
"""What a change costs, in times its size. QoE_lin says 1; but half of the changes that look worth
it on a guess of the line are taken back.
"""

_FORGET = 0.98
"""What a segment counts less than the one before it: viewers zap, films end, lines change."""

POINTS = 18
"""Points of the buffer's grid, at the most."""

HORIZON = 40
"""Segments that are looked ahead: beyond them hardly anything depends on what is done now."""

_Way = tuple[float, float, int, float]  # weight, what is certain, place and share in the buffer
_Rows = list[list[float]]  # by rung, by buffer


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is played: `rates` of the rungs in Mbit/s, lowest first; `length` of a segment and
    `limit` of the buffer in seconds; `stall` is what a second that the picture stands costs, in
    top rates.
    """

    rates: tuple[float, ...]
    length: float
    limit: float
    stall: float = STALL_PRICE


class PlaybackValue:
    """The value of each state, in Mbit/s over segments. `sweep` may run in a worker."""

    def __init__(self, terms: Terms, model: LineModel) -> None:
        """Begin with no horizon: nothing is worth anything yet."""
        self.terms, self.model, self.horizon = terms, model, 0
        self._room = max(terms.limit - terms.length, 0.0)
        count = max(3, min(POINTS, round(2 * self._room / terms.length) + 1))
        self._step = max(self._room / (count - 1), 1e-3)
        self._last = count - 1
        self._begun = terms.length / self._step
        self._values: list[_Rows] = [[[0.0] * count for _ in terms.rates] for _ in model.levels]
        self._ways: list[list[list[list[_Way]]]] = []

    @property
    def ready(self) -> bool:
        """Whether it looks as far as it shall."""
        return self.horizon >= HORIZON

    # ---- thinking ---------------------------------------------------------------------------

    def sweep(self) -> None:
        """Look one segment farther."""
        self._ways = self._ways or [self._ways_at(level) for level in self.model.levels]
        after = [self._after(place) for place in range(self.model.count)]
        thrown = self._thrown(after)
        self._values = [
            self._changed(self._expected(after, thrown, place))
            for place in range(self.model.count)
        ]
        self.horizon += 1
        if self.ready:
            self._ways = []  # some MiB that nobody needs any more

    def _ways_at(self, level: float) -> list[list[list[_Way]]]:
        """By rung and buffer, how a fetch may go at a level.

        The last row is the way out: the lowest rung after a try was given up.
        """
        rates, length = self.terms.rates, self.terms.length
        loads = [(rung, 0.0, rung * length) for rung in rates]
        loads.append((rates[0], NOTICE_S, rates[0] * length))
        buffers = [place * self._step for place in range(self._last + 1)]
        return [
            [
                [
                    (weight, *self._way(rung, lost + bits / (level * factor), buffer))
                    for factor, weight in self.model.around
                ]
                for buffer in buffers
            ]
            for rung, lost, bits in loads
        ]

    def _way(self, rung: float, took: float, buffer: float) -> tuple[float, int, float]:
        late = took - buffer
        certain = rung - self.terms.stall * self.terms.rates[-1] * late if late > 0 else rung
        left = (0.0 if late > 0 else -late) + self.terms.length
        found = min(left, self._room) / self._step
        place = min(int(found), self._last - 1)
        return certain, place, found - place

    def _after(self, place: int) -> _Rows:
        """What it is worth to fetch each rung at a level of the line."""
        ways, rows = self._ways[place], self._values[place]
        given_up = [[_worth(rows[0], way) for way in one] for one in ways[-1]]
        found = []
        for rung, rate in enumerate(self.terms.rates):
            row, back = rows[rung], CHANGE_PRICE * (rate - self.terms.rates[0])
            found.append(
                [
                    sum(
                        way[0] * max(_worth(row, way), out - back)
                        for way, out in zip(direct, outs, strict=True)
                    )
                    for direct, outs in zip(ways[rung], given_up, strict=True)
                ]
            )
        return found

    def _thrown(self, after: list[_Rows]) -> _Rows:
        """What it is worth, by rung and buffer, to be thrown to whatever level."""
        weights = self.model.thrown
        return [
            [
                sum(map(mul, weights, column))
                for column in zip(*(one[rung] for one in after), strict=True)
            ]
            for rung in range(len(self.terms.rates))
        ]

    def _expected(self, after: list[_Rows], thrown: _Rows, place: int) -> _Rows:
        """What each rung and buffer is worth at a level that leads to others."""
        first, weights = self.model.steps[place]
        near = after[first : first + len(weights)]
        return [
            [
                sum(map(mul, weights, column)) + far
                for column, far in zip(
                    zip(*(one[rung] for one in near), strict=True), thrown[rung], strict=True
                )
            ]
            for rung in range(len(self.terms.rates))
        ]

    def _changed(self, worth: _Rows) -> _Rows:
        """What each last rung makes of the best next one: a change costs its size.

        In two steps it costs what it costs in one, so that neighbours are enough.
        """
        rates = self.terms.rates
        upward = [(rung, rung - 1) for rung in range(1, len(rates))]
        downward = [(rung, rung + 1) for rung in range(len(rates) - 2, -1, -1)]
        for rung, other in upward + downward:
            cost = CHANGE_PRICE * abs(rates[rung] - rates[other])
            pairs = zip(worth[rung], worth[other], strict=True)
            worth[rung] = [max(own, better - cost) for own, better in pairs]
        return worth

    # ---- asking -----------------------------------------------------------------------------

    def at(self, place: int, rung: int, buffer: float) -> float:
        """The value before a segment, at a level, with a last rung and so many seconds ready."""
        return self._between(self._values[place][rung], max(buffer, 0.0) / self._step)

    def changing(self, worth: Mapping[int, float], last: int) -> dict[int, float]:
        """Take from what rungs are worth what it costs to come to them from the last one."""
        rates = self.terms.rates
        return {
            rung: one - CHANGE_PRICE * abs(rates[rung] - rates[last])
            for rung, one in worth.items()
        }

    def fetching(
        self,
        chances: Chances,
        buffer: float,
        bits: Mapping[int, float],
        last_chance: int | None = None,
    ) -> dict[int, float]:
        """What it is worth to fetch so many Mbit of each rung now, the lowest one among them.

        `chances` are those of each level while it is fetched; `last_chance` is the rung that
        cannot be given up later.
        """
        worth = dict.fromkeys(bits, 0.0)
        for place, chance in self.model.likely(chances):
            for rung, one in self._fetching_at(place, buffer, bits, last_chance).items():
                worth[rung] += chance * one
        return worth

    def _fetching_at(
        self, place: int, buffer: float, bits: Mapping[int, float], last_chance: int | None
    ) -> dict[int, float]:
        rows, rates = self._values[place], self.terms.rates
        worth = dict.fromkeys(bits, 0.0)
        for factor, weight in self.model.around:
            rate = self.model.levels[place] * factor
            out = self._came(rows[0], rates[0], NOTICE_S + bits[0] / rate - buffer)
            for rung, size in bits.items():
                came = self._came(rows[rung], rates[rung], size / rate - buffer)
                if rung not in (0, last_chance):
                    came = max(came, out - CHANGE_PRICE * (rates[rung] - rates[0]))
                worth[rung] += weight * came
        return worth

    def _came(self, row: list[float], rate: float, late: float) -> float:
        """The value of a segment that comes so much later than the buffer lasts."""
        if late > 0:
            cost = self.terms.stall * self.terms.rates[-1] * late
            return rate - cost + _FORGET * self._between(row, self._begun)
        return rate + _FORGET * self._between(row, (self.terms.length - late) / self._step)

    def _between(self, row: list[float], found: float) -> float:
        if found >= self._last:
            return row[-1]
        place = int(found)
        low = row[place]
        return low + (found - place) * (row[place + 1] - low)


def _worth(row: list[float], way: _Way) -> float:
    _, certain, place, share = way
    low = row[place]
    return certain + _FORGET * (low + share * (row[place + 1] - low))
