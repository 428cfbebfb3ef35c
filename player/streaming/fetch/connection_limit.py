"""ConnectionLimit: no more answers of one source under way than its account allows."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import anyio

from player.ports import ByteFetcher, FetchRequest, FetchResponse
from player.streaming.fetch.parts import EngineParts


class ConnectionLimit:
    """Implements `ByteFetcher`: whoever comes when all connections are taken waits. Engine thread.

    Nothing is opened ahead of time there (`FetchRequest.alone`). Made anew for each channel: the
    one before has closed all of its answers by then.
    """

    def __init__(self, fetcher: ByteFetcher, connections: int) -> None:
        """Let at most `connections` (1 or more) be open at once."""
        self._fetcher = fetcher
        self._free = anyio.Semaphore(connections)

    @asynccontextmanager
    async def open(self, request: FetchRequest) -> AsyncIterator[FetchResponse]:
        """See `ByteFetcher.open`."""
        async with self._free, self._fetcher.open(replace(request, alone=True)) as response:
            yield response


def limited(parts: EngineParts, connections: int | None) -> EngineParts:
    """The same neighbours, by so many connections at once; None: by as many as it takes.

    What may be counted leaves none for what goes aside: it would keep what plays waiting.
    """
    if connections is None:
        return parts
    few = ConnectionLimit(parts.fetcher, max(connections, 1))
    return replace(parts, fetcher=few, aside=None)
