"""Who plays in real runs, and which of their runs count."""

import argparse

from bench.abr_live import contenders, scored
from bench.abr_runs.watching import Look, Watched

OPTIONS = argparse.Namespace(abr="throughput", dash=False)


def test_without_a_browser_only_ours_plays(capsys):
    assert list(contenders(("ours", "ours-bola", "shaka"), None, OPTIONS)) == ["ours", "ours-bola"]
    assert "shaka is left out" in capsys.readouterr().err


def test_a_run_that_could_not_begin_is_told_and_does_not_count(capsys):
    looks = tuple(Look(1.0 + step, float(step), 360) for step in range(5))
    good = Watched(lasted=5.0, first_picture=1.0, looks=looks)
    bad = Watched(lasted=5.0, first_picture=None, looks=(), problem="no codec")

    found = scored({"ours": [good, bad], "shaka": [bad]})

    assert [one.mean_kbps for one in found["ours"]] == [5000.0]
    assert found["shaka"] == []
    assert "shaka could not play: no codec" in capsys.readouterr().err


def test_a_run_without_a_picture_counts_in_full():
    never = Watched(lasted=20.0, first_picture=None, looks=())

    assert scored({"ours": [never]})["ours"][0].qoe == -100.0
