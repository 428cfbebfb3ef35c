"""Reads a media playlist (RFC 8216bis 4.4.3, 4.4.4) into pieces that have no place in time yet."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from player.manifest.addresses import Base, ForeignSchemeError
from player.manifest.hls.attributes import Attributes, byte_range, integer, read_attributes
from player.manifest.hls.keys import read_key, with_sequence_iv
from player.manifest.hls.lines import Lines
from player.manifest.notes import Notes, quoted
from player.manifest.times import date_time, decimal_seconds
from player.model.resource import ByteRange, Protection, Resource
from player.units import Micros

LONGEST_SEGMENT = Micros(400 * 86_400 * 1_000_000)
"""Over a year: whole films as one segment exist, longer durations are mistakes."""
FALLBACK_TARGET = Micros(6_000_000)
"""What a playlist that tells no duration at all is taken to use (Apple's recommendation)."""


class Piece(NamedTuple):
    """A media segment as the playlist tells it."""

    duration: Micros
    resource: Resource
    init: Resource | None
    discontinuity: int
    gap: bool
    protection: tuple[Protection, ...]
    program_date_time: Micros | None


@dataclass(slots=True)
class MediaPlaylist:
    """A media playlist's facts; `skipped` counts what EXT-X-SKIP left out at the beginning."""

    pieces: list[Piece] = field(default_factory=list)
    media_sequence: int = 0
    discontinuity_sequence: int = 0
    target_duration: Micros | None = None
    hold_back: Micros | None = None
    start_at: Micros | None = None
    ended: bool = False
    event: bool = False
    skipped: int = 0
    refused: int = 0

    @property
    def first_sequence(self) -> int:
        """Media sequence number of the first piece."""
        return self.media_sequence + self.skipped

    @property
    def live(self) -> bool:
        """Whether segments come and go."""
        return not self.ended and not self.event


def read_media(
    body: bytes, *, url: str, variables: Mapping[str, str], notes: Notes
) -> MediaPlaylist:
    """Read a media playlist; never raises, everything strange is noted with its line."""
    lines = Lines(body, url=url, imported=variables, notes=notes)
    return _Reader(Base(url), notes).read(lines)


class _Reader:
    """The state that tags leave for the segments below them."""

    def __init__(self, base: Base, notes: Notes) -> None:
        self._base = base
        self._notes = notes
        self._list = MediaPlaylist()
        self._duration: Micros | None = None
        self._range: tuple[int, str] | None = None
        self._end_of: dict[str, int] = {}
        self._discontinuity = 0
        self._gap = False
        self._date: Micros | None = None
        self._init: Resource | None = None
        self._keys: dict[str, Protection] = {}
        self._protection: tuple[Protection, ...] = ()
        self._tags: dict[str, Callable[[int, str], None]] = {
            "#EXT-X-BYTERANGE": self._byte_range,
            "#EXT-X-TARGETDURATION": self._target,
            "#EXT-X-MEDIA-SEQUENCE": self._sequence,
            "#EXT-X-DISCONTINUITY-SEQUENCE": self._discontinuity_sequence,
            "#EXT-X-DISCONTINUITY": self._discontinue,
            "#EXT-X-PROGRAM-DATE-TIME": self._program_date_time,
            "#EXT-X-GAP": self._mark_gap,
            "#EXT-X-KEY": self._key,
            "#EXT-X-MAP": self._map,
            "#EXT-X-ENDLIST": self._end,
            "#EXT-X-PLAYLIST-TYPE": self._type,
            "#EXT-X-START": self._start,
            "#EXT-X-SERVER-CONTROL": self._server_control,
            "#EXT-X-SKIP": self._skip,
        }

    def read(self, lines: Lines) -> MediaPlaylist:
        tags = self._tags
        for number, line in lines:
            if line[0] != "#":
                self._segment(number, line)
            elif line.startswith("#EXTINF"):
                self._extinf(number, line[8:])
            elif line.startswith("#EXT"):
                name, _, value = line.partition(":")
                handler = tags.get(name.rstrip())
                if handler is not None:
                    handler(number, value)
        if self._duration is not None:
            self._notes.warn(0, "the last EXTINF has no address")
        return self._finished()

    def _finished(self) -> MediaPlaylist:
        pieces = self._list.pieces
        shift = self._list.discontinuity_sequence
        if shift:
            self._list.pieces = [
                one._replace(discontinuity=one.discontinuity + shift) for one in pieces
            ]
        return self._list

    # ---- one segment

    def _extinf(self, number: int, text: str) -> None:
        if self._duration is not None:
            self._notes.warn(number, "an EXTINF without an address came before this one")
        duration = decimal_seconds(text.partition(",")[0])
        if duration is None or not 0 <= duration <= LONGEST_SEGMENT:
            self._notes.warn(number, f"EXTINF is unreadable: {quoted(text)}")
            duration = self._list.target_duration or FALLBACK_TARGET
        self._duration = duration

    def _segment(self, number: int, uri: str) -> None:
        if self._duration is None:
            self._notes.warn(number, "an address without EXTINF; the target duration is assumed")
        resource, refused = self._resource(number, uri)
        self._list.pieces.append(
            Piece(
                self._list.target_duration or FALLBACK_TARGET
                if self._duration is None
                else self._duration,
                resource,
                self._init,
                self._discontinuity,
                self._gap or refused,
                self._protection and self._protection_now(),
                self._date,
            )
        )
        self._duration, self._range, self._date, self._gap = None, None, None, False

    def _resource(self, number: int, uri: str) -> tuple[Resource, bool]:
        try:
            address = self._base.join(uri)
        except ForeignSchemeError as refused:
            self._notes.warn(number, f"a segment was left out: {refused}")
            self._list.refused += 1
            return Resource(uri=""), True
        if self._range is None:
            return Resource(uri=address), False
        return Resource(uri=address, byte_range=self._range_of(address)), False

    def _range_of(self, address: str) -> ByteRange | None:
        line, text = self._range or (0, "")
        found = byte_range(text, self._end_of.get(address, 0))
        if found is None:
            self._notes.warn(line, f"EXT-X-BYTERANGE is unreadable: {quoted(text)}")
            return None
        self._end_of[address] = found.offset + found.length
        return found

    def _protection_now(self) -> tuple[Protection, ...]:
        """Put the media sequence number in as the IV where the key names none (5.2)."""
        sequence = self._list.first_sequence + len(self._list.pieces)
        return tuple(with_sequence_iv(key, sequence) for key in self._protection)

    def _byte_range(self, number: int, text: str) -> None:
        self._range = (number, text)

    def _discontinue(self, _number: int, _text: str) -> None:
        self._discontinuity += 1

    def _mark_gap(self, _number: int, _text: str) -> None:
        self._gap = True

    def _program_date_time(self, number: int, text: str) -> None:
        self._date = date_time(text)
        if self._date is None:
            self._notes.warn(number, f"EXT-X-PROGRAM-DATE-TIME is unreadable: {quoted(text)}")

    # ---- what stays in force

    def _key(self, number: int, text: str) -> None:
        attributes = read_attributes(text, number, self._notes)
        key = read_key(attributes, self._base)
        if key is None:
            self._keys.clear()
        else:
            self._keys[key.system] = key
        self._protection = tuple(self._keys.values())

    def _map(self, number: int, text: str) -> None:
        attributes = read_attributes(text, number, self._notes)
        uri = attributes.text("URI")
        if not uri:
            self._notes.warn(number, "EXT-X-MAP without URI")
            return
        try:
            address = self._base.join(uri)
        except ForeignSchemeError as refused:
            self._notes.warn(number, f"an initialisation section was left out: {refused}")
            return
        self._init = Resource(uri=address, byte_range=self._map_range(attributes))

    def _map_range(self, attributes: Attributes) -> ByteRange | None:
        text = attributes.text("BYTERANGE")
        found = byte_range(text, 0) if text else None
        if text and found is None:
            self._notes.warn(attributes.line, f"BYTERANGE is unreadable: {quoted(text)}")
        return found

    # ---- the whole list

    def _whole(self, number: int, name: str, text: str) -> int | None:
        value = integer(text)
        if value is None:
            self._notes.warn(number, f"{name} is unreadable: {quoted(text)}")
        return value

    def _target(self, number: int, text: str) -> None:
        value = decimal_seconds(text)
        if value is None or not 0 < value <= LONGEST_SEGMENT:
            self._notes.warn(number, f"EXT-X-TARGETDURATION is unreadable: {quoted(text)}")
            return
        self._list.target_duration = value

    def _sequence(self, number: int, text: str) -> None:
        if self._list.pieces:
            self._notes.warn(number, "EXT-X-MEDIA-SEQUENCE below a segment; passed over")
            return
        self._list.media_sequence = self._whole(number, "EXT-X-MEDIA-SEQUENCE", text) or 0

    def _discontinuity_sequence(self, number: int, text: str) -> None:
        if self._list.pieces:
            self._notes.warn(number, "EXT-X-DISCONTINUITY-SEQUENCE below a segment")
        value = self._whole(number, "EXT-X-DISCONTINUITY-SEQUENCE", text)
        self._list.discontinuity_sequence = value or 0

    def _end(self, _number: int, _text: str) -> None:
        self._list.ended = True

    def _type(self, number: int, text: str) -> None:
        value = text.strip().upper()
        self._list.event = value == "EVENT"
        self._list.ended = self._list.ended or value == "VOD"
        if value not in ("EVENT", "VOD"):
            self._notes.warn(number, f"unknown EXT-X-PLAYLIST-TYPE {quoted(text)}")

    def _start(self, number: int, text: str) -> None:
        self._list.start_at = read_attributes(text, number, self._notes).seconds("TIME-OFFSET")

    def _server_control(self, number: int, text: str) -> None:
        held = read_attributes(text, number, self._notes).seconds("HOLD-BACK")
        self._list.hold_back = held if held is not None and held > 0 else None

    def _skip(self, number: int, text: str) -> None:
        count = read_attributes(text, number, self._notes).integer("SKIPPED-SEGMENTS") or 0
        self._list.skipped = min(count, 2**40)
