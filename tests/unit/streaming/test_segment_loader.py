"""Bytes into the cache, and on from where they broke off; and the bell of it all."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest
import trio

from player.errors import ErrorCode, PlayerError, error
from player.model.resource import ByteRange, Resource
from player.model.segment import Segment
from player.ports import AnswerHead, FetchRequest, RequestKind
from player.streaming.fetch.cache import CacheEntry, SegmentCache
from player.streaming.fetch.parts import Source
from player.streaming.fetch.segment_loader import OPEN_END, Errand, SegmentLoader
from player.streaming.fetch.wake import Wake
from player.units import ByteCount, Micros, micros
from tests.fakes.virtual import at_virtual_time

if TYPE_CHECKING:
    from player.streaming.fetch.parts import EngineParts

WHOLE = b"0123456789"
PLAIN = Resource(uri="http://h/1")
PART = Resource(
    uri="http://h/2", byte_range=ByteRange(offset=ByteCount(100), length=ByteCount(10))
)


class _Fetcher:
    """Serves `WHOLE` in pieces of two, breaking off after so many the first time."""

    def __init__(self, breaks_after: int = 99) -> None:
        self.asked: list[FetchRequest] = []
        self.url = ""
        self.head = AnswerHead()
        self.length = None
        self._left = breaks_after

    @asynccontextmanager
    async def open(self, request: FetchRequest) -> AsyncIterator["_Fetcher"]:
        self.asked.append(request)
        yield self

    async def chunks(self) -> AsyncIterator[bytes]:
        wanted = self.asked[-1].resource.byte_range
        begin = wanted.offset % 100 if wanted else 0
        for at in range(begin, len(WHOLE), 2):
            if not self._left:
                self._left = 99
                raise error(ErrorCode.NETWORK_INTERRUPTED, "x")
            self._left -= 1
            yield WHOLE[at : at + 2]


def _segment(resource: Resource, number: int = 1) -> Segment:
    return Segment(number=number, start=Micros(0), duration=micros(2), resource=resource)


def _loader(fetcher: _Fetcher, *, streamed: bool = False) -> SegmentLoader:
    clock = SimpleNamespace(monotonic=lambda: Micros(7))
    cache = SegmentCache(ByteCount(1000))
    parts = SimpleNamespace(fetcher=fetcher, cache=cache, clock=clock)
    return SegmentLoader(cast("EngineParts", parts), Source(url="http://h/", streamed=streamed))


@pytest.mark.parametrize(
    ("resource", "rest"),
    [
        (PLAIN, ByteRange(offset=ByteCount(4), length=OPEN_END)),
        (PART, ByteRange(offset=ByteCount(104), length=ByteCount(6))),
    ],
)
def test_a_segment_goes_on_where_it_broke_off(resource: Resource, rest: ByteRange) -> None:
    async def scenario() -> None:
        fetcher = _Fetcher(breaks_after=2)
        loader = _loader(fetcher)
        entry, heard = loader.entry(_segment(resource), live=False), list[tuple[int, int]]()

        def progress(started: Micros, size: int) -> None:
            heard.append((started, size))

        with pytest.raises(PlayerError):
            await loader.fill(entry, progress)
        assert (entry.body(), entry.complete) == (WHOLE[:4], False)
        await loader.fill(entry, progress)
        assert (entry.body(), entry.complete) == (WHOLE, True)
        assert [one.resource.byte_range for one in fetcher.asked] == [resource.byte_range, rest]
        assert heard == [(7, size) for size in (2, 4, 6, 8, 10)]
        assert (loader.requests, loader.downloaded) == (2, 10)
        assert loader.entry(_segment(resource), live=False) is entry, (
            "a whole one is not fetched again"
        )

    trio.run(scenario)


def _quiet(_started: Micros, _size: int) -> None:
    return


async def _broken_off(head: AnswerHead) -> tuple[_Fetcher, SegmentLoader, CacheEntry]:
    """An entry with the first four bytes of `WHOLE`, and whoever can go on with it."""
    fetcher = _Fetcher(breaks_after=2)
    fetcher.head = head
    loader = _loader(fetcher)
    entry = loader.entry(_segment(PLAIN), live=False)
    with pytest.raises(PlayerError):
        await loader.fill(entry, _quiet)
    return fetcher, loader, entry


def test_a_file_that_changed_while_it_was_read_is_not_pieced_together() -> None:
    async def scenario() -> None:
        fetcher, loader, entry = await _broken_off(AnswerHead(validator='"1"'))
        fetcher.head = AnswerHead(validator='"2"')
        with pytest.raises(PlayerError) as changed:
            await loader.fill(entry, _quiet)
        assert changed.value.failure.code is ErrorCode.MEDIA_TRUNCATED
        assert [one.unless_changed for one in fetcher.asked] == ["", '"1"']
        assert entry.body() == WHOLE[:4]

    trio.run(scenario)


def test_what_broke_off_here_goes_on_at_another_place() -> None:
    async def scenario() -> None:
        fetcher, loader, entry = await _broken_off(AnswerHead(validator='"here"'))
        fetcher.head = AnswerHead(validator='"there"')

        def place(resource: Resource) -> Resource:
            return Resource(uri="http://other/1", byte_range=resource.byte_range)

        await loader.fill(entry, _quiet, Errand(place=place))
        assert (entry.body(), entry.complete) == (WHOLE, True)
        moved = fetcher.asked[1]
        assert moved.resource.uri == "http://other/1"
        assert moved.resource.byte_range == ByteRange(offset=ByteCount(4), length=OPEN_END)
        assert moved.unless_changed == "", "its tags are its own"
        assert loader.entry(_segment(PLAIN), live=False) is entry, "kept under its first name"

    trio.run(scenario)


def test_a_packed_body_that_broke_off_is_read_again_and_what_is_there_passed_over() -> None:
    async def scenario() -> None:
        fetcher, loader, entry = await _broken_off(AnswerHead(packed=True))
        await loader.fill(entry, _quiet)
        assert [one.resource.byte_range for one in fetcher.asked] == [None, None]
        assert (entry.body(), entry.complete) == (WHOLE, True)

    trio.run(scenario)


def test_a_broken_entry_begins_afresh() -> None:
    loader = _loader(_Fetcher())
    first = loader.entry(_segment(PLAIN), live=False)
    assert loader.entry(_segment(PLAIN), live=False) is not first


def test_a_live_server_may_give_a_name_to_another_segment() -> None:
    loader = _loader(_Fetcher())
    first = loader.entry(_segment(PLAIN, number=1), live=True)
    first.complete = True
    assert loader.entry(_segment(PLAIN, number=1), live=True) is first
    assert loader.entry(_segment(PLAIN, number=11), live=True) is not first


def test_small_things_are_fetched_once() -> None:
    async def scenario() -> None:
        fetcher = _Fetcher()
        loader = _loader(fetcher)
        for _ in range(3):
            assert await loader.whole(PLAIN, RequestKind.INIT) == WHOLE
        assert [one.kind for one in fetcher.asked] == [RequestKind.INIT]
        assert (loader.requests, loader.downloaded) == (1, 10)

    trio.run(scenario)


def test_a_piece_of_a_stream_cannot_be_fetched_again() -> None:
    loader = _loader(_Fetcher(), streamed=True)
    with pytest.raises(PlayerError) as failed:
        loader.entry(_segment(PLAIN), live=False)
    assert failed.value.failure.code is ErrorCode.MEDIA_TRUNCATED


def test_the_bell_wakes_all_who_wait_and_nobody_who_comes_later() -> None:
    async def scenario() -> None:
        wake, woken = Wake(), list[str]()

        async def wait(name: str, longest: Micros | None) -> None:
            await wake.wait(longest)
            woken.append(f"{name} {trio.current_time() - began:g}")

        began = trio.current_time()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(wait, "endless", None)
            nursery.start_soon(wait, "long", micros(60))
            nursery.start_soon(wait, "short", micros(1))
            await trio.sleep(5)
            wake.notify()
            nursery.start_soon(wait, "late", micros(3))
        assert sorted(woken) == ["endless 5", "late 8", "long 5", "short 1"]

    at_virtual_time(scenario)
