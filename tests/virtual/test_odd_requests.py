"""Requests that no sane list holds: each gives a clear error, and the next channel plays."""

import logging
import threading
from typing import Any

import anyio
import httpx
import pytest

from player.api import ErrorOccurred, Play, PlayerState, PlayRequest
from player.errors import ErrorCode
from player.units import micros
from tests.fakes.origin import FakeOrigin
from tests.fakes.virtual import VirtualClock, at_virtual_time
from tests.virtual.rig import URL, Rig, player_rig

BAD, KIND = ErrorCode.INPUT_BAD_URL, ErrorCode.INPUT_UNSUPPORTED_SCHEME
GONE, STATUS = ErrorCode.NETWORK_UNREACHABLE, ErrorCode.NETWORK_HTTP_STATUS
HOST = "http://other.test"

ADDRESSES = {
    "": GONE,
    " ": GONE,
    "-": GONE,
    "http://": BAD,
    "http:///x": BAD,
    "http:other.test": BAD,
    "HTTPS:": BAD,
    "http://@/": BAD,
    "http://:80/": BAD,
    "http://xn--/a": BAD,
    "http://b\u00fccher.test/a": STATUS,
    "HTTP://OTHER.test/a": STATUS,
    "http://[fe80::1%eth0]/a": STATUS,
    "http://[::1": BAD,
    "http://[zz]/": BAD,
    "http://u:p@ss@s3cret@other.test/a": STATUS,
    "http://user:s3cret@other.test/a": STATUS,
    f"{HOST}:99999/": BAD,
    f"{HOST}:abc/": BAD,
    f"{HOST}/{'a' * 65_536}": BAD,
    f"{HOST}/\r\nX: y": BAD,
    f"{HOST}/\x00": BAD,
    f"{HOST}/\ud800": BAD,
    "http://\ud800/": BAD,
    "\ud800": GONE,
    "file:": GONE,
    "file:///": GONE,
    "file:///no/such/file": GONE,
    "file://other/x": BAD,
    "file://[": BAD,
    "ftp://other.test/a": KIND,
    "javascript:alert(1)": KIND,
    "about:blank": KIND,
    "farol://epoch/1": KIND,
    "edl://x": KIND,
    "data:": BAD,
    "data:,": ErrorCode.MANIFEST_EMPTY,
    "data:,%23EXTM3U": ErrorCode.MANIFEST_NO_TRACKS,
    "rtsp://[": BAD,
    "udp://": BAD,
    "udp://@239.0.0.1:99999": BAD,
    "rtp://@[": BAD,
}
REDIRECTS = {
    "file:///etc/hosts": KIND,
    "ftp://a/": KIND,
    "data:,hello": KIND,
    "javascript:1": KIND,
    "mailto:a@b": KIND,
    "udp://@239.0.0.1:5": KIND,
    "rtsp://a/": KIND,
    "http://[": STATUS,
    "http://xn--/": BAD,
    "http://other.test:99999/": BAD,
    "": STATUS,
}


def _asked_of(_clock: VirtualClock) -> httpx.AsyncBaseTransport:
    good = FakeOrigin(_clock)

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/away":
            return httpx.Response(302, headers={"Location": request.headers["x-to"]})
        return httpx.Response(404)

    class Both(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            known = request.url.host == "origin.test"
            one = good.transport() if known else httpx.MockTransport(answer)
            return await one.handle_async_request(request)

    return Both()


async def _until_failed(rig: Rig) -> None:
    """A file's name is looked up by a thread, which the jumping clock does not wait for."""
    for _ in range(600):
        await anyio.sleep(0.1)
        if rig.snapshots and rig.now.state is PlayerState.FAILED:
            return
        await anyio.to_thread.run_sync(threading.Event().wait, 0.01)
    pytest.fail(f"{rig.now.state} is not failed")


def _fails_with(request: PlayRequest, caplog: pytest.LogCaptureFixture) -> ErrorCode:
    codes: list[ErrorCode] = []

    async def scenario() -> None:
        async with player_rig(_asked_of, keep=9) as rig:
            rig.do(Play(request=request))
            await _until_failed(rig)
            codes.extend(one.failure.code for one in rig.of(ErrorOccurred))
            assert rig.now.failure
            assert rig.now.failure.sentence.endswith((".", ")."))
            rig.play(URL)
            await rig.until(PlayerState.PLAYING)

    with caplog.at_level(logging.DEBUG):
        at_virtual_time(scenario)
    ours = [one for one in caplog.records if not one.name.startswith("http")]
    text = "\n".join(one.getMessage() for one in ours)
    assert "fault in" not in text
    assert "s3cret" not in text
    assert len(codes) == 1
    return codes[0]


@pytest.mark.parametrize(("url", "code"), ADDRESSES.items(), ids=lambda one: repr(one)[:40])
def test_an_odd_address_has_a_clear_error(
    url: str, code: ErrorCode, caplog: pytest.LogCaptureFixture
) -> None:
    assert _fails_with(PlayRequest(url=url), caplog) is code


@pytest.mark.parametrize(("to", "code"), REDIRECTS.items())
def test_a_redirect_leads_to_the_web_alone(
    to: str, code: ErrorCode, caplog: pytest.LogCaptureFixture
) -> None:
    request = PlayRequest(url=f"{HOST}/away", headers={"x-to": to})
    assert _fails_with(request, caplog) is code


@pytest.mark.parametrize("proxy", ["nonsense", "ftp://a:s3cret@b", "socks9://b:1"])
def test_an_odd_proxy_is_named_as_the_reason(proxy: str, caplog: pytest.LogCaptureFixture) -> None:
    request = PlayRequest(url=f"{HOST}/a", proxy=proxy)
    assert _fails_with(request, caplog) is BAD


@pytest.mark.parametrize(
    "wish",
    [
        {"abr": "nonsense"},
        {"abr": "cycle:0"},
        {"max_height": -5},
        {"start": micros(-1e9)},
        {"start": micros(1e12)},
        {"keys": {"x": b""}},
        {"audio_language": "\x00"},
        {"accepted_certificate": "zz"},
    ],
)
def test_an_odd_wish_does_not_cost_the_channel(
    wish: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        async with player_rig(_asked_of, keep=9) as rig:
            rig.play(URL, **wish)
            await rig.until(PlayerState.PLAYING)
            await anyio.sleep(5)
            assert rig.fatal == []

    at_virtual_time(scenario)
    assert "fault in" not in caplog.text
