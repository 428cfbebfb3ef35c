"""LineMemory: what is believed of a network that was used before."""

from hypothesis import given, settings
from hypothesis import strategies as st

from player.abr.controller import LineView
from player.abr.line_memory import MOST, LineMemory
from player.units import MICROS_PER_SECOND, BitsPerSecond, Micros

MBPS = 1_000_000
GUESS = BitsPerSecond(3 * MBPS)
DAY = 86_400 * MICROS_PER_SECOND
NOW = Micros(20_000 * DAY)


def view(low: int, confidence: float = 0.99, rate: int | None = None) -> LineView:
    return LineView(rate=BitsPerSecond(rate or low), low=BitsPerSecond(low), confidence=confidence)


def at(days: float) -> Micros:
    return Micros(round(NOW + days * DAY))


def test_what_a_network_seldom_fell_below_is_the_next_guess() -> None:
    memory = LineMemory().with_seen("home", view(20 * MBPS, rate=40 * MBPS), NOW)
    guess = memory.guess("home", NOW, GUESS)
    assert guess is not None
    assert 18 * MBPS < guess <= 20 * MBPS
    assert memory.guess("elsewhere", NOW, GUESS) == GUESS
    assert memory.guess("home", NOW, None) == 20 * MBPS


def test_a_memory_fades_toward_the_common_guess() -> None:
    for rate in (MBPS // 2, 20 * MBPS):
        memory = LineMemory().with_seen("home", view(rate), NOW)
        guesses = [memory.guess("home", at(days), GUESS) or 0 for days in (0, 7, 30, 400)]
        apart = [abs(one - GUESS) for one in guesses]
        assert apart == sorted(apart, reverse=True)
        assert apart[-1] < 0.01 * GUESS


def test_a_clock_that_was_set_back_costs_no_memory() -> None:
    memory = LineMemory().with_seen("home", view(20 * MBPS), NOW)
    assert memory.guess("home", Micros(0), GUESS) == memory.guess("home", NOW, GUESS)


def test_a_glance_at_a_line_is_not_remembered() -> None:
    empty = LineMemory()
    assert empty.with_seen("home", view(20 * MBPS, 0.1), NOW) is empty
    assert empty.with_seen("home", LineView(), NOW) is empty


def test_one_bad_evening_does_not_wipe_out_the_others() -> None:
    memory = LineMemory().with_seen("home", view(20 * MBPS), NOW)
    memory = memory.with_seen("home", view(2 * MBPS), at(1))
    assert 2 * MBPS < memory.lines["home"].rate < 8 * MBPS


def test_only_the_networks_used_last_are_remembered() -> None:
    memory = LineMemory()
    for number in range(2 * MOST):
        memory = memory.with_seen(f"n{number}", view(MBPS), at(number))
    assert set(memory.lines) == {f"n{number}" for number in range(MOST, 2 * MOST)}


def test_what_two_programs_learnt_is_put_together() -> None:
    one = LineMemory().with_seen("a", view(MBPS), at(1)).with_seen("b", view(MBPS), at(2))
    other = LineMemory().with_seen("b", view(5 * MBPS), at(1)).with_seen("c", view(MBPS), at(3))
    both = one.merged(other)
    assert set(both.lines) == {"a", "b", "c"}
    assert both.lines["b"].rate == MBPS
    assert both.lines == other.merged(one).lines


@settings(max_examples=80)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"),
            st.integers(1, 10**12),
            st.floats(0, 1),
            st.integers(-(10**17), 10**17),
        ),
        max_size=10,
    ),
    st.integers(-(10**17), 10**17),
)
def test_a_guess_lies_between_all_that_is_known(
    told: list[tuple[str, int, float, int]], now: int
) -> None:
    memory = LineMemory()
    for name, rate, sure, seen in told:
        memory = memory.with_seen(name, view(rate, sure), Micros(seen))
    rates = [rate for name, rate, _, _ in told if name == "a"]
    guess = memory.guess("a", Micros(now), GUESS)
    assert guess is not None
    assert min([*rates, GUESS]) - 1 <= guess <= max([*rates, GUESS]) * 1.000001
