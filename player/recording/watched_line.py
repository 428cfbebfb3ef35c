"""The line beside whoever watches: recordings give way, and plan with what is left."""

from collections.abc import Callable
from typing import Protocol

import anyio

from player.streaming.fetch.line_share import LOOK
from player.units import BitsPerSecond, Micros, seconds

WAITS = 0.5
"""How much of a segment's duration it may wait: a watcher close to the live point never rests,
and what records beside it has to keep pace."""


class WatchedLine(Protocol):
    """What those who watch, in this process or another, leave of the line."""

    @property
    def free(self) -> bool:
        """Whether nobody who watches needs the line now."""
        ...

    @property
    def granted(self) -> BitsPerSecond | None:
        """The rate that one recording may plan with; None: nobody watches, it may have all."""
        ...


class NobodyWatches:
    """Implements `WatchedLine` where recordings have the line to themselves."""

    free = True
    granted: BitsPerSecond | None = None


async def give_way(line: WatchedLine, lasts: Micros, hurries: Callable[[], bool]) -> None:
    """Wait before a segment of `lasts` until the line is free, though never for long.

    `hurries` says that the segment is about to leave the server's window: it is not waited for
    then. Small things (lists, init sections) need not come here.
    """
    left = WAITS * seconds(lasts)
    while left > 0 and not line.free and not hurries():
        await anyio.sleep(min(seconds(LOOK), left))
        left -= seconds(LOOK)
