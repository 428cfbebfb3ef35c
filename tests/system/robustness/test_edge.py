"""The live edge, and lines that are worse than they look: latency, stalls, rungs."""

import pytest

from player.api import PlayerState, QualityChanged
from tests.system.features.played import Played
from tests.system.robustness.cases import CMAF, DASH, Case
from tests.system.robustness.survived import (
    check_alive,
    check_together,
    each,
    joints,
    latencies,
    stalled,
)

pytestmark = pytest.mark.system

TARGET = 6.0
"""Seconds behind the edge: three segments."""

SLACK = 2.5
"""A segment, and what it takes to notice."""


def _check_whole(played: Played) -> None:
    """Every picture in its order, with its sound."""
    check_alive(played, PlayerState.PLAYING)
    assert joints(played.fed, live=True) == []
    check_together(played.fed)


@each(
    Case(thread="hls.js#2371", path=CMAF, query="late=6", live=True, fast=False, seconds=25),
    Case(thread="hls.js#4681", path=CMAF, query="stuck=7", live=True, fast=False, seconds=25),
)
def test_a_late_or_stuck_list_costs_what_it_is_late(case: Case, played: Played) -> None:
    _check_whole(played)
    forced = 7 - 4 if "stuck" in case.query else 6
    assert stalled(played) < forced + SLACK
    assert latencies(played)[-1] < TARGET + forced + 2 * SLACK
    first = latencies(played)[0]
    assert latencies(played)[-1] - first == pytest.approx(stalled(played), abs=2)


@each(Case(thread="ExoPlayer#4328", path=CMAF, query="reset=6", live=True, fast=False, seconds=22))
def test_a_list_that_starts_over_goes_on_where_it_was(case: Case, played: Played) -> None:
    del case
    _check_whole(played)
    assert played.stalls == []
    assert max(latencies(played)) - min(latencies(played)) < 1.5


@each(
    Case(
        thread="ExoPlayer#1782", path=CMAF, query="window=10", live=True, fast=False,
        pause=14, seconds=26,
    ),
)  # fmt: skip
def test_a_pause_longer_than_the_window_goes_on_within_it(case: Case, played: Played) -> None:
    del case
    check_alive(played, PlayerState.PLAYING)
    assert played.now.window is not None
    assert played.now.window[0] <= played.now.position <= played.now.window[1]
    for fed in played.feds:
        check_together(fed)


@each(
    Case(thread="hls.js#3174", path=CMAF, query="gap=5&length=36"),
    Case(thread="hls.js#3174", path=DASH, query="gap=5&length=36"),
    Case(thread="hls.js#3174", path=CMAF, query="missing=5&length=36"),
    Case(thread="hls.js#3174", path=CMAF, query="gap=5&window=60", live=True, seconds=36),
    Case(thread="hls.js#3174", path=DASH, query="gap=5&window=60", live=True, seconds=36),
    Case(thread="CVE-2026-44353", path=CMAF, query="local=1&length=36"),
)
def test_segments_that_cannot_be_had_are_jumped(case: Case, played: Played) -> None:
    check_alive(played)
    found = joints(played.fed, live=case.live)
    assert len(found) >= 3
    for joint in found:
        assert joint.step == pytest.approx(0.04, abs=0.0015), "no hole in the stream"
        assert (joint.after[1] - joint.before[1]) % 600 == 51, "one segment, whole"
    check_together(played.fed)
    assert not [one for one in played.visits if one.uri.startswith("file:")]


@each(Case(thread="hls.js#3174", path=CMAF, query="missing=5", live=True, fast=False, seconds=20))
def test_a_live_segment_that_never_comes_is_left_out(case: Case, played: Played) -> None:
    del case
    check_alive(played, PlayerState.PLAYING, PlayerState.BUFFERING)
    found = joints(played.fed, live=True)
    assert found
    assert {(joint.after[1] - joint.before[1]) % 600 for joint in found} == {51}
    assert stalled(played) < 2 * len(found) + SLACK, "no more than what is missing"
    assert max(latencies(played)) < TARGET + SLACK + 2


@each(
    Case(
        thread="hls.js#3563", path=DASH, query="rate=1500&slow_start=300", live=True, fast=False,
        seconds=14,
    ),
    Case(
        thread="dash.js#3538", path=CMAF, query="rate=1500&slow_start=300", live=True, fast=False,
        seconds=14,
    ),
    Case(thread="rx-player#796", path=DASH, query="rate=1300", live=True, fast=False, seconds=24),
)  # fmt: skip
def test_a_line_is_judged_once_and_well(case: Case, played: Played) -> None:
    """Of 1.3 and 1.5 Mbit/s, 480p takes one; the fourth part of it would be too timid.

    What is begun with is a guess, and one lower segment is better than a wait: down, and then up,
    by each rung if need be.
    """
    del case
    _check_whole(played)
    assert stalled(played) < 3, "720p was begun with, on credit"
    climbs = [one.to_bandwidth > one.from_bandwidth for one in played.of(QualityChanged)]
    assert climbs == sorted(climbs), "up and down again"
    assert climbs.count(False) <= 2, "from the guess, and once to make up for it"
    assert played.fed.rungs[-1] == 2


@each(
    Case(
        thread="dash.js#4288", path=DASH, query="slow=300", live=True, fast=False, seconds=30,
        moments=(("from_ms", 6), ("to_ms", 12)),
    ),
)  # fmt: skip
def test_a_line_that_recovers_is_used_again(case: Case, played: Played) -> None:
    del case
    _check_whole(played)
    assert stalled(played) < 6 + SLACK
    rungs = played.fed.rungs
    assert min(rungs) < 3
    assert rungs[-1] > min(rungs), "not stuck low"


@each(
    Case(thread="dash.js#2630", path=CMAF, query="collapse=7&length=60", fast=False, seconds=24),
)
def test_a_segment_that_collapses_half_way_is_given_up(case: Case, played: Played) -> None:
    del case
    _check_whole(played)
    assert any("given up" in one.reason for one in played.of(QualityChanged))
    assert len(played.stalls) <= 1


@each(
    Case(
        thread="shaka#386", path=DASH, query="timing=none&skew=-40", live=True, fast=False,
        seconds=12,
    ),
    Case(
        thread="shaka#6715", path=DASH, query="timing=none&skew=40", live=True, fast=False,
        seconds=12,
    ),
)  # fmt: skip
def test_a_clock_that_is_wrong_is_found_out(case: Case, played: Played) -> None:
    del case
    _check_whole(played)
    assert played.stalls == []
    assert all(abs(one - TARGET) < SLACK for one in latencies(played))


@each(
    Case(
        thread="hls.js#5747", path=CMAF, query="pathways=2&ttl=5&dead=a", live=True, fast=False,
        seconds=24, moments=(("from_ms", 6), ("to_ms", 14)),
    ),
    Case(
        thread="hls.js#6759", path=DASH, query="base_urls=2&ttl=5&steering=1&dead=a", live=True,
        fast=False, seconds=24, moments=(("from_ms", 6), ("to_ms", 14)),
    ),
)  # fmt: skip
def test_a_location_that_dies_is_left_without_a_stall(case: Case, played: Played) -> None:
    """That it is come back to after five minutes: tests/virtual/test_threads_live.py."""
    del case
    _check_whole(played)
    assert played.stalls == []
    places = [one.uri.split("/at/")[1][0] for one in played.visits if "/at/" in one.uri]
    assert places[0] == "a"
    assert places[-1] == "b"
