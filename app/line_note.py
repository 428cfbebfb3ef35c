"""LineNote: what those who watch on this machine need of its line, as recorders may read it."""

import logging
import math
import mmap
import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import anyio

from player.clock import Clock
from player.streaming.fetch.line_share import LOOK
from player.units import BitsPerSecond, micros, seconds

LOG = logging.getLogger("farol.app")

_FORM = struct.Struct("<qqdd")
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
    """A page of memory that is a file, written by windows and read by recorders.

    Written several times a second from the engine's thread, which may not wait for a disk: a
    write into a mapped page does not. The time in it is the machine's steady clock, which all its
    processes have in common. Half a note that is read while it is written counts for a moment.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        """Map the file at `path`, made where there is none. Raises OSError."""
        self._clock = clock
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if os.fstat(file).st_size < _FORM.size:
                os.ftruncate(file, _FORM.size)
            self._page = mmap.mmap(file, _FORM.size)
        finally:
            os.close(file)

    def write(self, need: LineNeed) -> None:
        """Tell what is needed; it counts for a second."""
        now = self._clock.monotonic()
        _FORM.pack_into(self._page, 0, now, need.free, need.rate, need.wanted)

    def read(self) -> LineNeed | None:
        """What is needed now; None where nobody watches."""
        at, free, rate, wanted = _FORM.unpack_from(self._page)
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
        """Let the page go."""
        self._page.close()


def open_note(path: Path, clock: Clock) -> LineNote | None:
    """Give the note at `path`; None, and a warning, where the disk has no place for one."""
    try:
        return LineNote(path, clock)
    except OSError as failed:
        LOG.warning("recordings and windows do not know of each other: %s", failed)
        return None


async def keep_noted(note: LineNote, line: WatchedByPlayers) -> None:
    """Write down what `line` needs for as long as somebody plays, until cancelled."""
    while True:
        if line.watched:
            rate = line.rate or BitsPerSecond(0)
            note.write(LineNeed(free=line.free, rate=rate, wanted=line.wanted))
        await anyio.sleep(seconds(LOOK))
