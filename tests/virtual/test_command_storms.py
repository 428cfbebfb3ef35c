"""Any commands in any order, at any moment: nothing is lost, and the next channel plays."""

import logging

import anyio
import httpx
import pytest
import trio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from player.api import (
    Command,
    Play,
    PlayerState,
    PlayRequest,
    Seek,
    SelectAudio,
    SelectQuality,
    SelectText,
    SessionStarted,
    SetMuted,
    SetPaused,
    SetVolume,
    Stop,
)
from player.units import Micros
from tests.fakes.origin import FakeOrigin
from tests.fakes.virtual import VirtualClock, at_virtual_time
from tests.virtual.rig import URL, player_rig

FILM = b"RIFF" + bytes(200_000)
ADDRESSES = (
    *(URL, "http://vod.test/master.m3u8", "http://vod.test/manifest.mpd", "rtsp://camera.test/1"),
    *("http://film.test/a.avi", "http://nobody.test/", "javascript:1", "http://xn--/"),
    *("http://silent.test/", "http://page.test/"),
)
TRACKS = ("", "x", "a1", "v1", "v2", "audio", "\x00")
TIMES = st.one_of(st.integers(-(1 << 70), 1 << 70), st.integers(-5_000_000, 90_000_000))
COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.sampled_from(ADDRESSES).map(lambda url: Play(request=PlayRequest(url=url, tag="any"))),
    st.booleans().map(lambda on: SetPaused(paused=on)),
    TIMES.map(lambda time: Seek(position=Micros(time))),
    st.sampled_from(TRACKS).map(lambda track: SelectAudio(track=track)),
    st.sampled_from((None, *TRACKS)).map(lambda track: SelectText(track=track)),
    st.sampled_from((None, *TRACKS)).map(lambda rung: SelectQuality(representation=rung)),
    st.integers(-(1 << 40), 1 << 40).map(lambda percent: SetVolume(percent=percent)),
    st.booleans().map(lambda on: SetMuted(muted=on)),
    st.just(Stop()),
)
STORMS = st.lists(st.tuples(COMMANDS, st.sampled_from((0, 0, 0.01, 0.3, 4.0))), max_size=12)


class _Network(httpx.AsyncBaseTransport):
    def __init__(self, clock: VirtualClock) -> None:
        self._channels = {
            "origin.test": FakeOrigin(clock).transport(),
            "vod.test": FakeOrigin(clock, vod=10).transport(),
        }

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host in self._channels:
            return await self._channels[request.url.host].handle_async_request(request)
        await anyio.sleep(1e9 if request.url.host == "silent.test" else 0.05)
        found = {"film.test": FILM, "page.test": b"<html>"}.get(request.url.host)
        return httpx.Response(404 if found is None else 200, content=found or b"")


def _tasks() -> int:
    return trio.lowlevel.current_statistics().tasks_living


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(storm=STORMS)
def test_after_any_storm_of_commands_the_next_channel_plays(
    storm: list[tuple[Command, float]], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.clear()

    async def scenario() -> None:
        async with player_rig(_Network, keep=99) as rig:
            await anyio.sleep(1)
            idle = _tasks()
            for command, pause in storm:
                rig.do(command)
                await anyio.sleep(pause)
            rig.do(Stop(), Stop())
            await anyio.sleep(10)
            assert rig.now.state is PlayerState.IDLE
            assert _tasks() == idle, "what played is over"
            plays = [one for one, _ in storm if isinstance(one, Play)]
            assert len(rig.of(SessionStarted)) == len(plays)
            rig.do(Play(request=PlayRequest(url=URL, tag="last")), SetPaused(paused=False))
            await rig.until(PlayerState.PLAYING, 30)
            assert rig.now.tag == "last"

    with caplog.at_level(logging.INFO):
        at_virtual_time(scenario)
    assert "fault" not in caplog.text
