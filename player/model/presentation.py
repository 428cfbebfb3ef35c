"""The tree that both manifests become: Presentation, Period, Track, Representation."""

from dataclasses import dataclass, field
from enum import StrEnum

from player.model.cmcd import ClientDataReporting
from player.model.event import Chapter, Interstitial, SessionData, TimedEvent
from player.model.location import IndexSource, Location, Steering
from player.model.resource import Protection, Resource
from player.model.segment import SegmentIndex
from player.model.service import Service
from player.model.sphere import Sphere
from player.units import BitsPerSecond, Micros


class ManifestFormat(StrEnum):
    """What the bytes at the URL were."""

    HLS = "hls"
    DASH = "dash"
    TS = "ts"


class PresentationType(StrEnum):
    """Whether the end is known, comes, or the start stays (RFC 8216 4.4.3.5)."""

    VOD = "vod"
    LIVE = "live"
    EVENT = "event"


class TrackKind(StrEnum):
    """What a track is to a viewer."""

    VIDEO = "video"
    AUDIO = "audio"
    TEXT = "text"
    IMAGE = "image"


class Container(StrEnum):
    """How samples are wrapped in a representation's bytes; UNKNOWN is told by the first bytes."""

    TS = "ts"
    FMP4 = "fmp4"
    WEBM = "webm"
    PACKED_AUDIO = "packed-audio"
    WEBVTT = "webvtt"
    TTML = "ttml"
    IMAGE = "image"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestWarning:
    """Something a lenient reader passed over; `line` counts from 1, 0 where there is none."""

    line: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TileGrid:
    """Thumbnails in one picture (DASH-IF IOP part 8 thumbnail_tile): `columns` x `rows`.

    `duration` is how long each of them stands for; None: the picture's own, divided by all.
    """

    columns: int
    rows: int
    duration: Micros | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Representation:
    """One rung: the same content at one bit rate.

    `index` is None until `source` has been loaded. `kinds` are the track kinds inside its bytes:
    a muxed HLS variant holds video and audio. `score` is what the author thinks of it (SCORE,
    @qualityRanking turned round: higher is better); `video_range` is "SDR", "PQ", "HLG" or "";
    `hdcp_level` "NONE", "TYPE-0", "TYPE-1" or "". `sphere`: how its pictures lie around the
    viewer, None: flat, or not told. `tiles` is set for thumbnails alone.
    `locations` are all places of its bytes, that of its own addresses first; empty: just one.
    """

    id: str
    bandwidth: BitsPerSecond
    average_bandwidth: BitsPerSecond | None = None
    codecs: str = ""
    width: int | None = None
    height: int | None = None
    frame_rate: float | None = None
    container: Container = Container.UNKNOWN
    kinds: frozenset[TrackKind] = frozenset()
    index: SegmentIndex | None = field(default=None, repr=False)
    source: IndexSource | None = None
    init: Resource | None = None
    protection: tuple[Protection, ...] = ()
    score: float | None = None
    video_range: str = ""
    hdcp_level: str = ""
    sphere: Sphere | None = None
    tiles: TileGrid | None = None
    locations: tuple[Location, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """Representations that a player may switch between without the viewer's asking.

    Sorted by bandwidth, lowest first. `in_video` marks a track that has no bytes of its own: it
    lies inside the video representations (EXT-X-MEDIA without URI; a muxed stream). `on_request`:
    only by the viewer's word, never chosen by itself (AUTOSELECT=NO, RFC 8216bis 4.4.6.1).
    """

    id: str
    kind: TrackKind
    language: str = ""
    name: str = ""
    roles: tuple[str, ...] = ()
    default: bool = False
    forced: bool = False
    channels: int | None = None
    in_video: bool = False
    representations: tuple[Representation, ...] = ()
    on_request: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A stretch of the presentation with its own tracks (HLS: one, but for interstitials).

    `trick_play` are tracks of key frames alone (EXT-X-I-FRAME-STREAM-INF, DASH trick mode), for
    fast winding; nobody plays them at normal speed. `early`: announced, not to be played yet
    (ISO/IEC 23009-1 5.3.2.1 early available period).
    """

    id: str
    start: Micros
    duration: Micros | None
    tracks: tuple[Track, ...]
    trick_play: tuple[Track, ...] = ()
    early: bool = False

    @property
    def end(self) -> Micros | None:
        """Presentation time of the end, where it is known."""
        return None if self.duration is None else Micros(self.start + self.duration)

    def of(self, kind: TrackKind) -> tuple[Track, ...]:
        """The period's tracks of one kind, in the manifest's order."""
        return tuple(track for track in self.tracks if track.kind is kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class UtcTiming:
    """A source of the server's time (ISO/IEC 23009-1 5.8.4.11)."""

    scheme: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyRange:
    """What a ServiceDescription allows (ISO/IEC 23009-1 Annex K): latency, and rates to hold it.

    Times in microseconds, rates as factors of normal speed; None where nothing is told.
    """

    least: Micros | None = None
    most: Micros | None = None
    slowest: float | None = None
    fastest: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Presentation:
    """A whole programme, live or not.

    `epoch` is the UTC time of presentation time 0, or None where nothing ties the two together;
    live HLS with EXT-X-PROGRAM-DATE-TIME uses epoch 0, so that its presentation time is UTC.
    `target_latency` is what the manifest asks for (HOLD-BACK, suggestedPresentationDelay,
    ServiceDescription); `start_at` an EXT-X-START (negative: from the end; `start_precise`: not
    from the segment's beginning); `reload_after` the shortest time between two reloads of the
    manifest itself, from `location` where that is set, or by `patch`: the address of what changed
    since. `document` is what a patch applies to, opaque to everybody but the parser. `links` are
    remote elements (xlink onLoad) that must be fetched and given to `parse` before it is whole.
    `events` and `interstitials` are sorted by start, each once. `reporting` is what the manifest
    asks to be told of the player (CMCD). `other_locations` are where else the manifest lies,
    should `location` fail; `patch_until` is the UTC time after which `patch` is no longer served,
    and `published` the UTC time at which the server says it made this manifest. `services` are
    what a plain transport stream says that it holds, once it has been listened to.
    """

    format: ManifestFormat
    type: PresentationType
    periods: tuple[Period, ...]
    duration: Micros | None = None
    epoch: Micros | None = None
    target_latency: Micros | None = None
    start_at: Micros | None = None
    reload_after: Micros | None = None
    location: str = field(default="", repr=False)
    utc_timing: tuple[UtcTiming, ...] = ()
    warnings: tuple[ManifestWarning, ...] = ()
    start_precise: bool = False
    latency_range: LatencyRange = LatencyRange()
    patch: str = field(default="", repr=False)
    document: object = field(default=None, repr=False, compare=False)
    links: tuple[str, ...] = field(default=(), repr=False)
    events: tuple[TimedEvent, ...] = ()
    interstitials: tuple[Interstitial, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    session_data: tuple[SessionData, ...] = ()
    steering: Steering | None = None
    reporting: ClientDataReporting | None = None
    other_locations: tuple[str, ...] = field(default=(), repr=False)
    patch_until: Micros | None = None
    published: Micros | None = None
    services: tuple[Service, ...] = ()
