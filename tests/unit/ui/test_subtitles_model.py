"""Subtitles: cues as rows, what is escaped, and the menu."""

import html
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.api import CuesChanged, SelectText, TextChoice
from player.model.cue import Cue, CueAlign, CueBox, CueSpan, CueWriting
from player.units import Micros, micros
from tests.ui.ui_fakes import snapshot
from ui import subtitle_markup
from ui.menu import Choice, MenuModel
from ui.subtitles import SubtitlesModel, rows_of
from ui.tracks import select_text, texts


def cue(text: str = "x", box: CueBox | None = None, start: int = 0, **looks) -> Cue:
    lines = tuple((CueSpan(text=line, **looks),) for line in text.split("\n"))
    return Cue(start=Micros(start), end=micros(9), lines=lines, box=box or CueBox())


def changed(*cues: Cue, tag: str = "channel-1") -> CuesChanged:
    return CuesChanged(at=Micros(0), tag=tag, cues=cues)


@pytest.fixture
def model(live):
    live.on_snapshot(snapshot())
    return SubtitlesModel(live)


def shown(model) -> list[str]:
    role = next(key for key, name in model.roleNames().items() if name == b"inked")
    return [model.data(model.index(i), role)[0] for i in range(model.rowCount())]


def test_cues_come_by_events_and_go(model):
    model.on_event(changed(cue("one"), cue("two")))
    assert shown(model) == ["one<br>two"]
    model.on_event(changed())
    assert shown(model) == []


def test_cues_of_a_channel_that_was_left_are_passed_over(model):
    model.on_event(changed(cue("old"), tag="channel-9"))
    assert shown(model) == []


def test_a_zap_clears_the_picture_and_snapshots_are_whole(model, live):
    live.on_snapshot(snapshot(cues=(cue("here"),)))
    assert shown(model) == ["here"]
    live.zap(1)
    assert shown(model) == []


def test_nothing_moves_where_only_times_change(model, qtbot):
    model.on_event(changed(cue("same")))
    told = []
    model.dataChanged.connect(lambda *_: told.append(1))
    model.modelReset.connect(lambda: told.append(2))
    model.on_event(changed(cue("same", start=500)))
    assert told == []
    model.on_event(changed(cue("other")))
    assert told == [1]


def test_the_aspect_is_the_pictures(model, live):
    assert model.aspect == 1920 / 1080
    live.on_snapshot(snapshot(width=720, height=576))
    assert model.aspect == 1.25
    live.on_snapshot(snapshot(width=0, height=0))
    assert model.aspect == 16 / 9


def test_places_become_shares_and_rows_come_from_the_bottom_up():
    top = CueBox(x=10, y=5, width=40, anchor_x=0, anchor_y=0, align=CueAlign.LEFT)
    low, high = rows_of([cue("a", top), cue("b")])
    assert (low.inked, low.atX, low.atY, low.most) == (["b"], -1, -1, 0.9)
    assert (high.atX, high.atY, high.most, high.anchorX, high.anchorY) == (0.1, 0.05, 0.4, 0, 0)
    assert (low.side, high.side) == ("center", "left")


@pytest.mark.parametrize(
    ("align", "text", "expected"),
    [
        (CueAlign.START, "abc", "left"),
        (CueAlign.END, "abc", "right"),
        (CueAlign.START, "- שלום", "right"),
        (CueAlign.END, "مرحبا", "left"),
        (CueAlign.RIGHT, "abc", "right"),
        (CueAlign.CENTER, "abc", "center"),
    ],
)
def test_sides(align, text, expected):
    assert subtitle_markup.side(align, text) == expected


def test_vertical_text_is_one_column_a_line():
    box = CueBox(writing=CueWriting.COLUMNS_FROM_RIGHT)
    (row,) = rows_of([cue("東京\n夜", box)])
    assert row.inked == ["東<br>京", "夜"]
    assert (row.vertical, row.fromRight) == (True, True)


def test_looks():
    line = (
        CueSpan(text="a", bold=True, italic=True, underline=True),
        CueSpan(text="b", color="#ffff00ff", background="#00000080"),
    )
    assert subtitle_markup.inked(line) == (
        '<u><i><b>a</b></i></u><span style="color:#ffff00;background-color:#80000000">b</span>'
    )
    assert subtitle_markup.outline(line) == "<u><i><b>a</b></i></u>b"


def test_dark_letters_become_legible_unless_they_have_a_ground():
    assert subtitle_markup.legible("#ffff00ff", "") == "#ffff00"
    assert subtitle_markup.legible("#000000ff", "#ffffffff") == "#000000"
    assert subtitle_markup.legible("#0000ffff", "") > "#500000"
    assert subtitle_markup.legible("#000000ff", "") > "#500000"


@settings(max_examples=80)
@given(st.text(max_size=30))
def test_a_strangers_text_is_never_markup(text):
    made = subtitle_markup.inked((CueSpan(text=text),))
    assert set(re.findall(r"<[^>]*>", made)) <= {"<br>"}
    assert "<script" not in made
    assert html.unescape(made.replace("<br>", "\n")).replace("\xa0", " ").count("<") == text.count(
        "<"
    )


def test_the_menu_offers_off_first(live, controls):
    choices = (
        TextChoice(id="a", language="pt", name=""),
        TextChoice(id="b", language="en", name="Full", captions=True),
    )
    live.on_snapshot(snapshot(text=choices, text_track="b"))
    assert texts(live.snapshot) == (
        Choice(id="", label="Off"),
        Choice(id="a", label="Português"),
        Choice(id="b", label="Full", detail="English · Captions", current=True),
    )
    menu = MenuModel(live, texts, select_text)
    live.on_snapshot(snapshot(text=choices, text_track=None))
    menu.choose(2)
    menu.choose(0)
    assert controls.of(SelectText) == [SelectText(track="b"), SelectText(track=None)]


def test_what_nobody_could_read_is_cut():
    (row,) = rows_of([cue("x" * 5000 + "\ny" * 50)])
    assert len(row.inked[0]) < 500
