"""Captions in the video: the cc_data of pictures (ATSC A/53 part 4, CTA-608, CTA-708)."""

import re
from bisect import insort
from collections.abc import Iterable, Iterator
from typing import Protocol

from player.model.cue import Cue
from player.model.sample import Sample
from player.text import line21
from player.text.cea708 import Service708
from player.text.dtvcc import Packets, service_blocks
from player.text.showing import Block, Showing
from player.units import Micros

WINDOW = 16
"""Pictures held back to bring them into order: no codec reorders more."""
_LONGEST_WAIT = Micros(600_000)
"""However few pictures there are: caption tracks may have one sample for many."""
_JUMP = Micros(2_000_000)
"""A step backward this long is a new beginning, not a picture in its decode order."""
_SERVICE = re.compile(r"(?:SERVICE|SVC)?([1-9][0-9]?)\Z", re.IGNORECASE)

Triplet = tuple[int, int, int]


class _Decoder(Protocol):
    """What one service's bytes go to."""

    def take(self, triplet: Triplet) -> bool: ...
    def blocks(self) -> tuple[Block, ...]: ...
    def clear(self) -> None: ...
    @property
    def typed(self) -> bool: ...


class CeaReader:
    """One service of the captions; takes pictures in any order that a decoder would.

    Text that stays is told in pieces of half a second, equal but for their times. A picture
    without captions (empty data) tells that time goes on. What is on the screen depends on what
    came before: a switch of renditions goes on with the same reader, without a flush.
    """

    def __init__(self, service: str) -> None:
        """Listen for "CC1" to "CC4", or "SERVICE1" to "SERVICE63" of CEA-708."""
        self._service = service.upper()
        self._decoder = _decoder(self._service)
        self._showing = Showing()
        self._blocks: tuple[Block, ...] = ()
        self._waiting: list[tuple[Micros, int, bytes]] = []
        self._order = 0
        self._newest: Micros | None = None
        self._end = Micros(0)

    def feed(self, sample: Sample) -> tuple[Cue, ...]:
        """Take one picture's triplets."""
        cues: list[Cue] = []
        if self._newest is not None and sample.pts < self._newest - _JUMP:
            cues += self.flush()
        self._newest = max(sample.pts, self._newest or sample.pts)
        self._end = max(self._end, Micros(sample.pts + sample.duration))
        self._order += 1
        insort(self._waiting, (sample.pts, self._order, sample.data))
        while self._waiting and self._in_order(self._newest):
            cues += self._picture(*self._waiting.pop(0))
        return tuple(cues)

    def _in_order(self, newest: Micros) -> bool:
        """Whether no picture can come any more that is shown before the first one waiting."""
        return len(self._waiting) > WINDOW or newest - self._waiting[0][0] > _LONGEST_WAIT

    def flush(self) -> tuple[Cue, ...]:
        """The run is over: give what is there until its last picture, and forget it."""
        cues: list[Cue] = []
        for waiting in self._waiting:
            cues += self._picture(*waiting)
        if self._newest is not None:
            cues += self._showing.reset(max(self._newest, self._end))
        self._waiting, self._newest, self._end, self._blocks = [], None, Micros(0), ()
        self._decoder = _decoder(self._service)
        return tuple(cues)

    def _picture(self, at: Micros, _order: int, data: bytes) -> tuple[Cue, ...]:
        taken = [self._decoder.take(triplet) for triplet in triplets(data)]
        if any(taken):
            self._showing.renew(at)
            self._blocks = self._decoder.blocks()
        elif self._showing.expired(at):
            self._decoder.clear()
            self._blocks = ()
        return self._showing.take(at, self._blocks, typed=self._decoder.typed)


def triplets(data: bytes) -> Iterator[Triplet]:
    """Give (cc_type, byte, byte) for the valid triplets of a picture's cc_data."""
    for place in range(0, len(data) - 2, 3):
        if data[place] & 0x04:
            yield data[place] & 3, data[place + 1], data[place + 2]


def services(samples: Iterable[Sample]) -> tuple[str, ...]:
    """Name the services that have something to say in these pictures, in decode order.

    For announcing captions that nobody announces: "CC1" to "CC4", then "SERVICE1" and on.
    """
    found: set[str] = set()
    packets = Packets()
    for sample in samples:
        for kind, first, second in triplets(sample.data):
            if kind < 2:
                found.add(line21.heard(kind, first, second))
            else:
                body = packets.take(bytes((first, second)), start=kind == 3)
                found |= {f"SERVICE{number}" for number, _ in service_blocks(body)}
    return tuple(sorted(found - {""}, key=lambda name: (len(name), name)))


def _decoder(service: str) -> _Decoder:
    for field, names in enumerate(line21.NAMES):
        if service in names:
            return _Line21(field, names.index(service))
    found = _SERVICE.match(service)
    return _Dtvcc(int(found[1])) if found else _Line21(0, 0)


class _Line21:
    """A channel of CEA-608 in one of the fields."""

    def __init__(self, kind: int, channel: int) -> None:
        self._kind = kind
        self._field = line21.Field(channel)

    @property
    def typed(self) -> bool:
        return self._field.channel.typed

    def take(self, triplet: Triplet) -> bool:
        return triplet[0] == self._kind and self._field.take(*triplet[1:])

    def blocks(self) -> tuple[Block, ...]:
        return self._field.channel.blocks()

    def clear(self) -> None:
        self._field.channel.clear()


class _Dtvcc:
    """A service of CEA-708."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._packets = Packets()
        self._service = Service708()

    @property
    def typed(self) -> bool:
        return self._service.typed

    def take(self, triplet: Triplet) -> bool:
        kind, first, second = triplet
        if kind < 2:
            return False
        body = self._packets.take(bytes((first, second)), start=kind == 3)
        mine = [data for number, data in service_blocks(body) if number == self._number]
        for data in mine:
            self._service.take(data)
        return bool(mine)

    def blocks(self) -> tuple[Block, ...]:
        return self._service.blocks()

    def clear(self) -> None:
        self._service.clear()
