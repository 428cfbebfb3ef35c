"""Thumbnails on the real engine: the newest wish counts, and what plays never waits for them."""

from typing import Any

import anyio
import pytest

from player.api import (
    Play,
    PlayRequest,
    RebufferStarted,
    Scan,
    SetPaused,
    ThumbnailReady,
    WantThumbnail,
)
from player.units import micros, seconds
from tests.fakes.origin import FakeOrigin
from tests.fakes.origin_manifests import RUNGS, SEGMENT, multivariant
from tests.fakes.sheets import sheet
from tests.fakes.virtual import at_virtual_time
from tests.virtual.rig import Rig, tuned
from tests.virtual.side_by_side import wall
from tests.virtual.test_interstitials import _asset
from tests.virtual.test_interstitials import _told as _break

SHEETS, SHEET_S = 20, 30
"""A film of ten minutes, and sheets of 5 x 3 tiles of two seconds."""

FILM: dict[str, Any] = {"vod": 100, "voices": ()}


def _channel(size: int = 40_000, **more: Any) -> dict[str, Any]:
    jpeg = sheet(5, 3)
    master = multivariant(()) + (
        '#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=9,RESOLUTION=64x36,URI="/sheets.m3u8"\n'
    )
    lines = ["#EXTM3U", f"#EXT-X-TARGETDURATION:{SHEET_S}", "#EXT-X-IMAGES-ONLY"]
    for number in range(SHEETS):
        lines += [
            f"#EXTINF:{SHEET_S},",
            "#EXT-X-TILES:RESOLUTION=64x36,LAYOUT=5x3,DURATION=2",
            f"/sheets/{number}.jpg",
        ]
    told = "\n".join([*lines, "#EXT-X-ENDLIST", ""])
    return {
        **FILM,
        "extra": {"/master.m3u8": master, "/sheets.m3u8": told},
        "files": {
            f"/sheets/{number}.jpg": jpeg + bytes(max(size - len(jpeg), 0))
            for number in range(SHEETS)
        },
        **more,
    }


def _want(rig: Rig, second: float) -> None:
    rig.do(WantThumbnail(position=micros(second)))


def _told(rig: Rig) -> list[tuple[float, float]]:
    return [(seconds(one.position), seconds(one.until)) for one in rig.of(ThumbnailReady)]


def _sheets(asked: list[str]) -> list[str]:
    """Which were asked for, in order; one that was displaced is asked for again."""
    paths = [path for path in asked if path.endswith(".jpg")]
    return [one for place, one in enumerate(paths) if paths[place - 1 : place] != [one]]


def test_one_sheet_answers_for_all_of_its_moments() -> None:
    async def scenario() -> None:
        async with tuned(**_channel()) as (rig, origin):
            await anyio.sleep(60)
            for second in (301, 302.5, 303.9, 315, 301):
                _want(rig, second)
                await anyio.sleep(2)
            assert _told(rig) == [(300, 302), (302, 304), (314, 316), (300, 302)]
            assert _sheets(origin.asked) == ["/sheets/10.jpg"]
            assert rig.fatal == []

    at_virtual_time(scenario)


def test_the_newest_wish_takes_the_place_of_the_others() -> None:
    async def scenario() -> None:
        async with tuned(**_channel(2_000_000)) as (rig, origin):
            await anyio.sleep(60)
            for second in range(0, 600, 30):
                _want(rig, second)
                await anyio.sleep(0.03)
            await anyio.sleep(10)
            assert _told(rig) == [(570, 572)]
            assert _sheets(origin.asked) == ["/sheets/19.jpg"]
            _want(rig, 100)
            await anyio.sleep(0.3)
            _want(rig, 200)
            await anyio.sleep(0.3)
            _want(rig, 206)  # comes with the same sheet: nothing is begun anew
            await anyio.sleep(10)
            assert _told(rig)[1:] == [(206, 208)]
            assert _sheets(origin.asked)[1:] == ["/sheets/3.jpg", "/sheets/6.jpg"]
            _want(rig, 400)
            await anyio.sleep(0.3)
            rig.do(WantThumbnail(position=None))
            await anyio.sleep(10)
            assert len(_told(rig)) == 2

    at_virtual_time(scenario)


