"""A media playlist's facts (RFC 8216bis 4.4.3 to 4.4.5), before they have a place in time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from player.manifest.hls.attributes import Attributes
from player.model.presentation import TileGrid
from player.model.resource import Protection, Resource
from player.model.segment import Part
from player.units import BitsPerSecond, ByteCount, Micros

LONGEST_SEGMENT = Micros(400 * 86_400 * 1_000_000)
"""Over a year: whole films as one segment exist, longer durations are mistakes."""
FALLBACK_TARGET = Micros(6_000_000)
"""What a playlist that tells no duration at all is taken to use (Apple's recommendation)."""

Handler = Callable[[int, str], None]
"""Takes one tag: its line and what follows the colon."""

Keys = dict[str, Protection]
"""The keys in force, by KEYFORMAT. Never changed once handed out."""


class Piece(NamedTuple):
    """A media segment as the playlist tells it."""

    duration: Micros
    resource: Resource
    init: Resource | None
    discontinuity: int
    gap: bool
    protection: tuple[Protection, ...]
    program_date_time: Micros | None
    init_protection: Protection | None = None
    told_size: ByteCount | None = None
    parts: tuple[Part, ...] = ()
    making: bool = False
    hint: Resource | None = None


class Report(NamedTuple):
    """How far another rendition's list reaches (RFC 8216bis 4.4.5.4): its newest segment, part."""

    uri: str
    sequence: int
    part: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What the next load of the same list need not read again.

    `ends` are the offsets in `text` behind each segment's address; `keys` lists, from the first
    segment on, at which of them (counted from 0) others came into force.
    """

    text: str = field(repr=False)
    ends: list[int] = field(repr=False)
    keys: list[tuple[int, Keys]] = field(repr=False)

    def keys_at(self, place: int) -> Keys:
        """The keys that a segment is under."""
        return next((keys for since, keys in reversed(self.keys) if since <= place), {})


@dataclass(slots=True)
class MediaPlaylist:
    """A media playlist's facts; `skipped` counts segments that only the former load can tell.

    Those were left out by EXT-X-SKIP, or (`repeated`) found to be the very text of the former
    load but for the first one's date, which is `head_date`: the window moves, and with it the
    place of the only date that many lists have. `bitrate` is the highest that any segment tells
    of itself; `longest_part` is the longest part there is.
    """

    pieces: list[Piece] = field(default_factory=list)
    media_sequence: int = 0
    discontinuity_sequence: int = 0
    target_duration: Micros | None = None
    hold_back: Micros | None = None
    start_at: Micros | None = None
    start_precise: bool = False
    ended: bool = False
    event: bool = False
    skipped: int = 0
    repeated: bool = False
    head_date: Micros | None = None
    refused: int = 0
    bitrate: BitsPerSecond = BitsPerSecond(0)
    tiles: TileGrid | None = None
    date_ranges: list[Attributes] = field(default_factory=list)
    removed_dates: tuple[str, ...] = ()
    can_skip_until: Micros | None = None
    can_skip_dates: bool = False
    can_block: bool = False
    part_hold_back: Micros | None = None
    part_target: Micros | None = None
    longest_part: Micros = Micros(0)
    hinted_init: Resource | None = None
    reports: list[Report] = field(default_factory=list)
    memory: Memory | None = None

    @property
    def first_sequence(self) -> int:
        """Media sequence number of the first piece."""
        return self.media_sequence + self.skipped

    @property
    def live(self) -> bool:
        """Whether segments come and go."""
        return not self.ended and not self.event
