"""Reads a multivariant playlist (RFC 8216bis 4.4.6) into variants and renditions."""

from dataclasses import dataclass, field

from player.manifest.addresses import Base, ForeignSchemeError
from player.manifest.hls.attributes import Attributes, read_attributes
from player.manifest.hls.keys import read_key
from player.manifest.hls.lines import Lines
from player.manifest.notes import Notes, quoted
from player.model.resource import Protection
from player.units import Micros


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """An EXT-X-STREAM-INF and the address below it."""

    uri: str
    line: int
    bandwidth: int
    average_bandwidth: int | None
    codecs: str
    size: tuple[int, int] | None
    frame_rate: float | None
    video_range: str
    audio: str
    pathway: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendition:
    """An EXT-X-MEDIA; `uri` is "" where the rendition lies inside the variants."""

    type: str
    uri: str
    group: str
    name: str
    language: str
    default: bool
    forced: bool
    channels: int | None
    roles: tuple[str, ...]


@dataclass(slots=True)
class Multivariant:
    """The playlist's facts, in its order; `refused` counts addresses that were left out."""

    variants: list[Variant] = field(default_factory=list)
    renditions: list[Rendition] = field(default_factory=list)
    session_keys: list[Protection] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    start_at: Micros | None = None
    refused: int = 0


def read_multivariant(body: bytes, *, url: str, notes: Notes) -> Multivariant:
    """Read a multivariant playlist; never raises, everything strange is noted."""
    lines = Lines(body, url=url, imported={}, notes=notes)
    found = _Reader(Base(url), notes).read(lines)
    found.variables = lines.variables
    return found


class _Reader:
    def __init__(self, base: Base, notes: Notes) -> None:
        self._base = base
        self._notes = notes
        self._found = Multivariant()
        self._stream: Attributes | None = None
        self._tags = {
            "#EXT-X-STREAM-INF": self._stream_inf,
            "#EXT-X-MEDIA": self._media,
            "#EXT-X-SESSION-KEY": self._session_key,
            "#EXT-X-START": self._start,
        }

    def read(self, lines: Lines) -> Multivariant:
        for number, line in lines:
            if line[0] != "#":
                self._variant(number, line)
                continue
            name, _, value = line.partition(":")
            handler = self._tags.get(name.rstrip())
            if handler is not None:
                handler(read_attributes(value, number, self._notes))
        if self._stream is not None:
            self._notes.warn(self._stream.line, "EXT-X-STREAM-INF without an address")
        return self._found

    def _stream_inf(self, attributes: Attributes) -> None:
        if self._stream is not None:
            self._notes.warn(self._stream.line, "EXT-X-STREAM-INF without an address")
        self._stream = attributes

    def _variant(self, number: int, uri: str) -> None:
        said = self._stream
        self._stream = None
        if said is None:
            self._notes.warn(number, f"an address without EXT-X-STREAM-INF: {quoted(uri)}")
            return
        address = self._address(number, uri)
        if not address:
            return
        if not said.text("BANDWIDTH"):
            self._notes.warn(said.line, "EXT-X-STREAM-INF without BANDWIDTH")
        average = said.integer("AVERAGE-BANDWIDTH")
        self._found.variants.append(
            Variant(
                uri=address,
                line=said.line,
                bandwidth=said.integer("BANDWIDTH") or average or 0,
                average_bandwidth=average,
                codecs=said.text("CODECS"),
                size=said.size("RESOLUTION"),
                frame_rate=said.number("FRAME-RATE"),
                video_range=said.text("VIDEO-RANGE").upper(),
                audio=said.text("AUDIO"),
                pathway=said.text("PATHWAY-ID"),
            )
        )

    def _address(self, line: int, uri: str) -> str:
        try:
            return self._base.join(uri)
        except ForeignSchemeError as refused:
            self._notes.warn(line, f"a playlist was left out: {refused}")
            self._found.refused += 1
            return ""

    def _media(self, attributes: Attributes) -> None:
        uri = attributes.text("URI")
        address = self._address(attributes.line, uri) if uri else ""
        if uri and not address:
            return
        self._found.renditions.append(
            Rendition(
                type=attributes.text("TYPE").upper(),
                uri=address,
                group=attributes.text("GROUP-ID"),
                name=attributes.text("NAME"),
                language=attributes.text("LANGUAGE"),
                default=attributes.yes("DEFAULT"),
                forced=attributes.yes("FORCED"),
                channels=_channels(attributes.text("CHANNELS")),
                roles=_roles(attributes.text("CHARACTERISTICS")),
            )
        )

    def _session_key(self, attributes: Attributes) -> None:
        key = read_key(attributes, self._base)
        if key is not None:
            self._found.session_keys.append(key)

    def _start(self, attributes: Attributes) -> None:
        self._found.start_at = attributes.seconds("TIME-OFFSET")


def _channels(text: str) -> int | None:
    """The first parameter of CHANNELS (4.4.6.1): "6", "16/JOC"."""
    count = text.partition("/")[0].strip()
    return int(count) if count.isascii() and count.isdigit() and len(count) < 4 else None


def _roles(characteristics: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in characteristics.split(",") if one.strip())
