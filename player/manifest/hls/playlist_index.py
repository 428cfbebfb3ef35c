"""The index that a media playlist becomes: its segments, and how they were placed."""

from dataclasses import dataclass, field

from player.manifest.hls.dates import DateRange
from player.manifest.hls.playlist import Memory, Report
from player.model.segment import ListedIndex
from player.units import Micros


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaylistIndex(ListedIndex):
    """A ListedIndex that remembers how it was placed.

    `shift` is what was added to media sequence numbers (not 0 after a server started over);
    `utc` whether presentation time is UTC, `dated` the newest date that was told, and its
    presentation time. `dates` are all date ranges told so far, `memory`
    what the next load need not read again, `url` where it came from. `can_skip_until`,
    `can_skip_dates`: which delta updates the server offers (RFC 8216bis 4.4.3.8).
    `reports` are how far other renditions' lists reach.
    """

    shift: int = 0
    utc: bool = False
    dated: tuple[Micros, Micros] | None = None
    dates: tuple[DateRange, ...] = field(default=(), repr=False, compare=False)
    memory: Memory | None = field(default=None, repr=False, compare=False)
    url: str = field(default="", repr=False, compare=False)
    can_skip_until: Micros | None = None
    can_skip_dates: bool = False
    reports: tuple[Report, ...] = field(default=(), repr=False)
