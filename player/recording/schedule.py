"""What shall be recorded and when. Pure; times are UTC, microseconds."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from player.net.masking import mask_url
from player.units import Micros


class ScheduleError(ValueError):
    """An entry that cannot be; the text is a sentence for the viewer, without any address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleEntry:
    """One recording to be made.

    `id` names the recording's folder. The channel is named as the catalogue knows it, by its
    `source` and its id there, `channel`: its address is looked up when the time comes, since
    addresses of lists hold accounts. `address` stands instead where nobody's list has it, and is
    kept only where it has nothing to hide (ScheduleError). `since` and `until` are the
    programme's; `before` and `after` are recorded around it. `until` None: until it is stopped.
    `failed` says why nothing of it could be recorded; it stays so that it is told, and is not due.
    """

    id: str
    title: str
    source: str = ""
    channel: str = ""
    address: str = field(default="", repr=False)
    since: Micros
    until: Micros | None = None
    before: Micros = Micros(0)
    after: Micros = Micros(0)
    failed: str = ""

    def __post_init__(self) -> None:
        """Refuse what must not be written down, and what can never be recorded."""
        if bool(self.address) == bool(self.source and self.channel):
            raise ScheduleError("A recording names one channel of a list, or one address.")
        if self.address and mask_url(self.address) != self.address:
            raise ScheduleError(
                "This address may hold a password and is not written down: record a channel of"
                " a list, or record it at once."
            )
        if self.until is not None and self.until <= self.since:
            raise ScheduleError("A recording ends after it begins.")
        if self.before < 0 or self.after < 0:
            raise ScheduleError("What is recorded around a programme is no negative time.")

    @property
    def tag(self) -> str:
        """What its statuses carry: the channel's id in its list."""
        return self.channel

    @property
    def begins(self) -> Micros:
        """When to begin."""
        return Micros(max(self.since - self.before, 0))

    @property
    def ends(self) -> Micros | None:
        """When to end; None: when it is stopped."""
        return None if self.until is None else Micros(self.until + self.after)

    def past(self, now: Micros) -> bool:
        """Whether its time is over."""
        return self.ends is not None and self.ends <= now

    def due(self, now: Micros) -> bool:
        """Whether it has begun; a past one is due still: the server may have it."""
        return self.begins <= now and not self.failed

    def missed(self, now: Micros) -> bool:
        """Whether it was not recorded, and will not be."""
        return bool(self.failed) or self.past(now)

    def of_same(self, other: "ScheduleEntry") -> bool:
        """Whether both are of one channel."""
        own = (self.source, self.channel, self.address)
        return own == (other.source, other.channel, other.address)

    def overlaps(self, other: "ScheduleEntry") -> bool:
        """Whether there is a moment at which both are recorded."""
        first, second = sorted((self, other), key=lambda one: one.begins)
        return first.ends is None or second.begins < first.ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """All entries by their beginning; an entry stays until its recording has ended."""

    entries: tuple[ScheduleEntry, ...] = ()

    def find(self, name: str) -> ScheduleEntry | None:
        """The entry with this id."""
        return next((one for one in self.entries if one.id == name), None)

    def with_entry(self, entry: ScheduleEntry) -> "Schedule":
        """With this one, in the place of the one with the same id."""
        return _ordered([*(one for one in self.entries if one.id != entry.id), entry])

    def added(self, entry: ScheduleEntry) -> "Schedule":
        """With one more; raises ScheduleError where its channel is recorded then anyway."""
        for other in self.overlapping(entry):
            if other.of_same(entry):
                raise ScheduleError(
                    "This channel is recorded at that time already, or will be:"
                    f" {other.title or 'without a title'} ({other.id})."
                )
        return self.with_entry(entry)

    def up_to_next(self, entry: ScheduleEntry) -> ScheduleEntry:
        """The entry, ended where a later one of its channel begins."""
        later = (
            one.begins
            for one in self.overlapping(entry)
            if one.of_same(entry) and one.begins > entry.since
        )
        first = min(later, default=None)
        return entry if first is None else replace(entry, until=first, after=Micros(0))

    def given_up(self, name: str, why: str) -> "Schedule":
        """With this one told as failed, if it is there."""
        entry = self.find(name)
        return self if entry is None else self.with_entry(replace(entry, failed=why))

    def without(self, name: str) -> "Schedule":
        """Without the one with this id, if there is one."""
        return replace(self, entries=tuple(one for one in self.entries if one.id != name))

    def stopped(self, name: str, now: Micros) -> "Schedule":
        """End one now, or take it out where it has not begun."""
        entry = self.find(name)
        if entry is None:
            return self
        if now <= entry.begins:
            return self.without(name)
        ended = replace(entry, since=Micros(min(entry.since, now - 1)), until=now, after=Micros(0))
        return self.with_entry(ended)

    def due(self, now: Micros) -> tuple[ScheduleEntry, ...]:
        """What should be recording, or should have been."""
        return tuple(one for one in self.entries if one.due(now))

    def past(self, now: Micros) -> tuple[ScheduleEntry, ...]:
        """Those whose time is over."""
        return tuple(one for one in self.entries if one.past(now))

    def overlapping(self, entry: ScheduleEntry) -> tuple[ScheduleEntry, ...]:
        """The others that are recorded at some moment of this one."""
        others = (one for one in self.entries if one.id != entry.id and not one.failed)
        return tuple(one for one in others if one.overlaps(entry))

    def next_beginning(self, now: Micros) -> Micros | None:
        """When the next one begins that has not; None: none will."""
        coming = (one.begins for one in self.entries if one.begins > now and not one.failed)
        return min(coming, default=None)


def _ordered(entries: Iterable[ScheduleEntry]) -> Schedule:
    return Schedule(entries=tuple(sorted(entries, key=lambda one: (one.begins, one.id))))
