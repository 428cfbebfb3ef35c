"""What a recording is called, how it is told, and what the options of recordings take."""

import argparse
import re
from datetime import UTC, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.arguments import parse
from app.channel_book import find_channel
from app.record_arguments import next_moment, span, time_of_day
from app.recording_words import (
    described,
    in_columns,
    length,
    progress_words,
    recording_id,
    rows,
    size,
)
from catalog.model import Channel
from player.errors import ErrorCode, Failure
from player.recording.face import RecordingState, RecordingStatus
from player.recording.schedule import Schedule, ScheduleEntry
from player.units import ByteCount, Micros, micros

DAY = Micros(1_800_000_000_000_000)


@given(st.text(max_size=200), st.integers(0, 1 << 52))
def test_any_title_makes_a_name_that_is_a_folders(title, since):
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,100}", recording_id(title, Micros(since), "ab12"))


def test_a_name_tells_what_it_is():
    assert recording_id("Maré às 20:15", DAY, "ab12").endswith("-mare-as-20-15-ab12")


@pytest.mark.parametrize(
    ("text", "seconds"), [("30m", 1800), ("1h30m", 5400), ("90s", 90), ("2H", 7200)]
)
def test_lengths_of_time(text, seconds):
    assert span(text) == micros(seconds)


@pytest.mark.parametrize("text", ["", "0m", "30", "m", "1m30h", "999h", "-5m", "1.5h"])
def test_no_lengths_of_time(text):
    with pytest.raises(argparse.ArgumentTypeError):
        span(text)


@pytest.mark.parametrize("text", ["", "24:00", "12:60", "noon", "12"])
def test_no_times_of_the_day(text):
    with pytest.raises(argparse.ArgumentTypeError):
        time_of_day(text)


@given(st.times(), st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)))  # noqa: DTZ001
def test_the_next_moment_is_within_a_day(of, after):
    now = after.replace(tzinfo=UTC)
    then = next_moment(of, now)
    assert (then.hour, then.minute, then.second) == (of.hour, of.minute, 0)
    assert 0 < (then - now).total_seconds() <= 86_400


def test_the_command_line_of_recordings():
    options = parse(["-v", "record", "5", "--source", "l.m3u", "--for", "30m", "--title", "T"])
    assert (options.what, options.source, options.lasts) == ("5", "l.m3u", micros(1800))
    assert (options.until, options.at, options.title, options.proxy) == (None, None, "T", None)
    options = parse(["record", "http://h/", "--until", "20:15", "--max-connections", "1"])
    assert (options.until, options.source) == (time(20, 15), None)
    assert options.max_connections == 1
    options = parse(["recordings", "export", "a", "b.mkv"])
    assert (options.action, options.id, options.file.name) == ("export", "a", "b.mkv")
    assert parse(["recordings", "--json"]).json
    assert parse(["recorder", "--stay"]).stay


@pytest.mark.parametrize(
    "words", [["record"], ["record", "u", "--for", "1m", "--until", "1:00"], ["recordings", "x"]]
)
def test_what_cannot_be_meant_is_refused(words, capsys):
    with pytest.raises(SystemExit) as left:
        parse(words)
    assert left.value.code == 2
    assert capsys.readouterr().err.startswith("farol: ")


def test_channels_are_found_by_number_then_name_then_id():
    one = Channel(id="2", number="1", name="Maré", url="http://h/1")
    two = Channel(id="x", number="2", name="1", url="http://h/2")
    assert find_channel([two, one], "1") is one
    assert find_channel([two, one], "maré") is one
    assert find_channel([one, two], "2") is two
    assert find_channel([one, two], "x") is two
    assert find_channel([one, two], "y") is None


STATUS = RecordingStatus(
    id="a",
    title="News",
    state=RecordingState.INTERRUPTED,
    since=DAY,
    recorded=micros(723),
    size=ByteCount(412_345_678),
    gaps=((DAY, Micros(DAY + micros(14))),),
    failure=Failure(code=ErrorCode.NETWORK_UNREACHABLE, sentence="Nobody answers."),
)


def test_a_recording_in_words():
    assert progress_words(STATUS) == "interrupted, 0:12:03, 412 MB, 1 gap of 0:00:14"
    assert length(micros(36_125)) == "10:02:05"
    assert [size(ByteCount(n)) for n in (0, 999, 9_949, 1_500_000, 12_000_000_000)] == [
        *("0 B", "999 B", "9.9 kB", "1.5 MB", "12 GB"),
    ]


def test_what_was_missed_and_what_failed_is_told():
    entry = ScheduleEntry(id="m", title="Film", source="s", channel="c", since=DAY)
    over = ScheduleEntry(
        id="o", title="", source="s", channel="c", since=DAY, until=Micros(DAY + 1)
    )
    schedule = Schedule().with_entry(entry).with_entry(over)
    now = Micros(DAY + micros(60))
    told = rows([STATUS], schedule, now)
    assert [(row[0], row[1]) for row in told] == [
        *(("m", "scheduled"), ("o", "missed"), ("a", "interrupted")),
    ]
    assert told[2][5] == "News; 1 gap of 0:00:14; Nobody answers."
    data = described([STATUS], schedule, now)
    assert data["recordings"][0]["gaps"] == [[1_800_000_000.0, 1_800_000_014.0]]
    assert [one["past"] for one in data["schedule"]] == [False, True]


def test_columns_stand_below_each_other_and_nothing_steers_the_terminal():
    lines = in_columns([["id", "t"], ["a-long-one", "x\x1b[2J"], ["b", "a title"]])
    assert lines == ["id          t", "a-long-one  x [2J", "b           a title"]
