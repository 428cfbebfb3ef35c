"""HttpFetcher through proxies: for one source, with a password that nobody sees."""

import logging

import pytest
from anyio.abc import SocketStream

from player.errors import ErrorCode
from player.ports import FetchRequest, RequestKind, Route
from tests.contract.fetcher_bench import BODY, answer, ask, fail, load, serving, using

pytestmark = pytest.mark.anyio


def _through(proxy: str, uri: str) -> FetchRequest:
    request = ask(uri, RequestKind.MANIFEST)
    return FetchRequest(resource=request.resource, kind=request.kind, route=Route(proxy=proxy))


async def test_one_sources_requests_go_through_its_proxy_and_no_others() -> None:
    seen: list[tuple[str, str]] = []

    async def proxy(stream: SocketStream, path: str, headers: dict[str, str]) -> None:
        seen.append((path, headers.get("proxy-authorization", "")))
        await stream.send(answer(BODY))

    async def origin(stream: SocketStream, path: str, headers: dict[str, str]) -> None:
        await stream.send(answer(b"straight"))

    async with serving(proxy) as base, serving(origin) as home, using() as fetcher:
        own = base.replace("//", "//bob:s3cret@")
        assert await load(fetcher, _through(own, "http://tv.invalid/a.m3u8")) == BODY
        assert await load(fetcher, _through(own, f"{home}/a")) == BODY, "also to our own machine"
        assert await load(fetcher, ask(f"{home}/a")) == b"straight"
    assert [path for path, _ in seen] == ["http://tv.invalid/a.m3u8", f"{home}/a"]
    assert all(auth.startswith("Basic ") for _, auth in seen)


async def test_a_proxy_that_wants_a_password_says_so(caplog: pytest.LogCaptureFixture) -> None:
    async def proxy(stream: SocketStream, path: str, headers: dict[str, str]) -> None:
        await stream.send(answer(b"", status="407 Proxy Authentication Required"))

    with caplog.at_level(logging.DEBUG, logger="farol"):
        async with serving(proxy) as base, using() as fetcher:
            own = base.replace("//", "//bob:s3cret@")
            plain = await fail(fetcher, _through(own, "http://tv.invalid/a"))
            tunnel = await fail(fetcher, _through(own, "https://tv.invalid/a"))
    assert plain.status == 407
    assert "proxy" in plain.sentence
    assert "proxy" in tunnel.sentence
    for told in (repr(plain), repr(tunnel), str(plain), caplog.text, repr(_through(own, "x:"))):
        assert "s3cret" not in told


@pytest.mark.parametrize("port", ["99999", "-1", "x"])
async def test_a_proxy_without_a_port_that_could_be_is_told(port: str) -> None:
    async with using() as fetcher:
        own = f"http://bob:s3cret@127.0.0.1:{port}"
        failure = await fail(fetcher, _through(own, "http://tv.invalid/a"))
    assert failure.code is ErrorCode.INPUT_BAD_URL
    assert "proxy" in failure.sentence
    assert "s3cret" not in repr(failure) + failure.cause


async def test_a_proxy_that_is_not_there_is_unreachable() -> None:
    async def nobody(stream: SocketStream, path: str, headers: dict[str, str]) -> None:
        raise AssertionError(path)

    async with serving(nobody) as base:
        pass
    async with using() as fetcher:
        failure = await fail(fetcher, _through(base, "http://tv.invalid/a"))
    assert failure.code is ErrorCode.NETWORK_UNREACHABLE


async def test_the_systems_proxy_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    async def proxy(stream: SocketStream, path: str, headers: dict[str, str]) -> None:
        await stream.send(answer(BODY))

    async with serving(proxy) as base:
        monkeypatch.setenv("http_proxy", base)
        async with using() as fetcher:
            assert await load(fetcher, ask("http://tv.invalid/a")) == BODY
