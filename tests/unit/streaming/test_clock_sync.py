"""The server's time, in the forms in which servers tell it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import cast

import pytest
import trio

from player.errors import ErrorCode, error
from player.model.presentation import UtcTiming
from player.ports import AnswerHead, FetchRequest
from player.streaming.fetch.clock_sync import clock_skew, ntp_time, server_time
from player.streaming.fetch.parts import EngineParts, Source
from player.units import Micros, micros

OURS = 1_800_000_000
ISO = "urn:mpeg:dash:utc:http-iso:2014"
DIRECT = "urn:mpeg:dash:utc:direct:2014"
HEAD = "urn:mpeg:dash:utc:http-head:2014"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-01T00:01:00Z", 60),
        (" 1970-01-01T00:01:00.5+00:00\n", 60.5),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1970-01-01T00:01:00", 60),
        ("Thu, 01 Jan 1970 00:02:00 GMT", 120),
    ],
)
def test_dates_of_both_kinds_are_read(text: str, seconds: float) -> None:
    assert server_time(text) == micros(seconds)


@pytest.mark.parametrize("text", ["", "soon", "<html>", "12", "99999-99-99"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert server_time(text) is None


class _Fetcher:
    """Answers by address, a second after the question; unknown ones cannot be reached."""

    def __init__(self, answers: dict[str, bytes]) -> None:
        self._answers = answers
        self.url = ""
        self.head = AnswerHead()

    @asynccontextmanager
    async def open(self, request: FetchRequest) -> AsyncIterator["_Fetcher"]:
        self.url = request.resource.uri
        if self.url not in self._answers:
            raise error(ErrorCode.NETWORK_UNREACHABLE, "x")
        dated = self.url.endswith("dated")
        self.head = AnswerHead(
            date=server_time(self._answers[self.url].decode()) if dated else None
        )
        yield self

    async def chunks(self) -> AsyncIterator[bytes]:
        if not self.url.endswith("dated"):
            yield self._answers[self.url]


class _Clock:
    """Each look takes a second."""

    def __init__(self) -> None:
        self.now = OURS - 1

    def utc(self) -> Micros:
        self.now += 1
        return micros(self.now)


def _skew(*timings: tuple[str, str], answers: dict[str, bytes] | None = None) -> float | None:
    parts = SimpleNamespace(clock=_Clock(), fetcher=_Fetcher(answers or {}))
    told = tuple(UtcTiming(scheme=scheme, value=value) for scheme, value in timings)

    async def ask() -> float | None:
        source = Source(url="http://h/a.mpd")
        skew = await clock_skew(told, parts.clock, cast("EngineParts", parts), source)
        return None if skew is None else skew.middle / 1e6

    return trio.run(ask)


def test_without_a_source_that_answers_our_clock_is_right() -> None:
    assert _skew() is None
    assert _skew((ISO, "http://h/gone"), (HEAD, "http://h/t"), (DIRECT, "never")) is None
    assert _skew(("urn:mpeg:dash:utc:sntp:2014", "ntp.test")) is None


def test_the_first_source_that_answers_counts_from_the_middle_of_the_question() -> None:
    answers = {"http://h/t": b"2027-01-15T08:00:10Z"}
    assert _skew((ISO, "http://h/gone http://h/t"), answers=answers) == 9.5
    assert _skew((DIRECT, "2027-01-15T07:59:00Z")) == -60.5
    assert _skew((ISO, "http://h/gone"), (DIRECT, "2027-01-15T08:00:00Z")) == -1.5


def test_heads_and_ntp_tell_the_time_too() -> None:
    answers = {
        "http://h/dated": b"2027-01-15T08:00:10Z",
        "http://h/ntp": b"\xed\x12\xa8\x8a" + bytes(4),
    }
    assert _skew((HEAD, "http://h/dated"), answers=answers) == 10
    ntp = _skew(("urn:mpeg:dash:utc:http-ntp:2014", "http://h/ntp"), answers=answers)
    assert ntp is not None


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        (bytes.fromhex("83aa7e8000000000"), 0),
        (bytes.fromhex("83aa7e8080000000"), 0.5),
        (bytes.fromhex("0000000000000000"), 2_085_978_496),
        (b"", None),
        (b"123456789", None),
    ],
)
def test_ntp_timestamps_are_read_in_both_eras(body: bytes, seconds: float | None) -> None:
    assert ntp_time(body) == (None if seconds is None else micros(seconds))
