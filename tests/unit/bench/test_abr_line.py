"""A known line: what it has carried by when, and when it will have carried so much."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.abr.line import Line, Stretch, read_trace
from bench.abr.synthetic import FAMILIES

SAW = Line("saw", [Stretch(2.0, 1e6, 0.1), Stretch(3.0, 4e6, 0.02)])
GAP = Line("gap", [Stretch(2.0, 1e6, 0.1), Stretch(3.0, 0.0, 0.1), Stretch(1.0, 2e6, 0.1)])

rates = st.sampled_from([0.0, 1e5, 1e6, 3.3e6, 2e7])
stretches = st.builds(Stretch, st.floats(0.1, 20), rates, st.floats(0.0, 0.2))
lines = (
    st.lists(stretches, min_size=1, max_size=6)
    .filter(lambda found: any(one.rate for one in found))
    .map(lambda found: Line("any", found))
)


@settings(max_examples=60, deadline=None)
@given(lines, st.floats(0, 200))
def test_the_line_has_carried_no_more_when_it_says_so(line, at):
    bits = line.bits_until(at)
    when = line.when(bits)

    assert line.when(max(bits - 0.01, 0.0)) <= at + 1e-6  # sums of a gap's edges are rounded
    assert line.bits_until(when) == pytest.approx(bits, rel=1e-9, abs=1e-2)


@settings(max_examples=40, deadline=None)
@given(lines, st.floats(0, 200), st.floats(0, 50))
def test_what_was_carried_never_shrinks(line, at, later):
    assert line.bits_until(at + later) >= line.bits_until(at) - 1e-3


def test_it_repeats_for_ever():
    assert SAW.period == 5.0
    assert SAW.bits_until(5.0) == pytest.approx(14e6)
    assert SAW.bits_until(12.5) == pytest.approx(2 * 14e6 + 2e6 + 2e6)
    assert SAW.when(2 * 14e6 + 4e6) == pytest.approx(12.5)
    assert (SAW.latency(1.0), SAW.latency(3.0), SAW.latency(6.0)) == (0.1, 0.02, 0.1)


def test_nothing_comes_through_a_gap():
    assert GAP.when(2e6) == pytest.approx(2.0)
    assert GAP.when(2e6 + 1) == pytest.approx(5.0, abs=1e-5)
    assert GAP.bits_until(4.9) == pytest.approx(2e6)


def test_a_line_that_carries_nothing_is_none():
    with pytest.raises(ValueError, match="carries nothing"):
        Line("dead", [Stretch(10.0, 0.0, 0.1)])


def test_traces_are_read_in_sabres_form(tmp_path):
    path = tmp_path / "one.json"
    told = [{"duration_ms": 1500, "bandwidth_kbps": 800, "latency_ms": 40}]
    path.write_text(json.dumps(told), encoding="utf-8")

    assert read_trace(path).stretches == (Stretch(1.5, 800e3, 0.04),)


@pytest.mark.parametrize("family", FAMILIES)
def test_made_lines_are_the_same_each_time(family):
    first, again = FAMILIES[family](), FAMILIES[family]()

    assert [one.stretches for one in first] == [one.stretches for one in again]
    assert all(0.02 <= one.latency <= 0.1 for line in first for one in line.stretches)
    assert len({line.name for line in first}) == len(first)
