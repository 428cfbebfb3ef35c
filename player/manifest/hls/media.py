"""Reads a media playlist (RFC 8216bis 4.4.3 to 4.4.5) into pieces without a place in time yet."""

import re
from collections.abc import Mapping

from player.manifest.addresses import Base
from player.manifest.bounds import MOST_TILES
from player.manifest.hls.attributes import integer, read_attributes
from player.manifest.hls.lines import Lines
from player.manifest.hls.part_tags import PartTags
from player.manifest.hls.playlist import LONGEST_SEGMENT, Handler, MediaPlaylist, Memory
from player.manifest.hls.repeated import Known, repeated, unread_from
from player.manifest.hls.segment_tags import SegmentTags
from player.manifest.times import decimal_seconds
from player.model.notes import Notes, quoted
from player.model.presentation import TileGrid

_LAYOUT = re.compile(r"\s*(\d{1,3})[xX](\d{1,3})\s*", re.ASCII)


def read_media(
    body: bytes,
    *,
    url: str,
    variables: Mapping[str, str],
    notes: Notes,
    known: Known | None = None,
) -> MediaPlaylist:
    """Read a media playlist; never raises, everything strange is noted with its line.

    `known` is what the former load of the same list left: text that is still the same is not
    read again, and what EXT-X-SKIP leaves out goes on from there.
    """
    lines = Lines(body, url=url, imported=variables, notes=notes)
    return _Reader(Base(url), notes, known).read(lines)


