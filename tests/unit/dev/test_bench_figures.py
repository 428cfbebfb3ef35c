"""The benchmarks' own arithmetic, and that each is told with its budgets."""

import json
from pathlib import Path

import pytest

from bench.cold_start import contenders, summary
from bench.day import Forgetful
from bench.feed_latency import even
from bench.feed_latency import summary as waits
from bench.long_playlist import playlist
from bench.run import BUDGETS, HERE, judge

ROOT = Path(__file__).parents[3]
PLANS = json.loads(BUDGETS.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", PLANS)
def test_every_benchmark_has_its_script_a_title_and_a_place_in_the_docs(name):
    assert (HERE / f"{name}.py").is_file() or (HERE / name / "__main__.py").is_file()
    assert PLANS[name]["title"]
    assert f"`{name}`" in (ROOT / "docs" / "figures.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PLANS)
def test_a_run_that_gives_nothing_keeps_no_budget(name):
    assert PLANS[name]["budgets"]
    assert not any(verdict.kept for verdict in judge({}, PLANS[name]["budgets"]))


def test_every_script_that_measures_is_in_the_plan():
    helpers = {"run", "link", "neighbours", "browser_players", "watch"}
    packages = {path.parent.name for path in HERE.glob("*/__main__.py")}

    assert {path.stem for path in HERE.glob("*.py")} - helpers | packages == set(PLANS)


def test_a_race_is_told_by_medians():
    figures = summary({"ours": [0.2, 0.4, 0.3], "hls.js": [0.6], "mpv": [3.0, 1.0]})

    assert figures == {
        "ours": 0.3,
        "worst": 0.4,
        "hlsjs": 0.6,
        "mpv": 2.0,
        "of_hlsjs": 0.5,
        "of_mpv": 0.15,
    }


def test_without_a_browser_only_two_race():
    assert list(contenders(("hls.js", "shaka"), None)) == ["ours", "mpv"]


def test_waits_are_ranked():
    figures = waits([float(number) for number in range(100, 0, -1)])

    assert figures == {"median": 50.5, "p95": 96.0, "worst": 100.0, "pieces": 100}


def test_even_pieces_are_the_same_bytes():
    assert even([b"abc", b"d", b"ef"], 4) == [b"abcd", b"ef"]


def test_the_long_playlist_is_as_long_as_told():
    lines = playlist(1000, 25).decode().splitlines()

    assert sum(line.startswith("#EXTINF") for line in lines) == 25
    assert sum("DATE-TIME" in line for line in lines) == 3
    assert lines[3] == "#EXT-X-MEDIA-SEQUENCE:1000"


def test_an_origin_that_forgets_does_not_grow():
    asked = Forgetful[str]()
    for number in range(3000):
        asked.append(str(number))

    assert (len(asked), asked[-1]) == (1000, "2999")
