"""Segments, and the indexes that find them by number and by time."""

from bisect import bisect_right
from dataclasses import dataclass
from typing import Protocol

from player.model.resource import Protection, Resource
from player.units import ByteCount, Micros


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of a segment that can be had before all of it is made (RFC 8216bis 4.4.4.9).

    `independent`: it holds a key frame. `gap`: the server has not got it.
    """

    duration: Micros
    resource: Resource
    independent: bool = False
    gap: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A piece of one representation that can be fetched by itself.

    `start` and `duration` are presentation time as the manifest tells them. `media_offset`, added
    to the container's time stamps, gives presentation time (DASH: period start minus
    presentationTimeOffset); None where the manifest does not tell (HLS): it is then learned once
    for each `discontinuity` from the first samples. `available_at` is the UTC time from which the
    server has it (None: now). `init_protection` is what `init` as a whole is encrypted by, None
    where it is clear (RFC 8216bis 4.4.4.4; Common Encryption leaves it clear). `told_size` is
    about how many bytes it has by EXT-X-BITRATE (4.4.4.8); a byte range goes before it.

    `whole_at` is the UTC time at which all of it has been made, where the server has its
    beginning sooner than that and sends the rest as it is made (ISO/IEC 23009-1 5.3.9.5.3
    availabilityTimeComplete); None: whole as soon as it is there. `step` is about how much media
    come at once (a chunk, a part), None: all of it.

    `making`: the list has no address of it yet, only `parts`, and `hint`, where the next one will
    be (4.4.5.3); `resource` is then the first part's, and `duration` a guess.
    """

    number: int
    start: Micros
    duration: Micros
    resource: Resource
    init: Resource | None = None
    init_protection: Protection | None = None
    media_offset: Micros | None = None
    discontinuity: int = 0
    gap: bool = False
    protection: tuple[Protection, ...] = ()
    program_date_time: Micros | None = None
    available_at: Micros | None = None
    told_size: ByteCount | None = None
    whole_at: Micros | None = None
    step: Micros | None = None
    parts: tuple[Part, ...] = ()
    making: bool = False
    hint: Resource | None = None

    @property
    def size(self) -> ByteCount | None:
        """How many bytes it has, as far as the manifest tells."""
        exact = self.resource.byte_range
        return self.told_size if exact is None else exact.length

    @property
    def end(self) -> Micros:
        """Presentation time at which the segment ends."""
        return Micros(self.start + self.duration)

    def is_making(self, now: Micros) -> bool:
        """Whether a part of it is still to be made at UTC time `now`."""
        return self.making or (self.whole_at is not None and now < self.whole_at)

    def made_until(self, now: Micros) -> Micros:
        """Presentation time up to which it has been made at UTC time `now`."""
        if self.making:
            return Micros(self.start + sum(part.duration for part in self.parts))
        if self.whole_at is None or now >= self.whole_at:
            return self.end
        return Micros(max(self.end - (self.whole_at - now), self.start))


class SegmentIndex(Protocol):
    """The segments of one representation; immutable: a reload makes a new index."""

    @property
    def ended(self) -> bool:
        """Whether no segment will ever be added."""
        ...

    @property
    def reload_after(self) -> Micros | None:
        """Shortest time between two reloads of this index (RFC 8216 6.3.4), None: never."""
        ...

    def numbers(self, now: Micros) -> range:
        """Numbers of the segments that exist at UTC time `now`, oldest first; may be empty."""
        ...

    def segment(self, number: int) -> Segment:
        """The segment of that number; IndexError where the index knows none."""
        ...

    def find(self, time: Micros, now: Micros) -> Segment | None:
        """The segment that covers presentation time `time`, clamped to what exists at `now`.

        In a hole: the first one after it. None only where nothing exists.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedIndex:
    """An index written out (HLS playlists, SegmentTimeline, SegmentList, sidx).

    `segments` carry consecutive numbers and never start before their predecessor. `part_target`
    is how long a part is, None where it has no parts; `blocking`: who asks for what it has not
    got yet is answered once it has (RFC 8216bis 6.2.5.2). `hinted_init` is an init section that
    is about to be needed.
    """

    segments: tuple[Segment, ...]
    ended: bool = True
    reload_after: Micros | None = None
    part_target: Micros | None = None
    blocking: bool = False
    hinted_init: Resource | None = None

    def numbers(self, now: Micros) -> range:
        """See `SegmentIndex.numbers`; honours `Segment.available_at`."""
        first = self.segments[0].number if self.segments else 0
        count = len(self.segments)
        while count and (self.segments[count - 1].available_at or now) > now:
            count -= 1
        return range(first, first + count)

    def segment(self, number: int) -> Segment:
        """See `SegmentIndex.segment`."""
        place = number - self.segments[0].number if self.segments else -1
        if place < 0:
            raise IndexError(number)
        return self.segments[place]

    def place(self, time: Micros) -> int | None:
        """Where in `segments` the one lies that covers a presentation time; None: in a hole."""
        place = bisect_right(self.segments, time, key=lambda one: one.start) - 1
        return place if place >= 0 and time < self.segments[place].end else None

    def find(self, time: Micros, now: Micros) -> Segment | None:
        """See `SegmentIndex.find`."""
        count = len(self.numbers(now))
        if not count:
            return None
        place = bisect_right(self.segments, time, hi=count, key=lambda one: one.start) - 1
        if place < 0:
            return self.segments[0]
        found = self.segments[place]
        return self.segments[place + 1] if time >= found.end and place + 1 < count else found
