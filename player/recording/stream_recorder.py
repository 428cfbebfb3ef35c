"""StreamRecorder: a plain transport stream, connection after connection, in pieces."""

import logging
from dataclasses import replace

import anyio

from player.errors import ErrorCategory, ErrorCode, PlayerError, error
from player.net.failures import interrupted
from player.ports import FetchResponse
from player.recording.keeper import RecordingKeeper
from player.recording.order import RecordingOrder
from player.recording.protection import no_copy
from player.recording.stream_cutter import StreamCutter, StreamPiece
from player.recording.stream_tail import begin_alike
from player.recording.stream_writer import StreamWriter
from player.streaming.feed.transport_source import LONGEST_BURST, SHORTEST_LIVE
from player.streaming.fetch.parts import EngineParts
from player.units import micros

LOG = logging.getLogger("farol.recording")

STEADY = micros(5)
"""A connection that held so long and brought something is opened again at once."""

NO_PIECE = micros(60)
"""Bytes that make no piece for so long are no channel."""


class StreamRecorder:
    """Engine thread only.

    What a lost connection leaves unfinished waits for the next one: many servers send their last
    seconds to whoever comes, so that nothing lacks and nothing is there twice.
    """

    def __init__(self, order: RecordingOrder, parts: EngineParts, keeper: RecordingKeeper) -> None:
        """Go on after what `keeper` has of the channel."""
        self._order, self._clock = order, parts.clock
        self._writer = StreamWriter(keeper, parts.clock)
        self._cutter = StreamCutter()
        self._tail: StreamPiece | None = None
        self._may_be_file = not self._writer.began_before
        self._began = self._heard = parts.clock.monotonic()
        self._over = self._whole = False

    def change(self, order: RecordingOrder) -> None:
        """Heed the same order with another end."""
        self._order = order

    async def run(self, stream: FetchResponse, head: bytes) -> bool:
        """Record one connection; tells whether it broke off and is to be opened again at once.

        False: the order's time is over, or the stream is, which was a file then. `head` was read
        from `stream` already. Raises PlayerError: network.* where there is little hope,
        drm.no-copy where it is scrambled, media.invalid where no picture comes.
        """
        if self._order.until is not None and self._clock.utc() >= self._order.until:
            return False  # nothing of it is on air any more
        self._connect()
        failed: PlayerError | None = None
        try:
            async with anyio.create_task_group() as group:
                group.start_soon(self._writer.write)
                failed = await self._read(stream, head)
                group.cancel_scope.cancel()
        finally:
            brought = self._disconnect()
        if failed is None:
            return False
        steady = brought and self._clock.monotonic() - self._began >= STEADY
        if failed.failure.category is not ErrorCategory.NETWORK or not steady:
            raise failed
        LOG.info("stream id=%s opened again: %s", self._order.id, failed.failure.code)
        return True

    async def finish(self) -> None:
        """Write all that came, cancelled or not."""
        if self._tail is not None:
            self._writer.put(self._tail)
            self._tail = None
        await self._writer.finish()

    # ---- connections --------------------------------------------------------------------------

    def _connect(self) -> None:
        tail = self._tail
        after = self._writer.placing.after if tail is None else tail.pts + tail.ticks
        self._cutter = StreamCutter(after=after, again=None if tail is None else tail.pts)
        self._began = self._heard = self._clock.monotonic()

    def _disconnect(self) -> bool:
        """Hold the piece that grew; tells whether the connection brought any."""
        pieces = [] if self._over else self._cutter.flush(whole=self._whole)
        for piece in pieces:
            self._tail = self._settled(piece)
        if self._cutter.lost:
            LOG.info("stream id=%s losses=%d", self._order.id, self._cutter.lost)
        self._may_be_file = False
        return bool(pieces) or self._heard > self._began

    def _settled(self, piece: StreamPiece) -> StreamPiece:
        """Give a piece that comes after the tail: in its place, where it is the same anew."""
        tail, self._tail = self._tail, None
        if tail is None:
            return piece
        if not (tail.pts == piece.pts and begin_alike(tail.data, piece.data)):
            self._writer.put(tail)
            return piece
        longer = max(tail, piece, key=lambda one: one.ticks)
        return replace(longer, broken=tail.broken, changed=tail.changed)

    # ---- reading ------------------------------------------------------------------------------

    async def _read(self, stream: FetchResponse, head: bytes) -> PlayerError | None:
        """Take all that comes; gives what ended it, None where it is over."""
        try:
            self._take(head)
            async for chunk in stream.chunks():
                self._take(chunk)
                if self._over:
                    return None
        except PlayerError as failed:
            return failed
        self._whole = self._was_file()
        if self._whole:
            return None
        return interrupted(stream.url, "the server closed an endless stream")

    def _take(self, data: bytes) -> None:
        pieces = self._cutter.push(data, self._clock.utc())
        for piece in pieces:
            self._writer.put(self._settled(piece))
        self._end_in_time(pieces)
        if self._cutter.scrambled:
            raise no_copy("a scrambled transport stream")
        if pieces:
            self._heard = self._clock.monotonic()
        elif self._clock.monotonic() - self._heard > NO_PIECE:
            raise _no_picture()

    def _end_in_time(self, pieces: list[StreamPiece]) -> None:
        """End with the first piece that is whole after the order's end.

        The time of day must have come there, too: a stream is dated ahead of it by what its
        server sent at once.
        """
        until, placing = self._order.until, self._writer.placing
        if until is None or self._clock.utc() < until:
            return
        self._over = bool(pieces) and placing.reached(0) >= until
        self._cutter.soon = placing.reached(self._cutter.growing) >= until

    def _was_file(self) -> bool:
        """Whether an answer that ended politely was all there is; see `SHORTEST_LIVE`."""
        last = self._writer.placing.last
        if last is None or not self._may_be_file:
            return False
        lasted = self._clock.monotonic() - self._began
        return lasted < SHORTEST_LIVE or last.end - lasted > LONGEST_BURST


def _no_picture() -> PlayerError:
    return error(
        ErrorCode.MEDIA_INVALID,
        "No picture and no sound come from this channel. It is tried again.",
        cause="no random access point in the transport stream",
    )
