"""RemoteFile: the bytes of a film that libmpv demuxes, through our own door to the network."""

import math
from collections.abc import Callable

import anyio

from player.api import PlayRequest
from player.errors import ErrorCode, PlayerError, error
from player.model.resource import ByteRange, Resource
from player.net.ranges import is_other_file
from player.net.redirects import headers_toward
from player.ports import AnswerHead, FetchRequest, FetchResponse, RequestKind, Route
from player.streaming.fetch.parts import EngineParts
from player.streaming.fetch.recovery import FailedPart, History, Retry
from player.streaming.fetch.segment_loader import OPEN_END
from player.units import ByteCount, Micros, seconds

AHEAD = ByteCount(8 << 20)
"""How much is fetched beyond what libmpv has read."""

SMALL = ByteCount(64 << 20)
"""Gone about in even where the server knows no ranges: from the beginning again, each time."""


class RemoteFile:
    """Implements `FileReader`; `run` fetches while libmpv reads. Engine thread only.

    The proxy, the accepted certificate and the rules for redirects and headers are those of
    everything else that is fetched: libmpv itself never goes to the network for it.
    """

    def __init__(
        self,
        url: str,
        request: PlayRequest,
        parts: EngineParts,
        *,
        feed: Callable[[bytes], None],
        finish: Callable[[], None],
    ) -> None:
        """Fetch `url`, to which the address of `request` led."""
        self._url = url
        self._headers = headers_toward(request.url, url, request.headers)
        self._route = Route(proxy=request.proxy, certificate=request.accepted_certificate)
        self._parts = parts
        self._feed = feed
        self._finish = finish
        self._at = self._upto = 0
        self._size: ByteCount | None = None
        self._seekable = False
        self.answered = False
        self._validator = ""
        self._room = anyio.Event()
        self._transfer = anyio.CancelScope()

    @property
    def size(self) -> ByteCount | None:
        """See `FileReader.size`."""
        return self._size if self._seekable else None

    def seek(self, offset: ByteCount) -> None:
        """See `FileReader.seek`."""
        self._at = self._upto = offset
        self._transfer.cancel()

    def read(self, upto: ByteCount) -> None:
        """See `FileReader.read`."""
        self._upto = upto
        self._room.set()

    async def run(self, ready: Callable[[], None]) -> None:
        """Fetch until cancelled; `ready` is called with the first answer. Raises PlayerError."""
        while True:
            with anyio.CancelScope() as self._transfer:
                await self._persist(ready)

    async def _persist(self, ready: Callable[[], None]) -> None:
        """Go on from where libmpv wants to be, through what `RecoveryPolicy` says passes."""
        attempts, since = 0, self._parts.clock.monotonic()
        while True:
            before = self._at
            try:
                await self._bring(ready)
                await anyio.sleep(math.inf)  # until libmpv wants to be elsewhere
            except PlayerError as failed:
                if self._at != before:
                    attempts, since = 0, self._parts.clock.monotonic()
                attempts += 1
                await anyio.sleep(seconds(self._pause(failed, attempts, since)))

    def _pause(self, failed: PlayerError, attempts: int, since: Micros) -> Micros:
        history = History(
            part=FailedPart.SEGMENT,
            attempts=attempts,
            failing_for=Micros(self._parts.clock.monotonic() - since),
            chance=self._parts.draw(),
        )
        decision = self._parts.recovery.decide(failed.failure, history)
        if not isinstance(decision, Retry):
            raise failed
        return decision.after

    async def _bring(self, ready: Callable[[], None]) -> None:
        async with self._parts.fetcher.open(self._request()) as response:
            self._begin(response, ready)
            async for chunk in response.chunks():
                self._at += len(chunk)
                self._feed(chunk)
                await self._until_read()
        self._finish()

    def _request(self) -> FetchRequest:
        """The rest of the file; a stream without an end is simply asked for again."""
        rest = ByteRange(offset=ByteCount(self._at), length=OPEN_END)
        ranged = self._seekable or self._size is not None or not self._at
        return FetchRequest(
            resource=Resource(uri=self._url, byte_range=rest if ranged else None),
            kind=RequestKind.STREAM,
            headers=self._headers,
            unless_changed=self._validator if self._at else "",
            route=self._route,
        )

    def _begin(self, response: FetchResponse, ready: Callable[[], None]) -> None:
        head: AnswerHead = response.head
        if is_other_file(self._validator, head.validator):
            raise _changed()
        if self.answered:
            return
        self.answered = True
        self._validator = head.validator
        self._size = None if response.length is None else ByteCount(response.length)
        self._seekable = self._size is not None and (head.partial or self._size <= SMALL)
        ready()

    async def _until_read(self) -> None:
        while self._at - self._upto >= AHEAD:
            self._room = anyio.Event()
            await self._room.wait()


def _changed() -> PlayerError:
    return error(
        ErrorCode.MEDIA_TRUNCATED,
        "The film changed on the server while it was read. Start it again.",
        cause="another entity tag than at the beginning",
    )
