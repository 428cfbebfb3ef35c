"""The line that benchmarks measure over: how fast, how late, and fair."""

import asyncio  # noqa: TID251 - the line is a program of its own
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from bench.link import Lane, Link


def test_a_lane_carries_one_piece_after_the_other():
    lane = Lane(bits_per_second=8000)

    assert lane.leave(10.0, 500) == 10.5
    assert lane.leave(10.1, 500) == 11.0


def test_an_idle_lane_saves_nothing_up():
    lane = Lane(bits_per_second=8000)
    lane.leave(0.0, 500)

    assert lane.leave(100.0, 500) == 100.5


@pytest.mark.parametrize("size", [0, 1, 4096, 300_000])
def test_a_link_carries_every_byte_both_ways(size):
    data = bytes(range(256)) * (size // 256) + b"x" * (size % 256)

    assert asyncio.run(_through(lambda port: _send_and_read(port, data))) == data


def test_a_link_to_nobody_ends_the_connection():
    async def ask() -> bytes:
        link = Link("127.0.0.1", 1, bits_per_second=1e9, rtt_s=0)
        async with await asyncio.start_server(link.carry, "127.0.0.1", 0) as server:
            return await _send_and_read(server.sockets[0].getsockname()[1], b"")

    assert asyncio.run(ask()) == b""


async def _through(talk: Callable[[int], Coroutine[Any, Any, bytes]]) -> bytes:
    """Talk to a server that says everything back, over a link."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.read(-1))
        writer.close()

    async with await asyncio.start_server(echo, "127.0.0.1", 0) as far:
        port = far.sockets[0].getsockname()[1]
        link = Link("127.0.0.1", port, bits_per_second=1e9, rtt_s=0.001)
        async with await asyncio.start_server(link.carry, "127.0.0.1", 0) as near:
            return await talk(near.sockets[0].getsockname()[1])


async def _send_and_read(port: int, data: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    writer.write_eof()
    answer = await reader.read(-1)
    writer.close()
    await writer.wait_closed()
    return answer
