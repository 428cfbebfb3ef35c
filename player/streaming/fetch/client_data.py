"""What this session tells the servers that ask for it (CMCD: CTA-5004, CTA-5004-B)."""

from dataclasses import dataclass
from posixpath import relpath
from urllib.parse import urlsplit

from player.model.cmcd import ClientData, ClientDataReporting, ClientDataValue
from player.model.presentation import ManifestFormat, TrackKind
from player.model.resource import Resource
from player.ports import RequestKind
from player.units import BitsPerSecond, Micros

ENOUGH = 5
"""The most that is asked of the server, as a factor of the rung's rate (as dash.js, Media3)."""

_FORMATS = {ManifestFormat.HLS: "h", ManifestFormat.DASH: "d", ManifestFormat.TS: "o"}
_OBJECTS = {
    RequestKind.MANIFEST: "m",
    RequestKind.INIT: "i",
    RequestKind.KEY: "k",
}
_UNTOLD = frozenset({RequestKind.TIME, RequestKind.LIST, RequestKind.OTHER})


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFacts:
    """What is known of one request for media; what is not, is not told.

    `kinds` are the track kinds in the bytes, `bandwidth` the rung's, `lowest` and `top` those of
    its track. `buffered` is media ahead of the picture, `duration` what the bytes hold,
    `following` what will be asked for next, `location` the name of the place.
    """

    kinds: frozenset[TrackKind] = frozenset()
    bandwidth: BitsPerSecond | None = None
    lowest: BitsPerSecond | None = None
    top: BitsPerSecond | None = None
    duration: Micros | None = None
    buffered: Micros | None = None
    throughput: BitsPerSecond | None = None
    speed: float = 1.0
    latency: Micros | None = None
    live: bool | None = None
    following: Resource | None = None
    location: str = ""


class ClientDataSession:
    """Remembers between requests what the next one must tell. Engine thread only.

    `sid` names the session and nobody: it is made anew for each (a random UUID).
    """

    def __init__(
        self,
        reporting: ClientDataReporting,
        *,
        format: ManifestFormat,  # noqa: A002 - the model's word
        sid: str,
    ) -> None:
        """Tell what `reporting` asks for."""
        self._reporting = reporting
        self._format = format
        self._sid = reporting.session_id or sid
        self._urgent, self._starved = True, False
        self._start_delay: Micros | None = None
        self._refused: list[str] = []

    def started(self, after: Micros | None = None) -> None:
        """The picture runs; `after` is how long the viewer waited for the first one."""
        self._urgent = False
        self._start_delay = after if after is not None else self._start_delay

    def restarted(self) -> None:
        """A seek: what follows is needed at once."""
        self._urgent = True

    def starved(self) -> None:
        """The buffer ran dry."""
        self._urgent = self._starved = True

    def failed(self, code: str) -> None:
        """Something failed; told with the next request (version 2)."""
        self._refused = [*self._refused[-3:], code]

    def data(
        self, resource: Resource, kind: RequestKind, facts: RequestFacts | None
    ) -> ClientData | None:
        """What to tell with this request; None where its place does not ask."""
        asked, facts = self._reporting, facts or RequestFacts()
        if kind in _UNTOLD or not self._is_asked(facts):
            return None
        values = self._session() | _request(resource, kind, facts) | self._state(kind)
        if asked.keys:
            values = {key: one for key, one in values.items() if key in asked.keys | {"v"}}
        return ClientData(version=asked.version, mode=asked.mode, values=values)

    def _is_asked(self, facts: RequestFacts) -> bool:
        return not self._reporting.locations or facts.location in self._reporting.locations

    def _session(self) -> dict[str, ClientDataValue]:
        values: dict[str, ClientDataValue] = {"sid": self._sid, "sf": _FORMATS[self._format]}
        if self._reporting.content_id:
            values["cid"] = self._reporting.content_id
        return values

    def _state(self, kind: RequestKind) -> dict[str, ClientDataValue]:
        values: dict[str, ClientDataValue] = {"su": self._urgent, "bs": self._starved}
        if self._start_delay is not None:
            values["msd"] = self._start_delay // 1000
        if self._refused:
            values["ec"] = tuple(self._refused)
        if kind is RequestKind.SEGMENT:  # each is told once, with media
            self._starved, self._start_delay, self._refused = False, None, []
        return values


def client_data_of(
    by_source: ClientDataReporting | None,
    by_manifest: ClientDataReporting | None,
    *,
    format: ManifestFormat,  # noqa: A002 - the model's word
    sid: str,
) -> ClientDataSession | None:
    """The session's reports: the source's wish before the manifest's; None where nobody asks."""
    asked = by_source or by_manifest
    return None if asked is None else ClientDataSession(asked, format=format, sid=sid)


def _request(
    resource: Resource, kind: RequestKind, facts: RequestFacts
) -> dict[str, ClientDataValue]:
    values: dict[str, ClientDataValue | None] = {
        "ot": _object(kind, facts.kinds),
        "st": None if facts.live is None else ("l" if facts.live else "v"),
        "pr": facts.speed,
        "mtp": _kbps(facts.throughput),
        "ltc": _milliseconds(facts.latency),
        "cdn": facts.location or None,
    }
    if kind in (RequestKind.SEGMENT, RequestKind.INIT):
        values |= _object_facts(facts)
    if kind is RequestKind.SEGMENT:
        values |= _media_facts(resource, facts)
    return {key: value for key, value in values.items() if value is not None}


def _object_facts(facts: RequestFacts) -> dict[str, ClientDataValue | None]:
    return {
        "br": _kbps(facts.bandwidth),
        "tb": _kbps(facts.top),
        "lb": _kbps(facts.lowest),
        "rtp": _kbps(BitsPerSecond(facts.bandwidth * ENOUGH)) if facts.bandwidth else None,
    }


def _media_facts(resource: Resource, facts: RequestFacts) -> dict[str, ClientDataValue | None]:
    buffered = None if facts.buffered is None else Micros(max(facts.buffered, 0))
    following = facts.following
    ranged = following.byte_range if following else None
    deadline = None if buffered is None else Micros(round(buffered / max(facts.speed, 0.01)))
    return {
        "d": _milliseconds(facts.duration),
        "bl": _milliseconds(buffered),
        "dl": _milliseconds(deadline),
        "nor": _relative(resource.uri, following.uri) if following else None,
        "nrr": f"{ranged.offset}-{ranged.last}" if ranged else None,
    }


def _object(kind: RequestKind, kinds: frozenset[TrackKind]) -> str:
    if kind is not RequestKind.SEGMENT:
        return _OBJECTS.get(kind, "o")
    if {TrackKind.VIDEO, TrackKind.AUDIO} <= kinds:
        return "av"
    for one, word in ((TrackKind.VIDEO, "v"), (TrackKind.AUDIO, "a"), (TrackKind.TEXT, "c")):
        if one in kinds:
            return word
    return "o"


def _relative(uri: str, following: str) -> str | None:
    """The path from one object to the next; None to another server, or to the same file."""
    here, there = urlsplit(uri), urlsplit(following)
    if (here.scheme, here.netloc) != (there.scheme, there.netloc) or here.path == there.path:
        return None
    return relpath(there.path, here.path.rpartition("/")[0] or "/")


def _kbps(bandwidth: BitsPerSecond | None) -> int | None:
    return None if bandwidth is None else round(bandwidth / 1000)


def _milliseconds(time: Micros | None) -> int | None:
    return None if time is None else time // 1000
