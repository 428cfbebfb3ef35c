"""Keys and the mouse: what they mean on which screen."""

import json

import pytest
from PySide6.QtCore import Qt

import resources
from player.api import (
    Play,
    PlayerState,
    Scan,
    Seek,
    SelectAudio,
    SelectQuality,
    SelectText,
    SetMuted,
    SetPaused,
    SetSpeed,
    SetVolume,
    StepFrame,
)
from player.errors import ErrorCode, Failure
from player.model.sphere import WHOLE_SPHERE
from tests.ui.ui_fakes import snapshot
from ui import key_map
from ui.key_map import Action, KeyMap
from ui.look_around import STEP
from ui.shell import ShellViewModel

Key = Qt.Key
DEFAULT = resources.path("keymaps", "default.json")


class Press:
    """Presses keys of a shell."""

    def __init__(self, shell: ShellViewModel) -> None:
        self.shell = shell

    def __call__(self, *keys: Key) -> list[bool]:
        return [self.shell.press(key.value, 0) for key in keys]


@pytest.fixture
def press(screens):
    shell = ShellViewModel(screens, key_map.load(DEFAULT))

    return Press(shell)


def last_tag(controls):
    return controls.of(Play)[-1].request.tag


def test_the_default_map_names_every_action_and_only_real_keys(caplog):
    assert set(json.loads(DEFAULT.read_text())) == {action.value for action in Action}
    key_map.load(DEFAULT)
    assert caplog.records == []


def test_an_unknown_key_or_action_is_told_and_passed_over(caplog):
    keys = KeyMap({"dance": ["D"], "mute": ["NoSuchKey", "M"]})
    assert keys.action(Key.Key_M.value) is Action.MUTE
    assert keys.action(Key.Key_D.value) is None
    assert len(caplog.records) == 2


@pytest.mark.parametrize(
    ("key", "channel"),
    [
        (Key.Key_Up, "channel-9"),
        (Key.Key_Down, "channel-2"),
        (Key.Key_PageUp, "channel-2"),
        (Key.Key_ChannelDown, "channel-9"),
    ],
)
def test_zapping_keys(press, controls, key, channel):
    assert press(key) == [True]
    assert last_tag(controls) == channel


def test_the_list_takes_the_arrows_and_ok(press, controls, screens):
    press(Key.Key_Return, Key.Key_Down, Key.Key_Down)
    assert press.shell.listOpen
    assert len(controls.of(Play)) == 1
    press(Key.Key_Return)
    assert last_tag(controls) == "channel-3"
    assert not press.shell.listOpen


def test_back_closes_the_list_without_tuning(press, controls):
    press(Key.Key_Left, Key.Key_Down, Key.Key_Escape)
    assert not press.shell.listOpen
    assert len(controls.of(Play)) == 1


def test_digits_then_ok(press, controls):
    press(Key.Key_8, Key.Key_Enter)
    assert last_tag(controls) == "channel-8"


def test_backspace_erases_a_digit_else_goes_to_the_previous_channel(press, controls, clock):
    press(Key.Key_8, Key.Key_Backspace)
    assert len(controls.of(Play)) == 1
    press(Key.Key_Down)
    clock.advance(1)
    press(Key.Key_Backspace)
    assert last_tag(controls) == "channel-1"


def test_the_quality_menu_fixes_a_rung(press, controls):
    press(Key.Key_Q, Key.Key_Down, Key.Key_Return)
    assert controls.of(SelectQuality)[-1].representation == "a"
    press(Key.Key_Q, Key.Key_Return)
    assert controls.of(SelectQuality)[-1].representation is None
    assert not press.shell.qualityOpen


def test_the_audio_menu_opens_where_there_is_a_choice(press, controls, live):
    press(Key.Key_A, Key.Key_Down, Key.Key_Return)
    assert controls.of(SelectAudio)[-1].track == "en"
    live.on_snapshot(snapshot(audio=()))
    press(Key.Key_A)
    assert not press.shell.audioOpen


def test_the_subtitle_menu_offers_off_first(press, controls, live):
    live.on_snapshot(snapshot(text_track="t1"))
    press(Key.Key_C)
    assert press.shell.subtitlesOpen
    press(Key.Key_Up, Key.Key_Return)
    live.on_snapshot(snapshot(text_track=None))
    press(Key.Key_T, Key.Key_Down, Key.Key_Return)
    assert [command.track for command in controls.of(SelectText)] == [None, "t1"]
    live.on_snapshot(snapshot(text=()))
    press(Key.Key_Subtitle)
    assert not press.shell.subtitlesOpen


def test_sound(press, controls):
    press(Key.Key_Minus, Key.Key_M, Key.Key_VolumeUp)
    assert [command.percent for command in controls.of(SetVolume)] == [95, 100]
    assert [command.muted for command in controls.of(SetMuted)] == [True, False]


def test_volume_stays_within_its_ends(press, controls):
    press(*[Key.Key_Plus] * 3, *[Key.Key_Minus] * 25)
    percents = [command.percent for command in controls.of(SetVolume)]
    assert (max(percents), percents[-1]) == (100, 0)


