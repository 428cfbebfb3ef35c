"""The line that benchmarks measure over: how fast, how late, and fair."""

import asyncio  # noqa: TID251 - the line is a program of its own
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bench.abr.line import Line, Stretch
from bench.link import LEAST_PIECE, MOST_PIECE, Lane, Link, constant, requests_of

DIES = Line("dies", [Stretch(2.0, 8000, 0.1), Stretch(3.0, 0, 0.1), Stretch(1.0, 80e6, 0.02)])


def test_a_lane_carries_one_piece_after_the_other():
    lane = Lane(constant(8000, 0))

    assert lane.leave(10.0, 500) == 10.5
    assert lane.leave(10.1, 500) == 11.0


def test_an_idle_lane_saves_nothing_up():
    lane = Lane(constant(8000, 0))
    lane.leave(0.0, 500)

    assert lane.leave(100.0, 500) == 100.5


def test_what_meets_a_dead_line_waits_for_it():
    lane = Lane(DIES)

    assert lane.leave(1.5, 500) == pytest.approx(2.0)
    assert lane.leave(1.6, 1) == pytest.approx(5.0 + 8 / 80e6)


def test_a_trace_begins_again():
    lane = Lane(DIES)

    assert lane.leave(6.5, 500) == pytest.approx(7.0)


def test_requests_wait_only_while_the_line_is_dead():
    lane = Lane(requests_of(DIES))

    assert lane.leave(1.0, 10_000) == pytest.approx(1.0, abs=1e-3)
    assert lane.leave(3.0, 10_000) == pytest.approx(5.0, abs=1e-3)


@pytest.mark.parametrize(
    ("at", "size"), [(0.0, LEAST_PIECE), (3.0, LEAST_PIECE), (5.5, MOST_PIECE)]
)
def test_pieces_are_fine_at_any_rate(at, size):
    assert Lane(DIES).piece(at) == size


def test_at_20_mbit_a_piece_is_4_kib_and_a_connection_has_its_product_under_way():
    lane = Lane(constant(20e6, 0.04))

    assert lane.piece(1.0) == 4096
    assert lane.most_under_way(1.0) == pytest.approx(100_000)


def test_who_hangs_up_stops_the_answer():
    async def run() -> int:
        sent, ended = 0, asyncio.Event()

        async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal sent
            await reader.readline()
            try:
                while True:
                    writer.write(bytes(1 << 16))
                    await writer.drain()
                    sent += 1 << 16
            except ConnectionError:
                ended.set()

        async with await asyncio.start_server(pour, "127.0.0.1", 0) as far:
            link = Link("127.0.0.1", far.sockets[0].getsockname()[1], constant(8e6, 0.001))
            async with over(link) as port:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(b"go\n")
                await reader.readexactly(1000)
                writer.transport.abort()
                await asyncio.wait_for(ended.wait(), 10)
        return sent

    assert asyncio.run(run())


def test_the_lines_time_begins_with_the_first_request():
    async def run() -> float:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readline()
            writer.write(b"here")
            await writer.drain()
            writer.close()

        quick_then_dead = Line("q", [Stretch(0.2, 1e9, 0.001), Stretch(60.0, 0, 0.001)])
        async with await asyncio.start_server(answer, "127.0.0.1", 0) as far:
            port = far.sockets[0].getsockname()[1]
            link = Link("127.0.0.1", port, quick_then_dead, up=requests_of(quick_then_dead))
            async with over(link) as near:
                reader, writer = await asyncio.open_connection("127.0.0.1", near)
                await asyncio.sleep(0.3)
                writer.write(b"go\n")
                got = await asyncio.wait_for(reader.readexactly(4), 10)
                writer.close()
        return len(got)

    assert asyncio.run(run()) == 4


@pytest.mark.parametrize("size", [0, 1, 4096, 300_000])
def test_a_link_carries_every_byte_both_ways(size):
    data = bytes(range(256)) * (size // 256) + b"x" * (size % 256)

    assert asyncio.run(_through(lambda port: _send_and_read(port, data))) == data


def test_a_link_to_nobody_ends_the_connection():
    async def ask() -> bytes:
        link = Link("127.0.0.1", 1, constant(1e9, 0))
        async with over(link) as near:
            return await _send_and_read(near, b"")

    assert asyncio.run(ask()) == b""


@asynccontextmanager
async def over(link: Link) -> AsyncIterator[int]:
    """The port that a link listens at; at the end all that it carried has ended."""
    carried: list[asyncio.Future[None]] = []

    def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        carried.append(asyncio.ensure_future(link.carry(reader, writer)))

    async with await asyncio.start_server(carry, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]
        await asyncio.gather(*carried)


async def _through(talk: Callable[[int], Coroutine[Any, Any, bytes]]) -> bytes:
    """Talk to a server that says everything back, over a link."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.read(-1))
        writer.close()

    async with await asyncio.start_server(echo, "127.0.0.1", 0) as far:
        port = far.sockets[0].getsockname()[1]
        link = Link("127.0.0.1", port, constant(1e9, 0.001))
        async with over(link) as near:
            return await talk(near)


async def _send_and_read(port: int, data: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    writer.write_eof()
    answer = await reader.read(-1)
    writer.close()
    await writer.wait_closed()
    return answer
