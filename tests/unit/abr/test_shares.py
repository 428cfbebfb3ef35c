"""One line for several pictures: by size, nobody starves, and nothing is left lying."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from player.abr.caps import allowed, in_words
from player.abr.controller import AbrInput, LadderRung, LineView
from player.abr.line_estimate import LineShareView, scaled
from player.abr.shares import COMFORT, Claim, shares
from player.units import BitsPerSecond, Micros


def _claim(pixels: int | None, least: float = 0, most: float | None = None) -> Claim:
    return Claim(
        pixels=pixels,
        least=BitsPerSecond(round(least * 1e6)),
        most=None if most is None else BitsPerSecond(round(most * 1e6)),
    )


def _in_mbps(rate: float, *claims: Claim) -> list[float]:
    return [round(one / 1e6, 3) for one in shares(rate * 1e6, claims)]


def test_the_line_is_shared_by_area() -> None:
    assert _in_mbps(6, _claim(400), _claim(100), _claim(100)) == [4, 1, 1]
    assert _in_mbps(6, _claim(None), _claim(None)) == [3, 3]
    assert _in_mbps(6, _claim(None), _claim(100), _claim(200)) == [2.4, 1.2, 2.4]


def test_what_one_cannot_use_is_the_others() -> None:
    short = _claim(400, 0.2, 1)
    found = _in_mbps(6, short, _claim(100, 0.2, 9), _claim(100, 0.2, 9))
    assert found == [COMFORT, (6 - COMFORT) / 2, (6 - COMFORT) / 2]


def test_where_all_have_what_they_can_use_the_rest_is_shared_out_too() -> None:
    assert _in_mbps(6 * COMFORT, _claim(1, 0, 1), _claim(2, 0, 2)) == [2 * COMFORT, 4 * COMFORT]


def test_a_small_picture_has_its_lowest_rung_before_a_large_one_has_more() -> None:
    assert _in_mbps(2, _claim(990, 0.5, 5), _claim(10, 0.5, 5)) == [1.5, 0.5]
    assert _in_mbps(2, _claim(990, 0.5, 5), _claim(0, 0.5, 5)) == [1.5, 0.5]


def test_a_line_that_does_not_bear_the_lowest_rungs_is_short_for_all_alike() -> None:
    assert _in_mbps(1, _claim(900, 1.5, 5), _claim(100, 0.5, 5)) == [0.75, 0.25]


_claims = st.lists(
    st.builds(
        lambda pixels, least, more: Claim(
            pixels=pixels,
            least=BitsPerSecond(least),
            most=None if more is None else BitsPerSecond(least + more),
        ),
        st.none() | st.integers(0, 4_000_000),
        st.integers(0, 5_000_000),
        st.none() | st.integers(0, 20_000_000),
    ),
    min_size=1,
    max_size=6,
)


@given(rate=st.integers(1, 100_000_000), claims=_claims)
@example(rate=870, claims=[Claim(pixels=3225, least=BitsPerSecond(869), most=None)])
def test_the_whole_line_is_given_out_and_no_more(rate: int, claims: list[Claim]) -> None:
    found = shares(rate, claims)
    assert sum(found) == pytest.approx(rate, rel=1e-6)
    assert all(one >= 0 for one in found)
    if sum(one.least for one in claims) <= rate:
        for has, claim in zip(found, claims, strict=True):
            assert has >= claim.least * (1 - 1e-6)


@given(rate=st.integers(1, 100_000_000), claims=_claims)
def test_nobody_has_more_than_it_can_use_while_another_lacks(
    rate: int, claims: list[Claim]
) -> None:
    found = shares(rate, claims)
    most = [
        float("inf") if one.most is None else max(COMFORT * one.most, one.least) for one in claims
    ]
    lacking = any(has < high * (1 - 1e-6) for has, high in zip(found, most, strict=True))
    if lacking:
        assert all(has <= high * (1 + 1e-6) for has, high in zip(found, most, strict=True))


# ---- what becomes of it ---------------------------------------------------------------------

LADDER = tuple(
    LadderRung(id=str(rate), bandwidth=BitsPerSecond(rate * 1_000_000)) for rate in (1, 2, 4)
)


def _given(line: LineView, beside: int = 0) -> AbrInput:
    return AbrInput(
        now=Micros(0),
        media_time=Micros(0),
        buffer=Micros(0),
        segment_duration=Micros(2_000_000),
        ladder=LADDER,
        line=line,
        beside=BitsPerSecond(beside),
    )


def test_no_rung_beyond_the_share_is_allowed_and_the_reason_says_so() -> None:
    whole = LineView(rate=BitsPerSecond(4_200_000), recent=(BitsPerSecond(5_000_000),))
    half = scaled(whole, 0.5)
    assert half.recent == (2_500_000,)
    assert allowed(_given(whole)) == LADDER
    assert allowed(_given(half)) == LADDER[:2]
    assert allowed(_given(half, beside=200_000)) == LADDER[:1]
    assert "1.90 Mb/s of the line" in in_words(_given(half, beside=200_000))
    assert in_words(_given(whole)) == ""
    assert allowed(_given(scaled(whole, 0.01))) == LADDER[:1], "the lowest is always there"


class _Line:
    estimate = BitsPerSecond(8_000_000)
    confidence = 0.5
    view = LineView(rate=BitsPerSecond(8_000_000))


def test_who_is_alone_is_told_of_the_whole_line_as_it_is() -> None:
    part: list[float | None] = [0.25]
    seen = LineShareView(_Line(), lambda: part[0])
    assert seen.estimate == 2_000_000
    assert seen.view.rate == 2_000_000
    assert seen.view.shared
    assert seen.view is seen.view
    part[0] = None
    assert seen.estimate == 8_000_000
    assert seen.view is _Line.view
