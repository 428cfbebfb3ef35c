"""How a session ends: a stream that broke for good, libmpv without a reason, credentials."""

import anyio
import httpx
import pytest

from player.api import ErrorOccurred, PlaybackEnded, PlayerState
from player.errors import ErrorCode, Severity
from player.ports import SinkEvent, SinkState
from tests.fakes.virtual import VirtualClock
from tests.unit.manifest.test_transport_cutting import stream
from tests.virtual.rig import Rig, at_virtual_time, player_rig

PANEL, CDN = "http://panel.test/7", "http://cdn.test/7?token=1"
SECRET = {"Authorization": "Bearer SECRET", "User-Agent": "Box"}


class Panel(httpx.AsyncBaseTransport):
    """Redirects each new request to another host, which answers with `bodies` in turn."""

    def __init__(self, *bodies: httpx.AsyncByteStream | bytes | int) -> None:
        self.asked: list[httpx.Request] = []
        self._bodies = list(bodies)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if request.url.host == "panel.test":
            return httpx.Response(302, headers={"location": CDN})
        body = self._bodies.pop(0) if len(self._bodies) > 1 else self._bodies[0]
        if isinstance(body, int):
            return httpx.Response(body)
        if isinstance(body, bytes):
            return httpx.Response(200, content=body)
        return httpx.Response(200, stream=body)


class Live(httpx.AsyncByteStream):
    """Ten seconds at their own pace, and then a polite end."""

    async def __aiter__(self):  # type: ignore[no-untyped-def]
        whole = stream(10)
        for at in range(0, len(whole), len(whole) // 10):
            yield whole[at : at + len(whole) // 10]
            await anyio.sleep(1)


async def _until(rig: Rig, state: PlayerState) -> None:
    for _ in range(1000):
        await anyio.sleep(0.1)
        if rig.now.state is state:
            return
    pytest.fail(f"{rig.now.state} is not {state}")


def test_a_stream_that_is_refused_on_reconnect_fails_and_is_not_over() -> None:
    panel = Panel(Live(), 403)

    def network(_clock: VirtualClock) -> httpx.AsyncBaseTransport:
        return panel

    async def scenario() -> None:
        async with player_rig(network, 0.25) as rig:
            rig.play(PANEL, headers=SECRET)
            await _until(rig, PlayerState.FAILED)
            fatal = [
                one.failure
                for one in rig.of(ErrorOccurred)
                if one.failure.severity is Severity.FATAL
            ]
            assert [one.status for one in fatal] == [403]
            assert rig.of(PlaybackEnded) == []

    at_virtual_time(scenario)
    hosts = [one.url.host for one in panel.asked]
    assert hosts[:4] == ["panel.test", "cdn.test"] * 2
    told = {one.url.host: one.headers.get("authorization") for one in panel.asked}
    assert told == {"panel.test": "Bearer SECRET", "cdn.test": None}


def test_what_libmpv_reads_elsewhere_gets_no_credentials() -> None:
    panel = Panel(b"\0\0\0\x18ftypisom" + bytes(99))

    def network(_clock: VirtualClock) -> httpx.AsyncBaseTransport:
        return panel

    async def scenario() -> None:
        async with player_rig(network, 0.25) as rig:
            rig.play(PANEL, headers=SECRET)
            await _until(rig, PlayerState.PLAYING)
            assert rig.sink.urls == [(CDN, {"User-Agent": "Box"})]

    at_virtual_time(scenario)


def test_libmpv_may_fail_without_a_reason() -> None:
    def network(_clock: VirtualClock) -> httpx.AsyncBaseTransport:
        return Panel(404)

    async def scenario() -> None:
        async with player_rig(network, 0.25) as rig:
            rig.play("rtsp://camera.test/1")
            await anyio.sleep(1)
            epoch = rig.sink.opened[-1].epoch
            rig.player.on_sink_event(SinkEvent(epoch=epoch, state=SinkState.FAILED))
            await _until(rig, PlayerState.FAILED)
            assert rig.now.failure is not None
            assert rig.now.failure.code is ErrorCode.DECODE_FAILED
            assert len(rig.sink.opened) == 1

    at_virtual_time(scenario)


def test_an_address_that_is_none_leaves_the_player_alive() -> None:
    def network(_clock: VirtualClock) -> httpx.AsyncBaseTransport:
        return Panel(404)

    async def scenario() -> None:
        async with player_rig(network, 0.25) as rig:
            for url in ("http://[::1", "rtsp://[::1"):
                rig.play(url)
                await _until(rig, PlayerState.FAILED)
                assert rig.now.failure is not None
                assert rig.now.failure.code is ErrorCode.INPUT_BAD_URL
            rig.play("rtsp://camera.test/1")
            await _until(rig, PlayerState.PLAYING)

    at_virtual_time(scenario)
