"""ConnectionLimit: no more answers of one source under way than its account allows."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, nullcontext
from dataclasses import replace
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

import anyio

from player.errors import ErrorCode, error
from player.ports import ByteFetcher, FetchRequest, FetchResponse
from player.streaming.fetch.parts import EngineParts


class Account:
    """The connections of one source, shared by all sessions that play from it. Engine thread."""

    def __init__(self, connections: int) -> None:
        """Let at most `connections` (1 or more) be open at once."""
        self.connections = connections
        self.sessions = 0
        self.free = anyio.Semaphore(connections)

    @contextmanager
    def session(self) -> Iterator[None]:
        """Count a session for the block: each needs a connection that is its own.

        Raises PlayerError (network.connections) where there is none left for it.
        """
        if self.sessions >= self.connections:
            raise error(
                ErrorCode.NETWORK_CONNECTIONS,
                "This source allows no more channels at once. Close another one of it first.",
                cause=f"{self.sessions} sessions, {self.connections} connections",
            )
        self.sessions += 1
        try:
            yield
        finally:
            self.sessions -= 1


class ConnectionLimit:
    """Implements `ByteFetcher`: whoever comes when all connections are taken waits. Engine thread.

    Nothing is opened ahead of time there (`FetchRequest.alone`).
    """

    def __init__(self, fetcher: ByteFetcher, account: Account) -> None:
        """Take turns with whoever else has `account`."""
        self._fetcher = fetcher
        self._account = account

    @asynccontextmanager
    async def open(self, request: FetchRequest) -> AsyncIterator[FetchResponse]:
        """See `ByteFetcher.open`."""
        alone = replace(request, alone=True)
        async with self._account.free, self._fetcher.open(alone) as response:
            yield response


class Accounts:
    """Whose connections are counted. A source is the server that a channel's address names."""

    def __init__(self) -> None:
        """Know nobody."""
        self._accounts = WeakValueDictionary[str, Account]()

    @property
    def sessions(self) -> int:
        """How many play from sources whose connections are counted."""
        return sum(one.sessions for one in self._accounts.values())

    def limited(
        self, parts: EngineParts, url: str, connections: int | None
    ) -> tuple[EngineParts, AbstractContextManager[None]]:
        """The same neighbours by so many connections at once, and the session to be counted.

        None: by as many as the source takes. An account that nobody uses any more is forgotten.
        What may be counted leaves none for what goes aside: it would keep what plays waiting.
        """
        if connections is None:
            return parts, nullcontext()
        account = self._accounts.setdefault(_source(url), Account(max(connections, 1)))
        fetcher = ConnectionLimit(parts.fetcher, account)
        return replace(parts, fetcher=fetcher, aside=None), account.session()


def _source(url: str) -> str:
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return url
