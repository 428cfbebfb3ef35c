"""A failure that the picture has not got to yet ends nothing; one that it waits for does."""

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial

import anyio
import httpx
import pytest

from player.api import ErrorOccurred, PlaybackEnded, PlayerState, RebufferStarted, SetPaused
from player.errors import ErrorCode
from player.units import seconds
from tests.fakes.origin import SEGMENT, FakeOrigin
from tests.fakes.virtual import VirtualClock, at_virtual_time
from tests.virtual.rig import Rig, player_rig, tuned

FIRST_LOST = 6
LIBMPVS = 4
"""Seconds: without more behind it, libmpv keeps the last of what it has to itself."""


def test_a_film_whose_rest_is_gone_plays_what_there_is_of_it() -> None:
    async def scenario() -> None:
        async with tuned(vod=30, samples=24, lost=lambda _, n: n >= FIRST_LOST) as (rig, _):
            await anyio.sleep(120)
            assert rig.now.state is PlayerState.FAILED
        shown = [one.position for one in rig.snapshots if one.state is PlayerState.PLAYING]
        assert seconds(max(shown)) >= FIRST_LOST * SEGMENT - LIBMPVS

    at_virtual_time(scenario)


def test_what_comes_back_before_the_picture_gets_there_is_not_missed() -> None:
    async def scenario() -> None:
        gone = True
        async with tuned(vod=20, samples=24, lost=lambda _, n: gone and n >= FIRST_LOST) as (
            rig,
            _,
        ):
            await anyio.sleep(20)
            gone = False
            await anyio.sleep(20 * SEGMENT)
            assert rig.now.state is PlayerState.ENDED
        assert len(rig.of(PlaybackEnded)) == 1
        assert rig.fatal == []

    at_virtual_time(scenario)


def test_a_paused_live_channel_outlives_an_outage() -> None:
    async def scenario() -> None:
        async with tuned(samples=24, dark=lambda now: 30 < now < 130) as (rig, _):
            await anyio.sleep(20)
            rig.do(SetPaused(paused=True))
            await anyio.sleep(120)
            assert rig.now.state is PlayerState.PAUSED
            rig.do(SetPaused(paused=False))
            await anyio.sleep(30)
            assert rig.now.state is PlayerState.PLAYING
        assert rig.fatal == []

    at_virtual_time(scenario)


def _is_stuck(origin: FakeOrigin, path: str) -> bool:
    return path == "/v3.m3u8" and origin.seconds >= 60


def test_a_rung_whose_playlist_is_stuck_is_left_for_one_that_moves() -> None:
    async def scenario() -> None:
        stuck: list[httpx.Response] = []

        async def instead(origin: FakeOrigin, request: httpx.Request) -> httpx.Response:
            answer = await origin.answer(request)
            if not _is_stuck(origin, request.url.path):
                return answer
            stuck.append(answer)
            return httpx.Response(200, text=stuck[0].text)

        async with _answered(instead) as rig:
            await anyio.sleep(300)
            assert rig.now.state is PlayerState.PLAYING
        assert len(rig.of(RebufferStarted)) <= 1, "told apart from a late one after 3.5 targets"
        assert {e.failure.code for e in rig.of(ErrorOccurred)} == {ErrorCode.MANIFEST_STALE}

    at_virtual_time(scenario)


@pytest.mark.parametrize("vod", [30, None])
def test_segments_without_a_byte_end_the_channel_with_a_sentence(vod: int | None) -> None:
    async def scenario() -> None:
        async def instead(origin: FakeOrigin, request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith(".seg"):
                return httpx.Response(200)
            return await origin.answer(request)

        async with _answered(instead, vod=vod) as rig:
            await anyio.sleep(120)
            assert {one.code for one in rig.fatal} == {ErrorCode.MEDIA_TRUNCATED}

    at_virtual_time(scenario)


def test_a_rung_of_empty_segments_is_left_for_another() -> None:
    async def scenario() -> None:
        async def instead(origin: FakeOrigin, request: httpx.Request) -> httpx.Response:
            if request.url.path.startswith("/v3/"):
                return httpx.Response(200)
            return await origin.answer(request)

        async with _answered(instead, vod=20) as rig:
            await anyio.sleep(20 * SEGMENT + 20)
            assert rig.now.state is PlayerState.ENDED
        assert rig.fatal == []

    at_virtual_time(scenario)


Instead = Callable[[FakeOrigin, httpx.Request], Coroutine[None, None, httpx.Response]]


@asynccontextmanager
async def _answered(instead: Instead, **channel: object) -> AsyncIterator[Rig]:
    """A player tuned to a channel of which `instead` answers what it likes."""

    def network(clock: VirtualClock) -> httpx.AsyncBaseTransport:
        origin = FakeOrigin(clock, samples=24, **channel)  # type: ignore[arg-type]
        return httpx.MockTransport(partial(instead, origin))

    async with player_rig(network) as rig:
        rig.play()
        yield rig
