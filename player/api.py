"""The player's face: what a window, a command line or a test says to it and hears from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from player.errors import ErrorCode, Failure
from player.model.cmcd import ClientDataReporting
from player.model.cue import Cue
from player.model.event import BreakMark, Chapter, SpliceMark, TimedEvent
from player.model.presentation import TrackKind
from player.model.sphere import Sphere
from player.model.thumbnail import Thumbnail
from player.units import BitsPerSecond, ByteCount, Micros

# ---- down: commands, fire and forget -------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayRequest:
    """What to play and how.

    `start` is presentation time (VOD) or None for the manifest's own start / the live edge.
    `keys` maps key id (32 hex digits) to key (16 bytes). `abr` names a controller of `player.abr`;
    `max_height` and `max_bandwidth` cap the ladder. `tag` comes back in every snapshot and event,
    so that a window knows which channel they speak of. `text_language` "": only forced subtitles;
    `reporting`: the source asks for CMCD. `proxy` is an http(s) address for all of this source's
    requests, "" for what the system says; `accepted_certificate` the SHA-256 (64 hex digits) of
    the one certificate that is taken though nobody vouches for it. `hdcp` is the highest content
    protection that the screen has ("NONE", "TYPE-0", "TYPE-1"): rungs that ask for more are not
    taken; who does not know leaves it, and nothing is left out. `target_latency` is how far behind
    live television is to be held, by small changes of its rate; None: as its manifest says, and
    where that asks for no latency the rate is left alone. `max_connections` is how many answers
    the source's account lets be under way at once; None: as many as it takes.
    """

    url: str = field(repr=False)
    tag: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    start: Micros | None = None
    audio_language: str = ""
    text_language: str = ""
    abr: str = "farol"
    max_height: int | None = None
    max_bandwidth: BitsPerSecond | None = None
    keys: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    reporting: ClientDataReporting | None = None
    proxy: str = field(default="", repr=False)
    accepted_certificate: str = ""
    hdcp: str = "TYPE-1"
    target_latency: Micros | None = None
    max_connections: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """Tune to a request; whatever played before ends."""

    request: PlayRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect:
    """These requests are likely to be played next, the likeliest first; no others any more."""

    requests: tuple[PlayRequest, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPaused:
    """Pause or go on."""

    paused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Seek:
    """Go to a time of the programme, clamped to what can be played.

    A break that may not be jumped over (X-RESTRICT) is played first; out of one that may not be
    skipped nobody goes forward (`Refused`).
    """

    position: Micros


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipBreak:
    """Leave the break that plays, where it allows that now; else `Refused`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSpeed:
    """Play at 0.5 to 2 times the normal speed, pitch kept; beyond that the nearest.

    Live, a speed above 1 ends by itself where the live point is reached: the snapshot tells 1.
    """

    speed: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFrame:
    """Go one picture on or back while paused; while it plays: pause."""

    forward: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """Go forward or back at 2, 4, 8, 16 or 32 times the speed, by pictures without sound.

    0, and `SetPaused`, end it where it is; the ends of what can be played do, too.
    """

    rate: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WantThumbnail:
    """A small picture of this time of the programme is wanted, and no other any more; None: none.

    It comes as `ThumbnailReady`, where there is one.
    """

    position: Micros | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectAudio:
    """Choose the audio track with this id."""

    track: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectText:
    """Show the subtitles with this id; None: none but forced ones."""

    track: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectQuality:
    """Fix the rung of this representation id; None: automatic."""

    representation: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetViewport:
    """The pictures have so many real pixels on the screen, whatever plays; 0: nobody sees them."""

    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SetDataSaver:
    """Save data from now on, whatever plays, or no more: the line or the viewer wants it."""

    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SetVolume:
    """Set the volume, 0..100."""

    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SetMuted:
    """Mute or unmute."""

    muted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """End the session and show black."""


Choice = SelectAudio | SelectText | SelectQuality

Trick = SetSpeed | StepFrame | Scan | SkipBreak | WantThumbnail

Limit = SetViewport | SetDataSaver

Command = Play | Expect | SetPaused | Seek | Trick | Choice | Limit | SetVolume | SetMuted | Stop

# ---- up: events (never dropped) ------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerEvent:
    """Something happened; `at` is the monotonic clock, `tag` the request's."""

    at: Micros
    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionStarted(PlayerEvent):
    """A Play command was accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstPicture(PlayerEvent):
    """The session's first picture (audio: sound) came out of libmpv."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RebufferStarted(PlayerEvent):
    """The buffer ran dry and playback waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RebufferEnded(PlayerEvent):
    """Playback goes on after a rebuffer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityChanged(PlayerEvent):
    """The next segment is fetched from another rung; `reason` says why in one line."""

    position: Micros
    from_bandwidth: BitsPerSecond
    to_bandwidth: BitsPerSecond
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentReplaced(PlayerEvent):
    """A buffered video segment was fetched again from another rung; it begins at `position`."""

    position: Micros
    duration: Micros
    from_bandwidth: BitsPerSecond
    to_bandwidth: BitsPerSecond
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentFetched(PlayerEvent):
    """A media segment is whole in the cache; `duration` is how much playback it holds."""

    kind: TrackKind
    bandwidth: BitsPerSecond
    duration: Micros
    size: ByteCount


