"""Hints beside the parts that a list names, and when a list of parts is looked at again."""

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

import anyio
import pytest

from player.errors import ErrorCode, error
from player.model.resource import ByteRange, Resource
from player.model.segment import ListedIndex, Part
from player.streaming.fetch.segment_loader import OPEN_END, Errand, SegmentLoader
from player.streaming.stream.hinted_parts import HintedParts
from player.streaming.stream.part_fetch import next_look
from player.units import ByteCount, Micros, micros
from tests.fakes.virtual import at_virtual_time

if TYPE_CHECKING:
    from collections.abc import Awaitable

FILE = "https://tv.example/f.mp4"


def resource(uri: str = FILE, offset: int | None = None, length: int = OPEN_END) -> Resource:
    if offset is None:
        return Resource(uri=uri)
    kept = ByteRange(offset=ByteCount(offset), length=ByteCount(length))
    return Resource(uri=uri, byte_range=kept)


def part(one: Resource) -> Part:
    return Part(duration=micros(0.4), resource=one)


class Server:
    """Sends two bytes every tenth of a second, from `at` on."""

    def __init__(self, body: bytes, *, refuses: bool = False, endless: bool = False) -> None:
        self.body, self.refuses, self.endless = body, refuses, endless
        self.asked = 0

    async def stream(
        self, _one: Resource, _errand: Errand, came: Callable[[bytes], None], *, held: Micros
    ) -> None:
        assert held > 0
        self.asked += 1
        await anyio.sleep(0.3)
        if self.refuses:
            raise error(ErrorCode.NETWORK_INTERRUPTED, "No.")
        for at in range(0, len(self.body), 2):
            await anyio.sleep(0.1)
            came(self.body[at : at + 2])
        if self.endless:
            await anyio.sleep_forever()


async def hinted(
    server: Server, asked: "Callable[[HintedParts], Awaitable[list[bytes | None]]]"
) -> list[bytes | None]:
    async with anyio.create_task_group() as group:
        found = await asked(HintedParts(cast("SegmentLoader", server), Errand(), group))
        group.cancel_scope.cancel()
    return found


@pytest.mark.parametrize(
    ("server", "hint", "listed", "wanted"),
    [
        (Server(b"abcdef"), resource(), [resource()], [b"abcdef"]),
        (Server(b"abcdef"), resource(), [resource(offset=2, length=2)], [b"cd"]),
        (
            Server(b"cdefgh", endless=True),
            resource(offset=2),
            [resource(offset=2, length=3), resource(offset=5, length=2)],
            [b"cde", b"fg"],
        ),
        (Server(b"ab"), resource(offset=2, length=2), [resource(offset=9, length=2)], [None]),
        (Server(b"ab"), resource(), [resource("https://tv.example/other")], [None]),
        (Server(b"ab", refuses=True), resource(), [resource()], [None]),
        (Server(b"ab", endless=True), resource(), [resource()], [None]),
        (Server(b"ab"), resource(offset=0, length=9), [resource(offset=0, length=9)], [None]),
    ],
    ids=[
        "as hinted", "a range of it", "an open end", "another range", "another address", "refused",
        "no end comes", "too short",
    ],
)  # fmt: skip
def test_a_hint_counts_once_the_list_names_the_part(
    server: Server, hint: Resource, listed: list[Resource], wanted: list[bytes | None]
) -> None:
    async def scenario() -> None:
        async def ask(hints: HintedParts) -> list[bytes | None]:
            hints.keep(hint)
            hints.keep(hint)
            return [await hints.take(part(one)) for one in listed]

        assert await hinted(server, ask) == wanted
        assert server.asked <= 1, "the same hint is asked for once"

    at_virtual_time(scenario)


def test_a_server_that_blocks_reloads_is_asked_at_once_unless_nothing_came() -> None:
    blocking = ListedIndex(segments=(), ended=False, blocking=True)
    plain = ListedIndex(segments=(), ended=False)
    step = micros(0.4)
    assert next_look(blocking, step, changed=True, age=Micros(0)) == 0
    assert next_look(blocking, step, changed=False, age=Micros(0)) == micros(0.2)
    assert next_look(plain, step, changed=True, age=micros(0.1)) == micros(0.3)
    assert next_look(plain, step, changed=True, age=micros(9)) < 0
