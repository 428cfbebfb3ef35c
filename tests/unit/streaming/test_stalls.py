"""How long a body may stand still."""

from collections.abc import AsyncIterator

import anyio
import pytest

from player.errors import ErrorCode, Failure, PlayerError
from player.streaming.fetch.recovery import (
    FailedPart,
    History,
    RecoveryPolicy,
    Retry,
    SwitchRepresentation,
)
from player.streaming.fetch.stalls import LEAST, next_chunk, stall_limit
from player.units import micros
from tests.fakes.virtual import at_virtual_time


async def _body(*pauses: float) -> AsyncIterator[bytes]:
    for pause in pauses:
        await anyio.sleep(pause)
        yield b"x"


@pytest.mark.parametrize(("buffered", "limit"), [(0, 2), (6, 2), (12, 3), (18, 4.5), (-3, 2)])
def test_what_is_buffered_bounds_it(buffered: float, limit: float) -> None:
    assert stall_limit(micros(buffered)) == micros(limit)


def test_bytes_that_keep_coming_are_waited_for() -> None:
    async def scenario() -> None:
        body = _body(1.9, 1.9, 1.9)
        assert [await next_chunk(body, LEAST) for _ in range(4)] == [b"x", b"x", b"x", None]

    at_virtual_time(scenario)


def test_a_body_that_stands_still_is_left_in_time() -> None:
    async def scenario() -> None:
        began = anyio.current_time()
        with pytest.raises(PlayerError) as failed:
            await next_chunk(_body(3600), LEAST)
        assert failed.value.failure.code is ErrorCode.NETWORK_TIMEOUT
        assert "2.0 s" in failed.value.failure.cause
        assert anyio.current_time() - began == pytest.approx(2)

    at_virtual_time(scenario)


def test_without_a_limit_the_network_decides() -> None:
    async def scenario() -> None:
        body = _body(60)
        assert [await next_chunk(body, None) for _ in range(2)] == [b"x", None]

    at_virtual_time(scenario)


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
