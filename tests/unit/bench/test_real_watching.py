"""What a run's looks make of it: the same figures for every player."""

import pytest

from bench.abr.score import score
from bench.abr_runs.watching import Look, Watched, rung_steps, session_of, stalls

RATES = {144: 0.4, 360: 5.0}


def watched(*pieces: tuple[float, float, float, int], lasted: float, first: float | None = 0.5):
    """Pieces of a run: (from, to, media seconds at its beginning, height), standing in between."""
    looks, position = [], 0.0
    for start, end, began, height in pieces:
        looks += [
            Look(start + step / 20, began + step / 20, height)
            for step in range(round(20 * (end - start)) + 1)
        ]
        position = began + end - start
    return Watched(
        lasted=lasted,
        first_picture=first,
        looks=(Look(0.1, 0.0, 0), *looks, Look(lasted, position, pieces[-1][3] if pieces else 0)),
    )


def session(run: Watched):
    return session_of(run, RATES, 2.0)


def test_a_smooth_run():
    run = watched((0.5, 10.5, 0.0, 360), lasted=10.5)
    found = session(run)

    assert found.rates == (5.0,) * 5
    assert found.startup_s == 0.5
    assert found.rebuffer_s == pytest.approx(0.0, abs=0.01)
    assert not stalls(run)


def test_the_rung_of_a_segment_is_what_was_seen_in_it():
    run = watched((0.5, 4.5, 0.0, 144), (4.55, 8.5, 4.0, 360), lasted=8.5)

    assert session(run).rates == (0.4, 0.4, 5.0, 5.0)
    assert [rate for _, rate in rung_steps(run, RATES)] == [0.4, 5.0]


def test_waiting_is_what_is_not_media_shown():
    run = watched((0.5, 4.5, 0.0, 144), (7.5, 11.5, 4.0, 144), lasted=11.5)

    assert session(run).rebuffer_s == pytest.approx(3.0, abs=0.01)
    assert stalls(run) == [(pytest.approx(4.5), pytest.approx(7.5))]


def test_a_stall_that_lasts_until_the_end_counts():
    run = watched((0.5, 4.5, 0.0, 144), lasted=20.0)

    assert session(run).rebuffer_s == pytest.approx(15.5, abs=0.01)
    assert stalls(run) == [(pytest.approx(4.5), 20.0)]


def test_a_segment_hardly_begun_is_not_one():
    assert len(session(watched((0.5, 5.0, 0.0, 144), lasted=5.0)).rates) == 2
    assert len(session(watched((0.5, 6.0, 0.0, 144), lasted=6.0)).rates) == 3


def test_no_picture_is_waiting_all_the_time():
    found = session(watched(lasted=20.0, first=None))

    assert found.rates == ()
    assert found.startup_s == 20.0
    assert score(found, 5.0).qoe == -100.0
