"""Joints follow from numbers alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headend.live.splice import WRAP_S, Splices, is_nth


def test_without_joints_every_place_is_its_own_segment() -> None:
    plain = Splices(segment_s=2)
    assert plain.plain
    assert plain.piece(897_680_507).source == 897_680_507
    assert plain.piece(897_680_507).shift_s == 0
    assert plain.joints_up_to(1000) == 0


def test_the_clock_starts_over_every_few_segments() -> None:
    splices = Splices(segment_s=2, every=4)
    assert [splices.joint(place) for place in range(9)] == [False] * 4 + [True] + [False] * 3 + [
        True
    ]
    starts = [place * 2 + splices.piece(place).shift_s for place in range(12)]
    assert starts[:4] == [0, 2, 4, 6]
    assert starts[4:8] == [1999, 2001, 2003, 2005]
    assert min(starts) >= 0


def test_misaligned_audio_starts_over_one_segment_later() -> None:
    splices = Splices(segment_s=2, every=4, misaligned=True)
    assert splices.joint(4)
    assert not splices.joint(4, late=True)
    assert splices.joint(5, late=True)
    assert splices.piece(4, late=True).shift_s == splices.piece(3).shift_s
    assert splices.piece(5, late=True).shift_s == splices.piece(5).shift_s


def test_each_minute_begins_with_eight_or_ten_seconds_of_advertisement() -> None:
    splices = Splices(segment_s=2, ads=True)
    ads = [place for place in range(60) if splices.piece(place).ad]
    assert ads == [0, 1, 2, 3, 30, 31, 32, 33, 34]
    assert [splices.piece(place).source for place in ads] == [0, 1, 2, 3, 0, 1, 2, 3, 4]
    assert [place for place in range(60) if splices.joint(place)] == [4, 30, 35]


def test_the_33_bit_clock_runs_over_at_the_second_asked_for() -> None:
    splices = Splices(segment_s=2, wraps_at_s=1000)
    assert splices.plain
    assert 998 + splices.piece(499).shift_s < WRAP_S <= 1000 + splices.piece(500).shift_s


@settings(max_examples=40)
@given(st.integers(0, 400), st.sampled_from([0, 1, 4, 7]), st.booleans(), st.booleans())
def test_joints_are_counted_as_they_come(place: int, every: int, ads: bool, late: bool) -> None:
    splices = Splices(segment_s=2, every=every, misaligned=True, ads=ads)
    one_by_one = sum(splices.joint(n, late=late) for n in range(1, place + 1))
    assert splices.joints_up_to(place, late=late) == one_by_one


@pytest.mark.parametrize(("every", "hit"), [(0, []), (3, [2, 5, 8]), (1, list(range(9)))])
def test_each_nth_is_the_last_of_its_group(every: int, hit: list[int]) -> None:
    assert [place for place in range(9) if is_nth(place, every)] == hit
