"""Time-shift: what the server has no more is on the disk, each frame of it once."""

import pytest

from player.api import PlayerState
from tests.system.features.played import Played
from tests.system.robustness.cases import CMAF, DASH, TS, Case
from tests.system.robustness.survived import (
    check_alive,
    check_together,
    each,
    joints,
    latencies,
)

pytestmark = pytest.mark.system

PAUSE = 25


@each(
    *(
        Case(
            thread="farol#time-shift", path=path, query="window=10", live=True, fast=False,
            pause=PAUSE, seconds=50, kept=True,
        )
        for path in (CMAF, TS, DASH)
    )
)  # fmt: skip
def test_a_pause_longer_than_the_window_costs_no_frame(case: Case, played: Played) -> None:
    del case
    check_alive(played, PlayerState.PLAYING)
    assert joints(played.fed, live=True, since=played.start) == []
    check_together(played.fed)
    assert played.stalls == []
    assert played.refused == []
    assert played.seconds > 12 + 10, "more than what lay in memory before the pause ended"
    assert latencies(played)[-1] > PAUSE
    window = played.now.window
    assert window is not None
    assert (window[1] - window[0]) / 1e6 > PAUSE + 5, "the seek bar reaches over all of it"
