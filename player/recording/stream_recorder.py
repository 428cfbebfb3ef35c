"""StreamRecorder: one connection with a plain transport stream, piece after piece to the disk."""

import logging
from collections import deque

import anyio

from player.errors import ErrorCode, PlayerError, error
from player.model.presentation import Container, TrackKind
from player.net.failures import interrupted
from player.ports import FetchResponse
from player.recording.keeper import RecordingKeeper
from player.recording.order import RecordingOrder
from player.recording.protection import no_copy
from player.recording.stream_cutter import StreamCutter, StreamPiece
from player.recording.stream_placing import PERIOD, StreamPlacing
from player.recording.told import RungName, Told, TrackName
from player.streaming.feed.transport_source import LONGEST_BURST, SHORTEST_LIVE
from player.streaming.fetch.parts import EngineParts
from player.streaming.fetch.wake import Wake
from player.units import ByteCount, Micros, micros, rate, seconds

LOG = logging.getLogger("farol.recording")

HELD = ByteCount(96 << 20)
"""What waits for a disk that takes nothing; what comes beyond that lacks."""

PARTING = micros(5)
"""How long the last pieces may take to the disk when it is over."""

NO_PIECE = micros(60)
"""Bytes that make no piece for so long are no channel."""


class StreamRecorder:
    """Engine thread only; runs once.

    Reading never waits for the disk: nobody has again what a stream sent meanwhile.
    """

    def __init__(self, order: RecordingOrder, parts: EngineParts, keeper: RecordingKeeper) -> None:
        """Go on after what `keeper` has of the channel."""
        self._order, self._clock, self._keeper = order, parts.clock, keeper
        main = keeper.contents.main
        self._last = main.last if main else None
        self._placing = StreamPlacing(self._last)
        self._cutter = StreamCutter(after=self._placing.after)
        self._waiting: deque[tuple[Told, bytes]] = deque()
        self._held = 0
        self._wake = Wake()
        self._heard = parts.clock.monotonic()
        self._over = self._whole = False

    async def run(self, stream: FetchResponse, head: bytes) -> None:
        """Record until the order's time is over, or the stream is, which was a file then.

        `head` was read from `stream` already. Raises PlayerError: network.* where it broke off,
        drm.no-copy where it is scrambled, media.invalid where no picture comes. Cancelled or not,
        what came is written first.
        """
        failed: PlayerError | None = None
        if self._order.until is not None and self._clock.utc() >= self._order.until:
            return  # nothing of it is on air any more
        try:
            async with anyio.create_task_group() as group:
                group.start_soon(self._write)
                failed = await self._read(stream, head)
                group.cancel_scope.cancel()
        finally:
            self._keep([] if self._over else self._cutter.flush(whole=self._whole))
            with anyio.move_on_after(seconds(PARTING), shield=True):
                await self._write_all()
            if self._cutter.lost:
                LOG.info("stream id=%s losses=%d", self._order.id, self._cutter.lost)
        if failed is not None:
            raise failed

    # ---- reading ------------------------------------------------------------------------------

    async def _read(self, stream: FetchResponse, head: bytes) -> PlayerError | None:
        """Take all that comes; gives what ended it, None where it is over."""
        began = self._clock.monotonic()
        try:
            self._take(head)
            async for chunk in stream.chunks():
                self._take(chunk)
                if self._over:
                    return None
        except PlayerError as failed:
            return failed
        self._whole = self._was_file(began)
        if self._whole:
            return None
        return interrupted(stream.url, "the server closed an endless stream")

    def _take(self, data: bytes) -> None:
        now = self._clock.utc()
        pieces = self._cutter.push(data, now)
        self._keep(pieces)
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
        until, last = self._order.until, self._placing.last
        if until is None or last is None or self._clock.utc() < until:
            return
        self._over = bool(pieces) and last.epoch + last.end >= until
        self._cutter.soon = self._placing.reached(self._cutter.growing) >= until

    def _was_file(self, began: Micros) -> bool:
        """Whether an answer that ended politely was all there is; see `SHORTEST_LIVE`."""
        if self._last is not None or self._placing.last is None:
            return False
        lasted = self._clock.monotonic() - began
        ahead = self._placing.last.end - lasted
        return lasted < SHORTEST_LIVE or ahead > LONGEST_BURST

    # ---- writing ------------------------------------------------------------------------------

    def _keep(self, pieces: list[StreamPiece]) -> None:
        for piece in pieces:
            told = self._told(piece)
            if self._held + len(piece.data) > HELD:
                LOG.warning("stream id=%s: a piece lacks, the disk takes none", self._order.id)
                continue
            self._waiting.append((told, piece.data))
            self._held += len(piece.data)
        if pieces:
            self._wake.notify()

    async def _write(self) -> None:
        while True:
            await self._write_all()
            await self._wake.wait()

    async def _write_all(self) -> None:
        while self._waiting:
            told, body = self._waiting[0]
            await self._keeper.keep(told, body)
            self._waiting.popleft()
            self._held -= len(body)

    def _told(self, piece: StreamPiece) -> Told:
        """What is told of a piece: its number is the time stamp of its first picture."""
        former = self._placing.last
        placed = self._placing.place(piece, self._clock.utc())
        if former is not None and piece.broken:
            LOG.info(
                "stream id=%s goes on gap=%.3f clock=%d",
                self._order.id,
                seconds(Micros(placed.start - former.end)),
                placed.clock,
            )
        return Told(
            serial=0,
            track=self._track(piece),
            rung=RungName(
                bandwidth=rate(ByteCount(len(piece.data)), placed.duration),
                container=Container.TS,
                muxed=piece.video and piece.sound,
            ),
            start=placed.start,
            duration=placed.duration,
            number=placed.pts,
            epoch=placed.epoch,
            clock=self._keeper.contents.clock_of(PERIOD, placed.clock),
            discontinuity=placed.clock,
            period=PERIOD,
            begin=Micros(0) if self._last is None else self._last.begin,
        )

    def _track(self, piece: StreamPiece) -> TrackName:
        """One track holds all, whatever becomes of its pictures later."""
        main = self._keeper.contents.main
        if main is not None:
            return main.name
        if piece.video:
            return TrackName(kind=TrackKind.VIDEO)
        return TrackName(kind=TrackKind.AUDIO, default=True)


def _no_picture() -> PlayerError:
    return error(
        ErrorCode.MEDIA_INVALID,
        "No picture and no sound come from this channel. It is tried again.",
        cause="no random access point in the transport stream",
    )
