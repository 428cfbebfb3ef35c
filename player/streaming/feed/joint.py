"""Joint: where one stream for libmpv ends and the next begins, so that nothing is lost."""

from dataclasses import dataclass, field

from player.model.presentation import TrackKind
from player.streaming.feed.timed_sample import TimedSample
from player.units import Micros


class Pictures:
    """The pictures since the last key frame: what a decoder needs to go on from here."""

    def __init__(self) -> None:
        """Begin with none."""
        self.since_key: list[TimedSample] = []

    def add(self, item: TimedSample) -> None:
        """Remember a picture, in decoding order."""
        if item.kind is not TrackKind.VIDEO:
            return
        if item.sample.key:
            self.since_key = [item]
        elif self.since_key and self.since_key[0].run == item.run:
            self.since_key.append(item)
        else:
            self.since_key = []


@dataclass(slots=True, kw_only=True)
class Joint:
    """What is gathered for the next stream while the old one still gets what lies before `at`.

    `at` is a time of the old stream. `leads`: the pictures (without them, the sound) made the
    joint, and it is complete with the first sound beyond; else the sound did, and the first
    picture beyond completes it: with the pictures since the last key frame, which libmpv decodes
    and does not show.
    """

    at: Micros
    leads: bool
    pictures: list[TimedSample] = field(default_factory=list)
    rest: list[TimedSample] = field(default_factory=list)
    complete: bool = False

    def is_before(self, item: TimedSample, at: Micros) -> bool:
        """Whether an item at a time of the old stream belongs there."""
        if item.kind is TrackKind.VIDEO:
            return not self.leads and not self.pictures and at < self.at
        return self.leads and not self.rest and at + item.sample.duration // 2 < self.at

    def add(self, item: TimedSample, behind: Pictures) -> None:
        """Take an item for the next stream."""
        if item.kind is not TrackKind.VIDEO:
            self.rest.append(item)
            self.complete = self.leads
        elif self.pictures or item.sample.key:
            self.pictures.append(item)
            self.complete = self.complete or not self.leads
        else:
            self.pictures = [*behind.since_key, item]
            self.complete = self.complete or not self.leads

    def items(self) -> list[TimedSample]:
        """Everything for the next stream, its first picture first."""
        return [*self.pictures, *self.rest]
