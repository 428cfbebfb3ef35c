"""The body of an answer while it arrives: watched for stalls, cut to its range, measured."""

from collections.abc import AsyncIterator

import anyio
import anyio.lowlevel
import httpx

from player.model.resource import ByteRange
from player.net.answer_head import answer_head
from player.net.coding import Coding, CodingError
from player.net.failures import interrupted, transport_error
from player.net.meter import Meter
from player.net.ranges import BodyCut, plan_cut
from player.ports import AnswerHead

_BUFFERED = 1000  # more pieces than a connection's buffers hold


class Body:
    """Implements `FetchResponse`; lives inside `HttpFetcher.open`."""

    def __init__(
        self, response: httpx.Response, meter: Meter, *, stall: float, until: float | None = None
    ) -> None:
        """Read `response`, waiting `stall` seconds at most for each piece.

        `until` is the loop's time by which all must have come, None: whenever it comes.
        """
        self._response, self._meter, self._stall = response, meter, stall
        self._until = until
        # What stands in for the network in tests comes read, and unpacked.
        self._read = response.is_stream_consumed
        self._pieces = response.aiter_bytes() if self._read else response.aiter_raw()
        if "content-length" not in response.headers:
            meter.expect_pauses()
        self._coding = Coding("")
        self._cut = BodyCut(skip=0, length=None, expected=None)
        self._most: int | None = None
        self._length: int | None = None

    def cut_to(self, wanted: ByteRange | None, most: int | None) -> None:
        """Give only `wanted` of the body, and no more than `most` bytes.

        Raises PlayerError (network.interrupted) where the server sends another range, or packs
        it more than once.
        """
        headers = self._response.headers
        try:
            self._coding = Coding("" if self._read else headers.get("content-encoding", ""))
        except CodingError as fault:
            raise interrupted(self.url, str(fault)) from fault
        plain = headers.get("content-encoding", "identity").lower() == "identity"
        length, found = headers.get("content-length", ""), headers.get("content-range", "")
        size = int(length) if plain and length.isascii() and length.isdigit() else None
        cut = plan_cut(wanted, self._response.status_code, found, size)
        if cut is None:
            raise interrupted(self.url, f"asked for {wanted}, got {found!r} of {length} bytes")
        self._cut, self._most, self._length = cut, most, size

    def without(self) -> None:
        """Give no body at all: the head was asked for alone."""
        self._cut = BodyCut(skip=0, length=0, expected=None)

    @property
    def url(self) -> str:
        """See `FetchResponse.url`."""
        return str(self._response.url)

    @property
    def head(self) -> AnswerHead:
        """See `FetchResponse.head`."""
        return answer_head(self._response.headers)

    @property
    def content_type(self) -> str:
        """See `FetchResponse.content_type`."""
        value: str = self._response.headers.get("content-type", "")
        return value.partition(";")[0].strip().lower()

    @property
    def length(self) -> int | None:
        """See `FetchResponse.length`: the Content-Length."""
        return self._length

    def chunks(self) -> AsyncIterator[bytes]:
        """See `FetchResponse.chunks`; there is one body, however often it is asked for."""
        return self

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Be an iterator, not a generator: whoever stops early leaves no frame open."""
        return self

    async def __anext__(self) -> bytes:
        """Give the next piece."""
        while not self._cut.done:
            piece = await self._piece()
            if not piece:
                break
            wanted = self._cut.take(piece)
            if self._most is not None and self._cut.given > self._most:
                raise interrupted(
                    self.url, f"over {self._most} bytes, longer than any of its kind"
                )
            if wanted:
                return wanted
        if self._cut.missing:
            raise interrupted(
                self.url, f"{self._cut.given} bytes came of {self._cut.expected} promised"
            )
        self._meter.end()
        raise StopAsyncIteration

    async def close(self) -> None:
        """Unwind what was still reading, at once and even in a task that is being cancelled.

        A read inside a cancelled scope makes every generator of the HTTP library end where it
        stands, instead of whenever the collector comes by.
        """
        with anyio.CancelScope(shield=True) as scope:
            scope.cancel()
            for _ in range(_BUFFERED):
                try:
                    await anext(self._pieces)
                except (StopAsyncIteration, httpx.HTTPError, httpx.StreamError, OSError):
                    break
        with anyio.move_on_after(1, shield=True):
            try:
                await self._response.aclose()
            except (httpx.HTTPError, OSError, RuntimeError):
                return  # a connection that cannot be closed politely is gone all the same

    def _patience(self) -> float:
        """How long to wait for the next piece."""
        if self._until is None:
            return self._stall
        return min(self._stall, max(self._until - anyio.current_time(), 0.0))

    async def _piece(self) -> bytes:
        """The next clear bytes; b"" at the end."""
        try:
            if self._coding.working:
                await anyio.lowlevel.checkpoint()
            while not (clear := self._coding.take()):
                packed = await self._packed_piece()
                if not packed:
                    self._coding.end()
                    return b""
                self._meter.add(packed)
                self._coding.feed(packed)
        except CodingError as fault:
            raise interrupted(self.url, str(fault)) from fault
        return clear

    async def _packed_piece(self) -> bytes:
        try:
            with anyio.fail_after(self._patience()):
                while not (piece := await anext(self._pieces, None)):
                    if piece is None:
                        return b""
                return piece
        except (httpx.HTTPError, httpx.StreamError, TimeoutError, OSError) as fault:
            raise transport_error(fault, self.url) from fault
