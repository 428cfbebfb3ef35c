"""The lines of real runs: by name, cut out of recorded ones, and as a trace again."""

import json

import pytest

from bench.abr.line import Line, Stretch, read_trace
from bench.abr_runs.lines import NAMES, SYNTHETIC, Cut, line_named, told, window

SAW = Line("saw", [Stretch(2.0, 1e6, 0.1), Stretch(3.0, 4e6, 0.02)])


def cut(offset: float, length: float, scale: float = 1.0) -> list[tuple[float, float]]:
    line = window(SAW, Cut(file="", offset_s=offset, length_s=length, scale=scale), "cut")
    return [(one.duration, one.rate) for one in line.stretches]


def test_a_window_begins_and_ends_inside_stretches():
    assert cut(1.0, 2.5) == [(1.0, 1e6), (1.5, 4e6)]


def test_a_window_goes_over_the_traces_end():
    assert cut(4.0, 3.0) == [(1.0, 4e6), (2.0, 1e6)]


def test_a_window_may_be_scaled():
    assert cut(0.0, 2.0, scale=0.5) == [(2.0, 5e5)]


@pytest.mark.parametrize("name", SYNTHETIC)
def test_every_synthetic_line_is_there_and_carries_something(name, tmp_path):
    line = line_named(name, tmp_path)

    assert line is not None
    assert line.name == name
    assert 60 <= line.period <= 120


def test_the_staircase_is_the_issues(tmp_path):
    line = line_named("staircase", tmp_path)

    assert line is not None
    assert [line.bits_until(at) / 1e6 for at in (30, 60, 90)] == [180, 210, 315]


def test_a_recorded_line_is_none_where_there_are_no_traces(tmp_path):
    recorded = [name for name in NAMES if name not in SYNTHETIC]

    assert [line_named(name, tmp_path) for name in recorded] == [None] * len(recorded)


def test_a_file_may_be_named_with_its_window(tmp_path):
    (tmp_path / "mine.json").write_text(json.dumps(told(SAW)))

    line = line_named("mine.json@1.5+1", tmp_path)

    assert line is not None
    assert [(one.duration, one.rate) for one in line.stretches] == [(0.5, 1e6), (0.5, 4e6)]


def test_a_line_nobody_knows_is_refused_with_the_names(tmp_path):
    with pytest.raises(ValueError, match="staircase"):
        line_named("stairs", tmp_path)


def test_a_line_written_down_is_read_again(tmp_path):
    path = tmp_path / "saw.json"
    path.write_text(json.dumps(told(SAW)))

    assert read_trace(path).stretches == SAW.stretches
