"""The arbiter of the line: who waits at its door, who is displaced, and who is not."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import anyio
import pytest
import trio

from player.model.resource import Resource
from player.ports import AnswerHead, ByteFetcher, FetchRequest, FetchResponse, RequestKind
from player.streaming.fetch.connection_limit import Account, ConnectionLimit
from player.streaming.fetch.line_share import SMALL, DisplacedError, LineShare, granted
from player.units import BitsPerSecond
from tests.fakes.virtual import VirtualClock, at_virtual_time

PIECES, PIECE_S = 10, 0.1


@dataclass
class _Body:
    """A body of ten pieces, one each tenth of a second."""

    url: str
    length: int | None
    content_type: str = ""
    head: AnswerHead = field(default_factory=AnswerHead)

    async def chunks(self) -> AsyncIterator[bytes]:
        for _ in range(PIECES):
            await anyio.sleep(PIECE_S)
            yield b"x"


@dataclass
class _Net:
    """Answers everything; `open_now` are the answers under way."""

    length: int | None = 1 << 20
    open_now: int = 0
    most: int = 0
    asked: list[FetchRequest] = field(default_factory=list)

    @asynccontextmanager
    async def open(self, request: FetchRequest) -> AsyncIterator[FetchResponse]:
        self.asked.append(request)
        self.open_now += 1
        self.most = max(self.most, self.open_now)
        try:
            await anyio.sleep(PIECE_S)
            yield _Body(url=request.resource.uri, length=self.length)
        finally:
            self.open_now -= 1


@dataclass
class _Line:
    share: LineShare
    net: _Net
    watcher: ByteFetcher
    door: ByteFetcher
    calm: list[bool]


def _line(length: int | None = 1 << 20) -> _Line:
    calm, net = [True], _Net(length)
    share = LineShare(VirtualClock(), lambda: calm[0])
    return _Line(share, net, share.watching(net), share.aside(net), calm)


def _asked(kind: RequestKind = RequestKind.SEGMENT) -> FetchRequest:
    return FetchRequest(resource=Resource(uri="http://h/a"), kind=kind)


async def _had(
    fetcher: ByteFetcher, kind: RequestKind = RequestKind.SEGMENT, after: float = 0.0
) -> tuple[int, float, bool]:
    """Pieces that came, when it was over, and whether it was displaced."""
    await anyio.sleep(after)
    pieces, displaced = 0, False
    try:
        async with fetcher.open(_asked(kind)) as response:
            async for _ in response.chunks():
                pieces += 1
    except DisplacedError:
        displaced = True
    return pieces, round(trio.current_time(), 2), displaced


def _both(
    line: Callable[[], _Line], watched: RequestKind, after: float
) -> tuple[tuple[int, float, bool], tuple[int, float, bool], _Line]:
    """What came through the door, and to the watcher who began `after` so many seconds."""
    found: list[tuple[int, float, bool]] = [(0, 0.0, False)] * 2
    lines: list[_Line] = []

    async def scenario() -> None:
        lines.append(line())
        began = trio.current_time()

        async def note(place: int, fetcher: ByteFetcher, kind: RequestKind, late: float) -> None:
            pieces, at, displaced = await _had(fetcher, kind, late)
            found[place] = pieces, round(at - began, 2), displaced

        async with anyio.create_task_group() as group:
            group.start_soon(note, 0, lines[0].door, RequestKind.SEGMENT, 0.0)
            group.start_soon(note, 1, lines[0].watcher, watched, after)

    at_virtual_time(scenario)
    return found[0], found[1], lines[0]


def test_a_door_may_have_an_ease_of_its_own() -> None:
    async def scenario() -> None:
        line, spared = _line(), [False]
        own = line.share.aside(line.net, lambda: spared[0])
        line.calm[0] = False
        async with anyio.create_task_group() as group:
            group.start_soon(_had, own)
            await anyio.sleep(1)
            assert line.net.asked == []
            spared[0] = True
            await anyio.sleep(1)
            assert len(line.net.asked) == 1
            group.cancel_scope.cancel()

    at_virtual_time(scenario)


def test_what_passes_the_door_is_not_measured_and_opens_nothing_beside_it() -> None:
    async def scenario() -> None:
        line = _line()
        assert (await _had(line.door))[0] == PIECES
        assert [(one.measured, one.alone) for one in line.net.asked] == [(False, True)]
        await _had(line.watcher)
        assert [(one.measured, one.alone) for one in line.net.asked[1:]] == [(True, False)]

    at_virtual_time(scenario)


def test_the_watcher_displaces_a_body_at_once_and_its_answer_is_closed() -> None:
    aside, watcher, line = _both(_line, RequestKind.SEGMENT, after=0.45)
    assert aside == (3, 0.45, True)
    assert watcher == (PIECES, 1.55, False)
    assert line.share.displacements == 1
    assert line.net.open_now == 0


def test_the_watcher_displaces_a_request_that_was_not_answered_yet() -> None:
    aside, watcher, _ = _both(_line, RequestKind.INIT, after=0.05)
    assert aside == (0, 0.05, True)
    assert watcher == (PIECES, 1.15, False)


def test_a_small_list_of_the_watcher_displaces_nobody() -> None:
    aside, watcher, _ = _both(lambda: _line(SMALL), RequestKind.MANIFEST, after=0.45)
    assert aside == (PIECES, 1.1, False)
    assert watcher == (PIECES, 1.55, False)


@pytest.mark.parametrize("length", [None, SMALL + 1])
def test_a_large_list_does_as_soon_as_its_size_is_known(length: int | None) -> None:
    aside, _, _ = _both(lambda: _line(length), RequestKind.MANIFEST, after=0.45)
    assert aside == (4, 0.55, True)


def test_while_buffers_are_thin_even_a_list_displaces() -> None:
    async def scenario() -> None:
        line = _line(SMALL)
        async with anyio.create_task_group() as group:
            found: list[tuple[int, float, bool]] = []

            async def aside() -> None:
                found.append(await _had(line.door))

            group.start_soon(aside)
            await anyio.sleep(0.45)
            line.calm[0] = False
            await _had(line.watcher, RequestKind.MANIFEST)
        assert found[0][0] == 3
        assert found[0][2]

    at_virtual_time(scenario)


def test_the_door_opens_when_the_watcher_has_rested_for_a_moment() -> None:
    async def scenario() -> None:
        line = _line()
        began = trio.current_time()
        async with anyio.create_task_group() as group:
            group.start_soon(_had, line.watcher)
            await anyio.sleep(0.01)
            pieces, at, displaced = await _had(line.door)
        assert (pieces, displaced) == (PIECES, False)
        assert at - began == pytest.approx(1.1 + 0.05 + 1.1, abs=0.02)

    at_virtual_time(scenario)


def test_the_door_stays_shut_while_buffers_are_thin() -> None:
    async def scenario() -> None:
        line = _line()
        line.calm[0] = False
        with anyio.move_on_after(30):
            await _had(line.door)
        assert line.net.asked == []
        line.calm[0] = True
        assert (await _had(line.door))[0] == PIECES

    at_virtual_time(scenario)


def test_an_endless_stream_counts_until_it_begins() -> None:
    async def scenario() -> None:
        line = _line(None)
        async with line.watcher.open(_asked(RequestKind.STREAM)):
            await anyio.sleep(1)
            assert line.share.rests
        line = _line()
        async with line.watcher.open(_asked(RequestKind.STREAM)):
            await anyio.sleep(1)
            assert not line.share.rests

    at_virtual_time(scenario)


def test_whoever_is_cancelled_leaves_no_mark() -> None:
    async def scenario() -> None:
        line = _line()
        with anyio.move_on_after(0.3):
            await _had(line.watcher)
        with anyio.move_on_after(0.3):
            await _had(line.door)
        await anyio.sleep(1)
        assert line.share.rests
        assert line.net.open_now == 0
        assert not line.share._aside

    at_virtual_time(scenario)


@pytest.mark.parametrize(
    ("rate", "need", "among", "each"),
    [
        (None, 0, 1, 0),
        (10_000_000, 4_000_000, 3, 1_000_000),
        (10_000_000, 12_000_000, 3, 0),
        (10_000_000, 0, 0, 5_000_000),
    ],
)
def test_half_of_what_the_watcher_leaves_is_granted(
    rate: int | None, need: int, among: int, each: int
) -> None:
    line = None if rate is None else BitsPerSecond(rate)
    assert granted(line, BitsPerSecond(need), among) == each


def test_connections_beyond_the_limit_wait_for_their_turn() -> None:
    async def scenario() -> None:
        net = _Net()
        limited = ConnectionLimit(net, Account(2))
        began = trio.current_time()
        async with anyio.create_task_group() as group:
            for _ in range(5):
                group.start_soon(_had, limited)
        assert net.most == 2
        assert trio.current_time() - began == pytest.approx(3 * 1.1)
        assert all(one.alone for one in net.asked)

    at_virtual_time(scenario)


def test_a_cancelled_request_gives_its_connection_back() -> None:
    async def scenario() -> None:
        net = _Net()
        limited = ConnectionLimit(net, Account(1))
        with anyio.move_on_after(0.3):
            await _had(limited)
        assert (await _had(limited))[0] == PIECES
        assert net.most == 1

    at_virtual_time(scenario)
