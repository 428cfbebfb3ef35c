"""Reads a multivariant playlist (RFC 8216bis 4.4.6) into variants and renditions."""

from collections.abc import Sized
from dataclasses import dataclass, field

from player.manifest.addresses import Base, ForeignSchemeError
from player.manifest.bounds import (
    MOST_RENDITIONS,
    MOST_SESSION_FACTS,
    MOST_SESSION_KEYS,
    MOST_VARIANTS,
)
from player.manifest.hls.attributes import Attributes, read_attributes
from player.manifest.hls.keys import read_key
from player.manifest.hls.lines import Lines
from player.model.event import SessionData
from player.model.location import Steering
from player.model.notes import Notes, quoted
from player.model.resource import Protection
from player.model.sphere import HALF_SPHERE, WHOLE_SPHERE, Sphere
from player.units import Micros

_ROLES = {
    "public.accessibility.describes-video": "description",
    "public.accessibility.transcribes-spoken-dialog": "caption",
    "public.accessibility.describes-music-and-sound": "caption",
    "public.easy-to-read": "easyreader",
    "public.auxiliary-content": "supplementary",
}

_SPHERES = {"PROJ-EQUI": WHOLE_SPHERE, "PROJ-HEQU": HALF_SPHERE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """An EXT-X-STREAM-INF and the address below it, or a list of key frames or thumbnails."""

    uri: str = field(repr=False)
    line: int
    bandwidth: int
    average_bandwidth: int | None
    codecs: str
    size: tuple[int, int] | None
    frame_rate: float | None
    score: float | None
    video_range: str
    hdcp_level: str
    sphere: Sphere | None
    video: str
    audio: str
    subtitles: str
    captions: str
    pathway: str
    stable_id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendition:
    """An EXT-X-MEDIA; `uri` is "" where the rendition lies inside the variants.

    `autoselect` is False only where AUTOSELECT=NO is said: many playlists leave it out, which
    4.4.6.1 takes for NO, and mean nothing by it.
    """

    type: str
    uri: str = field(repr=False)
    line: int
    group: str
    name: str
    language: str
    stable_id: str
    instream_id: str
    default: bool
    autoselect: bool
    forced: bool
    channels: int | None
    roles: tuple[str, ...]


@dataclass(slots=True)
class Multivariant:
    """The playlist's facts, in its order; `refused` counts addresses that were left out."""

    variants: list[Variant] = field(default_factory=list)
    renditions: list[Rendition] = field(default_factory=list)
    session_keys: list[Protection] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict, repr=False)
    key_frames: list[Variant] = field(default_factory=list)
    thumbnails: list[Variant] = field(default_factory=list)
    session_data: list[SessionData] = field(default_factory=list)
    steering: Steering | None = None
    start_at: Micros | None = None
    start_precise: bool = False
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
        self._facts: set[tuple[str, str]] = set()
        self._tags = {
            "#EXT-X-STREAM-INF": self._stream_inf,
            "#EXT-X-MEDIA": self._media,
            "#EXT-X-SESSION-KEY": self._session_key,
            "#EXT-X-START": self._start,
            "#EXT-X-I-FRAME-STREAM-INF": self._key_frames,
            "#EXT-X-IMAGE-STREAM-INF": self._thumbnails,
            "#EXT-X-SESSION-DATA": self._session_data,
            "#EXT-X-CONTENT-STEERING": self._steering,
        }

    def read(self, lines: Lines) -> Multivariant:
        for number, line, _ in lines:
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
            self._notes.warn(number, "an address without EXT-X-STREAM-INF")
            return
        address = self._address(number, uri)
        if address and self._has_room(self._found.variants, MOST_VARIANTS, number):
            self._found.variants.append(_variant(said, address))

    def _key_frames(self, attributes: Attributes) -> None:
        self._add_list(self._found.key_frames, attributes)

    def _thumbnails(self, attributes: Attributes) -> None:
        """EXT-X-IMAGE-STREAM-INF, Roku's and Disney's extension."""
        self._add_list(self._found.thumbnails, attributes)

    def _add_list(self, found: list[Variant], attributes: Attributes) -> None:
        uri = attributes.text("URI")
        if not uri:
            self._notes.warn(attributes.line, "a list of pictures without URI")
            return
        address = self._address(attributes.line, uri)
        if address and self._has_room(found, MOST_VARIANTS, attributes.line):
            found.append(_variant(attributes, address))

    def _has_room(self, found: Sized, most: int, line: int) -> bool:
        if len(found) >= most:
            self._notes.warn(line, f"more than {most} of a kind; left out")
            return False
        return True

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
        if not self._has_room(self._found.renditions, MOST_RENDITIONS, attributes.line):
            return
        self._found.renditions.append(
            Rendition(
                type=attributes.text("TYPE").upper(),
                uri=address,
                line=attributes.line,
                group=attributes.text("GROUP-ID"),
                name=attributes.text("NAME"),
                language=attributes.text("LANGUAGE"),
                stable_id=attributes.text("STABLE-RENDITION-ID"),
                instream_id=attributes.text("INSTREAM-ID").strip().upper(),
                default=attributes.yes("DEFAULT"),
                autoselect=attributes.text("AUTOSELECT").strip().upper() != "NO",
                forced=attributes.yes("FORCED"),
                channels=_channels(attributes.text("CHANNELS")),
                roles=_roles(attributes.text("CHARACTERISTICS")),
            )
        )

    def _session_key(self, attributes: Attributes) -> None:
        key = read_key(attributes, self._base)
        known = self._found.session_keys
        if key is not None and self._has_room(known, MOST_SESSION_KEYS, attributes.line):
            known.append(key)

    def _start(self, attributes: Attributes) -> None:
        self._found.start_at = attributes.seconds("TIME-OFFSET")
        self._found.start_precise = self._found.start_at is not None and attributes.yes("PRECISE")

    def _session_data(self, attributes: Attributes) -> None:
        """EXT-X-SESSION-DATA (4.4.6.4): a value or an address, once for each language."""
        ident, uri = attributes.text("DATA-ID"), attributes.text("URI")
        language = attributes.text("LANGUAGE")
        if not ident or bool(uri) == ("VALUE" in attributes.values):
            self._notes.warn(attributes.line, "EXT-X-SESSION-DATA wants DATA-ID and VALUE or URI")
        elif (ident, language) in self._facts:
            self._notes.warn(attributes.line, f"session data {quoted(ident)} is told twice")
            return
        address = self._data_address(attributes.line, uri) if uri else ""
        value, known = attributes.text("VALUE"), self._found.session_data
        told = bool(ident) and (bool(address) or "VALUE" in attributes.values)
        if told and self._has_room(known, MOST_SESSION_FACTS, attributes.line):
            self._facts.add((ident, language))
            known.append(SessionData(id=ident, value=value, uri=address, language=language))

    def _data_address(self, line: int, uri: str) -> str:
        """`data:` too: neither leads to media."""
        try:
            return uri if uri[:5].lower() == "data:" else self._base.join(uri)
        except ForeignSchemeError as refused:
            self._notes.warn(line, f"an address was left out: {refused}")
            return ""

    def _steering(self, attributes: Attributes) -> None:
        """EXT-X-CONTENT-STEERING (4.4.6.6)."""
        address = self._data_address(attributes.line, attributes.text("SERVER-URI"))
        if not attributes.text("SERVER-URI"):
            self._notes.warn(attributes.line, "EXT-X-CONTENT-STEERING without SERVER-URI")
        elif address:
            first = attributes.text("PATHWAY-ID")
            self._found.steering = Steering(uri=address, default=(first,) if first else ())


