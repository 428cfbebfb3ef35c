"""The channel list: rows, groups, cursor."""

import pytest
from PySide6.QtTest import QAbstractItemModelTester

from player.api import Play
from tests.ui.ui_fakes import channels, snapshot
from ui.channel_list import ChannelListModel


@pytest.fixture
def rows(live, guide):
    model = ChannelListModel(live, guide)
    live.set_channels(channels())
    return model


def read(model, row):
    names = {bytes(name).decode(): role for role, name in model.roleNames().items()}
    return {name: model.data(model.index(row), role) for name, role in names.items()}


def test_it_is_a_sound_model(rows, live, qtbot):
    tester = QAbstractItemModelTester(rows, QAbstractItemModelTester.FailureReportingMode.Fatal)
    rows.chooseGroup(2)
    live.set_channels(channels()[:3])
    assert tester.model() is rows


def test_a_row_says_what_is_on(rows):
    row = read(rows, 2)
    assert (row["number"], row["name"], row["title"]) == ("3", "Maré", "Terra de Paixões")
    assert row["next"] == "Jornal da Noite"
    assert 0.7 < row["progress"] < 0.8
    assert (row["initials"], row["playing"]) == ("M", False)
    assert read(rows, 0)["playing"]


def test_a_channel_without_a_guide_has_no_bar(rows, catalog, guide, clock):
    catalog.guide = {}
    clock.advance(120)
    guide.tick()
    assert read(rows, 0)["progress"] == -1
    assert read(rows, 0)["title"] == ""


def test_the_cursor_wraps_and_pages_stop(rows):
    rows.open()
    rows.move(-1)
    assert rows.cursor == 8
    rows.move(1)
    assert rows.cursor == 0
    rows.page(7)
    rows.page(7)
    assert rows.cursor == 8


def test_groups(rows):
    assert rows.groups[:3] == ["", "Generalistas", "Infantil"]
    rows.move_group(2)
    assert [read(rows, i)["name"] for i in range(rows.rowCount())] == ["Farol 2", "Miúdos"]
    rows.move_group(-2)
    assert rows.rowCount() == 9
    rows.move_group(-1)
    assert rows.group == len(rows.groups) - 1


def test_opening_shows_the_playing_channel(rows, live):
    rows.chooseGroup(3)
    rows.open()
    assert (rows.group, rows.cursor) == (0, 0)


def test_choosing_tunes(rows, live, controls, qtbot):
    live.on_snapshot(snapshot("channel-1"))
    rows.open()
    rows.move(3)
    with qtbot.waitSignal(rows.chosen):
        rows.accept()
    assert controls.of(Play)[-1].request.tag == "channel-4"


def test_an_empty_list_bears_every_key(rows, live):
    live.set_channels(())
    rows.open()
    rows.move(1)
    rows.page(7)
    rows.accept()
    rows.move_group(1)
    assert rows.rowCount() == 0
