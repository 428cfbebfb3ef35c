"""What HttpFetcher makes of answers: statuses, ranges, packed and endless bodies."""

import gzip
from collections.abc import AsyncIterator

import httpx
import pytest

from player.errors import ErrorCode
from player.ports import RequestKind
from tests.contract.fetcher_bench import BODY, ask, fail, load, mocked, using

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
