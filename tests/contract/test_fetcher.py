"""One suite for HttpFetcher: on a MockTransport, and on a server of bytes that behaves badly."""

import gzip
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import anyio
import httpx
import pytest
from anyio.abc import SocketAttribute, SocketStream

from player.clock import SystemClock
from player.errors import ErrorCode, Failure, PlayerError
from player.model.resource import ByteRange, Resource
from player.net.fetcher import FetchLimits, HttpFetcher
from player.ports import FetchRequest, RequestKind
from player.units import ByteCount

if TYPE_CHECKING:
    from player.model.transfer import TransferSample

pytestmark = pytest.mark.anyio

Handler = Callable[[SocketStream, str, dict[str, str]], Awaitable[None]]
BODY = bytes(range(256)) * 400
QUICK = FetchLimits(connect=0.5, first_byte=0.3, stall=0.3)


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def ask(
    uri: str,
    kind: RequestKind = RequestKind.SEGMENT,
    part: tuple[int, int] | None = None,
    headers: dict[str, str] | None = None,
    *,
    by_viewer: bool = False,
) -> FetchRequest:
    byte_range = ByteRange(offset=ByteCount(part[0]), length=ByteCount(part[1])) if part else None
    return FetchRequest(
        resource=Resource(uri=uri, byte_range=byte_range),
        kind=kind,
        headers=headers or {},
        by_viewer=by_viewer,
    )


async def load(fetcher: HttpFetcher, request: FetchRequest) -> bytes:
    async with fetcher.open(request) as response:
        return b"".join([chunk async for chunk in response.chunks()])


async def fail(fetcher: HttpFetcher, request: FetchRequest) -> Failure:
    with pytest.raises(PlayerError) as caught:
        await load(fetcher, request)
    return caught.value.failure


@asynccontextmanager
async def using(**options: object) -> AsyncIterator[HttpFetcher]:
    fetcher = HttpFetcher(SystemClock(), **{"limits": QUICK} | options)  # type: ignore[arg-type]
    try:
        yield fetcher
    finally:
        await fetcher.aclose()


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    """A server that answers each request by `handler`, byte by byte as that likes."""

    async def connection(stream: SocketStream) -> None:
        try:
            async with stream:
                while (head := await _head(stream)) is not None:
                    await handler(stream, *head)
        except (anyio.BrokenResourceError, anyio.ClosedResourceError):
            return

    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    port = listener.extra(SocketAttribute.local_port)  # noqa: S610 - anyio's, not Django's
    async with listener, anyio.create_task_group() as group:
        group.start_soon(listener.serve, connection)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            group.cancel_scope.cancel()


async def _head(stream: SocketStream) -> tuple[str, dict[str, str]] | None:
    text = b""
    while b"\r\n\r\n" not in text:
        try:
            text += await stream.receive()
        except anyio.EndOfStream:
            return None
    lines = text.decode().split("\r\n")
    pairs = (line.split(": ", 1) for line in lines[1:] if ": " in line)
    return lines[0].split(" ")[1], {name.lower(): value for name, value in pairs}


def answer(body: bytes, *head: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *head, "", ""]
    return "\r\n".join(lines).encode() + body


# ---- on a real socket ----------------------------------------------------------------------


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


async def test_tls_that_is_none_is_said_to_be_that() -> None:
    async def handler(stream: SocketStream, path: str, headers: dict[str, str]) -> None:
        await stream.send(answer(b""))

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


# ---- on a transport of functions -----------------------------------------------------------


def mocked(handler: Callable[[httpx.Request], httpx.Response]) -> httpx.MockTransport:
    return httpx.MockTransport(handler)


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


@pytest.mark.parametrize("location", ["/again", "file:///etc/passwd", "udp://@239.0.0.1:1"])
async def test_redirects_lead_neither_in_circles_nor_out_of_the_web(location: str) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(301, headers={"Location": location})

    async with using(transport=mocked(handler)) as fetcher:
        failure = await fail(fetcher, ask("http://home/", by_viewer=True))
    loop = location.startswith("/")
    expected = ErrorCode.NETWORK_INTERRUPTED if loop else ErrorCode.INPUT_UNSUPPORTED_SCHEME
    assert failure.code is expected


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


@pytest.mark.parametrize(
    "uri", ["file:///etc/hostname", "udp://@239.1.1.1:5000", "ftp://x/y", "javascript:1", "x", ""]
)
async def test_only_the_web_is_open_to_what_a_manifest_names(uri: str) -> None:
    async with using() as fetcher:
        failure = await fail(fetcher, ask(uri))
    assert failure.code is ErrorCode.INPUT_UNSUPPORTED_SCHEME


