"""The tags of low latency (RFC 8216bis 4.4.3.7, 4.4.4.9, 4.4.5.3, 4.4.5.4): parts and hints."""

from player.manifest.addresses import Base, ForeignSchemeError
from player.manifest.bounds import MOST_PARTS, MOST_REPORTS
from player.manifest.hls.attributes import Attributes, byte_range, read_attributes
from player.manifest.hls.playlist import Handler, MediaPlaylist, Report
from player.model.notes import Notes, quoted
from player.model.resource import ByteRange, Resource
from player.model.segment import Part
from player.units import ByteCount, Micros

LONGEST_PART = Micros(60_000_000)
"""Longer ones are mistakes."""

OPEN_END = ByteCount(1 << 40)
"""The length of a hint that tells none: to the end of its resource."""


class PartTags:
    """Gathers the parts of the segment whose address comes next; fills `found`."""

    def __init__(self, base: Base, found: MediaPlaylist, notes: Notes) -> None:
        """Begin without any."""
        self._base = base
        self._list = found
        self._notes = notes
        self._parts: list[Part] = []
        self._spoiled = False
        self._end_of: dict[str, int] = {}
        self.hint: Resource | None = None
        self.handlers: dict[str, Handler] = {
            "#EXT-X-PART-INF": self._information,
            "#EXT-X-PART": self._part,
            "#EXT-X-PRELOAD-HINT": self._preload_hint,
            "#EXT-X-RENDITION-REPORT": self._report,
        }

    def concerns(self, line: str) -> bool:
        """Whether a line is about a segment: about its parts, that is."""
        return line.partition(":")[0].rstrip() in ("#EXT-X-PART", "#EXT-X-PRELOAD-HINT")

    def taken(self) -> tuple[Part, ...]:
        """The parts since the last address; none where one of them could not be read."""
        parts = () if self._spoiled else tuple(self._parts)
        self._parts, self._spoiled = [], False
        return parts

    @property
    def spoiled(self) -> bool:
        """Whether a part since the last address could not be read."""
        return self._spoiled

    def follow(self, parts: tuple[Part, ...]) -> None:
        """Go on behind a segment of the former load that had these."""
        last = parts[-1].resource if parts else None
        if last is not None and last.byte_range is not None:
            self._end_of = {last.uri: last.byte_range.last + 1}

    def _information(self, number: int, text: str) -> None:
        """EXT-X-PART-INF (4.4.3.7)."""
        told = read_attributes(text, number, self._notes).seconds("PART-TARGET")
        if told is None or not 0 < told <= LONGEST_PART:
            self._notes.warn(number, f"EXT-X-PART-INF is unreadable: {quoted(text)}")
            return
        self._list.part_target = told

    def _part(self, number: int, text: str) -> None:
        """EXT-X-PART (4.4.4.9); one that is unreadable leaves its segment without any."""
        attributes = read_attributes(text, number, self._notes)
        duration = attributes.seconds("DURATION")
        resource = self._resource(attributes)
        many = len(self._parts) >= MOST_PARTS
        if resource is None or duration is None or not 0 <= duration <= LONGEST_PART or many:
            self._notes.warn(number, f"EXT-X-PART is unreadable: {quoted(text)}")
            self._spoiled = True
            return
        self._list.longest_part = max(self._list.longest_part, duration)
        self._parts.append(
            Part(
                duration=duration,
                resource=resource,
                independent=attributes.yes("INDEPENDENT"),
                gap=attributes.yes("GAP"),
            )
        )

    def _resource(self, attributes: Attributes) -> Resource | None:
        uri = self._address(attributes)
        text = attributes.text("BYTERANGE")
        if uri is None or not text:
            return None if uri is None else Resource(uri=uri)
        found = byte_range(text, self._end_of.get(uri))
        if found is None:
            return None
        self._end_of[uri] = found.offset + found.length
        return Resource(uri=uri, byte_range=found)

    def _address(self, attributes: Attributes) -> str | None:
        uri = attributes.text("URI")
        if not uri:
            return None
        try:
            return self._base.join(uri)
        except ForeignSchemeError as refused:
            self._notes.warn(attributes.line, f"an address was left out: {refused}")
            return None

    def _preload_hint(self, number: int, text: str) -> None:
        """EXT-X-PRELOAD-HINT (4.4.5.3); of several of a type the first counts."""
        attributes = read_attributes(text, number, self._notes)
        uri, kind = self._address(attributes), attributes.text("TYPE").strip().upper()
        if uri is None or kind not in ("PART", "MAP"):
            self._notes.warn(number, f"EXT-X-PRELOAD-HINT is unreadable: {quoted(text)}")
            return
        start = attributes.integer("BYTERANGE-START")
        length = attributes.integer("BYTERANGE-LENGTH")
        resource = Resource(uri=uri, byte_range=_hinted_range(start, length))
        if kind == "PART":
            self.hint = self.hint or resource
        else:
            self._list.hinted_init = self._list.hinted_init or resource

    def _report(self, number: int, text: str) -> None:
        """EXT-X-RENDITION-REPORT (4.4.5.4)."""
        attributes = read_attributes(text, number, self._notes)
        uri, sequence = self._address(attributes), attributes.integer("LAST-MSN")
        if uri is None or sequence is None:
            self._notes.warn(number, f"EXT-X-RENDITION-REPORT is unreadable: {quoted(text)}")
            return
        if len(self._list.reports) < MOST_REPORTS:
            part = attributes.integer("LAST-PART")
            self._list.reports.append(Report(uri=uri, sequence=sequence, part=part))


def _hinted_range(start: int | None, length: int | None) -> ByteRange | None:
    if not start and length is None:
        return None
    told = OPEN_END if length is None else ByteCount(length)
    return ByteRange(offset=ByteCount(start or 0), length=told) if told > 0 else None
