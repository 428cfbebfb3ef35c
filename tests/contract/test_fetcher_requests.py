"""What HttpFetcher asks beyond a plain GET: heads, continued ranges, client data."""

import httpx
import pytest
from anyio import sleep
from anyio.abc import SocketStream

from player.errors import ErrorCode
from player.model.cmcd import ClientData, CmcdMode
from player.model.resource import ByteRange, Resource
from player.net.limits import FetchLimits
from player.ports import FetchRequest, RequestKind
from player.units import ByteCount, micros
from tests.contract.fetcher_bench import BODY, answer, ask, fail, load, mocked, serving, using

pytestmark = pytest.mark.anyio


async def test_a_head_is_had_without_its_body() -> None:
    seen: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request.method)
        headers = {"Date": "Thu, 01 Jan 1970 00:02:00 GMT", "Content-Length": "1000"}
        return httpx.Response(200, headers=headers)

    request = FetchRequest(
        resource=Resource(uri="http://home/time"), kind=RequestKind.TIME, head_only=True
    )
    async with using(transport=mocked(handler)) as fetcher, fetcher.open(request) as response:
        assert response.head.date == micros(120)
        assert [piece async for piece in response.chunks()] == []
    assert seen == ["HEAD"]


@pytest.mark.parametrize("changed", [True, False])
async def test_a_range_that_goes_on_names_the_version_it_belongs_to(changed: bool) -> None:
    seen: list[httpx.Headers] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers)
        if changed:
            return httpx.Response(200, content=BODY, headers={"ETag": '"2"'})
        whole = f"bytes 5-{len(BODY) - 1}/{len(BODY)}"
        headers = {"ETag": '"1"', "Content-Range": whole}
        return httpx.Response(206, content=BODY[5:], headers=headers)

    part = ByteRange(offset=ByteCount(5), length=ByteCount(1 << 40))
    request = FetchRequest(
        resource=Resource(uri="http://home/a.ts", byte_range=part),
        kind=RequestKind.SEGMENT,
        unless_changed='"1"',
    )
    async with using(transport=mocked(handler)) as fetcher, fetcher.open(request) as response:
        assert response.head.validator == ('"2"' if changed else '"1"')
        assert b"".join([piece async for piece in response.chunks()]) == BODY[5:]
    assert seen[0]["if-range"] == '"1"'
    assert seen[0]["range"] == "bytes=5-"


@pytest.mark.parametrize("mode", list(CmcdMode))
async def test_client_data_goes_where_it_is_asked_to_and_no_further(mode: CmcdMode) -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if request.url.host == "home":
            return httpx.Response(302, headers={"Location": "http://cdn/b"})
        return httpx.Response(200)

    data = ClientData(mode=mode, values={"sid": "s-1", "su": True})
    request = FetchRequest(
        resource=Resource(uri="http://home/a?t=1"), kind=RequestKind.SEGMENT, report=data
    )
    async with using(transport=mocked(handler)) as fetcher:
        await load(fetcher, request)
    first, second = seen
    if mode is CmcdMode.QUERY:
        assert str(first.url) == "http://home/a?t=1&CMCD=sid%3D%22s-1%22%2Csu"
    else:
        assert str(first.url) == "http://home/a?t=1"
        assert first.headers["cmcd-session"] == 'sid="s-1"'
        assert first.headers["cmcd-request"] == "su"
    assert str(second.url) == "http://cdn/b"
    assert not [name for name in second.headers if name.startswith("cmcd")]


async def test_client_data_stays_out_of_failures() -> None:
    data = ClientData(values={"sid": "s-secret"})
    request = FetchRequest(
        resource=Resource(uri="http://home/a"), kind=RequestKind.SEGMENT, report=data
    )
    async with using(transport=mocked(lambda _: httpx.Response(404))) as fetcher:
        failure = await fail(fetcher, request)
    assert "s-secret" not in repr(failure) + failure.uri + failure.cause


async def test_what_trickles_does_not_hold_a_small_thing_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(FetchLimits, "whole_within", lambda *_: 0.4)

    async def trickle(stream: SocketStream, path: str, headers: dict[str, str]) -> None:
        await stream.send(answer(BODY)[:60])
        for byte in BODY:
            await stream.send(bytes([byte]))
            await sleep(0.05)

    limits = FetchLimits(connect=1, first_byte=30, stall=2)
    async with serving(trickle) as base, using(limits=limits) as fetcher:
        failure = await fail(fetcher, ask(f"{base}/key", RequestKind.KEY))
    assert failure.code is ErrorCode.NETWORK_TIMEOUT


@pytest.mark.parametrize(
    ("name", "value"),
    [("A", "b\r\nC: s3cret"), ("A\n", "b"), ("", "x"), ("A B", "s3cret"), ("A", "\0"), ("A", "ü")],
)
async def test_a_header_that_cannot_be_sent_is_named_as_the_reason(name: str, value: str) -> None:
    async def nobody(stream: SocketStream, path: str, headers: dict[str, str]) -> None:
        raise AssertionError(headers)

    async with serving(nobody) as base, using() as fetcher:
        failure = await fail(fetcher, ask(f"{base}/a", headers={name: value}))
    assert failure.code is ErrorCode.INPUT_BAD_URL
    assert "header" in failure.sentence
    assert "s3cret" not in repr(failure) + failure.cause


async def test_headers_of_a_body_that_is_not_there_are_left_out() -> None:
    told: list[dict[str, str]] = []

    async def hear(stream: SocketStream, path: str, headers: dict[str, str]) -> None:
        told.append(headers)
        await stream.send(answer(BODY))

    odd = {"Content-Length": "5", "transfer-encoding": "chunked", "A": " b "}
    async with serving(hear) as base, using() as fetcher:
        assert await load(fetcher, ask(f"{base}/a", headers=odd)) == BODY
    assert told[0]["a"] == "b"
    assert not {"content-length", "transfer-encoding"} & set(told[0])


@pytest.mark.parametrize(("status", "seconds"), [(429, 7), (503, 120)])
async def test_how_long_a_server_asks_to_wait_is_told(status: int, seconds: int) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(status, headers={"Retry-After": str(seconds)})

    async with using(transport=mocked(handler)) as fetcher:
        failure = await fail(fetcher, ask("http://home/a.ts"))
    assert (failure.status, failure.retry_after) == (status, seconds * 1_000_000)
