"""Names, numbers, failures and translations as a viewer reads them."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import resources
from player.api import PlayerSnapshot, Rung
from player.errors import ErrorCode, Failure
from player.units import BitsPerSecond, ByteCount, Micros, micros
from tests.ui.ui_fakes import snapshot
from ui import failure, wording
from ui.identity import COLOURS, colour, initials
from ui.statistics import curve, facts, labels
from ui.tracks import audios, qualities
from ui.translator import read, translator

UI = Path(__file__).parents[3] / "ui"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Farol 1", "F1"),
        ("Farol Notícias HD", "FN"),
        ("Maré", "M"),
        ("Canal 24", "C24"),
        ("élan", "É"),
        ("HD", "HD"),
        ("", ""),
        ("---", "--"),
        ("Первый канал", "ПК"),
    ],
)
def test_initials(name, expected):
    assert initials(name) == expected


@settings(max_examples=60)
@given(st.text(max_size=40))
def test_initials_are_short_whatever_the_name(name):
    assert len(initials(name)) <= 6
    assert colour(name) in COLOURS


def test_a_channel_keeps_its_colour():
    assert colour("channel-1") == colour("channel-1")


def test_numbers():
    assert wording.bit_rate(BitsPerSecond(5_240_000)) == "5.2 Mbit/s"
    assert wording.bit_rate(BitsPerSecond(640_000)) == "640 kbit/s"
    assert wording.bit_rate(None) == wording.bit_rate(BitsPerSecond(0)) == wording.NONE
    assert wording.amount(ByteCount(48_300_000)) == "48.3 MB"
    assert wording.amount(ByteCount(2_500_000_000)) == "2.50 GB"
    assert wording.position(micros(3847)) == "1:04:07"
    assert wording.position(Micros(-5)) == "0:00"


def test_a_live_picture_is_at_a_time_of_day_and_a_film_at_a_place():
    noon = Micros(1_800_000_000 * 1_000_000)
    live = PlayerSnapshot(live=True, epoch=noon, position=micros(61))
    wall = datetime.fromtimestamp(1_800_000_061, UTC).astimezone().strftime("%H:%M:%S")
    assert wording.whereabouts(live) == wall
    assert wording.whereabouts(PlayerSnapshot(position=micros(61))) == "1:01"


def test_every_code_has_a_sentence():
    for code in ErrorCode:
        assert failure.sentence(Failure(code=code, sentence="The engine's own."))


def test_what_has_no_words_of_ours_keeps_the_engines():
    shown = Failure(code=ErrorCode.OUTPUT_FAILED, sentence="The engine's own.")
    assert failure.sentence(shown) == "The engine's own."
    assert (failure.sentence(None), failure.code(None)) == ("", "")


def test_a_rung_of_which_nothing_is_known_is_no_choice():
    unknown = Rung(id="ts", bandwidth=BitsPerSecond(0), height=0)
    assert [row.id for row in qualities(snapshot(rungs=(unknown,)))] == [""]


def test_rungs_stand_best_first_under_automatic(qapp):
    rows = qualities(snapshot(quality="b"))
    assert [row.label for row in rows] == ["Automatic", "1080p", "720p", "480p", "240p"]
    assert [row.current for row in rows] == [False, False, True, False, False]


def test_languages_by_their_own_names(qapp):
    assert [row.label for row in audios(snapshot())] == ["Português", "Commentary"]
    assert audios(snapshot())[1].detail == "English"


def test_facts_and_curves(qapp):
    assert facts(snapshot())[0] == "1920 \N{MULTIPLICATION SIGN} 1080"
    assert facts(snapshot())[2] == "5.2 Mbit/s"
    points = curve([0.0, 5.0, 10.0])
    assert points[-1].x() == 1
    assert points[0].y() == 1
    assert 0 < points[-1].y() < 0.1
    assert curve([]) == []


def _sources() -> set[str]:
    text = "".join(file.read_text(encoding="utf-8") for file in UI.rglob("*.qml"))
    code = "".join(file.read_text(encoding="utf-8") for file in UI.rglob("*.py"))
    in_qml = re.findall(r'qsTr\("([^"]+)"\)', text)
    in_python = re.findall(r'translate\(\s*"\w+",\s*"([^"]+)"', code)
    return {*in_qml, *in_python}


def test_every_string_has_a_portuguese_one():
    translated = {source for (_, source), _ in read(resources.path("translations", "farol_pt.ts"))}
    assert translated == _sources()


def test_placeholders_survive_translation():
    for (_, source), text in read(resources.path("translations", "farol_pt.ts")):
        assert set(re.findall(r"%\d", source)) == set(re.findall(r"%\d", text))


def test_the_translator_leaves_what_it_does_not_know(qapp):
    portuguese = translator("pt-PT")
    assert portuguese.translate("ZapBanner", "Next") == "A seguir"
    assert portuguese.translate("ZapBanner", "Unheard of") == "Unheard of"
    assert translator("en") is None


def test_the_facts_tell_whose_work_the_decoding_is_and_what_is_heard_and_read(qapp):
    told = facts(snapshot(hardware="vaapi", location="cdn-b", text_track="t1"), recoveries=3)
    shown = dict(zip(labels(), told, strict=True))
    assert shown["Decoder"] == "h264 \N{MIDDLE DOT} vaapi"
    assert (shown["Audio"], shown["Subtitles"]) == ("pt", "pt \N{MIDDLE DOT} Português")
    assert (shown["Server"], shown["Recoveries"]) == ("cdn-b", "3")


def test_of_nothing_there_are_no_facts(qapp):
    plain = dict(zip(labels(), facts(snapshot()), strict=True))
    assert plain["Decoder"] == "h264 \N{MIDDLE DOT} software"
    assert plain["Server"] == plain["Subtitles"] == wording.NONE
    nothing = dict(zip(labels(), facts(PlayerSnapshot()), strict=True))
    assert nothing["Decoder"] == nothing["Audio"] == wording.NONE
