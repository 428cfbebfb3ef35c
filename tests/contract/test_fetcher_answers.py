"""What HttpFetcher makes of answers: statuses, ranges, packed and endless bodies."""

import gzip
import zlib
from collections.abc import AsyncIterator

import httpx
import pytest
from anyio.abc import SocketStream

from player.errors import ErrorCode, PlayerError
from player.ports import FetchResponse, RequestKind
from tests.contract.fetcher_bench import BODY, answer, ask, fail, load, mocked, serving, using

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (401, "password"),
        (403, "refuses"),
        (404, "not there any more"),
        (503, "trouble"),
        (418, "418"),
    ],
)
async def test_a_status_becomes_a_sentence(status: int, word: str) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(status, headers={"Retry-After": "7"})

    async with using(transport=mocked(handler)) as fetcher:
        failure = await fail(fetcher, ask("http://u:p@host/x.m3u8", RequestKind.MANIFEST))
    assert failure.code is ErrorCode.NETWORK_HTTP_STATUS
    assert failure.status == status
    assert word in failure.sentence
    assert failure.retry_after == 7_000_000
    assert failure.uri == "http://***@host/x.m3u8"


def ranged(request: httpx.Request) -> httpx.Response:
    first, last = request.headers["range"].removeprefix("bytes=").split("-")
    end = min(int(last or len(BODY)) + 1, len(BODY))
    if int(first) >= len(BODY):
        return httpx.Response(416, headers={"Content-Range": f"bytes */{len(BODY)}"})
    return httpx.Response(
        206,
        content=BODY[int(first) : end],
        headers={"Content-Range": f"bytes {first}-{end - 1}/{len(BODY)}"},
    )


@pytest.mark.parametrize("part", [(0, 10), (300, 5000), (len(BODY) - 5, 5), (7, 1 << 40)])
@pytest.mark.parametrize("obedient", [True, False])
async def test_a_range_is_what_was_asked_for_even_where_the_server_sends_all(
    obedient: bool, part: tuple[int, int]
) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        return ranged(request) if obedient else httpx.Response(200, content=BODY)

    async with using(transport=mocked(handler)) as fetcher:
        found = await load(fetcher, ask("http://home/a.mp4", part=part))
    assert found == BODY[part[0] : part[0] + part[1]]


async def test_another_range_than_asked_for_is_refused() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(206, content=b"12345", headers={"Content-Range": "bytes 0-4/9"})

    async with using(transport=mocked(handler)) as fetcher:
        failure = await fail(fetcher, ask("http://home/a.mp4", part=(100, 5)))
    assert failure.code is ErrorCode.NETWORK_INTERRUPTED


async def test_a_range_beyond_the_end_is_an_http_status() -> None:
    async with using(transport=mocked(ranged)) as fetcher:
        failure = await fail(fetcher, ask("http://home/a.mp4", part=(len(BODY) + 9, 5)))
    assert failure.status == 416


async def test_manifests_may_come_zipped_and_media_is_not_asked_to() -> None:
    wanted: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        wanted.append(request.headers["accept-encoding"])
        if "gzip" not in wanted[-1]:
            return httpx.Response(200, content=BODY)
        return httpx.Response(
            200, content=gzip.compress(b"#EXTM3U"), headers={"Content-Encoding": "gzip"}
        )

    async with using(transport=mocked(handler)) as fetcher:
        manifest = await load(fetcher, ask("http://home/a.m3u8", RequestKind.MANIFEST))
        assert manifest == b"#EXTM3U"
        assert await load(fetcher, ask("http://home/a.ts")) == BODY
    assert wanted == ["gzip, deflate", "identity"]


async def test_a_manifest_without_end_is_cut_off() -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield bytes(4 << 20)

    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=endless())

    async with using(transport=mocked(handler)) as fetcher:
        failure = await fail(fetcher, ask("http://home/a", RequestKind.KEY))
    assert failure.code is ErrorCode.NETWORK_INTERRUPTED


async def test_a_bomb_of_bytes_is_cut_off_before_it_is_there() -> None:
    """64 kB that unpack to 64 MB come at once: no more of it is made than is looked at."""
    packed = gzip.compress(bytes(64 << 20))
    made: list[int] = []

    async def handler(stream: SocketStream, _path: str, _head: dict[str, str]) -> None:
        await stream.send(answer(packed, "Content-Encoding: gzip"))

    async def taken(response: FetchResponse) -> None:
        async for piece in response.chunks():
            made.append(len(piece))  # noqa: PERF401 - what came before the end counts

    async with serving(handler) as home, using() as fetcher:
        request = ask(f"{home}/a.key", RequestKind.KEY)
        async with fetcher.open(request) as response:
            with pytest.raises(PlayerError) as caught:
                await taken(response)
    assert caught.value.failure.code is ErrorCode.NETWORK_INTERRUPTED
    assert max(made) <= 1 << 16
    assert sum(made) <= 1 << 20


async def test_what_is_packed_twice_is_refused() -> None:
    packed = gzip.compress(gzip.compress(b"#EXTM3U"))

    async def handler(stream: SocketStream, _path: str, _head: dict[str, str]) -> None:
        await stream.send(answer(packed, "Content-Encoding: gzip, gzip"))

    async with serving(handler) as home, using() as fetcher:
        failure = await fail(fetcher, ask(f"{home}/a.m3u8", RequestKind.MANIFEST))
    assert failure.code is ErrorCode.NETWORK_INTERRUPTED
    assert "packed 2 times" in failure.cause


@pytest.mark.parametrize("told", ["gzip", "deflate", "GZIP, identity"])
async def test_what_is_packed_once_comes_clear(told: str) -> None:
    pack = zlib.compress if told == "deflate" else gzip.compress

    async def handler(stream: SocketStream, _path: str, _head: dict[str, str]) -> None:
        await stream.send(answer(pack(BODY * 9), f"Content-Encoding: {told}"))

    async with serving(handler) as home, using() as fetcher:
        assert await load(fetcher, ask(f"{home}/a.mpd", RequestKind.MANIFEST)) == BODY * 9


@pytest.mark.parametrize("kind", [RequestKind.LIST, RequestKind.KEY, RequestKind.TIME])
async def test_small_things_have_a_bound(kind: RequestKind) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield bytes(1 << 20)

    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=endless())

    async with using(transport=mocked(handler)) as fetcher:
        failure = await fail(fetcher, ask("http://home/a", kind))
    assert failure.code is ErrorCode.NETWORK_INTERRUPTED
