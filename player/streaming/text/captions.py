"""Captions: text that lies inside the pictures' own bytes (CEA-608, CEA-708, teletext, DVB)."""

import logging
from dataclasses import dataclass, replace

from player.errors import PlayerError
from player.model.cue import Cue
from player.model.presentation import Track
from player.model.sample import Sample, StreamHead
from player.streaming.feed.timed_sample import TimedSample
from player.streaming.text.cue_schedule import CueSchedule
from player.text.face import TextReader, open_reader, services
from player.units import Micros, micros

LOG = logging.getLogger("farol.engine")

PREFIX = "captions:"
"""Before the service in the id of text that no manifest announced."""

BEHIND = micros(1)
"""How far behind what was fed it is sure that no text comes any more."""

LONGEST_WAIT = micros(30)
"""A text that comes later than this is of another pass over the programme."""

STEP = micros(0.4)
"""Media after which the readers are told that time goes on, though nothing came for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundText:
    """A text stream, or one of the services inside it; `name` is what it is called here.

    `bitmap`: nobody reads it, libmpv draws it.
    """

    name: str
    codec: str
    service: str
    language: str = ""
    bitmap: bool = False


class Captions:
    """Reads every service that comes, so that any can be shown at once. Engine thread only.

    One reader a service, whatever rendition or discontinuity it comes from: it is fed in
    presentation time.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._found: dict[str, FoundText] = {}
        self._schedules: dict[str, CueSchedule] = {}
        self._readers: dict[str, TextReader] = {}
        self._newest: dict[str, Micros] = {}
        self._told = Micros(0)

    @property
    def found(self) -> tuple[FoundText, ...]:
        """The services that have shown themselves so far."""
        return tuple(self._found[name] for name in sorted(self._found))

    def schedule(self, name: str) -> CueSchedule:
        """The cues of one service."""
        return self._schedules.setdefault(name, CueSchedule())

    def meet(self, head: StreamHead) -> None:
        """Take note of a stream of bitmaps, whoever gets its samples."""
        self._found.setdefault(name_of(head), _described(name_of(head), head, bitmap=True))

    def take(self, head: StreamHead, samples: tuple[TimedSample, ...]) -> None:
        """Read samples that came with the pictures."""
        timed = [replace(one.sample, pts=one.pts, dts=one.dts) for one in samples]
        for name in _services(head, timed):
            self._meet(name, head)
        own = [name for name in self._readers if _is_of(self._found[name], head)]
        for name in own:
            self._take_back(name, head, timed)
            for sample in timed:
                self._newest[name] = max(self._newest.get(name, sample.pts), sample.pts)
                self.schedule(name).add(_fed(self._readers[name], sample))

    def _take_back(self, name: str, head: StreamHead, samples: list[Sample]) -> None:
        """Text came later than it was told that there is none: what was said meanwhile is wrong.

        A packet of a sparse stream is often known to be whole only when the next one begins.
        """
        first = min((one.pts for one in samples), default=self._told)
        if self._newest.get(name, first) < first < self._told < first + LONGEST_WAIT:
            del self._readers[name]
            self._meet(name, head)
            self.schedule(name).cut(first)

    def tell(self, fed: Micros) -> None:
        """Media were fed up to a presentation time: text that stands there goes on."""
        now = Micros(fed - BEHIND)
        if 0 <= now - self._told < STEP:
            return
        self._told = now
        for name, reader in self._readers.items():
            if now > self._newest.get(name, now):  # what is read runs ahead of what is fed
                self.schedule(name).add(_fed(reader, _nothing(now)))

    def finish(self, end: Micros) -> None:
        """All media were fed, up to a presentation time: give what the readers hold back.

        Pictures wait for others that may be shown before them; none come any more.
        """
        for name, reader in self._readers.items():
            last = self._newest[name] = max(end, self._newest.get(name, end))
            self.schedule(name).add(_fed(reader, _nothing(last)))
            self.schedule(name).add(reader.flush())

    def restart(self) -> None:
        """The feed begins elsewhere: what was half said will not be finished."""
        self._readers.clear()
        self._newest.clear()
        self._told = Micros(0)

    def forget(self, before: Micros) -> None:
        """Let go of what ended before a presentation time."""
        for schedule in self._schedules.values():
            schedule.forget(before)

    def _meet(self, name: str, head: StreamHead) -> None:
        if name not in self._readers:
            service = name if head.codec.startswith("cea") else head.service
            reader = open_reader(replace(head, service=service))
            self._found.setdefault(name, _described(name, head, bitmap=reader is None))
            if reader is not None:
                self._readers[name] = reader


def name_of(head: StreamHead) -> str:
    """What a text stream is called that holds one service."""
    return "-".join(part for part in (head.codec, head.service, head.language) if part)


def is_bitmap(head: StreamHead) -> bool:
    """Whether a text stream holds pictures, which nobody reads here."""
    return open_reader(head) is None


def announced_service(track: Track) -> str:
    """The service that a track inside the pictures names in its roles or its id, "" for none."""
    names = (*track.roles, track.id.rpartition("-")[2])
    found = (name.upper() for name in names)
    return next((one for one in found if one.startswith(("CC", "SERVICE"))), "")


def _described(name: str, head: StreamHead, *, bitmap: bool) -> FoundText:
    return FoundText(
        name=name,
        codec=head.codec,
        service=head.service,
        language=head.language,
        bitmap=bitmap,
    )


def _is_of(found: FoundText, head: StreamHead) -> bool:
    """Whether a service lies in a stream; those of CEA captions come in one or in several."""
    if found.codec.startswith("cea"):
        own = not head.service or _cea_name(head.service) == found.name
        return head.codec.startswith("cea") and own
    return found.name == name_of(head)


def _services(head: StreamHead, samples: list[Sample]) -> tuple[str, ...]:
    """What speaks in these samples; CEA captions hold several services in one stream."""
    if not head.codec.startswith("cea"):
        return (name_of(head),)
    return (_cea_name(head.service),) if head.service else services(samples)


def _cea_name(service: str) -> str:
    return f"SERVICE{service}" if service.isdigit() else service.upper()


def _nothing(at: Micros) -> Sample:
    return Sample(stream=0, pts=at, dts=at, duration=Micros(0), key=True, data=b"")


def _fed(reader: TextReader, sample: Sample) -> tuple[Cue, ...]:
    try:
        return reader.feed(sample)
    except PlayerError as failed:
        LOG.info("captions unreadable code=%s", failed.failure.code)
        return ()
