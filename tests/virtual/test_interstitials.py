"""Breaks of a film: fetched ahead of time, played in their place, and the film goes on after."""

from datetime import UTC, datetime

import anyio
import pytest

from player.api import (
    ErrorOccurred,
    EventReached,
    PlayerState,
    RebufferStarted,
    Recovered,
    Seek,
)
from player.units import micros, seconds
from tests.fakes.origin import RUNGS, SEGMENT
from tests.fakes.origin_manifests import multivariant, playlist
from tests.fakes.virtual import EPOCH, at_virtual_time
from tests.virtual.rig import tuned

DATED = "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00Z\n"


def _told(second: int, more: str) -> str:
    return (
        f'{DATED}#EXT-X-DATERANGE:ID="ad",CLASS="com.apple.hls.interstitial",'
        f'START-DATE="2026-01-01T00:{second // 60:02}:{second % 60:02}Z",{more}\n'
    )


def _asset() -> dict[str, str]:
    """A break of two segments, which are the film's last ones, on rungs of its own."""
    found = {"/ad.m3u8": multivariant(("a1",)).replace('"/', '"/ad-').replace("\n/", "\n/ad-")}
    for rung in (*RUNGS, "a1"):
        found[f"/ad-{rung}.m3u8"] = playlist(rung, range(18, 20), ended=True)
    return found


@pytest.mark.parametrize("second", [12, 54])
def test_a_break_plays_in_its_place_and_the_film_goes_on(second: int) -> None:
    async def scenario() -> None:
        tags = _told(second, 'X-ASSET-URI="http://origin.test/ad.m3u8",X-RESUME-OFFSET=0')
        async with tuned(vod=20, samples=24, tags=tags, extra=_asset()) as (rig, origin):
            await anyio.sleep(22 * SEGMENT + 10)
            assert rig.now.state is PlayerState.ENDED
            assert rig.now.duration == micros(20 * SEGMENT), "the programme's own"
            assert seconds(rig.now.position) == pytest.approx(20 * SEGMENT, abs=0.5)
        cut = second // SEGMENT
        for rungs in (RUNGS, ("a1",)):
            numbers = [n for name, n in origin.segments() if name in rungs]
            assert sorted(set(numbers)) == list(range(20))
            assert numbers.index(cut - 1) < numbers.index(18) < numbers.index(cut)
        assert rig.of(ErrorOccurred) == []
        assert rig.of(RebufferStarted) == []

    at_virtual_time(scenario)


def test_a_break_that_cannot_be_had_is_left_out_and_told() -> None:
    async def scenario() -> None:
        tags = _told(24, 'X-ASSET-URI="http://origin.test/none/ad.m3u8"')
        async with tuned(vod=8, tags=tags) as (rig, _):
            await anyio.sleep(8 * SEGMENT + 10)
            assert rig.now.state is PlayerState.ENDED
        assert ["left out" in one.decision for one in rig.of(Recovered)] == [True]
        assert rig.of(ErrorOccurred) == []

    at_virtual_time(scenario)


def test_an_event_of_the_playlist_is_told_when_the_picture_reaches_it() -> None:
    async def scenario() -> None:
        tags = (
            f'{DATED}#EXT-X-DATERANGE:ID="e",CLASS="x",START-DATE="2026-01-01T00:00:10Z",'
            'X-SAYS="hello"\n'
        )
        async with tuned(vod=8, samples=24, tags=tags) as (rig, _):
            await anyio.sleep(9)
            assert rig.of(EventReached) == []
            await anyio.sleep(3)
        (found,) = rig.of(EventReached)
        assert found.event.id == "e"

    at_virtual_time(scenario)


def _live_break(at: int, more: str) -> str:
    when = datetime.fromtimestamp(EPOCH + at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return (
        f'#EXT-X-DATERANGE:ID="ad",CLASS="com.apple.hls.interstitial",START-DATE="{when}",{more}\n'
    )


def _live_asset() -> dict[str, str]:
    found = {"/ad.m3u8": multivariant(("a1",)).replace('"/', '"/ad-').replace("\n/", "\n/ad-")}
    first = EPOCH // SEGMENT
    for rung in (*RUNGS, "a1"):
        found[f"/ad-{rung}.m3u8"] = playlist(rung, range(first - 2, first), ended=True)
    return found


@pytest.mark.parametrize("listed", [False, True])
def test_a_break_of_a_live_programme_covers_what_is_broadcast_meanwhile(listed: bool) -> None:
    async def scenario() -> None:
        extra = _live_asset()
        extra["/list.json"] = '{"ASSETS":[{"URI":"/ad.m3u8","DURATION":12}]}'
        address = 'X-ASSET-LIST="/list.json"' if listed else 'X-ASSET-URI="/ad.m3u8"'
        tags = _live_break(60, address)
        async with tuned(window=30, samples=24, tags=tags, extra=extra) as (rig, origin):
            await anyio.sleep(140)
            assert rig.now.state is PlayerState.PLAYING
            assert rig.now.latency is not None
            assert seconds(rig.now.latency) == pytest.approx(3 * SEGMENT, abs=SEGMENT)
        first = EPOCH // SEGMENT
        for rungs in (RUNGS, ("a1",)):
            numbers = [n - first for name, n in origin.segments() if name in rungs]
            ad, cut = numbers.index(-2, 3), 60 // SEGMENT
            assert numbers[ad - 1 : ad + 3] == [cut - 1, -2, -1, cut + 2]
            assert numbers[ad + 2 :] == list(range(cut + 2, numbers[-1] + 1))
        asked = [path for path in origin.asked if path.endswith("/v3.m3u8")]
        assert len(asked) > 10, "the list went on being loaded"
        assert rig.of(ErrorOccurred) == []
        assert rig.of(RebufferStarted) == []

    at_virtual_time(scenario)


def test_what_is_to_be_shown_once_is_passed_over_by_a_seek_back() -> None:
    async def scenario() -> None:
        tags = _told(12, 'X-ASSET-URI="/ad.m3u8",X-RESUME-OFFSET=0,CUE="ONCE"')
        async with tuned(vod=20, samples=24, tags=tags, extra=_asset()) as (rig, _):
            await anyio.sleep(30)
            rig.do(Seek(position=micros(6)))
            await anyio.sleep(12)
            assert rig.now.state is PlayerState.PLAYING
            assert seconds(rig.now.position) == pytest.approx(18, abs=2.5)
        assert rig.of(ErrorOccurred) == []
        assert rig.of(RebufferStarted) == []

    at_virtual_time(scenario)
