"""Where HttpFetcher lets itself be sent, and what it takes along."""

import httpx
import pytest

from player.errors import ErrorCode
from tests.contract.fetcher_bench import ask, fail, load, mocked, using

pytestmark = pytest.mark.anyio


async def test_redirects_are_followed_without_the_credentials() -> None:
    seen: dict[str, httpx.Headers] = {}

    def handler(request: httpx.Request) -> httpx.Response:
        seen[request.url.host] = request.headers
        if request.url.path == "/1":
            return httpx.Response(302, headers={"Location": "/2"})
        if request.url.host == "home":
            return httpx.Response(307, headers={"Location": "http://cdn/3"})
        return httpx.Response(200, content=b"fine")

    headers = {
        "Authorization": "Basic c2VjcmV0",
        "X-Key": "k",
        "User-Agent": "Box",
        "Cookie": "a=b",
    }
    async with (
        using(transport=mocked(handler)) as fetcher,
        fetcher.open(ask("http://home/1", headers=headers)) as response,
    ):
        assert response.url == "http://cdn/3"
    assert seen["home"]["authorization"] == "Basic c2VjcmV0"
    assert seen["home"]["x-key"] == "k"
    assert seen["cdn"]["user-agent"] == "Box"
    assert not {"authorization", "x-key", "cookie"} & set(seen["cdn"])


async def test_credentials_inside_the_address_stay_with_their_host() -> None:
    seen: list[tuple[str, str | None]] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append((str(request.url.path), request.headers.get("authorization")))
        following = {"/1": "/2", "/2": "http://cdn/3"}.get(request.url.path)
        return (
            httpx.Response(302, headers={"Location": following})
            if following
            else httpx.Response(200)
        )

    async with using(transport=mocked(handler)) as fetcher:
        await load(fetcher, ask("http://u:p@home/1"))
    assert [path for path, _ in seen] == ["/1", "/2", "/3"]
    assert [bool(auth) for _, auth in seen] == [True, True, False]


@pytest.mark.parametrize(
    "location",
    [
        "/again",
        "file:///etc/passwd",
        "udp://@239.0.0.1:1",
        "data:,x",
        "mailto:a@b",
        "urn:uuid:1",
        "javascript:alert(1)",
        "about:blank",
    ],
)
async def test_redirects_lead_neither_in_circles_nor_out_of_the_web(location: str) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(301, headers={"Location": location})

    async with using(transport=mocked(handler)) as fetcher:
        failure = await fail(fetcher, ask("http://home/", by_viewer=True))
    loop = location.startswith("/")
    expected = ErrorCode.NETWORK_HTTP_STATUS if loop else ErrorCode.INPUT_UNSUPPORTED_SCHEME
    assert failure.code is expected
    assert failure.misled is not loop


@pytest.mark.parametrize("location", ["http://xn--/", "http://a:b/", "/" + "x" * 70_000])
async def test_it_is_the_server_who_is_to_blame_for_an_address_that_is_none(
    location: str,
) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(301, headers={"Location": location})

    async with using(transport=mocked(handler)) as fetcher:
        failure = await fail(fetcher, ask("http://home/", by_viewer=True))
    assert failure.code is ErrorCode.INPUT_BAD_URL
    assert failure.misled
    assert failure.sentence == "The channel leads to an address that cannot be right."
