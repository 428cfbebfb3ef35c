"""The tags of one media segment (RFC 8216bis 4.4.4), and what they leave for those below."""

from player.manifest.addresses import Base, ForeignSchemeError
from player.manifest.bounds import LARGEST_BITRATE, MOST_KEY_SYSTEMS
from player.manifest.hls.attributes import Attributes, byte_range, integer, read_attributes
from player.manifest.hls.keys import init_protection, read_key, with_sequence_iv
from player.manifest.hls.playlist import (
    FALLBACK_TARGET,
    LONGEST_SEGMENT,
    Handler,
    Keys,
    MediaPlaylist,
    Piece,
)
from player.manifest.times import date_time, decimal_seconds
from player.model.notes import Notes, quoted
from player.model.resource import ByteRange, Protection, ProtectionScheme, Resource
from player.model.segment import Part, Segment
from player.units import MICROS_PER_SECOND, BitsPerSecond, ByteCount, Micros, rate


class SegmentTags:
    """The state that tags leave for the segments below them; fills `found.pieces`."""

    def __init__(self, base: Base, found: MediaPlaylist, notes: Notes) -> None:
        """Begin with nothing in force."""
        self.keys: Keys = {}
        self.key_changes: list[tuple[int, Keys]] = []
        self._before = 0
        self._base = base
        self._notes = notes
        self._list = found
        self._duration: Micros | None = None
        self._range: tuple[int, str] | None = None
        self._end_of: dict[str, int] = {}
        self._discontinuity = 0
        self._gap = False
        self._date: Micros | None = None
        self._init: Resource | None = None
        self._init_protection: Protection | None = None
        self._rate = 0
        self.handlers: dict[str, Handler] = {
            "#EXT-X-BYTERANGE": self._byte_range,
            "#EXT-X-BITRATE": self._bitrate,
            "#EXT-X-DISCONTINUITY": self._discontinue,
            "#EXT-X-PROGRAM-DATE-TIME": self._program_date_time,
            "#EXT-X-GAP": self._mark_gap,
            "#EXT-X-KEY": self._key,
            "#EXT-X-MAP": self._map,
        }

    def concerns(self, line: str) -> bool:
        """Whether a line is about a segment, not about the whole list."""
        tag = line.partition(":")[0].rstrip()
        return line[0] != "#" or tag == "#EXTINF" or tag in self.handlers

    # ---- one segment

    def duration(self, number: int, text: str) -> None:
        """Take what follows EXTINF (4.4.4.1)."""
        if self._duration is not None:
            self._notes.warn(number, "an EXTINF without an address came before this one")
        duration = decimal_seconds(text.partition(",")[0])
        if duration is None or not 0 <= duration <= LONGEST_SEGMENT:
            self._notes.warn(number, f"EXTINF is unreadable: {quoted(text)}")
            duration = self._list.target_duration or FALLBACK_TARGET
        self._duration = duration

    def address(self, number: int, uri: str, parts: tuple[Part, ...] = ()) -> None:
        """Take a segment's address, which completes it; `parts` is what it was offered in."""
        duration = self._duration
        if duration is None:
            self._notes.warn(number, "an address without EXTINF; the target duration is assumed")
            duration = self._list.target_duration or FALLBACK_TARGET
        resource, refused = self._resource(number, uri)
        if resource.byte_range is not None:
            self._weigh(resource.byte_range, duration)
        self._list.pieces.append(
            Piece(
                duration, resource, self._init, self._discontinuity, self._gap or refused,
                self._protection(), self._date, self._init_protection,
                self._told_size(duration), parts,
            )
        )  # fmt: skip
        self._duration, self._range, self._date, self._gap = None, None, None, False

    def unfinished(self, parts: tuple[Part, ...], hint: Resource | None) -> None:
        """Take the segment at the end that has `parts`, or a `hint` of one, but no address yet.

        Where segments are encrypted as a whole (AES-128) a part says nothing by itself.
        """
        protection = self._protection()
        whole = any(one.scheme is ProtectionScheme.AES_128 for one in protection)
        first = parts[0].resource if parts else hint
        if first is None or whole or self._gap:
            return
        pieces = self._list.pieces
        usual = pieces[-1].duration if pieces else self._list.target_duration or FALLBACK_TARGET
        duration = Micros(max(usual, sum(one.duration for one in parts)))
        pieces.append(
            Piece(
                duration=duration,
                resource=first,
                init=self._init,
                discontinuity=self._discontinuity,
                gap=False,
                protection=protection,
                program_date_time=self._date,
                init_protection=self._init_protection,
                parts=parts,
                making=True,
                hint=hint,
            )
        )

    def _protection(self) -> tuple[Protection, ...]:
        if not self.keys:
            return ()
        sequence = self._list.first_sequence + len(self._list.pieces)
        return tuple(with_sequence_iv(key, sequence) for key in self.keys.values())

    def follow(self, last: Segment, count: int, key_changes: list[tuple[int, Keys]]) -> None:
        """Go on behind `count` segments of the former load, as if their tags had been read."""
        self._init, self._init_protection = last.init, last.init_protection
        self._discontinuity = last.discontinuity - self._list.discontinuity_sequence
        if last.resource.byte_range is not None:
            self._end_of = {last.resource.uri: last.resource.byte_range.last + 1}
        if last.told_size is not None and last.duration:
            self._rate = round(rate(last.told_size, last.duration), -3)  # it came in kilobits
        self._before, self.key_changes = count, key_changes
        self.keys = key_changes[-1][1]

    def end(self) -> None:
        """Note what stands below the last segment and belongs to none."""
        if self._duration is not None:
            self._notes.warn(0, "the last EXTINF has no address")

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

    def _weigh(self, found: ByteRange, duration: Micros) -> None:
        """A byte range tells the bit rate; that of a very short last one tells nothing."""
        if duration >= MICROS_PER_SECOND // 4:
            told = rate(ByteCount(found.length), duration)
            self._list.bitrate = BitsPerSecond(max(self._list.bitrate, told))

    def _byte_range(self, number: int, text: str) -> None:
        self._range = (number, text)

    def _bitrate(self, number: int, text: str) -> None:
        """EXT-X-BITRATE (4.4.4.8), in kilobits a second."""
        told = integer(text)
        if told is None or told > LARGEST_BITRATE:
            self._notes.warn(number, f"EXT-X-BITRATE is unreadable: {quoted(text)}")
            return
        self._rate = told * 1000
        self._list.bitrate = BitsPerSecond(max(self._list.bitrate, self._rate))

    def _told_size(self, duration: Micros) -> ByteCount | None:
        """What EXT-X-BITRATE makes of a segment (4.4.4.8: to a tenth)."""
        if not self._rate:
            return None
        return ByteCount(self._rate * duration // (8 * MICROS_PER_SECOND))

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
        if key and key.system not in self.keys and len(self.keys) >= MOST_KEY_SYSTEMS:
            self._notes.warn(number, f"more than {MOST_KEY_SYSTEMS} KEYFORMATs; left out")
            return
        self.keys = {} if key is None else {**self.keys, key.system: key}
        self.key_changes.append((self._before + len(self._list.pieces), self.keys))

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
        self._init_protection = init_protection(self.keys, number, self._notes)

    def _map_range(self, attributes: Attributes) -> ByteRange | None:
        text = attributes.text("BYTERANGE")
        found = byte_range(text, 0) if text else None
        if text and found is None:
            self._notes.warn(attributes.line, f"BYTERANGE is unreadable: {quoted(text)}")
        return found
