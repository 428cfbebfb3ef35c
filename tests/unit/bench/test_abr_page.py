"""The command, from a trace and a film to figures and a page."""

import json
import sys
from functools import cache
from typing import Any

import pytest

from bench.abr import __main__ as command
from bench.abr import kept as keeping
from bench.abr.contest import Job, Outcome, contest
from bench.abr.families import NAMES, family, fewer
from bench.abr.film import made_film
from bench.abr.line import Line, Stretch
from bench.abr.live_contest import LiveJob, live_contest
from bench.abr.live_viewer import LiveScene
from bench.abr.report import chosen, page
from bench.abr.simulate import Scene
from bench.abr.summary import summaries

BOTH = ("bola", "farol")
LINE = Line("<saw>", [Stretch(6.0, 2e6, 0.05), Stretch(4.0, 2e5, 0.05)])


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(keeping, "FOLDER", tmp_path / "kept")


@cache
def outcome() -> Outcome:
    film = made_film((300, 900), 2.0, 8)
    scene = Scene(film=film, line=LINE, buffer_s=8.0)
    return contest(Job(family="made", scene=scene, controllers=BOTH))


def test_a_trail_tells_when_the_picture_stood():
    for told in outcome().trails.values():
        assert told.stalls[0][0] == 0
        assert [at for at, _ in told.shown] == sorted(at for at, _ in told.shown)
        assert told.shown[0][0] == pytest.approx(told.stalls[0][1])
        last, _ = told.shown[-1]
        stood_after = sum(end - start for start, end in told.stalls if start > last)
        assert told.ended == pytest.approx(last + 2.0 + stood_after)


def test_the_page_stands_alone():
    scene = LiveScene(
        name="live one",
        film=made_film((300, 900), 1.0, 20),
        line=LINE,
        target_s=2.0,
        part_s=0.25,
    )
    text = page(summaries([outcome()]), [live_contest(LiveJob(scene=scene, controllers=BOTH))])

    assert "&lt;saw&gt;" in text
    assert "<saw>" not in text
    assert text.count("<svg") == 2 + 2 + 2
    assert "http" not in text
    assert "NaN" not in text


def test_a_usual_line_and_the_worst_are_looked_at():
    (one,) = summaries([outcome()])

    assert [told.line for _, told in chosen(one)] == ["<saw>"]


def test_all_families_are_known_and_those_without_traces_left_out(tmp_path):
    found = {name: family(name, tmp_path) for name in NAMES}

    assert {name for name, one in found.items() if one is None} == {"3g", "4g", "fcc"}
    assert all(len(fewer(one).lines) == 2 for one in found.values() if one)


def run(monkeypatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["abr", *(str(one) for one in arguments)])
    return command.main()


def test_the_command_tells_figures(tmp_path, monkeypatch, capsys):
    trace, film = tmp_path / "one.json", tmp_path / "film.json"
    trace.write_text('[{"duration_ms": 9000, "bandwidth_kbps": 900, "latency_ms": 50}]', "utf-8")
    sizes = [[800_000, 2_000_000]] * 6
    told = {"segment_duration_ms": 2000, "bitrates_kbps": [400, 1000], "segment_sizes_bits": sizes}
    film.write_text(json.dumps(told), encoding="utf-8")
    options = ("--buffers", "8", "--controllers", "bola,farol", "--jobs", 1, "--guess")
    out = tmp_path / "out"

    assert run(monkeypatch, "--traces", trace, "--film", film, "--out", out, *options) == 0

    figures: Any = json.loads(capsys.readouterr().out)
    assert figures["own"]["8"]["farol"]["startup_s"] == pytest.approx(0.94, abs=0.1)
    assert set(figures["own"]["8"]) >= {"bola", "farol", "optimum", "margin"}
    assert (out / "index.html").is_file()


def test_what_is_no_trace_is_named(tmp_path, monkeypatch, capsys):
    trace = tmp_path / "bad.json"
    trace.write_text('[{"a": 1}]', encoding="utf-8")

    assert run(monkeypatch, "--traces", trace, "--out", tmp_path) == 2
    assert "Sabre" in capsys.readouterr().err