@pytest.mark.parametrize(
    "uri",
    ["http://", "http://[::1", "http://a b/", "https:///x", "http://\x00/", "http://h:99999/a"],
)
async def test_an_address_that_is_none_is_said_to_be_that(uri: str) -> None:
    async with using() as fetcher:
        failure = await fail(fetcher, ask(uri, by_viewer=True))
    assert failure.code in (ErrorCode.INPUT_BAD_URL, ErrorCode.NETWORK_UNREACHABLE)


async def test_the_viewers_own_file_is_read_whole_or_in_part(tmp_path: Path) -> None:
    path = tmp_path / "a list.m3u"
    path.write_bytes(BODY)
    async with using() as fetcher:
        assert await load(fetcher, ask(path.as_uri(), by_viewer=True)) == BODY
        part = await load(fetcher, ask(path.as_uri(), part=(5, 9), by_viewer=True))
        assert part == BODY[5:14]
        failure = await fail(fetcher, ask((tmp_path / "none").as_uri(), by_viewer=True))
    assert failure.code is ErrorCode.NETWORK_UNREACHABLE


# ---- what is no web ------------------------------------------------------------------------


async def test_a_key_inside_the_address_is_read_and_not_repeated() -> None:
    uri = "data:text/plain;base64,q7onHovPVSu9LoakNKml2Q=="
    async with using() as fetcher:
        async with fetcher.open(ask(uri, RequestKind.KEY)) as response:
            assert (response.url, response.content_type) == ("data:", "text/plain")
            assert len(b"".join([chunk async for chunk in response.chunks()])) == 16
        failure = await fail(fetcher, ask("data:;base64,q", RequestKind.KEY))
    assert failure.code is ErrorCode.INPUT_BAD_URL


async def test_datagrams_are_a_stream_until_they_stop() -> None:
    async with (
        await anyio.create_udp_socket(local_host="127.0.0.1") as sender,
        using() as fetcher,
    ):
        port = await _free_port()
        request = ask(f"rtp://127.0.0.1:{port}", RequestKind.STREAM, by_viewer=True)
        async with fetcher.open(request) as response:
            for number in range(3):
                header = b"\x80\x21" + bytes(10)
                await sender.sendto(header + b"\x47" + bytes([number]) * 187, "127.0.0.1", port)
            pieces = response.chunks()
            assert [(await anext(pieces))[1] for _ in range(3)] == [0, 1, 2]
            with pytest.raises(PlayerError) as caught:
                await anext(pieces)
    assert caught.value.failure.code is ErrorCode.NETWORK_TIMEOUT


async def _free_port() -> int:
    async with await anyio.create_udp_socket(local_host="127.0.0.1") as probe:
        return int(probe.extra(SocketAttribute.local_port))  # noqa: S610 - anyio's


async def test_a_multicast_group_is_joined() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
        port = await _free_port()
        uri = f"udp://@239.255.7.7:{port}?localaddr=127.0.0.1"
        async with using() as fetcher:
            try:
                sender.sendto(b"?", ("239.255.7.7", port))
            except OSError:
                pytest.skip("this machine has no multicast")
            async with fetcher.open(ask(uri, RequestKind.STREAM, by_viewer=True)) as response:
                assert response.content_type == "video/mp2t"
                sender.sendto(b"\x47" * 188, ("239.255.7.7", port))
                assert len(await anext(response.chunks())) == 188


async def test_a_header_that_cannot_be_sent_is_not_repeated() -> None:
    async with serving(_never) as base, using() as fetcher:
        failure = await fail(fetcher, ask(base, headers={"Authorization": "secret\nX: y"}))
        again = await fail(fetcher, ask(base, headers={"X-Token": "s\u20acecret"}))
    assert "secret" not in str(failure)
    assert "ecret" not in str(again)


async def test_wrong_inline_and_local_addresses_are_said_to_be_that() -> None:
    async with using() as fetcher:
        inline = await fail(fetcher, ask("data:no-comma"))
        remote = await fail(fetcher, ask("file://elsewhere/x", by_viewer=True))
        folder = await fail(fetcher, ask("file:///", by_viewer=True))
    assert inline.code is ErrorCode.INPUT_BAD_URL
    assert remote.code is ErrorCode.INPUT_BAD_URL
    assert folder.code is ErrorCode.NETWORK_UNREACHABLE