class _Reader:
    """Reads one playlist; `_ends` are the offsets behind each address.

    `_skipping`: EXT-X-SKIP was read, and no tag of a segment yet.
    """

    def __init__(self, base: Base, notes: Notes, known: Known | None) -> None:
        self._notes = notes
        self._known = known
        self._list = MediaPlaylist()
        self._segments = SegmentTags(base, self._list, notes)
        self._parts = PartTags(base, self._list, notes)
        self._ends: list[int] = []
        self._continued = False
        self._skipping = False
        self._tags: dict[str, Handler] = {
            **self._segments.handlers,
            **self._parts.handlers,
            "#EXT-X-TARGETDURATION": self._target,
            "#EXT-X-MEDIA-SEQUENCE": self._sequence,
            "#EXT-X-DISCONTINUITY-SEQUENCE": self._discontinuity_sequence,
            "#EXT-X-ENDLIST": self._end,
            "#EXT-X-PLAYLIST-TYPE": self._type,
            "#EXT-X-START": self._start,
            "#EXT-X-SERVER-CONTROL": self._server_control,
            "#EXT-X-SKIP": self._skip,
            "#EXT-X-DATERANGE": self._date_range,
            "#EXT-X-TILES": self._tiles,
        }

    def read(self, lines: Lines) -> MediaPlaylist:
        first = unread_from(lines.text) if self._known and not lines.substitutes else 0
        if first:
            self._stretch(lines, 0, first)
            first = self._leap(lines.text, first)
        self._stretch(lines, first, len(lines.text))
        if self._skipping:
            self._go_on()
        self._unfinished()
        self._segments.end()
        self._finish(lines)
        return self._list

    def _stretch(self, lines: Lines, first: int, last: int) -> None:
        tags, segments, ends = self._tags, self._segments, self._ends
        for number, line, end in lines.between(first, last):
            if self._skipping and (segments.concerns(line) or self._parts.concerns(line)):
                self._go_on()
            if line[0] != "#":
                segments.address(number, line, self._parts.taken())
                ends.append(end)
            elif line.startswith("#EXTINF"):
                segments.duration(number, line[8:])
            elif line.startswith("#EXT"):
                name, _, value = line.partition(":")
                handler = tags.get(name.rstrip())
                if handler is not None:
                    handler(number, value)

    def _leap(self, text: str, first: int) -> int:
        """Pass over the segments that the former load has read; gives where to read on."""
        known, found = self._known, self._list
        same = repeated(known, found, self._segments.keys, text, first) if known else None
        if same is None:
            return first
        found.head_date = found.pieces[0].program_date_time
        found.pieces.clear()
        found.skipped, found.repeated = same.count, True
        self._ends[:] = same.ends
        self._segments.follow(same.last, same.count, same.keys)
        self._parts.follow(same.last.parts)
        return same.ends[-1]

    def _unfinished(self) -> None:
        """What stands below the last address: the segment in the making (RFC 8216bis 6.2.2)."""
        found, spoiled = self._list, self._parts.spoiled
        parts = self._parts.taken()
        if found.longest_part and found.part_target is None:
            self._notes.warn(0, "EXT-X-PART without EXT-X-PART-INF; the longest one is its target")
            found.part_target = found.longest_part
        if found.ended or spoiled or found.part_target is None:
            return
        self._segments.unfinished(parts, self._parts.hint)

    def _finish(self, lines: Lines) -> None:
        found = self._list
        shift = found.discontinuity_sequence
        if shift:
            found.pieces = [
                one._replace(discontinuity=one.discontinuity + shift) for one in found.pieces
            ]
        whole = found.repeated or not found.skipped
        again = whole and not lines.substitutes
        if whole or self._continued:
            found.memory = Memory(
                text=lines.text if again else "",
                ends=self._ends if again else [],
                keys=self._segments.key_changes,
            )

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
        attributes = read_attributes(text, number, self._notes)
        self._list.start_at = attributes.seconds("TIME-OFFSET")
        self._list.start_precise = attributes.yes("PRECISE")

    def _server_control(self, number: int, text: str) -> None:
        attributes = read_attributes(text, number, self._notes)
        held, skip = attributes.seconds("HOLD-BACK"), attributes.seconds("CAN-SKIP-UNTIL")
        back = attributes.seconds("PART-HOLD-BACK")
        self._list.part_hold_back = back if back is not None and back > 0 else None
        self._list.can_block = attributes.yes("CAN-BLOCK-RELOAD")
        self._list.hold_back = held if held is not None and held > 0 else None
        self._list.can_skip_until = skip if skip is not None and skip > 0 else None
        self._list.can_skip_dates = attributes.yes("CAN-SKIP-DATERANGES")

    def _skip(self, number: int, text: str) -> None:
        """EXT-X-SKIP (4.4.5.2); tags of the whole list may still stand below it."""
        attributes = read_attributes(text, number, self._notes)
        found = self._list
        if found.pieces:
            self._notes.warn(number, "EXT-X-SKIP below a segment; passed over")
            return
        found.skipped = min(attributes.integer("SKIPPED-SEGMENTS") or 0, 2**40)
        removed = attributes.text("RECENTLY-REMOVED-DATERANGES")
        found.removed_dates = tuple(one for one in removed.split("\t") if one)
        self._skipping = found.skipped > 0

    def _go_on(self) -> None:
        """Go on behind the former load's segments, where it has them."""
        self._skipping = False
        found, known = self._list, self._known
        places = known.places(found.media_sequence, found.first_sequence) if known else range(0)
        if known and places:
            self._continued = True
            last = known.segments[places[-1]]
            self._segments.follow(last, len(places), known.key_changes(places))
            self._parts.follow(last.parts)

    def _date_range(self, number: int, text: str) -> None:
        self._list.date_ranges.append(read_attributes(text, number, self._notes))

    def _tiles(self, number: int, text: str) -> None:
        """EXT-X-TILES of an image playlist (Roku's and Disney's extension): LAYOUT=5x4.

        DURATION is that of one tile: the last picture of a list need not be full.
        """
        attributes = read_attributes(text, number, self._notes)
        told, duration = attributes.text("LAYOUT"), attributes.seconds("DURATION")
        layout = _LAYOUT.fullmatch(told)
        columns, rows = (int(layout[1]), int(layout[2])) if layout else (0, 0)
        if not (0 < columns <= MOST_TILES and 0 < rows <= MOST_TILES):
            self._notes.warn(number, f"LAYOUT is unreadable: {quoted(told)}")
            return
        lasts = duration if duration is not None and duration > 0 else None
        self._list.tiles = TileGrid(columns=columns, rows=rows, duration=lasts)
