"""Volumes: which of the ring's files must go, and when to begin another one. Pure."""

from collections.abc import Collection
from dataclasses import dataclass, field

from player.streaming.store.kept import Kept
from player.units import MICROS_PER_SECOND, ByteCount, Micros

LARGEST = ByteCount(16 << 20)
SHARE = 32
"""Into at least so many files a ring is parted: what is forgotten at once is that much of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreLimits:
    """How much is kept: media of `duration`, and `size` bytes; `waiting` before it is written."""

    duration: Micros = Micros(1_800 * MICROS_PER_SECOND)
    size: ByteCount = ByteCount(2 << 30)
    waiting: ByteCount = ByteCount(48 << 20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A stretch of presentation time of one tape that must stay, whatever the limits say."""

    tape: int
    since: Micros
    until: Micros


@dataclass(slots=True, kw_only=True, eq=False)
class Volume:
    """One file of the ring and what lies in it."""

    number: int
    tape: int
    size: int = 0
    since: Micros = Micros(1 << 62)
    until: Micros = Micros(-(1 << 62))
    kept: list[Kept] = field(default_factory=list)

    def add(self, one: Kept, size: int) -> None:
        """Note a record."""
        self.kept.append(one)
        self.size += size
        self.since = min(self.since, one.segment.start)
        self.until = max(self.until, one.segment.end)

    def is_pinned(self, pins: Collection[Pin]) -> bool:
        """Whether any of it must stay."""
        return any(
            one.tape == self.tape and one.since < self.until and one.until > self.since
            for one in pins
        )


class Volumes:
    """The files of a ring, oldest first. Engine thread only.

    What is pinned does not count: a recording takes nothing from time-shift.
    """

    def __init__(self, limits: StoreLimits) -> None:
        """Begin without any."""
        self._limits = limits
        self._volumes: dict[int, Volume] = {}
        self.pins: list[Pin] = []

    def add(self, one: Kept, size: int) -> None:
        """Note a record that was written."""
        if one.place is None:
            return
        number = one.place.volume
        if number not in self._volumes:
            self._volumes[number] = Volume(number=number, tape=one.tape)
        self._volumes[number].add(one, size)

    def is_full(self, number: int) -> bool:
        """Whether another file shall be begun."""
        volume, limits = self._volumes.get(number), self._limits
        if volume is None:
            return False
        too_large = volume.size >= min(LARGEST, limits.size // SHARE)
        return too_large or volume.until - volume.since >= limits.duration // SHARE

    def too_old(self, tape: int) -> list[Volume]:
        """What is of other tapes, or older than the limit."""
        own = [one.until for one in self._volumes.values() if one.tape == tape]
        oldest = max(own, default=Micros(0)) - self._limits.duration
        return [one for one in self._loose() if one.tape != tape or one.until <= oldest]

    def too_much(self, coming: int) -> list[Volume]:
        """What must go for so many bytes more; as much as there is where that is not enough."""
        loose = self._loose()
        excess = sum(one.size for one in loose) + coming - self._limits.size
        going = list[Volume]()
        for one in loose:
            if excess <= 0:
                break
            going.append(one)
            excess -= one.size
        return going

    def oldest(self) -> list[Volume]:
        """The one that goes first where the disk is full; none where nothing may go."""
        return self._loose()[:1]

    def _loose(self) -> list[Volume]:
        return [one for one in self._volumes.values() if not one.is_pinned(self.pins)]

    def forget(self, volume: Volume) -> None:
        """It is gone."""
        self._volumes.pop(volume.number, None)
