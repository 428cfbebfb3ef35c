"""Threads of the engines' trackers about live television, in hours that take seconds."""

import re
from collections.abc import Callable

import anyio
import httpx
import pytest

from player.api import ErrorOccurred, PlayerState, RebufferStarted, Recovered, SegmentFetched
from player.model.presentation import TrackKind
from player.units import seconds
from tests.fakes.origin import SEGMENT, FakeOrigin
from tests.fakes.virtual import VirtualClock, at_virtual_time
from tests.virtual.rig import URL, player_rig, tuned

MPD = "http://origin.test/manifest.mpd"
PLACES = ("alpha", "beta")
PART = 1
"""Seconds of a part."""


def _edited(
    edit: Callable[[FakeOrigin, httpx.Request, str], str], origins: list[FakeOrigin],
    **channel: object,
) -> Callable[[VirtualClock], httpx.AsyncBaseTransport]:  # fmt: skip
    """A network whose playlists go through `edit`."""

    def network(clock: VirtualClock) -> httpx.AsyncBaseTransport:
        origin = FakeOrigin(clock, **channel)  # type: ignore[arg-type]
        origins.append(origin)

        async def answer(request: httpx.Request) -> httpx.Response:
            found = await origin.answer(request)
            if found.status_code == 200 and request.url.path.endswith(".m3u8"):
                return httpx.Response(200, text=edit(origin, request, found.text))
            return found

        return httpx.MockTransport(answer)

    return network


