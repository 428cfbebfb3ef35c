"""What heads of answers, fingerprints and time-outs are read as."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.net.answer_head import answer_head
from player.net.certificates import parse_fingerprint, readable
from player.net.failures import unverified
from player.net.limits import FetchLimits
from player.ports import RequestKind
from player.units import micros

DATE = "Thu, 01 Jan 1970 00:02:00 GMT"
PRINT = "ab" * 32


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"date": DATE}, 120),
        ({"date": DATE, "age": "30"}, 150),
        ({"date": DATE, "age": "soon"}, 120),
        ({"date": "yesterday"}, None),
        ({}, None),
    ],
)
def test_a_caches_copy_is_as_much_older_as_it_says(
    headers: dict[str, str], seconds: int | None
) -> None:
    assert answer_head(headers).date == (None if seconds is None else micros(seconds))


def test_only_strong_tags_name_bytes() -> None:
    assert answer_head({"etag": '"a1"'}).validator == '"a1"'
    assert answer_head({"etag": 'W/"a1"'}).validator == ""
    assert answer_head({"etag": "a1"}).validator == ""


def test_packed_bodies_are_told_apart() -> None:
    assert answer_head({"content-encoding": "gzip"}).packed
    assert not answer_head({"content-encoding": "Identity"}).packed


@given(st.dictionaries(st.sampled_from(["date", "age", "etag", "content-encoding"]), st.text()))
def test_no_head_is_too_strange(headers: dict[str, str]) -> None:
    head = answer_head(headers)
    assert head.validator.isprintable()


@pytest.mark.parametrize("text", [PRINT, PRINT.upper(), readable(PRINT), f"SHA256:{PRINT}"])
def test_fingerprints_are_read_as_people_write_them(text: str) -> None:
    assert parse_fingerprint(text) == PRINT


@pytest.mark.parametrize("text", ["", "ab", PRINT + "00", "g" * 64])
def test_what_is_no_fingerprint_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="64 hex digits"):
        parse_fingerprint(text)


def test_an_unknown_certificate_tells_what_to_do_about_it() -> None:
    told = unverified("https://h/", PRINT, OSError("x")).failure.sentence
    assert readable(PRINT) in told
    assert "accept" in told
    assert "accept" not in unverified("https://h/", None, OSError("x")).failure.sentence


def test_small_things_have_less_time_than_large_ones() -> None:
    limits = FetchLimits()
    assert limits.head_within(RequestKind.SEGMENT) == limits.connect + limits.first_byte
    assert limits.head_within(RequestKind.TIME) < limits.head_within(RequestKind.SEGMENT)
    assert limits.whole_within(RequestKind.SEGMENT) is None
    assert limits.whole_within(RequestKind.KEY) == 20


@pytest.mark.parametrize(
    ("text", "version"), [("v=1", 1), (" v=2 ", 2), ("v=3", None), ("", None)]
)
def test_our_own_headend_asks_for_client_data(text: str, version: int | None) -> None:
    asked = answer_head({"farol-cmcd": text}).reporting
    assert (asked.version if asked else None) == version
