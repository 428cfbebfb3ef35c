"""How long bytes may be waited for, and what a wait that was too long says."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import anyio
import pytest

from player.errors import ErrorCode, Failure
from player.model.resource import Resource
from player.model.segment import Segment
from player.ports import AnswerHead, FetchRequest
from player.streaming.fetch.cache import SegmentCache
from player.streaming.fetch.parts import Source
from player.streaming.fetch.recovery import (
    FailedPart,
    History,
    Recovery,
    RecoveryPolicy,
    Retry,
    SkipSegment,
    SwitchLocation,
    SwitchRepresentation,
)
from player.streaming.fetch.segment_loader import Errand, SegmentLoader
from player.streaming.fetch.stalls import LEAST, Pauses, StallError, stall_limit
from player.units import ByteCount, Micros, micros
from tests.fakes.virtual import VirtualClock, at_virtual_time

if TYPE_CHECKING:
    from player.streaming.fetch.parts import EngineParts

ONE, OTHER = "http://one.test:8080/a/1.ts", "http://other.test/1.ts"


class _Server:
    """Answers after `head` seconds, then gives a byte after each of `pauses`."""

    url, head, length = "", AnswerHead(), None

    def __init__(self, *pauses: float, head: float = 0) -> None:
        self.pauses, self._answers = pauses, head

    @asynccontextmanager
    async def open(self, _: FetchRequest) -> AsyncIterator["_Server"]:
        await anyio.sleep(self._answers)
        yield self

    async def chunks(self) -> AsyncIterator[bytes]:
        for pause in self.pauses:
            await anyio.sleep(pause)
            yield b"x"


def _loader(server: _Server) -> SegmentLoader:
    parts = SimpleNamespace(
        fetcher=server, cache=SegmentCache(ByteCount(100)), clock=VirtualClock()
    )
    return SegmentLoader(cast("EngineParts", parts), Source(url="http://h/"))


async def _load(loader: SegmentLoader, number: int, stall: Micros | None) -> bytes:
    segment = Segment(
        number=number,
        start=Micros(0),
        duration=micros(2),
        resource=Resource(uri=f"http://h/{number}"),
    )
    entry = loader.entry(segment, live=True)
    await loader.fill(entry, lambda *_: None, Errand(stall=stall))
    return entry.body()


@pytest.mark.parametrize(("buffered", "limit"), [(0, 2), (6, 2), (12, 3), (18, 4.5), (-3, 2)])
def test_what_is_buffered_bounds_it(buffered: float, limit: float) -> None:
    assert stall_limit(micros(buffered)) == micros(limit)


@pytest.mark.parametrize(
    ("paused", "limit"), [([], 2), ([0.9], 2), ([1.5, 0.1], 3), ([2.5], None), ([9], None)]
)
def test_twice_the_longest_pause_of_a_server_is_waited_for(
    paused: list[float], limit: float | None
) -> None:
    pauses = Pauses()
    for one in paused:
        pauses.ended(ONE, micros(one))
    wanted = None if limit is None else micros(limit)
    assert pauses.limit("http://one.test:8080/b/2.ts", LEAST) == wanted
    assert pauses.limit(OTHER, LEAST) == LEAST, "what another server does says nothing"
    assert pauses.limit(ONE, None) is None


def test_a_server_that_waits_for_its_encoder_has_three_steps() -> None:
    assert stall_limit(micros(1), micros(1)) == micros(3)
    assert stall_limit(micros(1), micros(0.4)) == LEAST


def test_bytes_that_keep_coming_are_waited_for() -> None:
    async def scenario() -> None:
        assert await _load(_loader(_Server(1.9, 1.9, 1.9)), 1, LEAST) == b"xxx"

    at_virtual_time(scenario)


@pytest.mark.parametrize("server", [_Server(3600), _Server(0, 3600), _Server(0, head=3600)])
def test_what_stands_still_is_left_in_time(server: _Server) -> None:
    async def scenario() -> None:
        began = anyio.current_time()
        with pytest.raises(StallError) as failed:
            await _load(_loader(server), 1, LEAST)
        assert failed.value.failure.code is ErrorCode.NETWORK_TIMEOUT
        assert "2.0 s" in failed.value.failure.cause
        assert anyio.current_time() - began == pytest.approx(2)

    at_virtual_time(scenario)


@pytest.mark.parametrize(("pause", "head"), [(60, 0), (0, 60)])
def test_without_a_limit_the_network_decides(pause: float, head: float) -> None:
    async def scenario() -> None:
        assert await _load(_loader(_Server(pause, head=head)), 1, None) == b"x"

    at_virtual_time(scenario)


@pytest.mark.parametrize(("pause", "head"), [(2.5, 0), (0, 2.5)])
def test_a_pause_that_ended_is_believed_from_then_on(pause: float, head: float) -> None:
    async def scenario() -> None:
        server = _Server(pause, head=head)
        loader = _loader(server)
        with pytest.raises(StallError):
            await _load(loader, 1, LEAST)
        for number, limit in enumerate((None, LEAST, LEAST)):
            assert await _load(loader, number, limit) == b"x"

    at_virtual_time(scenario)


@pytest.mark.parametrize(
    ("hurried", "attempts", "rungs", "decision"),
    [
        (True, 1, True, SwitchRepresentation()),
        (True, 1, False, Retry(after=Micros(0))),
        (True, 2, False, SwitchLocation()),
        (False, 1, True, SwitchLocation()),
    ],
)
def test_one_stall_by_our_own_limit_is_no_fault_of_a_whole_server(
    hurried: bool, attempts: int, rungs: bool, decision: Recovery
) -> None:
    history = History(
        part=FailedPart.SEGMENT,
        attempts=attempts,
        live=True,
        other_rungs=rungs,
        other_locations=True,
        hurried=hurried,
    )
    assert RecoveryPolicy().decide(StallError(LEAST).failure, history) == decision


def test_what_nobody_else_has_is_left_out_after_a_second_stall() -> None:
    history = History(part=FailedPart.SEGMENT, attempts=2, live=True, hurried=True)
    assert RecoveryPolicy().decide(StallError(LEAST).failure, history) == SkipSegment()


@pytest.mark.parametrize(
    ("live", "attempts", "decision"),
    [(True, 1, Retry), (True, 2, SwitchRepresentation), (False, 2, Retry)],
)
def test_what_does_not_come_live_is_had_from_another_rung_in_time(
    live: bool, attempts: int, decision: type
) -> None:
    late = Failure(code=ErrorCode.NETWORK_TIMEOUT, sentence="Late.")
    history = History(part=FailedPart.SEGMENT, attempts=attempts, live=live, other_rungs=True)
    assert isinstance(RecoveryPolicy().decide(late, history), decision)