def _with_parts(origin: FakeOrigin, request: httpx.Request, text: str) -> str:
    """The list as a low latency server writes it: parts of the newest segments, and of the next.

    RFC 8216bis 4.4.4.9, 4.4.5.3. The parts themselves are not to be had, and a blocking reload is
    answered at once.
    """
    if "#EXTINF" not in text:
        return text
    rung = request.url.path.removesuffix(".m3u8").strip("/")
    lines, at = list[str](), 0
    uris = [line for line in text.splitlines() if line.endswith(".seg")]
    for line in text.splitlines():
        if line.startswith("#EXTINF"):
            number = int(re.sub(r"\D", "", uris[at].rpartition("/")[2]))
            if at >= len(uris) - 3:
                lines += [_part(rung, number, one) for one in range(SEGMENT // PART)]
            at += 1
        lines.append(line)
        if line.startswith("#EXT-X-TARGETDURATION"):
            lines.append(f"#EXT-X-PART-INF:PART-TARGET={PART}")
            lines.append("#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=18")
    newest, there = origin.newest + 1, int(origin.utc % SEGMENT) // PART
    lines += [_part(rung, newest, one) for one in range(there)]
    hint = f'URI="/{rung}/{newest}.{there}.part"'
    return "\n".join([*lines, f"#EXT-X-PRELOAD-HINT:TYPE=PART,{hint}"]) + "\n"


def _part(rung: str, number: int, one: int) -> str:
    return f'#EXT-X-PART:DURATION={PART},URI="/{rung}/{number}.{one}.part",INDEPENDENT=YES'


@pytest.mark.parametrize("minutes", [10], ids=["hls.js#5028"])
def test_a_list_with_parts_loses_none_of_its_segments(minutes: int) -> None:
    async def scenario() -> None:
        origins: list[FakeOrigin] = []
        async with player_rig(_edited(_with_parts, origins), keep=1 << 20) as rig:
            rig.play(URL)
            await anyio.sleep(60 * minutes)
            assert rig.now.state is PlayerState.PLAYING
        numbers = [number for rung, number in origins[0].segments() if rung == "a1"]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        assert len(numbers) == pytest.approx(60 * minutes / SEGMENT, abs=4)
        assert rig.of(RebufferStarted) == []
        told = [one.failure.sentence for one in rig.of(ErrorOccurred)]
        assert ["behind, by whole ones" in one for one in told] == [True], "it has no parts"
        assert len(rig.sink.opened) == 1

    at_virtual_time(scenario)


@pytest.mark.parametrize("hours", [1], ids=["hls.js#2371"])
def test_hours_of_live_do_not_drift_from_the_edge(hours: int) -> None:
    async def scenario() -> None:
        async with tuned(tick=1, keep=2000) as (rig, _):
            await anyio.sleep(3600 * hours)
            assert rig.now.state is PlayerState.PLAYING
        told = [one.latency for one in rig.snapshots if one.latency is not None]
        assert seconds(max(told)) - seconds(min(told)) < 1.5
        assert rig.of(RebufferStarted) == []

    at_virtual_time(scenario)


@pytest.mark.parametrize("url", [URL, MPD], ids=["hls.js#4681-hls", "hls.js#4681-dash"])
def test_stalls_of_an_evening_do_not_add_up(url: str) -> None:
    """Down for 25 s each five minutes: who fell behind once has the buffer for it."""

    async def scenario() -> None:
        def dark(at: float) -> bool:
            return at > 100 and at % 300 < 25

        async with tuned(url, keep=10, samples=24, dark=dark) as (rig, _):
            await anyio.sleep(1300)
            assert rig.now.state is PlayerState.PLAYING
            assert rig.now.latency is not None
            assert rig.now.window is not None
            assert rig.now.window[0] <= rig.now.position <= rig.now.window[1]
        assert rig.fatal == []
        assert rig.of(RebufferStarted)
        assert seconds(rig.now.latency) < 3 * SEGMENT + 30

    at_virtual_time(scenario)


@pytest.mark.parametrize("url", [URL, MPD], ids=["hls.js#5747", "hls.js#6759"])
def test_a_location_that_died_is_come_back_to(url: str) -> None:
    async def scenario() -> None:
        def down(host: str, at: float) -> bool:
            return host == "alpha" and 60 <= at < 90

        async with tuned(url, places=PLACES, down=down, samples=6) as (rig, origin):
            await anyio.sleep(420)
            assert rig.now.state is PlayerState.PLAYING
        at = [(when, host) for when, host, path in origin.hosts if path.endswith(".seg")]
        assert {host for when, host in at if when < 60} == {"alpha"}
        assert {host for when, host in at if 90 < when < 330} == {"beta"}
        assert {host for when, host in at if when > 385} == {"alpha"}
        assert rig.of(RebufferStarted) == []

    at_virtual_time(scenario)


def test_a_pathway_whose_list_stands_still_is_left() -> None:
    """It answers, but nothing new: the other one has it (hls.js#6759)."""

    async def scenario() -> None:
        origins: list[FakeOrigin] = []
        frozen: dict[str, str] = {}

        def edit(origin: FakeOrigin, request: httpx.Request, text: str) -> str:
            if request.url.host != "alpha.test":
                return text
            if origin.seconds < 40:
                frozen[request.url.path] = text
            return frozen.get(request.url.path, text)

        async with player_rig(_edited(edit, origins, places=PLACES), keep=1 << 20) as rig:
            rig.play(URL)
            await anyio.sleep(150)
            assert rig.now.state is PlayerState.PLAYING
            assert rig.now.latency is not None
        late = {host for when, host, path in origins[0].hosts if when > 90 and ".seg" in path}
        assert late == {"beta"}
        assert len(rig.of(RebufferStarted)) <= 1
        assert any("another location" in one.decision for one in rig.of(Recovered))
        assert rig.fatal == []

    at_virtual_time(scenario)


def test_the_picture_is_all_there_after_that_many_recoveries() -> None:
    """ExoPlayer#4328: the encoder starts over; every segment is fetched once."""

    async def scenario() -> None:
        async with tuned(tick=1, reset=900.0) as (rig, origin):
            await anyio.sleep(1800)
            assert rig.now.state is PlayerState.PLAYING
        sound = [number for rung, number in origin.segments() if rung == "a1"]
        assert len(sound) == len(set(sound)), "nothing is played twice"
        videos = [one for one in rig.of(SegmentFetched) if one.kind is TrackKind.VIDEO]
        assert len(videos) == pytest.approx(300, abs=6)

    at_virtual_time(scenario)
