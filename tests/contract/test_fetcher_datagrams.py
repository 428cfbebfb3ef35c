"""Datagrams on a loopback: none is lost while we are busy, each comes once, of one sender."""

import socket
import struct
from contextlib import suppress

import anyio
import pytest

from player.errors import ErrorCode, PlayerError
from player.ports import FetchResponse, RequestKind
from tests.contract.fetcher_bench import ask, using

pytestmark = pytest.mark.anyio

MANY = 400
"""200 ms of 21 Mbit/s, seven transport packets in each."""

SIZE = 7 * 188
ROOM = 2 << 20
ROOM_OF_ONE = 3_000
"""What a system charges a socket for one of them, its own records included (Linux: 2,304)."""


def _port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _room() -> int:
    """What the system gives to a socket that asks for much."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, ROOM)
        return probe.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)


def _sender(host: str = "127.0.0.1") -> socket.socket:
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.bind((host, 0))
    sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
    return sender


def _datagram(number: int) -> bytes:
    return b"\x47" + struct.pack(">H", number) + bytes(SIZE - 3)


async def _numbers(response: FetchResponse, count: int) -> list[int]:
    """The numbers of `count` datagrams, or of fewer, if no more come."""
    found = b""
    pieces = response.chunks()
    with suppress(PlayerError):  # it is silent
        while len(found) < count * SIZE:
            found += await anext(pieces)
    return [struct.unpack_from(">H", found, at + 1)[0] for at in range(0, len(found), SIZE)]


@pytest.mark.parametrize("idle", [False, True], ids=["loop busy", "body unread"])
async def test_nothing_is_lost_while_nobody_reads(idle: bool) -> None:
    """As many as the system has room for: 140 where it gives what Linux gives by itself."""
    port, many = _port(), min(MANY, _room() // ROOM_OF_ONE)
    with _sender() as sender:
        request = ask(f"udp://127.0.0.1:{port}", RequestKind.STREAM, by_viewer=True)
        async with using() as fetcher, fetcher.open(request) as response:
            for number in range(many):
                sender.sendto(_datagram(number), ("127.0.0.1", port))
                if idle and number % 50 == 0:
                    await anyio.sleep(0.01)
            assert await _numbers(response, many) == list(range(many))


async def test_rtp_comes_in_order_and_once() -> None:
    port = _port()
    with _sender() as sender:
        request = ask(f"rtp://127.0.0.1:{port}", RequestKind.STREAM, by_viewer=True)
        async with using() as fetcher, fetcher.open(request) as response:
            for number in (1, 3, 2, 2, 1, 5):
                header = struct.pack(">BBHII", 0x80, 33, number, 0, 7)
                sender.sendto(header + _datagram(number), ("127.0.0.1", port))
            # 4 never comes, and nothing after it: 5 is not held for ever
            assert await _numbers(response, 4) == [1, 2, 3, 5]


@pytest.mark.parametrize(
    ("host", "heard"), [("127.0.0.9", True), ("127.0.0.8", False)], ids=["its own", "another"]
)
async def test_a_source_specific_group_hears_its_source_alone(host: str, heard: bool) -> None:
    """RFC 4607: udp://SOURCE@GROUP:PORT."""
    port = _port()
    uri = f"udp://127.0.0.9@232.7.7.7:{port}?localaddr=127.0.0.1"
    with _sender(host) as sender:
        async with (
            using() as fetcher,
            fetcher.open(ask(uri, RequestKind.STREAM, by_viewer=True)) as response,
        ):
            sender.sendto(_datagram(5), ("232.7.7.7", port))
            assert await _numbers(response, 1) == ([5] if heard else [])


async def test_silence_is_told() -> None:
    request = ask(f"udp://127.0.0.1:{_port()}", RequestKind.STREAM, by_viewer=True)
    async with using() as fetcher, fetcher.open(request) as response:
        with pytest.raises(PlayerError) as caught:
            await anext(response.chunks())
    assert caught.value.failure.code is ErrorCode.NETWORK_TIMEOUT


async def test_two_listen_to_one_group() -> None:
    port = _port()
    request = ask(
        f"udp://@239.255.7.8:{port}?localaddr=127.0.0.1", RequestKind.STREAM, by_viewer=True
    )
    with _sender() as sender:
        async with (
            using() as fetcher,
            fetcher.open(request) as one,
            fetcher.open(request) as other,
        ):
            sender.sendto(_datagram(5), ("239.255.7.8", port))
            assert await _numbers(one, 1) == await _numbers(other, 1) == [5]
