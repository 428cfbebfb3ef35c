"""Multi-view without a screen: where pictures stand, who has the focus, who is heard."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import Qt

import resources
from player.api import Command, Expect, Play, PlayerState, SetMuted, WantThumbnail
from player.errors import ErrorCode, Failure
from tests.ui.ui_fakes import snapshot
from ui import key_map
from ui.shell import ShellViewModel
from ui.tiling import beside, places

Key = Qt.Key


# ---- places ---------------------------------------------------------------------------------


@pytest.mark.parametrize("even", [False, True])
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_places_lie_in_the_scene_and_not_over_each_other(count: int, *, even: bool) -> None:
    standing = places(count, even=even)
    assert len(standing) == count
    for number, one in enumerate(standing):
        assert one.x >= 0
        assert one.y >= 0
        assert one.x + one.size <= 1 + 1e-9
        assert one.y + one.size <= 1 + 1e-9
        assert standing[0].size >= one.size
        for other in standing[number + 1 :]:
            apart_x = abs(one.centre[0] - other.centre[0]) >= (one.size + other.size) / 2 - 1e-9
            apart_y = abs(one.centre[1] - other.centre[1]) >= (one.size + other.size) / 2 - 1e-9
            assert apart_x or apart_y


def test_arrows_lead_where_they_point() -> None:
    one_large = places(4)
    assert beside(one_large, 0, 1, 0) == 2, "straight across"
    assert beside(one_large, 1, 0, 1) == 2
    assert beside(one_large, 3, 0, 1) == 3, "there is nothing below"
    assert beside(one_large, 3, -1, 0) == 0
    even = places(4, even=True)
    assert [beside(even, 0, 1, 0), beside(even, 0, 0, 1), beside(even, 3, -1, 0)] == [1, 2, 2]


# ---- what keys do ---------------------------------------------------------------------------


@dataclass
class _Pictures:
    """Opens at once, and writes down what each slot was told."""

    most: int = 4
    there: set[int] = field(default_factory=lambda: {0})
    told: list[tuple[int, Command]] = field(default_factory=list)
    current: int = 0
    waiting: dict[int, Callable[[], None]] = field(default_factory=dict)
    slow: bool = False
    full: bool = False

    def open(self, slot: int, ready: Callable[[], None]) -> None:
        assert slot not in self.there
        if self.full:
            raise OSError("libmpv cannot be made")
        self.there.add(slot)
        if self.slow:
            self.waiting[slot] = ready
        else:
            ready()

    def close(self, slot: int) -> None:
        self.there.remove(slot)

    def submit(self, slot: int, command: Command) -> None:
        assert slot in self.there
        self.told.append((slot, command))

    def take_over(self, slot: int) -> None:
        assert slot in self.there
        self.current = slot

    @property
    def heard(self) -> list[int]:
        """The slots whose sound is on."""
        last = {slot: one.muted for slot, one in self.told if isinstance(one, SetMuted)}
        return [slot for slot in sorted(self.there) if not last.get(slot, False)]


@pytest.fixture
def pictures(screens):
    made = _Pictures()
    screens.multi.show_by(made)
    screens.channels.choose_by(screens.multi.choose)
    return made


@pytest.fixture
def shell(screens, pictures):
    return ShellViewModel(screens, key_map.load(resources.path("keymaps", "default.json")))


def _press(shell: ShellViewModel, *keys: Qt.Key) -> None:
    for key in keys:
        assert shell.press(key.value, 0)


def _fill(shell: ShellViewModel, screens, count: int) -> None:
    """Open multi-view and add the next channels of the list."""
    _press(shell, Key.Key_V)
    for number in range(1, count):
        screens.live._clock.advance(1)
        if number > 1:
            _press(shell, Key.Key_G)
        screens.channels.choose(number)


def _channels(screens) -> list[str]:
    return [one.channel for one in screens.multi._tiles]


def test_v_opens_it_with_the_playing_channel_and_the_list_adds_to_it(
    shell, screens, pictures, controls
) -> None:
    before = len(controls.of(Play))
    screens.live._clock.advance(1)
    _press(shell, Key.Key_V)
    assert screens.multi.is_open
    assert shell.in_list
    assert screens.multi.names == ["Farol 1"]
    _press(shell, Key.Key_Down, Key.Key_Return)
    assert not shell.in_list
    assert screens.multi.names == ["Farol 1", "Farol 2"]
    assert [one.request.tag for one in controls.of(Play)[before:]] == ["channel-2"]
    assert (pictures.there, pictures.current) == ({0, 1}, 1)
    assert screens.live.channel.id == "channel-2"


def test_only_the_focused_one_is_heard_and_a_change_of_focus_tunes_nothing(
    shell, screens, pictures, controls
) -> None:
    _fill(shell, screens, 4)
    plays = len(controls.of(Play))
    assert pictures.heard == [3]
    seen = {3}
    for key in (Key.Key_Left, Key.Key_Right, Key.Key_Up, Key.Key_Down):
        _press(shell, key)
        assert pictures.heard == [pictures.current]
        assert screens.live.channel.id == _channels(screens)[screens.multi._focus]
        seen.add(pictures.current)
    assert len(seen) > 2
    assert len(controls.of(Play)) == plays
    left = {slot for slot, one in pictures.told if isinstance(one, Expect)}
    assert left, "who loses the focus prefetches nothing any more"
    looked = {slot for slot, one in pictures.told if one == WantThumbnail(position=None)}
    assert looked == left, "and fetches no small picture for anybody"


def test_enter_takes_the_large_place_and_there_fills_the_window(
    shell, screens, pictures, controls
) -> None:
    _fill(shell, screens, 3)
    plays = len(controls.of(Play))
    _press(shell, Key.Key_Return)
    assert _channels(screens) == ["channel-3", "channel-2", "channel-1"]
    assert screens.multi.is_open
    _press(shell, Key.Key_Return)
    assert not screens.multi.is_open
    assert pictures.there == {2}
    assert pictures.current == 2
    assert screens.live.channel.id == "channel-3"
    assert [one.isEmpty() for one in screens.multi.slots] == [True, True, False, True]
    assert len(controls.of(Play)) == plays, "it goes on without an interruption"


@pytest.mark.parametrize("key", [Key.Key_Escape, Key.Key_V])
def test_leaving_keeps_the_focused_one(shell, screens, pictures, controls, key) -> None:
    _fill(shell, screens, 3)
    plays = len(controls.of(Play))
    _press(shell, Key.Key_Left, key)
    assert pictures.there == {0}
    assert pictures.heard == [0]
    assert screens.live.channel.id == "channel-1"
    assert len(controls.of(Play)) == plays


@pytest.mark.parametrize("key", [Key.Key_Delete, Key.Key_Backspace])
def test_pictures_are_closed_down_to_the_last(shell, screens, pictures, key) -> None:
    _fill(shell, screens, 3)
    _press(shell, key)
    assert _channels(screens) == ["channel-1", "channel-2"]
    assert pictures.heard == [pictures.current] == [0]
    _press(shell, key)
    assert _channels(screens) == ["channel-2"]
    assert screens.multi.is_open
    _press(shell, key)
    assert not screens.multi.is_open
    assert pictures.there == {1}
    _press(shell, Key.Key_V)
    screens.channels.choose(4)
    assert pictures.there == {0, 1}, "a slot is used again"


def test_a_channel_that_is_there_is_gone_to_and_never_there_twice(
    shell, screens, pictures, controls
) -> None:
    _fill(shell, screens, 3)
    plays = len(controls.of(Play))
    screens.multi.choose("channel-1")
    assert pictures.current == 0
    assert len(controls.of(Play)) == plays
    screens.live._clock.advance(1)
    screens.live.zap(1)
    assert _channels(screens) == ["channel-2", "channel-3"]
    assert pictures.there == {0, 2}


def test_keys_in_a_hurry_past_a_channel_that_is_there_close_nothing(
    shell, screens, pictures
) -> None:
    _fill(shell, screens, 2)
    _press(shell, Key.Key_Left)
    screens.live.zap(1)
    screens.live.zap(1)
    screens.live.settle()
    assert _channels(screens) == ["channel-3", "channel-2"]
    assert pictures.there == {0, 1}


def test_one_that_is_slow_to_open_plays_although_the_focus_went_there_first(
    shell, screens, pictures, controls
) -> None:
    pictures.slow = True
    _fill(shell, screens, 2)
    screens.multi.focusOn(1)
    pictures.waiting.pop(1)()
    assert controls.of(Play)[-1].request.tag == "channel-2"


def test_one_that_failed_is_tried_again_when_it_is_chosen_again(
    shell, screens, pictures, controls
) -> None:
    _fill(shell, screens, 2)
    told = Failure(
        code=ErrorCode.NETWORK_CONNECTIONS, sentence="No more channels at once.", cause=""
    )
    screens.live.on_snapshot(snapshot(state=PlayerState.FAILED, failure=told, tag="channel-2"))
    plays = len(controls.of(Play))
    screens.live._clock.advance(1)
    screens.multi.choose("channel-2")
    assert [one.request.tag for one in controls.of(Play)[plays:]] == ["channel-2"]


def test_a_fifth_takes_the_focused_ones_place(shell, screens, pictures, controls) -> None:
    _fill(shell, screens, 4)
    screens.live._clock.advance(1)
    screens.multi.choose("channel-7")
    assert _channels(screens) == ["channel-1", "channel-2", "channel-3", "channel-7"]
    assert controls.of(Play)[-1].request.tag == "channel-7"


def test_one_that_is_closed_before_it_could_play_plays_nowhere(
    shell, screens, pictures, controls
) -> None:
    _press(shell, Key.Key_V)
    pictures.slow = True
    screens.channels.choose(1)
    plays = len(controls.of(Play))
    _press(shell, Key.Key_Escape)
    pictures.waiting[1]()
    assert len(controls.of(Play)) == plays
    assert screens.live.channel.id == "channel-1"


def test_a_channel_that_waits_for_keys_to_settle_is_tuned_before_the_focus_goes(
    shell, screens, pictures, controls
) -> None:
    _fill(shell, screens, 2)
    screens.live.zap(5)
    screens.live.zap(1)
    plays = len(controls.of(Play))
    _press(shell, Key.Key_Left)
    assert [one.request.tag for one in controls.of(Play)[plays:]] == ["channel-8"]


def test_a_picture_that_fails_says_so_in_its_place(shell, screens, pictures) -> None:
    _fill(shell, screens, 2)
    failure = Failure(code=ErrorCode.NETWORK_CONNECTIONS, sentence="No.")
    screens.multi.on_snapshot(snapshot("channel-2", state=PlayerState.FAILED, failure=failure))
    none, said = screens.multi.sentences
    assert none == ""
    assert "no more channels at once" in said


def test_a_picture_that_cannot_be_made_leaves_no_place_behind(
    shell, screens, pictures, controls
) -> None:
    _fill(shell, screens, 2)
    pictures.full = True
    plays = len(controls.of(Play))
    screens.multi.choose("channel-5")
    assert _channels(screens) == ["channel-1", "channel-2"]
    assert len(screens.multi.frames) == 2
    assert (pictures.current, pictures.heard) == (1, [1])
    assert "cannot be opened" in screens.multi._note.text
    assert screens.live.channel.id == "channel-2"
    assert len(controls.of(Play)) == plays
    pictures.full = False
    screens.live._clock.advance(1)
    screens.multi.choose("channel-5")
    assert _channels(screens) == ["channel-1", "channel-2", "channel-5"]


def test_each_picture_says_how_it_stands_and_only_when_that_changes(
    shell, screens, pictures
) -> None:
    _fill(shell, screens, 3)
    multi, told = screens.multi, []
    multi.on_snapshot(snapshot("channel-1"))
    assert (multi.waiting, multi.paused) == ([False, True, True], [False] * 3)
    multi.changed.connect(lambda: told.append(True))
    multi.on_snapshot(snapshot("channel-2"))
    multi.on_snapshot(snapshot("channel-2", position=9))
    multi.on_snapshot(snapshot("channel-3", state=PlayerState.PAUSED))
    multi.on_snapshot(snapshot("channel-1", state=PlayerState.BUFFERING))
    assert (multi.waiting, multi.paused) == ([True, False, False], [False, False, True])
    assert len(told) == 3


def test_its_keys_are_told_once(shell, screens, pictures) -> None:
    _fill(shell, screens, 2)
    assert "G adds" in screens.multi._note.text
    screens.multi._note.say("")
    _press(shell, Key.Key_Escape)
    screens.live._clock.advance(1)
    _fill(shell, screens, 3)
    assert screens.multi._note.text == ""


def test_without_players_for_more_there_is_no_multi_view(shell, screens, pictures) -> None:
    pictures.most = 1
    _press(shell, Key.Key_V)
    assert not screens.multi.is_open
    assert not shell.in_list
