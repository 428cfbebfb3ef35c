"""Puts the samples of several tracks into one order, as far as all of them are known."""

from collections import deque
from collections.abc import Sequence
from typing import Generic, TypeVar

from player.units import Micros

Item = TypeVar("Item")


class Interleaver(Generic[Item]):
    """Orders items of several tracks by decode time; pure.

    An item comes out once no other track can bring an earlier one: each has reached its time
    (by an item or by `advance`) or has ended. Equal times come in the order of the tracks.
    Within a track items keep the order of their pushes; one that is earlier than its track has
    already reached comes out as if it were at that time.
    """

    def __init__(self, tracks: Sequence[int]) -> None:
        """Expect items of `tracks`; none has reached anything yet."""
        self._queues: dict[int, deque[tuple[Micros, Item]]] = {t: deque() for t in tracks}
        self._reached: dict[int, Micros | None] = dict.fromkeys(tracks)
        self._ended: set[int] = set()

    def push(self, track: int, item: Item, dts: Micros) -> None:
        """Queue `item`, to be decoded at `dts`. ValueError for a track that has ended."""
        if track in self._ended:
            raise ValueError(f"track {track} has ended")
        self._queues[track].append((self._reach(track, dts), item))

    def advance(self, track: int, upto: Micros) -> None:
        """Say that `track` brings nothing before `upto` any more (a gap, sparse content)."""
        self._reach(track, upto)

    def peek(self, track: int) -> Item | None:
        """Give the item of `track` that would come next; None where none is queued."""
        queue = self._queues.get(track)
        return queue[0][1] if queue else None

    def end(self, track: int) -> None:
        """Say that `track` brings nothing any more."""
        self._ended.add(track)

    def resume(self, track: int) -> None:
        """Take an ended track back: it goes on from where it had come to."""
        self._ended.discard(track)

    def join(self, track: int) -> None:
        """Expect one track more, from now on; nothing where it is expected already."""
        self._queues.setdefault(track, deque())
        self._reached.setdefault(track, None)

    def pop(self) -> Item | None:
        """Give the next item whose place is certain; None where there is none."""
        track = self._earliest()
        return None if track is None else self._queues[track].popleft()[1]

    def pop_ready(self) -> list[tuple[int, Item]]:
        """Give (track, item) of everything whose place is certain, in order."""
        ready: list[tuple[int, Item]] = []
        while (track := self._earliest()) is not None:
            ready.append((track, self._queues[track].popleft()[1]))
        return ready

    def _reach(self, track: int, time: Micros) -> Micros:
        before = self._reached[track]
        reached = time if before is None else max(before, time)
        self._reached[track] = reached
        return reached

    def _earliest(self) -> int | None:
        """Give the track of the earliest item; None while another may still undercut it."""
        queues = enumerate(self._queues.values())
        heads = [(queue[0][0], place) for place, queue in queues if queue]
        if not heads:
            return None
        time, place = min(heads)
        for track, queue in self._queues.items():
            if queue or track in self._ended:
                continue
            reached = self._reached[track]
            if reached is None or reached < time:
                return None
        return list(self._queues)[place]
