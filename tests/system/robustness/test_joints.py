"""Clocks and joints: what advertisements, restarts, overflows and periods do to a stream.

Played twelve times as fast as time: a busy machine makes these stall, so that they judge what is
fed, frame by frame, and not when. Stalls are judged in test_edge and tests/virtual.
"""

import pytest

from tests.system.features.played import Played
from tests.system.robustness.cases import CMAF, DASH, TS, Case
from tests.system.robustness.survived import (
    LOOP,
    check_alive,
    check_together,
    each,
    frames_at,
    joints,
)

pytestmark = pytest.mark.system

AD, OWN = 4, 3
"""The channels: each minute begins with the neighbour's film."""


@each(
    Case(thread="hls.js#828", path=TS, query="ads=1&length=76"),
    Case(thread="hls.js#828", path=CMAF, query="ads=1&length=76"),
    Case(thread="shaka#4589", path=DASH, query="ads=1&length=76"),
    Case(
        thread="inputstream.adaptive#1507", path=CMAF, query="ads=1&window=150",
        live=True, seconds=110,
    ),
    Case(thread="mpv#11932", path=TS, query="ads=1&window=150", live=True, seconds=110),
    Case(thread="shaka#4589", path=DASH, query="ads=1&window=150", live=True, seconds=110),
)  # fmt: skip
def test_an_advertisement_comes_and_goes(case: Case, played: Played) -> None:
    check_alive(played)
    check_together(played.fed)
    found = joints(played.fed, live=case.live)
    breaks = [joint.after[0] for joint in found if joint.before[0] != joint.after[0]]
    assert {AD, OWN} <= set(breaks), "there and back again"
    for joint in found:
        assert joint.step == pytest.approx(0.04, abs=0.0015)
        assert joint.before[0] != joint.after[0], "within an advertisement nothing is missing"
        assert joint.before[1] % 50 == 49, "the whole of its last segment was shown"


@each(
    Case(thread="hls.js#1873", path=TS, query="discontinuity=5&length=100", seeks=(55, 24, 88)),
    Case(thread="hls.js#1873", path=CMAF, query="discontinuity=5&length=100", seeks=(55, 24, 88)),
)
def test_a_seek_across_a_restart_of_the_clock(case: Case, played: Played) -> None:
    check_alive(played)
    assert len(played.feds) == len(case.seeks) + 1
    for fed, start, target in zip(played.feds, played.starts, (0.0, *case.seeks), strict=True):
        check_together(fed)
        assert joints(fed, live=True, since=start.start / 1e6) == []
        begin = next(frame for time, frame in frames_at(fed) if time >= start.start / 1e6 - 0.001)
        assert abs(begin - round(target * 25) % LOOP) <= 1


@each(
    Case(thread="hls.js#1484", path=CMAF, query="discontinuity=5&misalign=1&length=44"),
    Case(thread="hls.js#1484", path=TS, query="muxed=0&discontinuity=5&misalign=1&length=44"),
    Case(
        thread="hls.js#1484", path=CMAF, query="discontinuity=5&misalign=1&window=60",
        live=True, seconds=40,
    ),
    Case(thread="hls.js#483", path=TS, query="rollover=1&length=24"),
    Case(
        thread="ExoPlayer#10330", path=TS, query="rollover=1&window=60", live=True,
        moments=(("at_ms", -30.0),), seconds=45,
    ),
)  # fmt: skip
def test_clocks_that_begin_again_leave_no_trace(case: Case, played: Played) -> None:
    check_alive(played)
    assert joints(played.fed, live=case.live) == []
    check_together(played.fed)


@each(
    Case(thread="dash.js#2946", path=DASH, query="periods=10&period_gap=300&length=48"),
    Case(thread="shaka#3780", path=DASH, query="periods=10&bumper=1&length=48"),
    Case(thread="shaka#3780", path=DASH, query="periods=10&bumper=1&period_gap=300&length=48"),
    Case(
        thread="shaka#3780", path=DASH, query="periods=10&bumper=1&period_gap=300&window=70",
        live=True, seconds=55,
    ),
)  # fmt: skip
def test_short_periods_and_gaps_between_them(case: Case, played: Played) -> None:
    check_alive(played)
    check_together(played.fed)
    found = joints(played.fed, live=case.live)
    if "bumper" in case.query:
        assert {joint.after[0] for joint in found} == {AD, OWN}
    if "period_gap" in case.query:
        assert len(found) >= 4
        assert all(joint.step < 0.5 for joint in found), "a gap and no more"


@each(
    Case(thread="hls.js#2922", path=CMAF, query="status=404&every=5&on=audio&length=36"),
    Case(thread="hls.js#2922", path=TS, query="status=404&every=5&on=audio&length=36&muxed=0"),
)
def test_holes_in_the_sound_leave_the_picture_alone(case: Case, played: Played) -> None:
    check_alive(played)
    fed = played.fed
    assert joints(fed, live=case.live) == []
    assert fed.sound is not None
    assert max(map(abs, fed.sound.gaps())) < 0.04, "silence stands where sound is missing"
    silent = {second for second in range(36) if second % 10 in {8, 9}}
    heard = {round(at) for at in fed.beeps}
    fading = {second for second in range(36) if second % 10 == 0}
    assert heard >= set(range(1, 36)) - silent - fading
    assert not heard & silent
