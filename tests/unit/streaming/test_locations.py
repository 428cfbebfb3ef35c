"""Which place is chosen, and for how long one is passed over."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from player.model.location import Location
from player.streaming.fetch.locations import LocationChooser, key_of
from player.units import Micros, micros


def _chooser(*draws: float) -> LocationChooser:
    left = list(draws)
    return LocationChooser(draw=lambda: left.pop(0) if left else 0.5, exclusion=micros(300))


def _place(name: str, priority: int = 1, weight: int = 1) -> Location:
    base = f"http://{name}.test/"
    return Location(name=name, base=base, priority=priority, weight=weight)


A, B, C = _place("a"), _place("b"), _place("c")
ALL = (A, B, C)
NOW = micros(1000)


def _later(seconds: float) -> Micros:
    return Micros(NOW + micros(seconds))


def test_the_manifests_order_holds() -> None:
    assert _chooser().choose(ALL, NOW) is A
    assert _chooser().choose((), NOW) is None
    late = _place("late", priority=2)
    assert _chooser().choose((late, B), NOW) is B


def test_a_failed_place_is_passed_over_and_come_back_to() -> None:
    chooser = _chooser()
    chooser.exclude(A, NOW)
    assert chooser.choose(ALL, NOW) is B
    assert chooser.choose(ALL, _later(299)) is B
    assert chooser.choose(ALL, _later(300)) is A


def test_where_all_have_failed_the_first_to_return_is_tried() -> None:
    chooser = _chooser()
    for number, place in enumerate(ALL):
        chooser.exclude(place, _later(number))
    assert not chooser.others(ALL, _later(5))
    assert chooser.choose(ALL, _later(5)) is A


def test_others_are_left_as_long_as_one_is_good() -> None:
    chooser = _chooser()
    assert chooser.others(ALL, NOW)
    assert not chooser.others((A,), NOW)
    chooser.exclude(A, NOW)
    assert chooser.others(ALL, NOW)
    chooser.exclude(B, NOW)
    assert not chooser.others(ALL, NOW)


def test_steering_comes_before_the_manifest_and_failures_before_steering() -> None:
    chooser = _chooser()
    chooser.prefer(["c", "b", "nobody"])
    assert chooser.choose(ALL, NOW) is C
    chooser.exclude(C, NOW)
    assert chooser.choose(ALL, NOW) is B
    chooser.exclude(B, NOW)
    assert chooser.choose(ALL, NOW) is A, "the last resort"


def test_places_without_a_name_are_told_apart_by_their_address() -> None:
    one, other = Location(name="", base="http://1/"), Location(name="", base="http://2/")
    chooser = _chooser()
    chooser.exclude(one, NOW)
    assert chooser.choose((one, other), NOW) is other
    assert key_of(one) != key_of(other)


def test_weights_are_drawn_for_once() -> None:
    heavy, light = _place("heavy", weight=9), _place("light", weight=1)
    won = Counter[str]()
    for number in range(100):
        chooser = _chooser((number * 7 % 100) / 100, (number * 31 % 100) / 100)
        chosen = chooser.choose((light, heavy), NOW)
        assert chosen is not None
        assert chooser.choose((light, heavy), _later(50)) is chosen, "a session stays"
        won[chosen.name] += 1
    assert won["heavy"] > 75


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 400)), max_size=20),
    st.lists(st.sampled_from("abcd"), max_size=4),
)
def test_some_place_is_always_chosen(failed: list[tuple[str, int]], steered: list[str]) -> None:
    chooser, now = _chooser(), 0
    chooser.prefer(steered)
    for name, passed in failed:
        now += passed
        chooser.exclude(_place(name), micros(now))
        chosen = chooser.choose(ALL, micros(now))
        assert chosen in ALL
        if chooser.others(ALL, micros(now)):
            assert chosen is not None
            assert chooser.allowed(chosen, micros(now)), "a good one where there is one"
