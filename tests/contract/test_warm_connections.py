"""Connections opened beside a manifest's are the ones that its children come by."""

import anyio
import pytest
from anyio.abc import SocketAttribute, SocketStream

from player.net.warm import SPARE
from player.ports import RequestKind
from tests.contract.fetcher_bench import BODY, answer, ask, load, serving, using

pytestmark = pytest.mark.anyio


async def test_the_first_segments_need_no_new_connection() -> None:
    seen: dict[str, int] = {}
    opened: list[int] = []

    async def slow(stream: SocketStream, path: str, headers: dict[str, str]) -> None:
        seen[path] = stream.extra(SocketAttribute.remote_port)  # noqa: S610 - anyio's
        await anyio.sleep(0.1)
        await stream.send(answer(BODY))

    async with serving(slow, opened.append) as base, using() as fetcher:
        await load(fetcher, ask(f"{base}/master.m3u8", RequestKind.STREAM))
        before = sorted(opened)
        async with anyio.create_task_group() as group:
            for name in ("init.mp4", "1.m4s", "a.m4s", "b.m4s"):
                group.start_soon(load, fetcher, ask(f"{base}/{name}"))
    assert len(before) == SPARE + 1
    assert sorted(opened) == before
    assert len(set(seen.values())) == SPARE + 1


async def test_a_stream_that_may_be_all_there_is_gets_one_connection() -> None:
    opened: list[int] = []

    async def plain(stream: SocketStream, path: str, headers: dict[str, str]) -> None:
        await stream.send(answer(BODY))

    async with serving(plain, opened.append) as base, using() as fetcher:
        await load(fetcher, ask(f"{base}/channel/7", RequestKind.STREAM))
    assert len(opened) == 1


async def test_a_spare_connection_that_its_server_closed_is_not_used() -> None:
    opened: list[int] = []

    async def closing(stream: SocketStream, path: str, headers: dict[str, str]) -> None:
        await stream.send(answer(BODY))

    async with using() as fetcher:
        async with serving(closing, opened.append) as base:
            await load(fetcher, ask(f"{base}/master.m3u8", RequestKind.STREAM))
        port = int(base.rpartition(":")[2])
        async with serving(closing, opened.append, port=port) as again:
            assert await load(fetcher, ask(f"{again}/1.m4s")) == BODY


async def test_nothing_goes_past_a_proxy_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    past: list[SocketStream] = []

    async def proxy(stream: SocketStream, path: str, headers: dict[str, str]) -> None:
        await anyio.sleep(0.1)
        await stream.send(answer(BODY))

    async def straight(stream: SocketStream) -> None:
        async with stream:
            past.append(stream)

    # Of our own machine's addresses only the usual ones are exempt from proxies.
    listener = await anyio.create_tcp_listener(local_host="127.0.0.2")
    port = listener.extra(SocketAttribute.local_port)  # noqa: S610 - anyio's
    async with serving(proxy) as base, listener, anyio.create_task_group() as group:
        group.start_soon(listener.serve, straight)
        monkeypatch.setenv("HTTP_PROXY", base)
        monkeypatch.setenv("http_proxy", base)
        async with using() as fetcher:
            url = f"http://127.0.0.2:{port}/master.m3u8"
            assert await load(fetcher, ask(url, RequestKind.STREAM)) == BODY
        await anyio.sleep(0.1)
        group.cancel_scope.cancel()
    assert past == []
