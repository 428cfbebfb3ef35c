"""LinePath: a recorder's way to the network, beside whoever watches in the same process."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

import anyio

from player.ports import ByteFetcher, FetchRequest, FetchResponse, RequestKind
from player.streaming.fetch.line_share import LOOK, LineShare
from player.units import seconds


class LinePath:
    """Implements `ByteFetcher`: segments wait at the watcher's door, unless they would be lost.

    What is small (lists, init sections) passes at once: it tells nothing of the line, and without
    it nobody knows what is about to be lost. `hurries` says that the next segment is about to
    leave the server's window. Nothing of it is measured: a recorder's line is not the watcher's.
    """

    def __init__(
        self, fetcher: ByteFetcher, share: LineShare | None, hurries: Callable[[], bool]
    ) -> None:
        """Without `share` nobody watches, and nothing waits."""
        self._fetcher, self._share, self._hurries = fetcher, share, hurries

    @asynccontextmanager
    async def open(self, request: FetchRequest) -> AsyncIterator[FetchResponse]:
        """See `ByteFetcher.open`; raises DisplacedError, too."""
        quiet = replace(request, measured=False)
        aside = await self._room() if request.kind is RequestKind.SEGMENT else None
        async with AsyncExitStack() as stack:
            way = self._fetcher if aside is None else aside.aside(self._fetcher)
            yield await stack.enter_async_context(way.open(quiet))

    async def _room(self) -> LineShare | None:
        """Wait until the line is free, or time runs out; gives whose door is to be taken."""
        if self._share is None:
            return None
        while not self._share.free:
            if self._hurries():
                return None
            await anyio.sleep(seconds(LOOK))
        return self._share
