"""What sessions are worth, and how a family of them is held against the bars."""

from typing import Any

import pytest

from bench.abr.contest import Outcome
from bench.abr.line import Line, Stretch
from bench.abr.score import Figures, Session, mean_of, score
from bench.abr.summary import all_figures, summaries

LINE = Line("flat", [Stretch(10.0, 1e6, 0.05)])


def figures(qoe: float, *, stalled: float = 0.0, change: float = 10.0) -> Figures:
    return Figures(
        mean_kbps=1000.0,
        rebuffer_share=stalled,
        switches=2,
        mean_change_kbps=change,
        startup_s=0.5,
        qoe=qoe,
    )


def outcome(best: float = 4.0, **told: Figures) -> Outcome:
    return Outcome(
        family="made",
        line="flat",
        buffer_s=25.0,
        drawn=LINE,
        rates=(0.4, 5.0),
        figures={name.replace("_", "-"): one for name, one in told.items()},
        best=figures(best),
        floor=figures(0.0),
    )


def test_the_score_by_hand():
    session = Session((1.0, 1.0, 3.0, 2.0), segment_s=2.0, rebuffer_s=0.5, startup_s=0.25)
    told = score(session, top=4.0)

    assert told.qoe == pytest.approx((7.0 - 3.0 - 4.0 * 0.75) / 4)
    assert told.mean_kbps == pytest.approx(1750.0)
    assert told.rebuffer_share == pytest.approx(0.5 / 8.5)
    assert told.switches == 2
    assert told.mean_change_kbps == pytest.approx(1000.0)


def test_nothing_played_is_all_waiting():
    told = score(Session((), segment_s=2.0, rebuffer_s=0.0, startup_s=10.0), top=5.0)

    assert told.qoe == pytest.approx(-50.0)
    assert told.mean_kbps == 0.0


def test_means_are_taken_figure_by_figure():
    assert mean_of([figures(1.0), figures(2.0, stalled=0.1)]).qoe == pytest.approx(1.5)


def test_all_bars_are_met():
    (one,) = summaries([outcome(bola=figures(2.0), dynamic=figures(1.0), farol=figures(3.5))])

    assert one.bars is not None
    assert one.bars.missed == ()
    assert one.bars.best_named == "bola"
    assert one.bars.margin == pytest.approx(1.5)
    assert one.bars.closed == pytest.approx(0.75)


def test_each_bar_can_be_missed():
    (one,) = summaries(
        [
            outcome(
                bola=figures(2.0, stalled=0.01),
                dynamic=figures(1.0, change=50.0),
                farol=figures(1.5, stalled=0.02, change=80.0),
            )
        ]
    )

    assert one.bars is not None
    assert len(one.bars.missed) == 4
    assert one.bars.rebuffer_over_bola == pytest.approx(0.01)
    assert one.bars.change_over_dynamic == pytest.approx(30.0)


def test_figures_are_nested_by_family_buffer_and_controller():
    told = all_figures(summaries([outcome(robust_mpc=figures(2.0), farol=figures(3.5))]))
    inside: Any = told["made"]["25"]

    assert inside["robust-mpc"]["qoe"] == 2.0
    assert inside["farol"]["share"] == pytest.approx(3.5 / 4.0)
    assert inside["margin"] == pytest.approx(1.5)
    assert inside["gap_closed"] == pytest.approx(0.75)
    assert "rebuffer_over_bola" not in inside


def test_a_share_of_a_negative_optimum_says_nothing():
    (one,) = summaries([outcome(best=-1.0, bola=figures(-2.0), farol=figures(-1.5))])

    assert all(row.of_optimum is None for row in one.rows)
    assert one.bars is not None
    assert one.bars.closed == pytest.approx(0.5)


def test_alone_there_is_nothing_to_compare():
    (one,) = summaries([outcome(farol=figures(3.5))])

    assert one.bars is None
