"""WebVTT whose times are the media's own: X-TIMESTAMP-MAP where clocks begin again or overflow."""

import pytest

from player.api import CuesChanged
from tests.system.features.played import Played
from tests.system.robustness.cases import CMAF, TS, Case
from tests.system.robustness.survived import check_alive, each, joints

pytestmark = pytest.mark.system

LOOP_SECONDS = 24
LENGTH = 32
LONG = f"length={LENGTH}"
CUE = 2
"""Seconds of a cue, which says the channel and the time in the loop: "Channel 3 · 00:14"."""


@each(
    Case(thread="shaka#5168", path=TS, query=f"discontinuity=5&{LONG}", text="en", speed=4),
    Case(thread="shaka#5168", path=CMAF, query=f"discontinuity=5&{LONG}", text="en", speed=4),
    Case(thread="shaka#5168", path=TS, query=f"rollover=1&{LONG}", text="en", speed=4),
    Case(thread="shaka#5168", path=CMAF, query=f"rollover=1&{LONG}", text="en", speed=4),
)
def test_subtitles_stay_with_the_picture(case: Case, played: Played) -> None:
    check_alive(played)
    assert joints(played.fed, live=case.live) == []
    shown = {(cue.start, cue.text) for event in played.of(CuesChanged) for cue in event.cues}
    assert len(shown) >= LENGTH / CUE / 2
    for start, text in shown:
        minutes, second = text.rpartition(" ")[2].split(":")
        assert text.startswith("Channel 3 ")
        wanted = 60 * int(minutes) + int(second)
        off = (start / 1e6 - wanted + 1) % LOOP_SECONDS - 1
        assert off == pytest.approx(0, abs=0.04)
