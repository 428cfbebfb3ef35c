"""The speed that the viewer sees: what was asked for, until the engine tells another."""

import pytest

from player.api import PlayerState, Scan, SetPaused, SetSpeed
from tests.ui.ui_fakes import snapshot
from ui.trick import SPEEDS, TrickViewModel


@pytest.fixture
def trick(live, controls):
    return TrickViewModel(live, controls)


def asked(controls):
    return [command.speed for command in controls.of(SetSpeed)]


def test_both_ends_hold(trick, controls):
    for _ in range(9):
        trick.faster()
    assert asked(controls)[:4] == [1.25, 1.5, 1.75, 2.0]
    assert asked(controls)[-1] == SPEEDS[-1]
    for _ in range(9):
        trick.slower()
    assert asked(controls)[-1] == SPEEDS[0]


def test_what_was_told_before_the_wish_was_heard_changes_nothing(trick, live, controls):
    trick.faster()
    trick.faster()
    live.on_snapshot(snapshot(speed=1.25))
    assert trick.text == "1.5\N{MULTIPLICATION SIGN}"
    live.on_snapshot(snapshot(speed=1.5))
    trick.faster()
    assert asked(controls) == [1.25, 1.5, 1.75]


def test_the_live_point_is_told_on_the_picture(trick, live):
    trick.faster()
    live.on_snapshot(snapshot(speed=1.25))
    trick._timer.stop()
    assert not trick.visible
    live.on_snapshot(snapshot(speed=1.0))
    assert trick.visible
    assert trick.text == "1\N{MULTIPLICATION SIGN}"


def test_the_next_channel_begins_at_one(trick, live):
    trick.slower()
    live.zap(1)
    assert trick.text == "1\N{MULTIPLICATION SIGN}"
    assert not trick.visible


def wound(controls):
    return [command.rate for command in controls.of(Scan)]


def test_each_press_winds_twice_as_fast_and_the_other_way_begins_anew(trick, controls):
    for _ in range(6):
        trick.scan(forward=True)
    trick.scan(forward=False)
    trick.scan(forward=False)
    assert wound(controls) == [2, 4, 8, 16, 32, 2, -2, -4]
    assert trick.back
    assert trick.text == "4\N{MULTIPLICATION SIGN}"


def test_the_overlay_stays_as_long_as_one_winds(trick, live, controls):
    trick.scan(forward=True)
    live.on_snapshot(snapshot())
    assert trick.visible, "told before the wish was heard"
    live.on_snapshot(snapshot(scan=2))
    trick._timer.stop()
    assert trick.visible
    live.on_snapshot(snapshot(scan=0))
    assert not trick.visible
    trick.scan(forward=True)
    assert wound(controls) == [2, 2]


def test_pause_plays_on_from_where_one_wound_to(live, controls):
    live.on_snapshot(snapshot(scan=8))
    live.toggle_pause()
    live.on_snapshot(snapshot())
    live.toggle_pause()
    live.on_snapshot(snapshot(state=PlayerState.PAUSED))
    live.toggle_pause()
    assert [one.paused for one in controls.of(SetPaused)] == [False, True, False]