def test_pause_and_seek(press, controls):
    press(Key.Key_Space, Key.Key_J, Key.Key_K)
    assert len(controls.of(SetPaused)) == 1
    assert len(controls.of(Seek)) == 2


def test_the_errors_buttons(press, controls, live, clock):
    failure = Failure(code=ErrorCode.MANIFEST_EMPTY, sentence="Empty.")
    live.on_snapshot(snapshot(state=PlayerState.FAILED, failure=failure))
    press(Key.Key_Return)
    assert last_tag(controls) == "channel-1"
    clock.advance(1)
    live.on_snapshot(snapshot(state=PlayerState.FAILED, failure=failure))
    press(Key.Key_Right)
    assert press.shell.wayOut == 1
    press(Key.Key_Return)
    assert last_tag(controls) == "channel-2"
    assert press.shell.wayOut == 0


def test_the_list_opens_over_an_error(press, live):
    failure = Failure(code=ErrorCode.MANIFEST_EMPTY, sentence="Empty.")
    live.on_snapshot(snapshot(state=PlayerState.FAILED, failure=failure))
    press(Key.Key_G)
    assert press.shell.listOpen


def test_back_peels_one_thing_at_a_time(press, screens):
    press(Key.Key_F, Key.Key_S, Key.Key_I)
    assert (press.shell.fullscreen, press.shell.statisticsOpen) == (True, True)
    press(Key.Key_Escape)
    assert not screens.banner.visible
    press(Key.Key_Escape)
    assert (press.shell.fullscreen, press.shell.statisticsOpen) == (True, False)
    press(Key.Key_Escape)
    assert not press.shell.fullscreen


def test_a_menu_stands_in_the_place_of_the_statistics(press):
    press(Key.Key_S, Key.Key_Q)
    assert (press.shell.qualityOpen, press.shell.statisticsOpen) == (True, False)
    press(Key.Key_Escape)
    assert press.shell.statisticsOpen


def test_the_mouse(press, controls, screens):
    press.shell.click()
    assert press.shell.listOpen
    press.shell.wheel(-1)
    assert screens.channels.cursor == 1
    press.shell.click()
    press.shell.wheel(-1)
    assert controls.of(SetVolume)[-1].percent == 95
    screens.banner.hide()
    press.shell.pointerMoved(0.5)
    assert press.shell.pointerVisible
    assert not screens.banner.showing
    press.shell.pointerMoved(0.9)
    assert screens.banner.showing
    press(Key.Key_G)
    press.shell.pointerMoved(0.95)
    assert not screens.banner.showing


def test_with_no_channels_ok_looks_again(press, live, qtbot):
    live.set_channels(())
    with qtbot.waitSignal(press.shell.reloadRequested):
        press(Key.Key_Return)


def test_quit_needs_control(press, qtbot):
    assert not press.shell.press(Key.Key_Z.value, 0)
    with qtbot.waitSignal(press.shell.quitRequested):
        press.shell.press(Key.Key_Q.value, Qt.KeyboardModifier.ControlModifier.value)


def test_a_digit_with_control_types_nothing(press, screens):
    press.shell.press(Key.Key_1.value, Qt.KeyboardModifier.ControlModifier.value)
    assert not screens.number.active


def test_arrows_look_around_in_a_sphere_until_back(screens, press, live, controls):
    live.on_snapshot(snapshot(sphere=WHOLE_SPHERE, width=3840, height=1920))
    before = len(controls.of(Play))
    press(Key.Key_Right, Key.Key_Right, Key.Key_Up)
    around = screens.look.around
    assert around is not None
    assert (around.look.yaw, around.look.pitch) == (2 * STEP, STEP)
    assert len(controls.of(Play)) == before
    press(Key.Key_I, Key.Key_Escape)
    assert screens.look.looking, "the banner went first"
    press(Key.Key_Escape)
    assert screens.look.around is None
    press(Key.Key_Down)
    assert len(controls.of(Play)) == before + 1


def test_any_picture_can_be_looked_around_in_by_a_key(screens, press, live):
    live.on_snapshot(snapshot(width=1920, height=960))
    assert not screens.look.looking
    press(Key.Key_O)
    assert screens.look.looking
    live.zap(1)
    assert not screens.look.looking


def test_brackets_change_the_speed_and_stops_and_commas_step(press, controls):
    press(Key.Key_BracketRight, Key.Key_BracketRight, Key.Key_BracketLeft, Key.Key_BracketLeft)
    assert [one.speed for one in controls.of(SetSpeed)] == [1.25, 1.5, 1.25, 1.0]
    press(Key.Key_Greater, Key.Key_Greater, Key.Key_Less)
    assert [one.rate for one in controls.of(Scan)] == [2, 4, -2]
    press(Key.Key_Period, Key.Key_Comma)
    assert [one.forward for one in controls.of(StepFrame)] == [True, False]
