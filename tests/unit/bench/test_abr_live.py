"""Live television at virtual time: the edge, the target, stalls and jumps."""

from typing import Any

import pytest

from bench.abr.film import made_film
from bench.abr.line import Line, Stretch
from bench.abr.live import watch
from bench.abr.live_contest import LiveFigures, LiveOutcome, figures_of, scenes
from bench.abr.live_report import figures, missed, stalls_over, table
from bench.abr.live_viewer import LiveScene
from player.abr.controllers import make_controller

FILM = made_film((400, 1000), 1.0, 60, spread=0.0)


def scene(*levels: tuple[float, float], part_s: float = 0.25, target_s: float = 2.0) -> LiveScene:
    line = Line("made", [Stretch(seconds, 1e6 * rate, 0.04) for seconds, rate in levels])
    return LiveScene(name="made", film=FILM, line=line, target_s=target_s, part_s=part_s)


def watched(over: LiveScene, name: str = "throughput") -> LiveFigures:
    return figures_of(watch(over, make_controller(name)))


@pytest.mark.parametrize("part_s", [0.25, 0.5, 1.0])
def test_a_good_line_is_watched_at_its_target(part_s):
    told = watched(scene((60, 3), part_s=part_s))

    assert told.stalls == 0
    assert told.off_target_s < 0.3
    assert told.jumps == 0
    assert told.startup_s < 0.5


def test_nothing_is_fetched_before_it_is_made():
    over = scene((60, 30))
    run = watch(over, make_controller("throughput"))
    first_part = over.part_s + over.line.latency(0.0) / 2

    assert all(
        when >= index * FILM.segment_s + first_part - over.joined_s - 1e-6
        for index, when in run.seen.came.items()
        if when > 1.0
    )
    assert max(held for _, held in run.seen.levels) <= over.target_s + 0.5


def test_an_outage_is_a_stall_and_then_a_jump():
    """Ten seconds of nothing: farther behind than the rate can make up for."""
    told = watched(scene((20, 3), (10, 0), (60, 3)))

    assert told.stalls >= 1
    assert told.jumps == 1
    assert told.skipped_s > 3
    assert 0.1 < told.rebuffer_share < 0.3


def test_after_a_short_stall_it_catches_up():
    told = watched(scene((15, 3), (2.5, 0), (60, 3)))

    assert told.stalls == 1
    assert told.jumps == 0
    assert told.rate_changes > 0
    assert told.latency_worst_s > 2.5
    assert told.latency_s < told.latency_worst_s


def test_a_line_below_the_lowest_rung_ends_all_the_same():
    told = watched(scene((60, 0.15)))

    assert told.rebuffer_share > 0.3


def test_scenes_have_names_of_their_own():
    names = [one.name for one in scenes()]

    assert len(set(names)) == len(names) == 12


@pytest.mark.parametrize("name", ["spike-whole", "slow-jitters-whole"])
def test_lines_that_fall_at_once_stall_ours_no_more_than_the_plain_ones(name):
    over = next(one for one in scenes() if one.name == name)
    told = watched(over, "farol")

    assert told.stalls <= watched(over).stalls == 0
    assert told.off_target_s < 0.3


def outcome(name: str, farol: LiveFigures, bola: LiveFigures) -> LiveOutcome:
    over = scene((60, 3))
    return LiveOutcome(
        name=name,
        drawn=over.line,
        rates=(0.4, 1.0),
        target_s=2.0,
        figures={"bola": bola, "farol": farol},
    )


def test_more_stalls_than_another_are_told():
    good, bad = watched(scene((60, 3))), watched(scene((15, 3), (2.5, 0), (60, 3)))
    worse, fine = outcome("spike-parts", bad, good), outcome("constant-parts", good, good)

    assert stalls_over(worse) == 1
    assert missed(worse) == ("1 more stalls than the best named controller",)
    assert missed(fine) == ()
    told: Any = figures([worse])
    assert told["spike_parts"]["stalls_over_named"] == 1
    assert table([worse, fine]).row_count == 4
