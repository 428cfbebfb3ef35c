"""LineShare: the arbiter of the line: what is watched goes first, and alone.

Whatever else is fetched passes a door: it waits until the watcher's buffers can spare the line,
and is displaced as soon as they need it again. Media3's PriorityTaskManager and the fetch
priorities of browsers know the same two classes; here the lower one gets no share at all beside
the higher, so that what is measured of the line is the line.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from dataclasses import replace
from typing import TypeVar

import anyio

from player.clock import Clock
from player.ports import AnswerHead, ByteFetcher, FetchRequest, FetchResponse, RequestKind
from player.streaming.fetch.wake import Wake
from player.units import BitsPerSecond, Micros, micros

T = TypeVar("T")

QUIET = micros(0.05)
"""How long the watcher must have fetched nothing: between two segments there is no gap to use."""

LOOK = micros(0.2)
"""How often the watcher's buffers are looked at while somebody waits at the door."""

SMALL = 12_000
"""Bytes of a list that the estimator leaves out anyway, the answer's head counted."""

SHARE = 0.5
"""How much of what the watcher leaves of the line may be planned with."""


_LISTS = frozenset({RequestKind.MANIFEST, RequestKind.LIST, RequestKind.TIME})


class DisplacedError(Exception):
    """The watcher needs the line; what has come so far is kept by whoever asked for it."""


class LineShare:
    """Lets others have the line while the watcher does not need it. Engine thread only.

    `spares` says whether the watcher's buffers are comfortable.
    """

    def __init__(self, clock: Clock, spares: Callable[[], bool]) -> None:
        """Begin with a line that nobody uses."""
        self._clock = clock
        self._spares = spares
        self._urgent = 0
        self._rests_since = Micros(-QUIET)
        self._aside = set[anyio.CancelScope]()
        self._bell = Wake()
        self.displacements = 0

    def watching(self, fetcher: ByteFetcher) -> ByteFetcher:
        """The watcher's way to the network."""
        return _Watching(self, fetcher)

    def aside(self, fetcher: ByteFetcher, spares: Callable[[], bool] | None = None) -> ByteFetcher:
        """The door for everything that is not urgent; what passes is not measured.

        Its requests raise DisplacedError, at the opening or in the middle of the body. `spares`
        stands for the share's own, where other buffers are comfortable enough.
        """
        return _Door(self, fetcher, spares or self._spares)

    @property
    def at_ease(self) -> bool:
        """Whether the watcher's buffers are calm, whatever it fetches."""
        return self._spares()

    @property
    def rests(self) -> bool:
        """Whether the watcher fetches nothing, and is not about to."""
        return not self._urgent and self._clock.monotonic() - self._rests_since >= QUIET

    async def room(self, spares: Callable[[], bool] | None = None) -> None:
        """Wait until the watcher can spare the line; `spares`: see `aside`."""
        spares = spares or self._spares
        while not (self.rests and spares()):
            resting = Micros(self._rests_since + QUIET - self._clock.monotonic())
            await self._bell.wait(resting if resting > 0 and not self._urgent else LOOK)

    @contextmanager
    def urgent(self) -> Iterator[None]:
        """The watcher has the line for the block; whoever else was on it is displaced."""
        self._urgent += 1
        aside, self._aside = self._aside, set()
        for scope in aside:
            self.displacements += 1
            scope.cancel()
        try:
            yield
        finally:
            self._urgent -= 1
            self._rests_since = self._clock.monotonic()
            self._bell.notify()

    async def unless_displaced(self, coming: Awaitable[T]) -> T:
        """What comes while the watcher does not need the line; raises DisplacedError."""
        scope = anyio.CancelScope()
        if self._urgent:
            scope.cancel()
        self._aside.add(scope)
        try:
            with scope:
                return await coming
        finally:
            self._aside.discard(scope)
        raise DisplacedError


def granted(rate: BitsPerSecond | None, need: BitsPerSecond, among: int) -> BitsPerSecond:
    """The rate that each of `among` channels may be planned with beside one that takes `need`.

    `rate` is the line's; None: nothing is known of it, and nothing is granted.
    """
    spare = max((rate or 0) - need, 0)
    return BitsPerSecond(round(SHARE * spare / max(among, 1)))


class _Watching:
    """Counts what the watcher has under way; a stream without end counts until it begins.

    A list that is loaded again does not count while it is small: it tells nothing of the line,
    and there are so many of them that nobody else would ever come to an end.
    """

    def __init__(self, share: LineShare, fetcher: ByteFetcher) -> None:
        self._share = share
        self._fetcher = fetcher

    @asynccontextmanager
    async def open(self, request: FetchRequest) -> AsyncIterator[FetchResponse]:
        with ExitStack() as busy:
            if request.kind not in _LISTS or not self._share.at_ease:
                busy.enter_context(self._share.urgent())
            async with self._fetcher.open(request) as response:
                size = response.length
                if request.kind is RequestKind.STREAM and size is None:
                    busy.close()
                elif request.kind in _LISTS and (size is None or size > SMALL):
                    busy.enter_context(self._share.urgent())
                yield response


class _Door:
    """Lets requests through one piece after the other, each only while the line is spared."""

    def __init__(self, share: LineShare, fetcher: ByteFetcher, spares: Callable[[], bool]) -> None:
        self._share = share
        self._fetcher = fetcher
        self._spares = spares

    @asynccontextmanager
    async def open(self, request: FetchRequest) -> AsyncIterator[FetchResponse]:
        await self._share.room(self._spares)
        quiet = replace(request, measured=False, alone=True)
        async with AsyncExitStack() as stack:
            opening = stack.enter_async_context(self._fetcher.open(quiet))
            yield _Aside(self._share, await self._share.unless_displaced(opening))


class _Aside:
    """An answer that is read while the line is spared."""

    def __init__(self, share: LineShare, response: FetchResponse) -> None:
        self._share = share
        self._response = response
        self.url = response.url
        self.content_type = response.content_type
        self.length = response.length
        self.head: AnswerHead = response.head

    async def chunks(self) -> AsyncIterator[bytes]:
        chunks = self._response.chunks()
        while chunk := await self._share.unless_displaced(anext(chunks, None)):
            yield chunk
