"""Captions: text that lies inside the pictures' own bytes (CEA-608, CEA-708, teletext)."""

import logging
from dataclasses import replace

from player.errors import PlayerError
from player.model.cue import Cue
from player.model.presentation import Track
from player.model.sample import Sample, StreamHead
from player.streaming.cue_schedule import CueSchedule
from player.streaming.cue_times import shifted
from player.streaming.track_line import TimedSample
from player.text.face import TextReader, open_reader, services
from player.units import Micros

LOG = logging.getLogger("farol.engine")

PREFIX = "captions:"
"""Before the service in the id of captions that no manifest announced."""


class Captions:
    """Reads every service that comes, so that any can be shown at once. Engine thread only."""

    def __init__(self) -> None:
        """Begin with none."""
        self._schedules: dict[str, CueSchedule] = {}
        self._readers: dict[StreamHead, dict[str, TextReader]] = {}

    @property
    def services(self) -> tuple[str, ...]:
        """The services that have shown something so far."""
        return tuple(sorted(name for name, held in self._schedules.items() if len(held)))

    def schedule(self, service: str) -> CueSchedule:
        """The cues of one service."""
        return self._schedules.setdefault(service, CueSchedule())

    def take(self, head: StreamHead, samples: tuple[TimedSample, ...]) -> None:
        """Read samples that came with the pictures."""
        readers = self._readers.setdefault(head, {})
        for name in _services(head, samples):
            if name not in readers and (reader := open_reader(replace(head, service=name))):
                readers[name] = reader
        for name, reader in readers.items():
            schedule = self.schedule(name)
            for one in samples:
                shift = Micros(one.pts - one.sample.pts)
                schedule.add(shifted(_fed(reader, one.sample), shift))

    def restart(self) -> None:
        """The feed begins elsewhere: what was half said will not be finished."""
        self._readers.clear()

    def forget(self, before: Micros) -> None:
        """Let go of what ended before a presentation time."""
        for schedule in self._schedules.values():
            schedule.forget(before)


def _services(head: StreamHead, samples: tuple[TimedSample, ...]) -> tuple[str, ...]:
    """What speaks in these samples; CEA captions hold several services in one stream."""
    if not head.codec.startswith("cea"):
        return (head.service or head.codec,)
    if head.service:
        return (f"SERVICE{head.service}",) if head.service.isdigit() else (head.service,)
    return services(one.sample for one in samples)


def _fed(reader: TextReader, sample: Sample) -> tuple[Cue, ...]:
    try:
        return reader.feed(sample)
    except PlayerError as failed:
        LOG.info("captions unreadable code=%s", failed.failure.code)
        return ()


def announced_service(track: Track) -> str:
    """The service that a track inside the pictures names among its roles, "" where none."""
    names = (role.upper() for role in track.roles)
    return next((one for one in names if one.startswith(("CC", "SERVICE"))), "")
