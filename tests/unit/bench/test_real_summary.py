"""Medians, margins and tables of real runs, and the page of a line."""

import pytest

from bench.abr.line import Line, Stretch
from bench.abr.score import Figures
from bench.abr_runs.picture import page
from bench.abr_runs.summary import LineResult, all_figures, medians
from bench.abr_runs.watching import Look, Watched


def runs(*qoe: float) -> list[Figures]:
    return [
        Figures(
            mean_kbps=1000 * one,
            rebuffer_share=0.01,
            switches=3,
            mean_change_kbps=50.0,
            startup_s=0.4,
            qoe=one,
        )
        for one in qoe
    ]


BOTH = LineResult(
    name="staircase",
    scores={"ours": runs(2.0, 2.4, 1.0), "hls.js": runs(1.5, 9.0, 1.0), "shaka": runs(1.7)},
    optimum=3.1,
)


def test_the_margin_is_of_medians_over_the_best_peer():
    assert BOTH.margin == pytest.approx(0.3)
    assert BOTH.figures()["hlsjs"] == medians(runs(1.5))
    assert BOTH.figures()["optimum"] == 3.1


def test_other_controllers_of_ours_are_no_peers():
    beside = LineResult(
        name="x", scores={"ours": runs(2.0), "ours-bola": runs(9.0), "shaka": runs(1)}
    )

    assert beside.margin == pytest.approx(1.0)


def test_alone_there_is_no_margin():
    alone = LineResult(name="spike", scores={"ours": runs(2.0), "shaka": []})

    assert alone.margin is None
    assert all_figures([alone])["least_qoe"] == 2.0
    assert "least_margin" not in all_figures([alone])


def test_the_least_of_all_lines_is_what_counts():
    worse = LineResult(name="spike", scores={"ours": runs(0.5), "shaka": runs(0.7)})
    told = all_figures([BOTH, worse])

    assert told["least_margin"] == pytest.approx(-0.2)
    assert told["least_qoe"] == 0.5


def test_the_table_names_all_and_begins_with_the_best():
    lines = BOTH.table().splitlines()

    assert [line.split()[0] for line in lines[1:4]] == ["ours", "shaka", "hls.js"]
    assert "+0.300" in lines[4]
    assert "no run" in LineResult(name="spike", scores={"ours": []}).table()


def test_the_page_has_a_strip_for_each_player():
    line = Line("a <line>", [Stretch(10.0, 2e6, 0.05)])
    run = Watched(
        lasted=10.0,
        first_picture=1.0,
        looks=(Look(1.0, 0.0, 144), Look(2.0, 1.0, 144), Look(9.0, 1.1, 360)),
    )
    text = page(
        line,
        {"ours": [run], "shaka": [Watched(lasted=9.0, first_picture=None, looks=())]},
        {144: 0.4, 360: 5.0},
        "the table",
    )

    assert text.count("<svg") == 2
    assert "a &lt;line&gt;" in text
    assert text.count('class="stall"') == 3
