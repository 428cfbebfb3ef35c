"""SegmentStore: the player's ring of segments on the disk, and who writes it."""

import errno
import itertools
import logging
import os
from collections import deque
from collections.abc import Callable
from pathlib import Path

import anyio

from player.errors import ErrorCode, Failure, Severity
from player.ports import WorkerRunner
from player.streaming.store.disk import StoreDisk
from player.streaming.store.kept import Kept
from player.streaming.store.ring import Write
from player.streaming.store.tape import Tape
from player.streaming.store.volumes import Pin, StoreLimits, Volume, Volumes
from player.units import Micros

LOG = logging.getLogger("farol.store")

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


class SegmentStore:
    """Outlives the channel; holds the tape of the one that is tuned. Engine thread only.

    The disk is touched in workers alone. Where it is slow or full, segments are left out and
    the tape's session hears of it once; nobody waits for it.
    """

    def __init__(
        self,
        base: Path,
        worker: WorkerRunner,
        limits: StoreLimits | None = None,
        write: Write = os.write,
    ) -> None:
        """Keep segments in a folder below `base`; `write` is the system's own, or a test's."""
        self._worker = worker
        self._limits = limits or StoreLimits()
        self._disk = StoreDisk(base, write)
        self._volumes = Volumes(self._limits)
        self._waiting: deque[Kept] = deque()
        self._waiting_size = 0
        self._numbers = itertools.count(1)
        self._tape = Tape()
        self._pinned = True
        self._broken: OSError | None = None
        self._rung = anyio.Event()

    @property
    def limits(self) -> StoreLimits:
        """How much is kept."""
        return self._limits

    def tape(self, report: Callable[[Failure], None]) -> Tape:
        """A tape for another session; what was on the former one is forgotten, but for pins."""
        for one in self._waiting:
            one.body = None
        self._waiting.clear()
        self._waiting_size = 0
        self._tape = Tape(next(self._numbers), self, report)
        self._ring()
        return self._tape

    def pin(self, since: Micros, until: Micros) -> Pin:
        """Keep a stretch of the present tape until it is unpinned, also over a restart."""
        one = Pin(tape=self._tape.number, since=since, until=until)
        self._volumes.pins.append(one)
        self._pinned = False
        self._ring()
        return one

    def unpin(self, one: Pin) -> None:
        """Let a stretch be forgotten again."""
        self._volumes.pins.remove(one)
        self._pinned = False
        self._ring()

    # ---- the tape's keeper ------------------------------------------------------------------

    def keep(self, one: Kept) -> bool:
        """See `Keeper.keep`."""
        if self._broken is not None:
            self._tape.tell(_broken(self._broken))
            return False
        if self._waiting_size + one.size > self._limits.waiting:
            self._tape.tell(_slow())
            return False
        self._waiting.append(one)
        self._waiting_size += one.size
        self._ring()
        return True

    async def read(self, one: Kept) -> bytes | None:
        """See `Keeper.read`."""
        place, told = one.place, one.told
        if place is None:
            return None
        try:
            return await self._worker(lambda: self._disk.read(place, told, sealed=one.sealed))
        except (OSError, ValueError) as failed:
            LOG.info("store not read number=%d: %s", one.segment.number, failed)
            return None

    # ---- running ----------------------------------------------------------------------------

    async def run(self) -> None:
        """Write what is to be kept, until cancelled. Never raises: the player goes on without."""
        try:
            await self._worker(self._disk.open)
            await self._serve()
        except OSError as failed:
            self._broken = failed
        except Exception:
            LOG.exception("fault in the store")
            self._broken = OSError("a fault of Farol's own")

    async def _serve(self) -> None:
        while True:
            await self._rung.wait()
            self._rung = anyio.Event()
            await self._tidy()
            while self._waiting:
                await self._write(self._waiting[0])
                await self._tidy()

    def close(self) -> None:
        """Remove what is not pinned; once `run` is over, in any thread that may wait."""
        self._disk.remove()

    def _ring(self) -> None:
        self._rung.set()

    async def _write(self, one: Kept) -> None:
        body, told = one.body or b"", one.told
        await self._forget(self._volumes.too_much(len(told) + len(body)))
        failed = await self._try(one, told, body)
        if failed is not None and failed.errno in _NO_ROOM:
            await self._forget(self._volumes.oldest())
            failed = await self._try(one, told, body)
        if failed is not None:
            LOG.info("store not written: %s", failed)
            self._tape.tell(_full(failed))
            self._tape.lose(one)
        if self._waiting and self._waiting[0] is one:  # else there is another tape by now
            self._waiting.popleft()
            self._waiting_size -= one.size
        one.body = None

    async def _try(self, one: Kept, told: bytes, body: bytes) -> OSError | None:
        """Write a record; gives what went wrong."""
        try:
            place, size = await self._worker(
                lambda: self._disk.append(told, body, sealed=one.sealed)
            )
        except OSError as failed:
            return failed
        one.place = place
        self._volumes.add(one, size)
        if self._volumes.is_full(place.volume):
            await self._quietly(self._disk.turn)
        return None

    async def _tidy(self) -> None:
        """Forget what is too old, and write down what must not be."""
        await self._forget(self._volumes.too_old(self._tape.number))
        if not self._pinned:
            self._pinned = True
            pins = list(self._volumes.pins)
            await self._quietly(lambda: self._disk.pin(pins))

    async def _forget(self, volumes: list[Volume]) -> None:
        for volume in volumes:
            self._volumes.forget(volume)
            for one in volume.kept:
                one.place = None
                self._tape.lose(one)
        if volumes:
            numbers = [one.number for one in volumes]
            await self._quietly(lambda: self._disk.forget(numbers))

    async def _quietly(self, work: Callable[[], None]) -> None:
        try:
            await self._worker(work)
        except OSError as failed:
            LOG.info("store: %s", failed)


def _failure(sentence: str, cause: str) -> Failure:
    return Failure(
        code=ErrorCode.STORE_FAILED,
        sentence=sentence,
        severity=Severity.RECOVERABLE,
        cause=cause,
    )


def _full(failed: OSError) -> Failure:
    return _failure(
        "The disk takes no more, so that this channel cannot be rewound as far as usual. "
        "Make room on it.",
        failed.strerror or type(failed).__name__,
    )


def _slow() -> Failure:
    return _failure(
        "The disk is too slow for this channel: some of it cannot be rewound.",
        "too many segments wait to be written",
    )


def _broken(failed: OSError) -> Failure:
    return _failure(
        "There is no folder to keep this channel in, so that it cannot be rewound. "
        "Check the cache folder and its disk.",
        failed.strerror or type(failed).__name__,
    )
