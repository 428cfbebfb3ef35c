"""The line of a break: its words, what Enter does, and the keys that do nothing but say why."""

import pytest

import resources
from player.api import InterstitialPlaying, Refused, Scan, Seek, SetSpeed, SkipBreak, Wish
from player.model.event import BreakKind, BreakMark
from player.units import Micros, micros
from tests.ui.ui_fakes import EVENING, snapshot
from ui import key_map
from ui.banner import BannerViewModel
from ui.break_line import BreakViewModel
from ui.key_map import Action
from ui.note import NoteViewModel
from ui.shell import ShellViewModel


@pytest.fixture
def note(live):
    return NoteViewModel(live)


@pytest.fixture
def line(live, note, controls):
    return BreakViewModel(live, note, controls)


@pytest.fixture
def banner(live, guide):
    return BannerViewModel(live, guide)


@pytest.fixture
def shell(screens):
    return ShellViewModel(screens, key_map.load(resources.path("keymaps", "default.json")))


def _playing(elapsed=7.0, duration=30.0, **more):
    return InterstitialPlaying(id="a", elapsed=micros(elapsed), duration=micros(duration), **more)


def _plays(live, *args, **more):
    live.on_snapshot(snapshot(interstitial=_playing(*args, **more)))


def test_nothing_is_said_while_the_programme_plays(line, live):
    live.on_snapshot(snapshot())
    assert (line.visible, line.text, line.offers, line.later) == (False, "", False, "")
    assert not line.refuses()


@pytest.mark.parametrize(
    ("elapsed", "words"), [(7.0, "0:23"), (7.2, "0:23"), (29.9, "0:01"), (30.0, "0:00")]
)
def test_how_long_it_still_takes(line, live, elapsed, words):
    _plays(live, elapsed)
    assert line.visible
    assert line.text == f"Break · {words}"


def test_which_of_several_programmes(line, live):
    _plays(live, programme=2, programmes=3)
    assert line.text == "Break 2 of 3 · 0:23"


def test_the_offer_and_the_wait_for_it(line, live, controls):
    _plays(live, 3.2, skippable_at=micros(7))
    assert (line.offers, line.later) == (False, "Skip in 4 s")
    _plays(live, 8, skippable_at=micros(7), skippable=True)
    assert (line.offers, line.later) == (True, "")
    line.skip()
    assert len(controls.of(SkipBreak)) == 1
    _plays(live, 8, skippable=True)
    assert not line.offers, "it may be left, but its author offers no button"


def test_a_wish_that_was_refused_is_explained(live, note):
    refused = Refused(at=Micros(0), tag="channel-1", wish=Wish.SEEK)
    note.on_event(refused)
    assert note.visible
    assert "cannot be skipped" in note.text


@pytest.mark.parametrize(
    ("restrictions", "commands"), [(frozenset(), 3), ({"JUMP"}, 3), ({"SKIP"}, 0)]
)
def test_keys_that_go_forward_or_faster(screens, controls, shell, restrictions, commands):
    _plays(screens.live, restrictions=frozenset(restrictions))
    for action in (Action.FORWARD, Action.SCAN_FORWARD, Action.FASTER):
        assert shell.act(action), "the key means something all the same"
    assert len([*controls.of(Seek), *controls.of(Scan), *controls.of(SetSpeed)]) == commands
    shell.act(Action.REWIND)
    assert len(controls.of(Seek)) == (2 if commands else 1), "back is free"


def test_enter_takes_the_offer_else_opens_the_list(screens, shell, controls):
    _plays(screens.live, skippable_at=micros(5), skippable=True)
    shell.act(Action.OK)
    assert len(controls.of(SkipBreak)) == 1
    assert not shell.listOpen
    _plays(screens.live)
    shell.act(Action.OK)
    assert shell.listOpen


# ---- marks on the banner's bar -------------------------------------------------------------


def _mark(start, end):
    until = None if end is None else micros(end)
    return BreakMark(id=str(start), start=micros(start), end=until, kind=BreakKind.SPLICE)


def test_marks_of_a_film(banner, live):
    marks = (_mark(0, 0), _mark(50, 75), _mark(90, None), _mark(150, 160))
    live.on_snapshot(snapshot(live=False, duration=micros(100), breaks=marks))
    assert banner.breaks == [0, 0, 0.5, 0.25, 0.9, 0]


def test_marks_of_what_is_live_stand_in_the_guide_s_programme(banner, live, guide):
    begin = EVENING - 7 * 60
    now = guide.of("channel-1").now
    assert (now.start, now.stop) == (begin, begin + 3600)
    marks = (_mark(-90, 180), _mark(360, 720), _mark(9000, 9001))
    live.on_snapshot(snapshot(epoch=micros(begin), breaks=marks))
    assert banner.breaks == pytest.approx([0, 0.05, 0.1, 0.1])
    live.on_snapshot(snapshot(breaks=marks))
    assert banner.breaks == [], "nobody knows when that is"
