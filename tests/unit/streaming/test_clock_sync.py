"""The server's time, in the forms in which servers tell it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import cast

import pytest
import trio

from player.errors import ErrorCode, error
from player.model.presentation import UtcTiming
from player.ports import FetchRequest
from player.streaming.clock_sync import clock_skew, server_time
from player.streaming.parts import EngineParts, Source
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

    @asynccontextmanager
    async def open(self, request: FetchRequest) -> AsyncIterator["_Fetcher"]:
        self.url = request.resource.uri
        if self.url not in self._answers:
            raise error(ErrorCode.NETWORK_UNREACHABLE, "x")
        yield self

    async def chunks(self) -> AsyncIterator[bytes]:
        yield self._answers[self.url]


class _Clock:
    """Each look takes a second."""

    def __init__(self) -> None:
        self.now = OURS - 1

    def utc(self) -> Micros:
        self.now += 1
        return micros(self.now)


def _skew(*timings: tuple[str, str], answers: dict[str, bytes] | None = None) -> float:
    parts = SimpleNamespace(clock=_Clock(), fetcher=_Fetcher(answers or {}))
    told = tuple(UtcTiming(scheme=scheme, value=value) for scheme, value in timings)

    async def ask() -> float:
        source = Source(url="http://h/a.mpd")
        return await clock_skew(told, cast("EngineParts", parts), source) / 1e6

    return trio.run(ask)


def test_without_a_source_that_answers_our_clock_is_right() -> None:
    assert _skew() == 0
    assert _skew((ISO, "http://h/gone"), (HEAD, "http://h/t"), (DIRECT, "never")) == 0


def test_the_first_source_that_answers_counts_from_the_middle_of_the_question() -> None:
    answers = {"http://h/t": b"2027-01-15T08:00:10Z"}
    assert _skew((ISO, "http://h/gone http://h/t"), answers=answers) == 9.5
    assert _skew((DIRECT, "2027-01-15T07:59:00Z")) == -60.5
    assert _skew((ISO, "http://h/gone"), (DIRECT, "2027-01-15T08:00:00Z")) == -1.5
