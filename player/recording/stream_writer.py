"""StreamWriter: the pieces of a plain transport stream, placed in time and put onto the disk."""

import logging
from collections import deque

import anyio

from player.clock import Clock
from player.model.presentation import Container, TrackKind
from player.recording.keeper import RecordingKeeper
from player.recording.stream_cutter import StreamPiece
from player.recording.stream_placing import PERIOD, Placed, StreamPlacing
from player.recording.told import RungName, Told, TrackName
from player.streaming.fetch.wake import Wake
from player.units import ByteCount, Micros, micros, rate, seconds

LOG = logging.getLogger("farol.recording")

HELD = ByteCount(96 << 20)
"""What waits for a disk that takes nothing; what comes beyond that lacks."""

PARTING = micros(5)
"""How long the last pieces may take to the disk when it is over."""


class StreamWriter:
    """Engine thread only. Taking a piece never waits: who reads a stream cannot."""

    def __init__(self, keeper: RecordingKeeper, clock: Clock) -> None:
        """Go on after what `keeper` has of the channel."""
        self._keeper, self._clock = keeper, clock
        main = keeper.contents.main
        self._last = main.last if main else None
        self.placing = StreamPlacing(self._last)
        self._waiting: deque[tuple[Told, bytes]] = deque()
        self._held = 0
        self._wake = Wake()

    @property
    def began_before(self) -> bool:
        """Whether the recording had something before this writer."""
        return self._last is not None

    def put(self, piece: StreamPiece) -> None:
        """Place a piece after the one before; it is written as soon as the disk takes it."""
        former = self.placing.last
        placed = self.placing.place(piece, self._clock.utc())
        name = self._keeper.status.id
        if former is not None and piece.broken:
            gap = seconds(Micros(placed.start - former.end))
            LOG.info("stream id=%s goes on gap=%.3f clock=%d", name, gap, placed.clock)
        if self._held + len(piece.data) > HELD:
            LOG.info("stream id=%s lacks a piece: the disk takes none", name)
            return
        self._waiting.append((self._told(piece, placed), piece.data))
        self._held += len(piece.data)
        self._wake.notify()

    async def write(self) -> None:
        """Write what comes, until cancelled."""
        while True:
            await self._write_all()
            await self._wake.wait()

    async def finish(self) -> None:
        """Write what waits, cancelled or not, unless the disk takes nothing for `PARTING`."""
        with anyio.move_on_after(seconds(PARTING), shield=True):
            await self._write_all()

    async def _write_all(self) -> None:
        while self._waiting:
            told, body = self._waiting[0]
            await self._keeper.keep(told, body)
            self._waiting.popleft()
            self._held -= len(body)

    def _told(self, piece: StreamPiece, placed: Placed) -> Told:
        """What is told of a piece: its number is the time stamp of its first picture."""
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