def _variant(said: Attributes, address: str) -> Variant:
    if not said.text("BANDWIDTH"):
        said.notes.warn(said.line, "EXT-X-STREAM-INF without BANDWIDTH")
    average = said.integer("AVERAGE-BANDWIDTH")
    return Variant(
        uri=address,
        line=said.line,
        bandwidth=said.integer("BANDWIDTH") or average or 0,
        average_bandwidth=average,
        codecs=said.text("CODECS"),
        size=said.size("RESOLUTION"),
        frame_rate=said.number("FRAME-RATE"),
        score=_score(said),
        video_range=_one_of(said, "VIDEO-RANGE", ("SDR", "HLG", "PQ")),
        hdcp_level=_one_of(said, "HDCP-LEVEL", ("NONE", "TYPE-0", "TYPE-1")),
        sphere=_sphere(said.text("REQ-VIDEO-LAYOUT")),
        video=said.text("VIDEO"),
        audio=said.text("AUDIO"),
        subtitles=said.text("SUBTITLES"),
        captions=said.text("CLOSED-CAPTIONS"),
        pathway=said.text("PATHWAY-ID"),
        stable_id=said.text("STABLE-VARIANT-ID"),
        name=said.text("NAME"),
    )


def _score(said: Attributes) -> float | None:
    """SCORE may be 0, which `number` takes for a mistake."""
    raw = said.text("SCORE").strip()
    return 0.0 if raw and not raw.strip("0.") else said.number("SCORE")


def _sphere(layout: str) -> Sphere | None:
    """How pictures lie around the viewer, by the first layout told (REQ-VIDEO-LAYOUT, 4.4.6.2).

    That there are two eyes is told there, too, but not where each lies: the codec knows it.
    """
    specifiers = layout.split(",")[0].upper().split("/")
    return next((_SPHERES[one.strip()] for one in specifiers if one.strip() in _SPHERES), None)


def _one_of(said: Attributes, name: str, known: tuple[str, ...]) -> str:
    """An enumerated value; a variant with another one is for players that know it."""
    value = said.text(name).upper()
    if value and value not in known:
        said.notes.warn(said.line, f"unknown {name} {quoted(value)}")
    return value


def _channels(text: str) -> int | None:
    """The first parameter of CHANNELS (4.4.6.1): "6", "16/JOC"."""
    count = text.partition("/")[0].strip()
    return int(count) if count.isascii() and count.isdigit() and len(count) < 4 else None


def _roles(characteristics: str) -> tuple[str, ...]:
    """CHARACTERISTICS as told, and beside them the names that DASH has for the same roles."""
    told = [one.strip() for one in characteristics.split(",") if one.strip()]
    return tuple(dict.fromkeys([*told, *(_ROLES[one] for one in told if one in _ROLES)]))
