"""One order out of several tracks, and nothing lost on the way."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.media.interleave import Interleaver
from player.units import Micros


def test_waits_for_a_track_that_has_not_come_so_far() -> None:
    order: Interleaver[str] = Interleaver([1, 2])
    order.push(1, "v0", Micros(0))
    order.push(1, "v1", Micros(40))
    assert order.pop_ready() == []
    order.push(2, "a0", Micros(10))
    assert order.pop_ready() == [(1, "v0"), (2, "a0")]
    order.push(2, "a1", Micros(40))
    assert order.pop_ready() == [(1, "v1"), (2, "a1")]


def test_an_ended_track_holds_nobody_up() -> None:
    order: Interleaver[str] = Interleaver([1, 2])
    order.push(1, "v0", Micros(0))
    order.end(2)
    assert order.pop_ready() == [(1, "v0")]
    with pytest.raises(ValueError, match="ended"):
        order.push(2, "a0", Micros(0))
    order.resume(2)
    order.push(1, "v1", Micros(40))
    assert order.pop_ready() == []


def test_a_gap_that_is_announced_holds_nobody_up() -> None:
    order: Interleaver[str] = Interleaver([1, 2])
    order.push(1, "v0", Micros(0))
    order.advance(2, Micros(30))
    assert order.pop_ready() == [(1, "v0")]
    order.push(1, "v1", Micros(40))
    assert order.pop_ready() == []


STEPS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 50)), max_size=60)


@settings(max_examples=100)
@given(STEPS, st.integers(1, 7))
def test_order_holds_and_nothing_is_lost(steps: list[tuple[int, int]], pop_every: int) -> None:
    order: Interleaver[tuple[int, int]] = Interleaver([0, 1, 2])
    times = [0, 0, 0]
    pushed, popped = [], []
    for number, (track, step) in enumerate(steps):
        times[track] += step
        order.push(track, (number, times[track]), Micros(times[track]))
        pushed.append((track, (number, times[track])))
        if number % pop_every == 0:
            popped += order.pop_ready()
    for track in range(3):
        order.end(track)
    popped += order.pop_ready()
    assert sorted(popped) == sorted(pushed)
    assert all(a[1][1] <= b[1][1] for a, b in pairwise(popped))
    for track in range(3):
        assert [p for p in popped if p[0] == track] == [p for p in pushed if p[0] == track]
