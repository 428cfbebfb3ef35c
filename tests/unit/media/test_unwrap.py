"""33-bit time stamps on a line."""

from hypothesis import given, settings
from hypothesis import strategies as st

from player.media.unwrap import Unwrapper, signed


@settings(max_examples=60)
@given(st.integers(0, (1 << 33) - 1), st.lists(st.integers(-(1 << 31), 1 << 31), max_size=20))
def test_steps_of_hours_survive_the_wrap(start: int, steps: list[int]) -> None:
    unwrapper = Unwrapper()
    true = start
    assert unwrapper.near(start) == start
    for step in steps:
        true += step
        assert unwrapper.near(true % (1 << 33)) == true


def test_a_difference_is_the_short_way_round() -> None:
    assert signed((1 << 33) - 1) == -1
    assert signed(-(1 << 33) + 7) == 7
