"""Dates, durations, notes, addresses, codec names and address templates."""

import pytest

from player.manifest.addresses import Base, ForeignSchemeError, scheme_of
from player.manifest.codecs import container_of_uri, family_of, kinds_of
from player.manifest.dash.urls import template
from player.manifest.times import date_time, decimal_seconds, iso_duration
from player.model.notes import MOST_WARNINGS, Notes, quoted
from player.model.presentation import Container, TrackKind
from player.units import micros


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT0S", 0),
        ("PT1.5S", 1.5),
        ("PT.25S", 0.25),
        ("PT1H2M3.000004S", 3723.000004),
        ("P1Y2M3DT4H", 365 * 86400 + 60 * 86400 + 3 * 86400 + 4 * 3600),
        ("P2W", 14 * 86400),
        ("-PT5S", -5),
        (" PT10M ", 600),
        ("PT1.5H", 5400),
        ("P1D", 86400),
        ("PT36000.1234567S", 36000.123456),
    ],
)
def test_durations_of_every_form(text: str, seconds: float) -> None:
    assert iso_duration(text) == micros(seconds)


@pytest.mark.parametrize("text", ["", "P", "PT", "10", "PTS5", "P1S", "P999999999Y", "PT1,5S"])
def test_what_is_no_duration(text: str) -> None:
    assert iso_duration(text) is None


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:01.5", 1_500_000),
        ("1970-01-01T01:00:00.000+01:00", 0),
        ("1970-01-01T01:00:00+0100", 0),
        ("1970-01-01 00:00:02", 2_000_000),
        ("1970-01-01T00:00:00.1234567Z", 123_456),
        ("1969-12-31T23:59:59Z", -1_000_000),
        ("tomorrow", None),
        ("", None),
        ("9999-99-99T00:00:00Z", None),
    ],
)
def test_dates(text: str, time: int | None) -> None:
    assert date_time(text) == time


@pytest.mark.parametrize("text", ["nan", "inf", "1e30", "x", ""])
def test_what_is_no_number_of_seconds(text: str) -> None:
    assert decimal_seconds(text) is None


def test_notes_are_bounded_and_said_once() -> None:
    notes = Notes()
    for number in range(MOST_WARNINGS + 5):
        notes.warn(number, "x")
        notes.warn(0, "x")
    found = notes.taken()
    assert len(found) == MOST_WARNINGS + 1
    assert found[-1].text.startswith("and ")
    assert len(quoted("y" * 500)) < 100


@pytest.mark.parametrize(
    ("base", "reference", "joined"),
    [
        ("http://a.example/b/c.m3u8?q=/x/", "d.ts", "http://a.example/b/d.ts"),
        ("http://a.example/b/c", "../d.ts", "http://a.example/d.ts"),
        ("http://a.example/b/c", "/d.ts", "http://a.example/d.ts"),
        ("http://a.example/b/c", "//e.example/d", "http://e.example/d"),
        ("http://a.example/b/c", "?x=1", "http://a.example/b/c?x=1"),
        ("http://a.example", "d.ts", "http://a.example/d.ts"),
        ("http://a.example/b/c", "HTTPS://e.example/d", "HTTPS://e.example/d"),
        ("file:///f/x.mpd", "y.mp4", "file:///f/y.mp4"),
        ("http://a.example/b/c", "t:1.ts", None),
        ("http://a.example/b/c", "file:///etc/passwd", None),
        ("http://a.example/b/c", "pipe://x", None),
        ("http://a.example/b/c", "http://[x", None),
    ],
)
def test_addresses(base: str, reference: str, joined: str | None) -> None:
    if joined is None:
        with pytest.raises(ForeignSchemeError):
            Base(base).join(reference)
    else:
        assert Base(base).join(reference) == joined


def test_keys_may_have_schemes_of_their_own() -> None:
    base = Base("http://a.example/b")
    assert base.join_key("skd://x") == "skd://x"
    with pytest.raises(ForeignSchemeError):
        base.join_key("file:///x")
    assert scheme_of("a b:c") == ""


def test_codec_names() -> None:
    assert kinds_of("avc1.4d, mp4a.40.2,xyz") == {TrackKind.VIDEO, TrackKind.AUDIO}
    assert family_of("mp4a.40.2,hev1.1") == "hvc1"
    assert family_of("mp4a") == ""
    assert container_of_uri("a/b.AAC?x=.ts") is Container.PACKED_AUDIO


def test_address_templates() -> None:
    base = Base("http://a.example/$x/m.mpd")
    made = template(
        "$RepresentationID$/$Bandwidth%06d$/$Number%04x$-$Time$$$$SubNumber%02d$",
        base,
        representation_id="v$1",
        bandwidth=99,
    )
    assert made.expand(255, 7) == "http://a.example/%24x/v$1/000099/00ff-7$01"
    plain = template("one.mp4", base, representation_id="", bandwidth=0)
    assert plain.expand(1, 2).endswith("/one.mp4")
