"""Recorder: one channel into one folder, until its time is over."""

import os
from collections.abc import Callable
from pathlib import Path

import anyio

from player.errors import ErrorCategory, ErrorCode, Failure, PlayerError
from player.recording.channel import RecordedChannel
from player.recording.folder import RESERVE, BusyError, RecordingFolder, Room, free_room
from player.recording.keeper import RecordingKeeper, fresh_status, store_failure
from player.recording.media_text import SLACK
from player.recording.order import RecordingOrder, RecordingState, RecordingStatus
from player.recording.shelf import folder_of, playlist_of
from player.streaming.fetch.line_share import LineShare
from player.streaming.fetch.parts import EngineParts
from player.streaming.store.ring import Write
from player.units import ByteCount, Micros, micros, seconds

GRACE = micros(60)
"""How long after its end an order is still tried: what was on air then may be had a little later,
and a line that is down may come back while the server still has it."""

FIRST_PAUSE, LONGEST_PAUSE = micros(1), micros(15)
"""Before the channel is opened again: after a failure, and after many."""

MOST_FUTILE = 5
"""Sessions in a row without a new segment, after which a film is given up."""

_HOPELESS = frozenset({ErrorCategory.INPUT, ErrorCategory.DRM})
"""What does not pass by itself."""

_HOPELESS_CODES = frozenset({ErrorCode.MANIFEST_NOT_A_MANIFEST, ErrorCode.MANIFEST_NO_TRACKS})


class Recorder:
    """Records one order. Engine thread only; the disk in workers.

    What the folder holds already is gone on from. A recorder runs once. Of `parts` it takes the
    network, the clock, the workers, the policy and what the sink can decode; nothing is shown.
    `share`: the line of whoever watches in this process. `reserve` is what is left free on the
    disk; `write` and `room` are the system's own, or a test's.
    """

    def __init__(
        self,
        base: Path,
        order: RecordingOrder,
        parts: EngineParts,
        on_status: Callable[[RecordingStatus], None],
        *,
        share: LineShare | None = None,
        reserve: ByteCount = RESERVE,
        write: Write = os.write,
        room: Room = free_room,
    ) -> None:
        """Record into the folder below `base` that is named as the order is.

        Raises ValueError where that is no name of one.
        """
        self._base, self._order, self._parts, self._share = base, order, parts, share
        folder = RecordingFolder(
            folder_of(base, order.id), write=write, room=room, reserve=reserve
        )
        fresh = fresh_status(order.id, order.title, order.tag)
        self._keeper = RecordingKeeper(folder, fresh, parts.worker, on_status)
        self._scope = anyio.CancelScope()
        self._stopped = False

    @property
    def status(self) -> RecordingStatus:
        """How it stands."""
        return self._keeper.status

    @property
    def playlist(self) -> Path:
        """Where the HLS text is, or will be."""
        return playlist_of(self._base, self._order.id)

    async def run(self) -> RecordingStatus:
        """Record until the order's time is over or it is stopped; gives the last status.

        Never raises PlayerError: what ends it is the status's `failure`. Cancelled, it leaves a
        recording that is INTERRUPTED, and can be gone on with.
        """
        try:
            await self._keeper.open()
        except OSError as failed:
            self._keeper.turn(RecordingState.FAILED, _unopened(failed))
            self._keeper.close()
            return self.status
        try:
            async with anyio.create_task_group() as group:
                group.start_soon(self._keeper.keep_texts)
                with self._scope:
                    await self._wait_and_record()
                group.cancel_scope.cancel()
            if self.status.state is not RecordingState.FAILED:
                self._end()
            await self._keeper.publish(ended=True)
        finally:
            self._keeper.close()
        return self.status

    def stop(self) -> None:
        """Record no more: what there is becomes a whole recording."""
        self._stopped = True
        self._scope.cancel()

    async def _wait_and_record(self) -> None:
        now, order = self._parts.clock.utc(), self._order
        if order.since is not None and order.since > now:
            self._keeper.turn(RecordingState.WAITING)
            await anyio.sleep(seconds(Micros(order.since - now)))
        left = None if order.until is None else order.until + GRACE - self._parts.clock.utc()
        longest = None if left is None else seconds(Micros(max(left, 0)))
        with anyio.move_on_after(longest):
            await self._record()

    async def _record(self) -> None:
        """Session after session, for as long as there is hope."""
        futile, pause = 0, FIRST_PAUSE
        while True:
            before = self.status.size
            try:
                await self._session()
            except PlayerError as failed:
                grown = self.status.size > before
                futile, pause = (0, FIRST_PAUSE) if grown else (futile + 1, pause)
                if self._is_over(failed.failure, futile):
                    self._keeper.turn(RecordingState.FAILED, failed.failure)
                    return
                self._keeper.trouble(failed.failure)
                await anyio.sleep(seconds(pause))
                pause = min(Micros(2 * pause), LONGEST_PAUSE)
                continue
            return

    async def _session(self) -> None:
        await RecordedChannel(self._order, self._parts, self._keeper, self._share).run()

    def _is_over(self, failure: Failure, futile: int) -> bool:
        if failure.category in _HOPELESS or failure.code in _HOPELESS_CODES:
            return True
        main = self._keeper.contents.main
        film = main is not None and main.last is not None and main.last.epoch is None
        return film and futile >= MOST_FUTILE

    def _end(self) -> None:
        """Its time is over; what it lacks at its ends is told, too."""
        status, order = self.status, self._order
        if order.since and status.since and status.since - order.since > SLACK:
            self._keeper.lacks(order.since, status.since)
        wanted = None if self._stopped else order.until
        if wanted and status.until and wanted - status.until > SLACK:
            self._keeper.lacks(status.until, wanted)
        if status.recorded:
            self._keeper.turn(RecordingState.DONE)
        else:
            self._keeper.turn(RecordingState.FAILED, status.failure or _nothing_came())


def _unopened(failed: OSError) -> Failure:
    if isinstance(failed, BusyError):
        return Failure(
            code=ErrorCode.STORE_FAILED,
            sentence="This is being recorded already.",
            cause=str(failed),
        )
    return store_failure(failed)


def _nothing_came() -> Failure:
    return Failure(
        code=ErrorCode.NETWORK_UNREACHABLE,
        sentence="Nothing of this could be recorded: nothing came before its end.",
        cause="no segment",
    )