def test_paused_they_come_and_while_one_winds_none_does() -> None:
    async def scenario() -> None:
        async with tuned(**_channel()) as (rig, origin):
            await anyio.sleep(30)
            rig.do(SetPaused(paused=True))
            await anyio.sleep(90)
            _want(rig, 500)
            await anyio.sleep(2)
            assert _told(rig) == [(500, 502)]
            rig.do(Scan(rate=2))
            await anyio.sleep(3)
            _want(rig, 100)
            await anyio.sleep(3)
            assert len(_told(rig)) == 1
            assert _sheets(origin.asked) == ["/sheets/16.jpg"]

    at_virtual_time(scenario)


@pytest.mark.parametrize("beside", ["paused", "libmpv's own"])
def test_a_picture_beside_it_that_needs_nothing_keeps_none_away(beside: str) -> None:
    async def scenario() -> None:
        async with wall(20e6, **_channel()) as side:
            watched, other = side.open(), side.open()
            watched.show("a")
            if beside == "paused":
                other.show("b")
                await anyio.sleep(30)
                other.do(SetPaused(paused=True))
            else:
                other.do(Play(request=PlayRequest(url="rtsp://camera.test/1", tag="b")))
            await anyio.sleep(60)
            _want(watched, 301)
            await anyio.sleep(5)
            assert _told(watched) == [(300, 302)]
            assert _sheets(side.origin.asked) == ["/sheets/10.jpg"]

    at_virtual_time(scenario)


@pytest.mark.parametrize("late", [0.0, 1.0])
def test_a_break_that_comes_between_moves_no_wish(late: float) -> None:
    """It is woven in before a sheet is asked for, and while one is on its way."""

    def on_its_way(path: str) -> float:
        return {"/ad.m3u8": 3.0, "/sheets/10.jpg": late and 4.0}.get(path, 0.0)

    async def scenario() -> None:
        channel = _channel(uplink=on_its_way)
        channel["extra"] |= _asset()
        uri = 'X-RESUME-OFFSET=0,X-ASSET-URI="http://origin.test/ad.m3u8"'
        channel["tags"] = _break(48, uri)
        async with tuned(**channel) as (rig, _):
            await anyio.sleep(late + 0.5)
            _want(rig, 301)
            await anyio.sleep(40)
            assert [mark.id for mark in rig.now.breaks] == ["ad"]
            assert rig.now.duration == micros(600)
            assert _told(rig) == [(300, 302)]

    at_virtual_time(scenario)


def _beside_segments(origin: FakeOrigin, line: float) -> list[float]:
    """When sheets were asked for while a segment was on the line."""
    taken = [
        (at, at + RUNGS[path.split("/")[1]] * SEGMENT / line)
        for at, _, path in origin.hosts
        if path.endswith(".seg")
    ]
    asked = [at for at, _, path in origin.hosts if path.endswith(".jpg")]
    return [at for at in asked if any(begun <= at < over for begun, over in taken)]


def test_what_plays_never_waits_for_them() -> None:
    """On a line that hardly carries the smallest rung, sheets of a second and a half of it."""

    async def scenario() -> None:
        async with tuned(**_channel(100_000, line=lambda _: 520e3)) as (rig, origin):
            await anyio.sleep(60)
            stalls = len(rig.of(RebufferStarted))
            for place in range(60):
                _want(rig, place * 10)
                await anyio.sleep(2)
            assert len(rig.of(RebufferStarted)) == stalls
            assert rig.fatal == []
            _want(rig, 1)
            await anyio.sleep(300)
            assert _told(rig)[-1] == (0, 2)
            assert _sheets(origin.asked)
            assert _beside_segments(origin, 520e3) == []

    at_virtual_time(scenario)


def test_a_source_that_counts_its_connections_is_asked_for_none() -> None:
    async def scenario() -> None:
        async with tuned(**_channel(), wish={"max_connections": 1}) as (rig, origin):
            await anyio.sleep(60)
            _want(rig, 301)
            await anyio.sleep(30)
            assert _sheets(origin.asked) == []
            assert _told(rig) == []
            assert rig.of(RebufferStarted) == []
            assert rig.now.position > micros(85)

    at_virtual_time(scenario)


def test_a_sheet_that_is_no_picture_costs_nothing_but_itself() -> None:
    async def scenario() -> None:
        channel = _channel()
        channel["files"] = {"/sheets/0.jpg": b"<html>no</html>", "/sheets/1.jpg": b""}
        async with tuned(**channel) as (rig, _):
            await anyio.sleep(60)
            for second in (1, 31, 61):
                _want(rig, second)
                await anyio.sleep(5)
            assert _told(rig) == []
            assert rig.fatal == []
            assert rig.events
            before = rig.now.position
            await anyio.sleep(10)
            assert rig.now.position > before

    at_virtual_time(scenario)
