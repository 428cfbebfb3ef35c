"""Which buffered segment is worth fetching again first, by what that is worth. Pure."""

from dataclasses import dataclass
from itertools import pairwise

from player.abr.controller import FED
from player.abr.line_model import Chances
from player.abr.playback_value import NOTICE_S, PlaybackValue
from player.units import seconds

ALIKE = 0.95
"""What of a rate is no worse: what is told of rungs is rounded."""

SPARE = 1.2
"""How many times as long as a fetch takes there must be until libmpv is given the segment."""

WORTH = 0.1
"""Top rates that must be gained: what is thrown away was paid for, maybe by the viewer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """The end of the buffer: `held` are the rates of its segments in Mbit/s, `starts` when they
    begin, `position` where the picture is, `took` what a fetch of the better rung takes; seconds.
    `settled` ones stay as they are.
    """

    held: tuple[float, ...]
    settled: tuple[bool, ...]
    starts: tuple[float, ...]
    position: float
    buffer: float
    took: float


def best_start(
    value: PlaybackValue, chances: Chances, queue: Queue, rung: int
) -> tuple[int, float] | None:
    """From which one on a run of poorer segments is to be had from `rung`, and what that gains.

    Both ways are seen from before the next segment. The first of the queue is never taken: what
    comes before it is not known.
    """
    if not queue.held:
        return None
    wanted, found = value.terms.rates[rung] * ALIKE, None
    likely, old = value.model.likely(chances), _last(value, queue)
    stay = sum(chance * value.at(place, old, queue.buffer) for place, chance in likely)
    for first in range(1, len(queue.held)):
        spare = queue.starts[first] - queue.position - seconds(FED)
        if queue.held[first] >= wanted or queue.settled[first] or queue.took * SPARE > spare:
            continue
        gain = _worth(value, chances, queue, rung, first) - stay
        if gain > WORTH * value.terms.rates[-1] and (found is None or gain > found[1]):
            found = first, gain
    return found


def _worth(value: PlaybackValue, chances: Chances, queue: Queue, rung: int, first: int) -> float:
    """What the run from `first` on is worth from `rung`, with all that follows."""
    rates, held = value.terms.rates, list(queue.held)
    wanted = rates[rung] * ALIKE
    end = next((p for p in range(first, len(held)) if held[p] >= wanted), len(held))
    run = [place for place in range(first, end) if not queue.settled[place]]
    better = [rates[rung] if place in run else one for place, one in enumerate(held)]
    gain = sum(better) - sum(held) - _changes(better) + _changes(held)
    old = _last(value, queue)
    last = rung if len(held) - 1 in run else old
    model, total, price = value.model, 0.0, value.terms.stall * rates[-1]
    mean = model.mean(chances)
    for place, chance in model.likely(chances):
        late = len(run) * queue.took * mean / model.levels[place] - queue.buffer
        done = gain + value.at(place, last, -late) - max(late, 0.0) * price
        missed = max(NOTICE_S - queue.buffer, 0.0)
        left = value.at(place, old, queue.buffer - NOTICE_S) - missed * price
        total += chance * max(done, left)
    return total


def _last(value: PlaybackValue, queue: Queue) -> int:
    """The rung of the end of the queue."""
    rates = value.terms.rates
    return min(range(len(rates)), key=lambda one: abs(rates[one] - queue.held[-1]))


def _changes(rates: list[float]) -> float:
    return sum(abs(after - before) for before, after in pairwise(rates))
