"""How a session ends: a stream that broke for good, libmpv without a reason, credentials."""

import anyio
import httpx

from player.api import PlaybackEnded, PlayerState
from player.errors import ErrorCode
from player.ports import SinkEvent, SinkState
from tests.fakes.transport import stream
from tests.fakes.virtual import at_virtual_time
from tests.virtual.rig import player_rig

PANEL, CDN = "http://panel.test/7", "http://cdn.test/7?token=1"
SECRET = {"Authorization": "Bearer SECRET", "User-Agent": "Box"}
LONG = 100
"""Seconds to wait for a state: the policy is patient."""


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


def test_a_stream_that_is_refused_on_reconnect_fails_and_is_not_over() -> None:
    panel = Panel(Live(), 403)

    async def scenario() -> None:
        async with player_rig(lambda _: panel) as rig:
            rig.play(PANEL, headers=SECRET)
            await rig.until(PlayerState.FAILED, LONG)
            assert [one.status for one in rig.fatal] == [403]
            assert rig.of(PlaybackEnded) == []

    at_virtual_time(scenario)
    hosts = [one.url.host for one in panel.asked]
    assert hosts[:4] == ["panel.test", "cdn.test"] * 2
    told = {one.url.host: one.headers.get("authorization") for one in panel.asked}
    assert told == {"panel.test": "Bearer SECRET", "cdn.test": None}


def test_what_libmpv_reads_elsewhere_gets_no_credentials() -> None:
    panel = Panel(b"\0\0\0\x18ftypisom" + bytes(99))

    async def scenario() -> None:
        async with player_rig(lambda _: panel) as rig:
            rig.play(PANEL, headers=SECRET)
            await rig.until(PlayerState.PLAYING, LONG)
            assert len(rig.sink.files) == 1

    at_virtual_time(scenario)
    films = [one for one in panel.asked if one.headers.get("range")]
    assert [str(one.url) for one in films] == [CDN]
    assert films[0].headers["user-agent"] == "Box"
    assert "SECRET" not in str(films[0].headers.raw)


def test_libmpv_may_fail_without_a_reason() -> None:
    async def scenario() -> None:
        async with player_rig(lambda _: Panel(404)) as rig:
            rig.play("rtsp://camera.test/1")
            await anyio.sleep(1)
            epoch = rig.sink.opened[-1].epoch
            rig.player.on_sink_event(SinkEvent(epoch=epoch, state=SinkState.FAILED))
            await rig.until(PlayerState.FAILED, LONG)
            assert rig.now.failure is not None
            assert rig.now.failure.code is ErrorCode.DECODE_FAILED
            assert len(rig.sink.opened) == 1

    at_virtual_time(scenario)


def test_an_address_that_is_none_leaves_the_player_alive() -> None:
    async def scenario() -> None:
        async with player_rig(lambda _: Panel(404)) as rig:
            for url in ("http://[::1", "rtsp://[::1"):
                rig.play(url)
                await rig.until(PlayerState.FAILED, LONG)
                assert rig.now.failure is not None
                assert rig.now.failure.code is ErrorCode.INPUT_BAD_URL
            rig.play("rtsp://camera.test/1")
            await rig.until(PlayerState.PLAYING, LONG)

    at_virtual_time(scenario)
