"""LineNote: what those who watch on this machine need of its line, as recorders may read it."""

import logging
import math
import os
import struct
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

import anyio

from player.clock import Clock
from player.ports import WorkerRunner
from player.streaming.fetch.line_share import LOOK
from player.units import BitsPerSecond, micros, seconds

LOG = logging.getLogger("farol.app")

_FORM = struct.Struct("<qqdd")
_BINARY = getattr(os, "O_BINARY", 0)  # Windows alone has another mode
_LASTS = micros(1)
"""How long a note counts: a window that was killed needs nothing any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineNeed:
    """`rate` is what the line carries, `wanted` what the best rungs of all who watch take of it.

    `free`: none of them needs it at this moment.
    """

    free: bool
    rate: BitsPerSecond
    wanted: BitsPerSecond


class WatchedByPlayers(Protocol):
    """The line of this program's players; `player.session.shared_line.SharedLine`."""

    @property
    def watched(self) -> bool:
        """Whether anybody plays anything."""
        ...

    @property
    def free(self) -> bool:
        """Whether all who play can spare the line now."""
        ...

    @property
    def rate(self) -> BitsPerSecond | None:
        """What the whole line carries."""
        ...

    @property
    def wanted(self) -> BitsPerSecond:
        """What all of them would like to have of it."""
        ...


class LineNote:
    """A small file, written by windows and read by recorders. Workers, one at a time.

    The time in it is the machine's steady clock, which all its processes have in common. Half a
    note that is read while it is written counts for a moment. It is not mapped into memory: a
    full disk, or whoever cuts the file short, would end the program with a signal.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        """Open the file at `path`, made where there is none. Raises OSError."""
        self._clock = clock
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        number = os.open(path, os.O_RDWR | os.O_CREAT | _BINARY, 0o600)
        self._file = os.fdopen(number, "r+b", buffering=0)

    def write(self, need: LineNeed) -> None:
        """Tell what is needed; it counts for a second. Raises OSError."""
        self._file.seek(0)
        self._file.write(_FORM.pack(self._clock.monotonic(), need.free, need.rate, need.wanted))

    def read(self) -> LineNeed | None:
        """What is needed now; None where nobody watches. Raises OSError."""
        self._file.seek(0)
        told = self._file.read(_FORM.size)
        if len(told) < _FORM.size:
            return None
        at, free, rate, wanted = _FORM.unpack(told)
        if not 0 <= self._clock.monotonic() - at <= _LASTS or at == 0:
            return None
        if not (math.isfinite(rate) and math.isfinite(wanted)):
            return None
        return LineNeed(
            free=bool(free),
            rate=BitsPerSecond(round(rate)),
            wanted=BitsPerSecond(round(wanted)),
        )

    def close(self) -> None:
        """Let the file go."""
        self._file.close()


def open_note(path: Path, clock: Clock) -> LineNote | None:
    """Give the note at `path`; None, and a warning, where the disk has no place for one."""
    try:
        return LineNote(path, clock)
    except OSError as failed:
        LOG.warning("recordings and windows do not know of each other: %s", failed)
        return None


async def keep_noted(note: LineNote, line: WatchedByPlayers, worker: WorkerRunner) -> None:
    """Write down what `line` needs for as long as somebody plays, until cancelled."""
    while True:
        if line.watched:
            rate = line.rate or BitsPerSecond(0)
            need = LineNeed(free=line.free, rate=rate, wanted=line.wanted)
            with suppress(OSError):  # a full disk: the next note may find room
                await worker(partial(note.write, need))
        await anyio.sleep(seconds(LOOK))


class NotedNeed:
    """What was read of a note last. One anyio loop."""

    def __init__(self, note: LineNote, worker: WorkerRunner) -> None:
        """Nothing is read yet."""
        self._note, self._worker = note, worker
        self.now: LineNeed | None = None

    async def look(self) -> None:
        """Read it; a file that cannot be read is one in which nobody needs anything."""
        try:
            self.now = await self._worker(self._note.read)
        except OSError:
            self.now = None

    async def run(self) -> None:
        """Read it again and again, until cancelled."""
        while True:
            await self.look()
            await anyio.sleep(seconds(LOOK))
