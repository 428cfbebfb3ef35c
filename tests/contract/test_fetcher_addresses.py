"""Which addresses HttpFetcher opens, and what it reads without the web: files, keys, datagrams."""

import socket
import struct
from pathlib import Path

import anyio
import pytest
from anyio.abc import SocketAttribute

from player.errors import ErrorCode, PlayerError
from player.ports import RequestKind
from tests.contract.fetcher_bench import BODY, ask, fail, load, using

pytestmark = pytest.mark.anyio


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


async def test_wrong_inline_and_local_addresses_are_said_to_be_that() -> None:
    async with using() as fetcher:
        inline = await fail(fetcher, ask("data:no-comma"))
        remote = await fail(fetcher, ask("file://elsewhere/x", by_viewer=True))
        broken = await fail(fetcher, ask("file://[::1/x", by_viewer=True))
        folder = await fail(fetcher, ask("file:///", by_viewer=True))
    assert inline.code is ErrorCode.INPUT_BAD_URL
    assert remote.code is ErrorCode.INPUT_BAD_URL
    assert broken.code is ErrorCode.INPUT_BAD_URL
    assert folder.code is ErrorCode.NETWORK_UNREACHABLE


async def test_the_viewers_own_file_is_read_whole_or_in_part(tmp_path: Path) -> None:
    path = tmp_path / "a list.m3u"
    path.write_bytes(BODY)
    async with using() as fetcher:
        assert await load(fetcher, ask(path.as_uri(), by_viewer=True)) == BODY
        part = await load(fetcher, ask(path.as_uri(), part=(5, 9), by_viewer=True))
        assert part == BODY[5:14]
        failure = await fail(fetcher, ask((tmp_path / "none").as_uri(), by_viewer=True))
    assert failure.code is ErrorCode.NETWORK_UNREACHABLE


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
                header = struct.pack(">BBHII", 0x80, 33, number, 0, 7)
                await sender.sendto(header + b"\x47" + bytes([number]) * 187, "127.0.0.1", port)
            pieces = response.chunks()
            found = b""
            while len(found) < 3 * 188:
                found += await anext(pieces)
            assert found[1::188] == bytes(range(3))
            with pytest.raises(PlayerError) as caught:
                await anext(pieces)
    assert caught.value.failure.code is ErrorCode.NETWORK_TIMEOUT


async def test_a_multicast_group_is_joined() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
        port = await _free_port()
        uri = f"udp://@239.255.7.7:{port}?localaddr=127.0.0.1"
        async with (
            using() as fetcher,
            fetcher.open(ask(uri, RequestKind.STREAM, by_viewer=True)) as response,
        ):
            assert response.content_type == "video/mp2t"
            sender.sendto(b"\x47" * 188, ("239.255.7.7", port))
            assert len(await anext(response.chunks())) == 188


async def _free_port() -> int:
    async with await anyio.create_udp_socket(local_host="127.0.0.1") as probe:
        return int(probe.extra(SocketAttribute.local_port))  # noqa: S610 - anyio's
