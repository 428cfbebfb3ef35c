"""Recorder: one channel into one folder, until its time is over."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import anyio

from player.errors import ErrorCategory, ErrorCode, Failure, PlayerError
from player.recording.channel import RecordedChannel
from player.recording.folder import RESERVE, BusyError, RecordingFolder, Room, free_room
from player.recording.keeper import RecordingKeeper, fresh_status, store_failure, when_over
from player.recording.media_text import SLACK
from player.recording.order import RecordingOrder, RecordingState, RecordingStatus
from player.recording.shelf import folder_of, playlist_of
from player.recording.watched_line import NobodyWatches, WatchedLine
from player.streaming.fetch.parts import EngineParts
from player.streaming.fetch.wake import Wake
from player.streaming.store.ring import Write
from player.units import ByteCount, Micros, micros, seconds

GRACE = micros(60)
"""How long after its end an order is still tried: what was on air then may be had a little later,
and a line that is down may come back while the server still has it."""

SOON = micros(10)
"""The same where somebody waits for an order of which nothing came yet, though it is coming."""

LOOK = micros(1)
"""How often it is looked, then, whether it still may come."""

FIRST_PAUSE, LONGEST_PAUSE = micros(1), micros(15)
"""Before the channel is opened again: after a failure, and after many."""

MOST_FUTILE = 5
"""Sessions in a row without a new segment, after which a film is given up."""

MOST_ATTENDED = 3
"""The same for an order that somebody waits for, while nothing of it came at all."""

_HOPELESS = frozenset({ErrorCategory.INPUT, ErrorCategory.DRM})
"""What does not pass by itself."""

_NOTHING_THERE = frozenset({401, 403, 404, 410, 451})
"""HTTP statuses (RFC 9110 15.5) with which a server has said all it has to say."""

_NO_CHANNEL = frozenset({ErrorCode.MANIFEST_NOT_A_MANIFEST, ErrorCode.MANIFEST_NO_TRACKS})
"""What passes where there was a channel before: a server excuses itself by a page of words."""


class Recorder:
    """Records one order. Engine thread only; the disk in workers.

    What the folder holds already is gone on from. A recorder runs once. Of `parts` it takes the
    network, the clock, the workers, the policy and what the sink can decode; nothing is shown.
    `line`: what those who watch leave of it. `reserve` is what is left free on the disk; `write`
    and `room` are the system's own, or a test's.
    """

    def __init__(
        self,
        base: Path,
        order: RecordingOrder,
        parts: EngineParts,
        on_status: Callable[[RecordingStatus], None],
        *,
        line: WatchedLine | None = None,
        reserve: ByteCount = RESERVE,
        write: Write = os.write,
        room: Room = free_room,
    ) -> None:
        """Record into the folder below `base` that is named as the order is.

        Raises ValueError where that is no name of one.
        """
        self._base, self._order, self._parts = base, order, parts
        self._line = line or NobodyWatches()
        folder = RecordingFolder(
            folder_of(base, order.id), write=write, room=room, reserve=reserve
        )
        fresh = fresh_status(order.id, order.title, order.tag)
        self._keeper = RecordingKeeper(folder, fresh, parts.worker, on_status)
        self._scope = anyio.CancelScope()
        self._channel: RecordedChannel | None = None
        self._moved = Wake()
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
        recording that is INTERRUPTED, and can be gone on with; nothing where nothing came.
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
            if self.status.recorded:
                await self._keeper.publish_last()
        finally:
            self._keeper.close()
        return self.status

    def stop(self) -> None:
        """Record no more: what there is becomes a whole recording."""
        self._stopped = True
        self._scope.cancel()

    def end_at(self, until: Micros | None) -> None:
        """Record until another time (UTC); None: until it is stopped."""
        self._order = replace(self._order, until=until)
        if self._channel is not None:
            self._channel.change(self._order)
        self._moved.notify()

    async def _wait_and_record(self) -> None:
        now, order = self._parts.clock.utc(), self._order
        if order.since is not None and order.since > now:
            self._keeper.turn(RecordingState.WAITING)
            await anyio.sleep(seconds(Micros(order.since - now)))
        async with anyio.create_task_group() as group:
            group.start_soon(self._watch_time, group.cancel_scope)
            await self._record()
            group.cancel_scope.cancel()

    async def _watch_time(self, recording: anyio.CancelScope) -> None:
        """End it when its time is over, and what may still come has had its own."""
        while (left := self._left()) is None or left > 0:
            await self._moved.wait(left)
        recording.cancel()

    def _left(self) -> Micros | None:
        """How long it goes on before that is to be looked at again, 0: no more; None: no end."""
        until, now = self._order.until, self._parts.clock.utc()
        if until is None or now < until:
            return None if until is None else Micros(until - now)
        return Micros(min(max(until + self._grace() - now, 0), LOOK))

    def _grace(self) -> Micros:
        if self.status.recorded or not self._order.attended:
            return GRACE
        comes = self._channel is not None and self._channel.opened and not self.status.failure
        return SOON if comes else Micros(0)

    async def _record(self) -> None:
        """Session after session, for as long as there is hope."""
        futile, pause = 0, FIRST_PAUSE
        while True:
            before, until = self.status.size, self._order.until
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
            now, end = self._parts.clock.utc(), self._order.until
            if end == until or (end is not None and now >= end):
                return  # else it may have been lengthened after its last piece

    async def _session(self) -> None:
        self._channel = RecordedChannel(self._order, self._parts, self._keeper, self._line)
        await self._channel.run()

    def _is_over(self, failure: Failure, futile: int) -> bool:
        if failure.category in _HOPELESS:
            return True
        if failure.code in _NO_CHANNEL and not self.status.recorded:
            return True
        if self._order.attended and not self.status.recorded:
            return failure.status in _NOTHING_THERE or futile >= MOST_ATTENDED
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
            why = _stopped() if self._stopped else when_over(status.failure) or _nothing_came()
            self._keeper.turn(RecordingState.FAILED, why)


def _unopened(failed: OSError) -> Failure:
    if isinstance(failed, BusyError):
        return Failure(
            code=ErrorCode.STORE_FAILED,
            sentence="This is being recorded already.",
            cause=str(failed),
        )
    return store_failure(failed)


def _stopped() -> Failure:
    return Failure(
        code=ErrorCode.NETWORK_INTERRUPTED,
        sentence="Nothing was recorded: it was ended before anything came.",
        cause="stopped before the first segment",
    )


def _nothing_came() -> Failure:
    return Failure(
        code=ErrorCode.NETWORK_UNREACHABLE,
        sentence="Nothing was recorded: nothing came before its end.",
        cause="no segment",
    )
