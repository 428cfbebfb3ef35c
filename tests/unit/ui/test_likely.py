"""Which channels are likely next, and when the engine is told so."""

from collections import Counter

import pytest

import resources
from player.api import Expect, Play
from ui import key_map
from ui.expecting import SETTLE_MS, Expecting
from ui.key_map import Action
from ui.likely import MOST, Outset, likely
from ui.shell import ShellViewModel

# ---- who ------------------------------------------------------------------------------------


def test_the_neighbours_come_first_the_one_on_the_way_before_the_other():
    assert likely(Outset(count=9, index=4)) == (5, 3, 6)
    assert likely(Outset(count=9, index=4, step=-1)) == (3, 5, 2)


def test_the_line_up_is_round():
    assert likely(Outset(count=9, index=8)) == (0, 7, 1)


def test_the_row_under_the_cursor_goes_before_all_others():
    assert likely(Outset(count=9, index=4, focused=7, last=1)) == (7, 5, 3, 1, 6)


def test_whoever_is_there_twice_counts_once_and_the_own_channel_not_at_all():
    assert likely(Outset(count=9, index=4, focused=4, last=5)) == (5, 3, 6)


def test_habits_are_channels_that_were_watched_again_and_again():
    habits = Counter({0: 5, 2: 2, 7: 1, 4: 9})
    assert likely(Outset(count=9, index=4, habits=habits)) == (5, 3, 0, 2, 6)


@pytest.mark.parametrize(("count", "found"), [(0, ()), (1, ()), (2, (1,)), (3, (1, 2))])
def test_short_line_ups(count, found):
    assert likely(Outset(count=count, index=0)) == found


def test_never_more_than_are_worth_it():
    habits = Counter({1: 3, 8: 4})
    assert len(likely(Outset(count=9, index=4, focused=7, last=2, habits=habits))) == MOST


# ---- when -----------------------------------------------------------------------------------


@pytest.fixture
def shell(screens):
    return ShellViewModel(screens, key_map.load(resources.path("keymaps", "default.json")))


@pytest.fixture
def told(controls, live, screens, shell):
    """The channels told so far, by their tags."""
    expecting = Expecting(controls, live, screens.channels, shell)
    yield lambda: [tuple(r.tag for r in one.requests) for one in controls.of(Expect)]
    expecting.stop()


def tags(*numbers):
    return tuple(f"channel-{number}" for number in numbers)


def test_they_are_told_a_moment_after_a_zap(told, live, clock, qtbot):
    live.zap(1)
    assert told() == []
    qtbot.wait(SETTLE_MS + 80)
    assert told() == [tags(3, 1, 4)]


def test_who_runs_through_the_channels_is_waited_for(told, live, clock, qtbot):
    for _ in range(3):
        live.zap(1)
        qtbot.wait(20)
        assert told() == []
    qtbot.wait(SETTLE_MS + 80)
    assert told()[-1][:2] == tags(5, 3)
    assert len(told()) == 1


def test_the_way_of_the_last_zap_is_the_likelier_one(told, live, clock, qtbot):
    live.zap(1)
    clock.advance(1)
    live.zap(-1)
    qtbot.wait(SETTLE_MS + 80)
    assert told()[-1][:2] == tags(9, 2)


def test_the_row_under_the_cursor_is_told_while_the_list_is_open(told, live, shell, qtbot):
    shell.act(Action.LIST)
    for _ in range(4):
        shell.act(Action.DOWN)
    qtbot.wait(SETTLE_MS + 80)
    assert told()[-1][0] == "channel-5"
    shell.close()
    qtbot.wait(SETTLE_MS + 80)
    assert told()[-1] == tags(2, 9, 3)


def test_what_is_asked_ahead_is_what_a_zap_will_ask(told, live, controls, clock, qtbot):
    live.zap(1)
    qtbot.wait(SETTLE_MS + 80)
    clock.advance(1)
    live.zap(1)
    assert controls.of(Expect)[-1].requests[0] == controls.of(Play)[-1].request


def test_nothing_is_told_twice(told, live, qtbot):
    live.zap(1)
    qtbot.wait(SETTLE_MS + 80)
    live.lined_up.emit()
    qtbot.wait(SETTLE_MS + 80)
    assert len(told()) == 1
