"""A sensor for small documents that freeze the program: does work grow as its input does?"""

import gc
from collections.abc import Callable
from time import thread_time_ns
from typing import TypeVar

Given = TypeVar("Given")

STEEP = 8.0
"""Times the work for four times the input: linear work gives 4, quadratic 16."""
_CLEAR = 6.0
"""Up to here the first try is enough."""
_TRIES = 3


def growth(work: Callable[[Given], object], made: Callable[[int], Given], count: int) -> float:
    """How many times longer `work` takes on `made(4 * count)` than on `made(count)`.

    The thread's own processor time, the least of several tries, measured by a loop of our own
    of the same sizes: what slows the machine between the two slows the loop as well.
    """
    small, large = made(count), made(4 * count)
    tries: list[tuple[int, int, int, int]] = []
    ratio = 0.0
    while not tries or (len(tries) < _TRIES and ratio > _CLEAR):
        tries.append(
            (_spent(work, small), _spent(work, large), _spent(_loop, 1), _spent(_loop, 4))
        )
        one, four, yard, four_yards = (min(column) for column in zip(*tries, strict=True))
        ratio = 4.0 * (four / one) / (four_yards / yard)
    return ratio


def _spent(work: Callable[[Given], object], given: Given) -> int:
    """Without the collector, whose work is not the reader's and comes when it likes."""
    gc.disable()
    begun = thread_time_ns()
    try:
        work(given)
        return max(thread_time_ns() - begun, 1)
    finally:
        gc.enable()


def _loop(count: int) -> int:
    return sum(place & 7 for place in range(100_000 * count))
