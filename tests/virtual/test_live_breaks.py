"""Date ranges and breaks that a live list tells of while it plays, dated at its head alone."""

import re
from collections.abc import AsyncIterator, Container
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import pairwise

import anyio
import httpx
import pytest

from player.api import (
    ErrorOccurred,
    EventReached,
    FirstPicture,
    PlayerState,
    RebufferStarted,
    Recovered,
    SetPaused,
)
from player.units import micros, seconds
from tests.fakes.origin import RUNGS, SEGMENT, FakeOrigin
from tests.fakes.origin_manifests import multivariant
from tests.fakes.virtual import EPOCH, VirtualClock, at_virtual_time
from tests.virtual.rig import TICK, Rig, player_rig, tuned

DATED = "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00Z\n"
FIRST = EPOCH // SEGMENT
AD = 2
"""Segments of a break."""


def _range(ident: str, at: float, more: str = "") -> str:
    when = datetime.fromtimestamp(EPOCH + at, UTC).isoformat().replace("+00:00", "Z")
    return f'#EXT-X-DATERANGE:ID="{ident}",START-DATE="{when}"{more}\n'


def _break(ident: str, at: float, uri: str = "http://ads.test/master.m3u8") -> str:
    return _range(ident, at, f',CLASS="com.apple.hls.interstitial",X-ASSET-URI="{uri}"')


@asynccontextmanager
async def _with_ads(
    *, tick: float = TICK, **channel: object
) -> AsyncIterator[tuple[Rig, FakeOrigin, FakeOrigin]]:
    """A channel beside an ad server; http://dead.test takes every question for an hour."""
    made: list[FakeOrigin] = []

    def network(clock: VirtualClock) -> httpx.AsyncBaseTransport:
        origin = FakeOrigin(clock, **{"samples": 24} | channel)  # type: ignore[arg-type]
        ads = FakeOrigin(clock, vod=AD, samples=24)
        made.extend((origin, ads))

        async def answer(request: httpx.Request) -> httpx.Response:
            if request.url.host == "dead.test":
                await anyio.sleep(3600)
            return await (ads if request.url.host == "ads.test" else origin).answer(request)

        return httpx.MockTransport(answer)

    async with player_rig(network, tick, 1 << 20) as rig:
        rig.play()
        yield rig, made[0], made[1]


def _segments(origin: FakeOrigin, rungs: Container[str], first: int) -> list[tuple[float, int]]:
    """When a segment was asked for, and its number from `first` on."""
    found = [(at, re.fullmatch(r"/(\w+)/(\d+)\.seg", path)) for at, _, path in origin.hosts]
    return [(at, int(one[2]) - first) for at, one in found if one and one[1] in rungs]


