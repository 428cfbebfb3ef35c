"""HttpFetcher on real sockets: servers that are slow, silent, broken or not there at all."""

from typing import TYPE_CHECKING

import anyio
import pytest
from anyio.abc import SocketAttribute, SocketStream

from player.errors import ErrorCode
from player.net.limits import FetchLimits
from player.ports import RequestKind
from tests.contract.fetcher_bench import BODY, answer, ask, fail, load, serving, using

if TYPE_CHECKING:
    from player.model.transfer import TransferSample

pytestmark = pytest.mark.anyio


async def test_a_slow_body_comes_whole_and_is_measured_once() -> None:
    async def slow(stream: SocketStream, path: str, headers: dict[str, str]) -> None:
        whole = answer(BODY, "Content-Type: Video/MP2T; x=1")
        for place in range(0, len(whole), 30_000):
            await stream.send(whole[place : place + 30_000])
            await anyio.sleep(0.02)

    samples: list[TransferSample] = []
    async with (
        serving(slow) as base,
        using(on_transfer=samples.append) as fetcher,
        fetcher.open(ask(f"{base}/a.ts")) as response,
    ):
        assert response.content_type == "video/mp2t"
        assert response.url == f"{base}/a.ts"
        assert b"".join([chunk async for chunk in response.chunks()]) == BODY
    (sample,) = samples
    assert sample.size == len(BODY)
    assert sample.started <= sample.first_byte < sample.ended


@pytest.mark.parametrize("cut", [10, 50_000])
async def test_a_body_that_breaks_off_is_an_interruption(cut: int) -> None:
    async def broken(stream: SocketStream, path: str, headers: dict[str, str]) -> None:
        await stream.send(answer(BODY)[: 60 + cut])
        await stream.aclose()

    async with serving(broken) as base, using() as fetcher:
        failure = await fail(fetcher, ask(f"{base}/a.ts?token=secret"))
    assert failure.code is ErrorCode.NETWORK_INTERRUPTED
    assert "secret" not in failure.uri + failure.cause


async def test_a_body_that_stalls_times_out() -> None:
    async def stalled(stream: SocketStream, path: str, headers: dict[str, str]) -> None:
        await stream.send(answer(BODY)[:5000])
        await anyio.sleep(30)

    async with serving(stalled) as base, using() as fetcher:
        failure = await fail(fetcher, ask(f"{base}/a.ts"))
    assert failure.code is ErrorCode.NETWORK_TIMEOUT


@pytest.mark.parametrize("endless", [True, False])
async def test_a_head_that_never_ends_or_never_comes_does_not_hold_the_player(
    endless: bool,
) -> None:
    async def handler(stream: SocketStream, path: str, headers: dict[str, str]) -> None:
        await stream.send(b"HTTP/1.1 200 OK\r\n" if endless else b"")
        while endless:
            await stream.send(b"X-Filler: " + b"x" * 5000 + b"\r\n")
        await anyio.sleep(30)

    async with serving(handler) as base, using() as fetcher:
        failure = await fail(fetcher, ask(f"{base}/a.m3u8", RequestKind.MANIFEST))
    assert failure.code in (ErrorCode.NETWORK_TIMEOUT, ErrorCode.NETWORK_INTERRUPTED)


async def test_nonsense_instead_of_http_is_an_interruption() -> None:
    async def handler(stream: SocketStream, path: str, headers: dict[str, str]) -> None:
        await stream.send(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")
        await stream.aclose()

    async with serving(handler) as base, using() as fetcher:
        failure = await fail(fetcher, ask(base))
    assert failure.code is ErrorCode.NETWORK_INTERRUPTED


async def test_nobody_listening_is_unreachable() -> None:
    async with serving(_never) as base:
        pass
    async with using() as fetcher:
        failure = await fail(fetcher, ask(base))
    assert failure.code is ErrorCode.NETWORK_UNREACHABLE
    assert failure.sentence.startswith("The server cannot be reached")


async def _never(stream: SocketStream, path: str, headers: dict[str, str]) -> None:
    raise AssertionError(path)


async def test_a_header_that_cannot_be_sent_is_not_repeated() -> None:
    async with serving(_never) as base, using() as fetcher:
        failure = await fail(fetcher, ask(base, headers={"Authorization": "secret\nX: y"}))
        again = await fail(fetcher, ask(base, headers={"X-Token": "s\u20acecret"}))
    assert "secret" not in str(failure)
    assert "ecret" not in str(again)


async def test_tls_that_is_none_is_said_to_be_that() -> None:
    async def plain(stream: SocketStream) -> None:
        async with stream:
            await stream.receive()
            await stream.send(answer(b"no TLS here"))

    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    port = listener.extra(SocketAttribute.local_port)  # noqa: S610 - anyio's, not Django's
    async with listener, anyio.create_task_group() as group, using() as fetcher:
        group.start_soon(listener.serve, plain)
        failure = await fail(fetcher, ask(f"https://127.0.0.1:{port}/"))
        group.cancel_scope.cancel()
    assert failure.code is ErrorCode.NETWORK_TLS


async def test_a_consumer_that_stops_early_leaks_no_connection() -> None:
    async def handler(stream: SocketStream, path: str, headers: dict[str, str]) -> None:
        await stream.send(answer(BODY * 20))

    limits = FetchLimits(connections=2, keep_alive=2, first_byte=1.0, stall=1.0)
    async with serving(handler) as base, using(limits=limits) as fetcher:
        for number in range(6):
            async with fetcher.open(ask(f"{base}/{number}.ts")) as response:
                async for _ in response.chunks():
                    break
        assert len(await load(fetcher, ask(f"{base}/last.ts"))) == len(BODY) * 20


async def test_a_cancelled_consumer_leaks_no_connection() -> None:
    async def handler(stream: SocketStream, path: str, headers: dict[str, str]) -> None:
        if path == "/hang":
            await stream.send(answer(BODY)[:2000])
            await anyio.sleep(30)
        await stream.send(answer(BODY))

    limits = FetchLimits(connections=1, keep_alive=1)
    async with serving(handler) as base, using(limits=limits) as fetcher:
        for _ in range(3):
            with anyio.move_on_after(0.05) as scope:
                await load(fetcher, ask(f"{base}/hang"))
            assert scope.cancelled_caught
        assert await load(fetcher, ask(f"{base}/fine")) == BODY


async def test_connections_are_kept_alive() -> None:
    seen: list[int] = []

    async def handler(stream: SocketStream, path: str, headers: dict[str, str]) -> None:
        seen.append(stream.extra(SocketAttribute.remote_port))  # noqa: S610 - anyio's
        await stream.send(answer(b"x" * 10))

    async with serving(handler) as base, using() as fetcher:
        for number in range(3):
            await load(fetcher, ask(f"{base}/{number}"))
    assert len(seen) == 3
    assert len(set(seen)) == 1
