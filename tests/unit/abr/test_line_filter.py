"""What is believed of a line: found again from transfers of lines that are known."""

import random
from itertools import pairwise
from math import exp, log

import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st

from player.abr.line_filter import LineFilter
from player.abr.line_model import UNDER, Chances, LineKind, LineModel
from player.abr.outlook import NOISY, STEADY, WILD


def model(kind: LineKind) -> LineModel:
    return LineModel(lowest=0.25, count=20, kind=kind)


def followed(line: LineModel, rates: list[float]) -> LineFilter:
    found = LineFilter(line)
    found.follow(rates)
    return found


def after(line: LineModel, rates: list[float]) -> Chances:
    return followed(line, rates).chances


@settings(max_examples=80, deadline=None)
@examples(
    rates=st.lists(st.floats(0.01, 100), max_size=20),
    spread=st.floats(0.02, 1),
    noise=st.floats(0.01, 1),
    jump=st.floats(0.001, 0.2),
)
def test_chances_stay_chances(
    rates: list[float], spread: float, noise: float, jump: float
) -> None:
    line = model(LineKind(spread=spread, noise=noise, jump=jump))
    chances = after(line, rates)
    for found in (chances, line.ahead(chances)):
        assert sum(found) == pytest.approx(1.0, abs=2e-3)  # the least probable lead nowhere
        assert min(found) >= 0
    gathered = line.likely(chances)
    assert sum(chance for _, chance in gathered) == pytest.approx(sum(chances))
    assert [place for place, _ in gathered] == sorted({place for place, _ in gathered})


@pytest.mark.parametrize("rate", [0.4, 0.8, 1.0, 1.7, 3.3, 5.0])
def test_a_steady_line_is_found_between_the_levels_too(rate: float) -> None:
    line = model(LineKind(spread=0.1, noise=0.06, jump=0.02))
    assert line.mean(after(line, [rate] * 20)) == pytest.approx(rate, rel=0.08)


def test_one_transfer_that_strays_is_not_believed_two_are() -> None:
    line = model(LineKind(spread=0.1, noise=0.06, jump=0.02))
    once, twice = after(line, [4.0] * 10 + [1.0]), after(line, [4.0] * 10 + [1.0, 1.0])
    assert line.mean(twice) < 1.4 < line.mean(once) * 1.3
    assert line.quantile(twice, 0.5) <= 1.4


@pytest.mark.parametrize("kind", [STEADY, WILD, NOISY])
def test_a_line_of_a_kind_is_known_for_one(kind: LineKind) -> None:
    """Lines made by each model: for more than half that model's evidence is the greatest."""
    chance = random.Random(7)  # noqa: S311 - a test, not a secret
    right = 0
    for _ in range(40):
        level, rates = chance.uniform(0, 2), []
        for _ in range(40):
            level += chance.gauss(0, kind.spread)
            rates.append(exp(level + chance.gauss(0, kind.noise)))
        evidence = {one: followed(model(one), rates).evidence for one in (STEADY, WILD, NOISY)}
        right += max(evidence, key=evidence.__getitem__) == kind
    assert right > 20


@settings(max_examples=60, deadline=None)
@examples(rates=st.lists(st.floats(0.1, 50), min_size=1, max_size=30), size=st.integers(2, 20))
def test_a_window_that_slides_is_followed_as_if_it_were_all_there(
    rates: list[float], size: int
) -> None:
    sliding = LineFilter(model(WILD))
    for end in range(1, len(rates) + 1):
        sliding.follow(rates[max(0, end - size) : end])
    whole = followed(model(WILD), rates[:1])
    whole.follow(rates)
    if len(set(rates)) == len(rates):
        assert sliding.chances == pytest.approx(whole.chances, abs=1e-9)


def test_another_line_is_begun_anew() -> None:
    line = followed(model(STEADY), [3.0, 3.1, 2.9])
    line.follow([8.0, 8.2])
    assert line.chances == after(model(STEADY), [8.0, 8.2])


def test_a_line_seldom_dies_where_its_kind_seldom_does() -> None:
    wild, steady = model(WILD), model(STEADY)
    dead = [place for place, one in enumerate(wild.levels) if one < UNDER * wild.lowest]
    chances = {kind: sum(kind.thrown[place] for place in dead) for kind in (wild, steady)}
    assert chances[steady] < chances[wild] / 2
    for one in (wild, steady):
        assert sum(one.thrown) == pytest.approx(one.kind.jump)
        assert all(low <= high + 1e-12 for low, high in pairwise(one.thrown))


@settings(max_examples=60, deadline=None)
@examples(
    shape=st.lists(st.floats(0.7, 1.4), min_size=2, max_size=20),
    base=st.floats(0.8, 3),
    factor=st.floats(1.05, 2.0),
)
def test_what_is_believed_of_more_is_more_and_of_the_same_kind(
    shape: list[float], base: float, factor: float
) -> None:
    lines = [LineModel(lowest=0.01, count=50, kind=kind) for kind in (STEADY, WILD, NOISY)]
    for line in lines:
        less = followed(line, [base * one for one in shape])
        more = followed(line, [factor * base * one for one in shape])
        ratio = line.mean(more.chances) / line.mean(less.chances)
        assert ratio == pytest.approx(factor, rel=0.03)
        assert more.evidence == pytest.approx(less.evidence, abs=0.1)


def test_a_guess_is_only_half_believed() -> None:
    line = LineFilter(model(STEADY))
    mean = line.model.mean(line.guessed(4.0))
    assert abs(log(mean / 4.0)) < 0.5
    assert max(line.guessed(4.0)) < max(after(model(STEADY), [4.0] * 3))
