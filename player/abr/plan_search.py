"""The best plan for some segments: exact, by dynamic programming over what may still win.

Two things keep it small. Of two plans begun the one with the greater buffer is ahead by at most
what that may spare in rebuffering, and a change to the other's rung costs at most their
difference: what is further behind than both is dropped. And what could not even win if its time
were for sale at a fair price (a Lagrangian bound) is dropped as soon as a better plan is known.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Segment = tuple[float, ...]
"""Seconds that a segment takes to come, for each rung."""

_Begun = tuple[float, float, int, int]
"""A plan begun: its worth, the buffer after it in seconds, its first and its last rung."""

_Bounds = tuple[tuple[float, float], ...]
"""What the rest of a plan is worth at most: for each price, without buffer and for each second."""

_PRICES = (0.8, 1.0, 1.25)  # of a second, in what the ladder gives for one
_HELD = 60  # plans that are looked at, to know a good one early
_EXACT = 1e-9  # what sums of floats may be wrong by, of themselves


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTerms:
    """What plans are judged by: QoE_lin of Yin et al. (SIGCOMM 2015).

    `rates` of the rungs in Mbit/s, never falling; `last` that of the segment before, None where
    there is none. `buffer`, the `limit` that it may reach and the segments' `duration` are in
    seconds. `stall` is what each second of rebuffering costs.
    """

    rates: tuple[float, ...]
    last: float | None
    buffer: float
    limit: float
    duration: float
    stall: float


def best_plan(segments: Sequence[Segment], terms: PlanTerms) -> tuple[float, int]:
    """The worth of the best plan for all segments (at least one), and its first rung."""
    begun = _first(segments[0], terms)
    known = float("-inf")
    for done in range(1, len(segments)):
        rest = segments[done:]
        held = max(_held(one, rest, terms) for one in begun[:_HELD])
        known = max(known, held - _EXACT * (1 + abs(held)))
        hopeful = _hopeful(begun, _bounds(rest, terms), known) or begun
        begun = _longer(_thinned(hopeful, terms), segments[done], terms)
    worth, _, first, _ = max(begun, key=lambda one: (one[0], -one[2]))
    return worth, first


def _first(times: Segment, terms: PlanTerms) -> list[_Begun]:
    found = []
    for place, (rate, time) in enumerate(zip(terms.rates, times, strict=True)):
        change = 0.0 if terms.last is None else abs(rate - terms.last)
        stalled = max(0.0, time - terms.buffer)
        left = max(0.0, terms.buffer - time) + terms.duration
        found.append((rate - change - terms.stall * stalled, left, place, place))
    return found


def _held(begun: _Begun, segments: Sequence[Segment], terms: PlanTerms) -> float:
    """What a plan is worth that stays with its last rung."""
    worth, buffer, _, place = begun
    for times in segments:
        left = min(buffer, max(0.0, terms.limit - terms.duration)) - times[place]
        worth += terms.rates[place] + terms.stall * min(0.0, left)
        buffer = max(0.0, left) + terms.duration
    return worth


def _bounds(segments: Sequence[Segment], terms: PlanTerms) -> _Bounds:
    """Bound what segments are worth after a buffer, at several prices of a second.

    Rebuffering lasts as long as all of them take, less the buffer and what the segments before
    the last bring; that it cannot be less than nothing is bought at a price up to its cost.
    """
    first = segments[0]
    gain = (terms.rates[-1] - terms.rates[0]) / max(_EXACT, first[-1] - first[0])
    brought = (len(segments) - 1) * terms.duration
    prices = {0.0, terms.stall, *(min(terms.stall, share * gain) for share in _PRICES)}
    return tuple(
        (sum(_most(times, price, terms) for times in segments) + price * brought, price)
        for price in prices
    )


def _most(times: Segment, price: float, terms: PlanTerms) -> float:
    return max(rate - price * time for rate, time in zip(terms.rates, times, strict=True))


def _hopeful(begun: Iterable[_Begun], rest: _Bounds, known: float) -> list[_Begun]:
    """Those that may come to more than a plan that is known."""
    return [
        one
        for one in begun
        if all(one[0] + worth + price * one[1] >= known for worth, price in rest)
    ]


def _longer(begun: list[_Begun], times: Segment, terms: PlanTerms) -> list[_Begun]:
    """All plans with one segment more; a full buffer is waited for."""
    full, duration, stall = max(0.0, terms.limit - terms.duration), terms.duration, terms.stall
    rungs = list(enumerate(zip(terms.rates, times, strict=True)))
    found = []
    for worth, buffer, first, last in begun:
        before, ready = terms.rates[last], min(buffer, full)
        for place, (rate, time) in rungs:
            value = worth + rate - (rate - before if rate > before else before - rate)
            left = ready - time
            if left < 0:
                value += stall * left
                left = 0.0
            found.append((value, left + duration, first, place))
    return found


def _thinned(begun: list[_Begun], terms: PlanTerms) -> list[_Begun]:
    """Those that no other is ahead of: the best first, each held against those kept."""
    begun.sort(reverse=True)
    rates, stall = terms.rates, terms.stall
    kept: list[_Begun] = []
    for one in begun:
        worth, buffer, _, last = one
        rate = rates[last]
        for other in kept:
            lead = other[0] - worth - abs(rates[other[3]] - rate)
            if lead >= 0 and lead >= stall * (buffer - other[1]):
                break
        else:
            kept.append(one)
    return kept