def _shown(origin: FakeOrigin, ads: FakeOrigin, at: int, since: int = FIRST) -> list[int]:
    """What was fetched about a moment, the same of pictures and sound; a break's count from -2."""
    found = []
    for rungs in (RUNGS, ("a1",)):
        both = sorted([*_segments(origin, rungs, since), *_segments(ads, rungs, AD)])
        numbers = [number for _, number in both]
        place = numbers.index(at // SEGMENT - 1)
        found.append(numbers[place : place + AD + 2])
    assert found[0] == found[1]
    return found[0]


def _check_window(rig: Rig, origin: FakeOrigin, now: float) -> None:
    """The window is what the server has, and the picture is where it should be in it."""
    assert rig.now.state is PlayerState.PLAYING
    assert rig.now.window is not None
    start, end = (seconds(one) - EPOCH for one in rig.now.window)
    assert start == pytest.approx(now - origin.window * SEGMENT, abs=2 * SEGMENT)
    assert end == pytest.approx(now, abs=2 * SEGMENT)
    assert seconds(rig.now.position) - EPOCH == pytest.approx(now - 3 * SEGMENT, abs=SEGMENT)


def _check_calm(rig: Rig) -> None:
    assert rig.of(ErrorOccurred) == []
    assert rig.of(RebufferStarted) == []


def test_a_break_told_while_the_channel_plays_is_woven_in_and_out_again() -> None:
    async def scenario() -> None:
        async with _with_ads(window=30) as (rig, origin, ads):
            await anyio.sleep(30)
            origin.tags = _break("ad", 120)
            for second in range(30, 240, 5):
                _check_window(rig, origin, second)
                await anyio.sleep(5)
            at = [seconds(one.position) for one in rig.snapshots if one.position]
            steps = [after - before for before, after in pairwise(at)]
            assert min(steps[40:]) >= 0
            assert max(steps[40:]) < 1
        assert _shown(origin, ads, 120) == [19, -2, -1, 22]
        _check_calm(rig)

    at_virtual_time(scenario)


def test_an_event_told_while_the_channel_plays_is_reached_in_its_time() -> None:
    async def scenario() -> None:
        async with tuned(window=30, samples=24) as (rig, origin):
            await anyio.sleep(30)
            origin.tags = _range("e", 90, ',CLASS="x",SCTE35-OUT=0xFC30')
            await anyio.sleep(100)
            (found,) = rig.of(EventReached)
            assert (found.event.id, found.event.data) == ("e", b"\xfc\x30")
            assert seconds(found.event.start) == EPOCH + 90
            shown = [
                (seconds(at), seconds(one.position) - EPOCH)
                for at, one in zip(rig.shown_at, rig.snapshots, strict=True)
            ]
            (there,) = [place for at, place in shown if 0 <= seconds(found.at) - at < 0.25][-1:]
            assert there == pytest.approx(90, abs=0.6)
        _check_calm(rig)

    at_virtual_time(scenario)


def test_breaks_that_the_window_left_behind_are_forgotten() -> None:
    async def scenario() -> None:
        async with _with_ads(tick=1, samples=6) as (rig, origin, ads):
            for number in range(1, 13):
                origin.tags = _break(f"ad{number}", 120 * number)
                await anyio.sleep(120)
                if number > 1:
                    _check_window(rig, origin, 120 * number)
            engine = rig.player._tuned.session.engine  # type: ignore[union-attr]
            assert engine is not None
            assert len(engine.store.breaks) <= 3
            assert len(engine.store.presentation.periods) <= 6
        for number in range(1, 12):
            cut = 120 * number // SEGMENT
            assert _shown(origin, ads, 120 * number) == [cut - 1, -2, -1, cut + 2]
        _check_calm(rig)

    at_virtual_time(scenario)


def test_after_a_long_pause_behind_a_break_the_window_is_joined_again() -> None:
    async def scenario() -> None:
        async with _with_ads(tags=_break("ad", 60)) as (rig, origin, ads):
            await anyio.sleep(200)
            assert _shown(origin, ads, 60) == [9, -2, -1, 12]
            rig.do(SetPaused(paused=True))
            await anyio.sleep(600)
            rig.do(SetPaused(paused=False))
            await anyio.sleep(60)
            assert rig.now.window is not None
            start, end = (seconds(one) - EPOCH for one in rig.now.window)
            assert end - start == origin.window * SEGMENT
            assert 860 - 2 * SEGMENT < end <= 860, "a list is as old as a segment at the most"
            assert rig.now.state is PlayerState.PLAYING
            assert start <= seconds(rig.now.position) - EPOCH <= end
        assert rig.of(ErrorOccurred) == []

    at_virtual_time(scenario)


def test_a_break_far_ahead_blocks_none_and_is_fetched_when_it_comes_near() -> None:
    async def scenario() -> None:
        far = _break("far", 420, "http://ads.test/far.m3u8")
        async with _with_ads(window=30, tags=far) as (rig, origin, ads):
            ads.extra["/far.m3u8"] = multivariant(("a1",))
            await anyio.sleep(30)
            origin.tags = far + _break("near", 120)
            await anyio.sleep(300)
            assert _shown(origin, ads, 120) == [19, -2, -1, 22]
            assert "/far.m3u8" not in ads.asked
            await anyio.sleep(150)
            assert _shown(origin, ads, 420) == [69, -2, -1, 72]
        assert rig.of(Recovered) == []
        _check_calm(rig)

    at_virtual_time(scenario)


def test_an_ad_server_that_does_not_answer_holds_up_no_other_break() -> None:
    async def scenario() -> None:
        tags = _break("dead", 60, "http://dead.test/ad.m3u8") + _break("good", 96)
        async with _with_ads(window=30, tags=tags) as (rig, origin, ads):
            await anyio.sleep(180)
            _check_window(rig, origin, 180)
            assert _shown(origin, ads, 96) == [15, -2, -1, 18]
            assert _shown(origin, ads, 60) == [9, 10, 11, 12]
        told = [one.decision for one in rig.of(Recovered)]
        assert len(told) == 1
        assert "left out" in told[0]
        _check_calm(rig)

    at_virtual_time(scenario)


@pytest.mark.parametrize("dead", ["http://dead.test/master.m3u8", "http://ads.test/slow.m3u8"])
def test_an_ad_server_that_does_not_answer_holds_no_film_up(dead: str) -> None:
    """Neither the break's own list nor what it names."""

    async def scenario() -> None:
        tags = f"{DATED}{_at(12, dead)}{_at(36, 'http://ads.test/master.m3u8')}"
        async with _with_ads(vod=20, tags=tags) as (rig, origin, ads):
            slow = multivariant(("a1",)).replace("\n/v3", "\nhttp://dead.test/v3")
            ads.extra["/slow.m3u8"] = slow
            await anyio.sleep(22 * SEGMENT + 10)
            assert rig.now.state is PlayerState.ENDED
            assert rig.now.duration == micros(20 * SEGMENT)
        (first,) = rig.of(FirstPicture)
        assert seconds(first.at) < 4
        assert _shown(origin, ads, 36, since=0) == [5, -2, -1, 6]
        assert rig.of(ErrorOccurred) == []

    at_virtual_time(scenario)


def test_what_a_live_channel_should_have_begun_with_holds_it_up_no_longer() -> None:
    async def scenario() -> None:
        tags = _break("pre", 0, "http://dead.test/master.m3u8").replace("\n", ',CUE="PRE"\n')
        async with _with_ads(window=30, tags=tags) as (rig, origin, _):
            await anyio.sleep(30)
            _check_window(rig, origin, 30)
        (first,) = rig.of(FirstPicture)
        assert seconds(first.at) < 4
        assert ["left out" in one.decision for one in rig.of(Recovered)] == [True]
        _check_calm(rig)

    at_virtual_time(scenario)


def _at(second: int, uri: str) -> str:
    return (
        f'#EXT-X-DATERANGE:ID="at{second}",CLASS="com.apple.hls.interstitial",X-RESUME-OFFSET=0,'
        f'START-DATE="2026-01-01T00:00:{second:02}Z",X-ASSET-URI="{uri}"\n'
    )