@dataclass(frozen=True, slots=True, kw_only=True)
class CuesChanged(PlayerEvent):
    """These cues are on the picture from now on; none: the picture is clear."""

    cues: tuple[Cue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventReached(PlayerEvent):
    """Playback reached the start of an event of the programme (once for each pass over it).

    `splices` is what it says of breaks, where it is a splice message (SCTE 35).
    """

    event: TimedEvent
    splices: tuple[SpliceMark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ThumbnailReady(PlayerEvent):
    """The small picture that stands for `position` to `until` of the programme."""

    position: Micros
    until: Micros
    image: Thumbnail


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered(PlayerEvent):
    """Something failed and was got over: `decision` says how, for a tester, in one line."""

    code: ErrorCode
    decision: str


class Wish(StrEnum):
    """What a viewer may want that a break can forbid."""

    SEEK = "seek"
    SPEED = "speed"
    SCAN = "scan"
    SKIP = "skip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused(PlayerEvent):
    """A wish was not carried out: the break that plays may not be skipped."""

    wish: Wish


PLAYED_DIRECTLY = "libmpv plays this address by itself"
"""The decision of `Recovered` where our engine could not, and libmpv's own demuxer may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackEnded(PlayerEvent):
    """The last sample was played."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorOccurred(PlayerEvent):
    """Something failed; with severity FATAL the session is over, the player is not."""

    failure: Failure


# ---- up: the snapshot (whole and replaceable) ----------------------------------------------


class PlayerState(StrEnum):
    """What the viewer sees."""

    IDLE = "idle"
    LOADING = "loading"
    PLAYING = "playing"
    PAUSED = "paused"
    BUFFERING = "buffering"
    ENDED = "ended"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """A representation as a viewer may choose it."""

    id: str
    bandwidth: BitsPerSecond
    height: int
    codecs: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioChoice:
    """An audio track as a viewer may choose it."""

    id: str
    language: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TextChoice:
    """Subtitles as a viewer may choose them; `captions`: they tell sounds, too."""

    id: str
    language: str
    name: str
    captions: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InterstitialPlaying:
    """The break that plays, in its own time: `elapsed` of `duration`.

    `programme` of `programmes` counts what it consists of, from 1 on. `restrictions` are its
    X-RESTRICT: SKIP, JUMP. It may be left from `skippable_at` on, until `skippable_until`, where
    its author offers that (None: he does not); `skippable`: it may now. `label` is his name for
    the words of the offer.
    """

    id: str
    elapsed: Micros
    duration: Micros
    programme: int = 1
    programmes: int = 1
    restrictions: frozenset[str] = frozenset()
    skippable_at: Micros | None = None
    skippable_until: Micros | None = None
    skippable: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerSnapshot:
    """The player's whole state, at most ten a second.

    Times are the programme's own, as if no other one were woven in: where a break takes the place
    of nothing they stand while it plays, and `interstitial` tells how far it is; `breaks` are the
    marks that are known, sorted by start. `window` is the seekable range; `epoch` the UTC time of
    presentation time 0, where known; `latency` how far the picture is behind the live programme,
    `rate` the playback rate that holds it there; `speed` is the viewer's (`SetSpeed`), `scan` the
    rate of fast play (`Scan`), 0 for none; `width` and `height` are the picture's, `sphere` how
    it lies around the viewer (None: it is flat, or nobody says), `video_range` "PQ" or "HLG"
    where it is HDR; `bandwidth` is of the rung on screen, `next_bandwidth` of the one being
    fetched. `hardware` names the interface of a hardware decoder, `location` the
    one of several servers (serviceLocation, PATHWAY-ID) that was fetched from last; "" for none.
    `throughput` is what the whole line carries, `share` what of it is this player's where others
    play beside it (None: it is alone). `decisions` are the last five in words, newest last.
    """

    tag: str = ""
    state: PlayerState = PlayerState.IDLE
    position: Micros = Micros(0)
    duration: Micros | None = None
    live: bool = False
    window: tuple[Micros, Micros] | None = None
    epoch: Micros | None = None
    latency: Micros | None = None
    rate: float = 1.0
    speed: float = 1.0
    scan: int = 0
    buffer: Micros = Micros(0)
    throughput: BitsPerSecond | None = None
    share: BitsPerSecond | None = None
    bandwidth: BitsPerSecond | None = None
    next_bandwidth: BitsPerSecond | None = None
    width: int = 0
    height: int = 0
    sphere: Sphere | None = None
    video_range: str = ""
    codecs: str = ""
    decoder: str = ""
    hardware: str = ""
    location: str = ""
    rungs: tuple[Rung, ...] = ()
    quality: str | None = None
    audio: tuple[AudioChoice, ...] = ()
    audio_track: str = ""
    text: tuple[TextChoice, ...] = ()
    text_track: str | None = None
    cues: tuple[Cue, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    breaks: tuple[BreakMark, ...] = ()
    interstitial: InterstitialPlaying | None = None
    protected: bool = False
    volume: int = 100
    muted: bool = False
    dropped_frames: int = 0
    downloaded: ByteCount = ByteCount(0)
    requests: int = 0
    decisions: tuple[str, ...] = ()
    failure: Failure | None = None
