"""The seams of the engine: what it asks of the network, of libmpv and of its workers."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeVar

from player.errors import Failure
from player.model.cmcd import ClientData, ClientDataReporting
from player.model.event import TimedEvent
from player.model.presentation import TrackKind
from player.model.resource import Resource
from player.model.sample import Sample, StreamHead
from player.units import ByteCount, Micros, micros

T = TypeVar("T")


# ---- network -------------------------------------------------------------------------------


class RequestKind(StrEnum):
    """What a request is for; sets how much may come, whether packed, and if it is measured.

    LIST: the small documents beside a manifest (steering, asset lists, chapters). Of STREAM and
    OTHER any length may come: whoever asks keeps his own bound.
    """

    MANIFEST = "manifest"
    INIT = "init"
    SEGMENT = "segment"
    STREAM = "stream"
    KEY = "key"
    TIME = "time"
    LIST = "list"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """How a source's servers are reached, as its viewer said.

    `proxy` is an http(s) address that may hold a password, "" for what the system says.
    `certificate` is the SHA-256 (64 lower-case hex digits) of the one certificate that is taken
    though nobody vouches for it, "" for none.
    """

    proxy: str = field(default="", repr=False)
    certificate: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRequest:
    """One GET; `headers` are the source's own (they may hold credentials).

    `by_viewer`: the viewer gave this very address (a list's channel counts); only then may it be
    a local file or a multicast group. What a manifest names never is. `head_only` asks for the
    head of the answer alone. `unless_changed` is the validator of what a range shall continue
    (If-Range, RFC 9110 13.1.5). `held` is how much longer than usual the server may take to
    answer, because it waits for what is asked for (RFC 8216bis 6.2.5.2, 6.2.6): that says nothing
    of the line. `report` is told to the server (CMCD); None: nothing is. What is not `measured`
    says nothing of the line, either; `alone`: no connection is opened beside its own.
    """

    resource: Resource
    kind: RequestKind
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    by_viewer: bool = False
    head_only: bool = False
    unless_changed: str = field(default="", repr=False)
    route: Route = Route()
    report: ClientData | None = field(default=None, repr=False)
    held: Micros = Micros(0)
    measured: bool = True
    alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerHead:
    """What else the head of an answer said.

    `date` is the server's UTC time as it answered (Date and Age, whole seconds); `validator`
    names this version of the file, strong ETags only; `packed`: the body was compressed, so that
    what came of it is no offset into the file. `reporting`: the server asks to be told (ADR 16).
    `partial`: the body is a part of the file (206), so that any other may be asked for.
    """

    date: Micros | None = None
    validator: str = field(default="", repr=False)
    packed: bool = False
    reporting: ClientDataReporting | None = None
    partial: bool = False


class FetchResponse(Protocol):
    """An answer whose body is still on its way."""

    @property
    def url(self) -> str:
        """Where the bytes came from after redirects."""
        ...

    @property
    def content_type(self) -> str:
        """Lower-case media type without parameters, "" where the server gave none."""
        ...

    @property
    def length(self) -> int | None:
        """Bytes that the body was said to have; None where nobody said, as of endless ones."""
        ...

    @property
    def head(self) -> AnswerHead:
        """What else was told; empty where the bytes did not come by HTTP."""
        ...

    def chunks(self) -> AsyncIterator[bytes]:
        """The body as it arrives; raises PlayerError (network.*) when it breaks off."""
        ...


class ByteFetcher(Protocol):
    """Fetches bytes once, without retrying; who retries is `RecoveryPolicy`'s decision."""

    def open(self, request: FetchRequest) -> AbstractAsyncContextManager[FetchResponse]:
        """Send `request`; raises PlayerError (network.*, input.*). Engine thread."""
        ...


# ---- media ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaEvent:
    """An event found in media bytes; `relative`: its start counts from the segment's start.

    `emsg` version 0 counts from the segment (ISO/IEC 23009-1 5.10.3.3.4), version 1 and ID3 are
    on the container's timeline.
    """

    event: TimedEvent
    relative: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Demuxed:
    """What a piece of container bytes held.

    `heads` lists streams first seen or changed; they stand before all of `samples`. `events`
    are `emsg` boxes and ID3 tags in between. `kinds`, where not empty, are all that the container
    has announced from here on, whether a sample of them has come or not.
    """

    heads: tuple[StreamHead, ...] = ()
    samples: tuple[Sample, ...] = ()
    events: tuple[MediaEvent, ...] = ()
    kinds: frozenset[TrackKind] = frozenset()


class Demuxer(Protocol):
    """Takes the bytes of one run of one representation (init, then segments, in order).

    Called by one worker at a time. Raises PlayerError (media.*).
    """

    def feed(self, data: bytes) -> tuple[Demuxed, ...]:
        """Take more bytes and give every sample that is complete with them.

        One `Demuxed` more for each change of heads inside `data`; none where nothing came out.
        """
        ...

    def flush(self) -> tuple[Demuxed, ...]:
        """End of the run: give what was held back. The demuxer is closed afterwards."""
        ...

    @property
    def whole(self) -> bool:
        """Whether a segment may end with the bytes taken so far: no fragment lacks any."""
        ...

    def close(self) -> None:
        """Give everything up at once; may be called from any thread, and twice."""
        ...


class WorkerRunner(Protocol):
    """Runs blocking work off the engine thread (tests on a virtual clock: inline)."""

    async def __call__(self, work: Callable[[], T]) -> T:
        """Run `work` and give what it returns."""
        ...


# ---- libmpv --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochStart:
    """A new Matroska stream for the sink. Times are the stream's own (presentation - base).

    `start` is where the picture shall begin (exact; the bytes begin at the key frame before).
    `append`: play after the current epoch has ended, without a gap; else replace it at once.
    `interlaced`: its pictures are to be deinterlaced. `stills`: they are key frames alone, and
    none may wait in the decoder for those after it. `references`: an address that libmpv reads
    itself is a manifest, and may lead it to others on the web.
    """

    epoch: int
    start: Micros = Micros(0)
    append: bool = False
    paused: bool = False
    interlaced: bool = False
    stills: bool = False
    references: bool = False


class SinkState(StrEnum):
    """What the sink says of an epoch; after TROUBLE it goes on, as well as it can."""

    FIRST_PICTURE = "first-picture"
    TROUBLE = "trouble"
    ENDED = "ended"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SinkEvent:
    """Something happened to an epoch; never dropped. `failure` with FAILED and TROUBLE only.

    TROUBLE is decode.failed, once for each kind and epoch: a stream that no decoder takes, or
    one that fails again and again. Its cause begins "video: " or "audio: ".
    """

    epoch: int
    state: SinkState
    failure: Failure | None = None


TOLD_EVERY = micros(0.12)
"""How often a sink tells where it is while its picture moves, or at each that lasts longer.

Who hears nothing for much longer, with little media left, takes it to have run dry.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SinkStatus:
    """The sink's whole state; replaceable, one each `TOLD_EVERY` while the picture moves.

    `position` is the playing time in the epoch's stream (None before the first picture);
    `dropped` counts frames dropped by decoder and output since the sink was made. `hardware`
    names the interface of the hardware decoder, "" where software decodes.
    """

    epoch: int
    position: Micros | None
    dropped: int = 0
    width: int = 0
    height: int = 0
    decoder: str = ""
    hardware: str = ""


class SinkListener(Protocol):
    """Where the sink posts to; called in the engine thread."""

    def on_sink_event(self, event: SinkEvent) -> None:
        """Take an event."""
        ...

    def on_sink_status(self, status: SinkStatus) -> None:
        """Take the newest status."""
        ...


class FileReader(Protocol):
    """Who brings the bytes of a file that libmpv reads at will. Called in the engine thread."""

    @property
    def size(self) -> ByteCount | None:
        """How long the file is; None: it cannot be gone back in."""
        ...

    def seek(self, offset: ByteCount) -> None:
        """The next bytes fed must be those from `offset` on; what was fed before is dropped."""
        ...

    def read(self, upto: ByteCount) -> None:
        """Everything before `upto` was read; said now and then."""
        ...


class MediaSink(Protocol):
    """libmpv behind a byte feed. All methods return at once; engine thread only."""

    def open(self, start: EpochStart) -> None:
        """Begin an epoch; its bytes come by `feed`."""
        ...

    def open_url(self, start: EpochStart, url: str, headers: Mapping[str, str]) -> None:
        """Let libmpv read `url` itself (RTSP, local files). `start.start` is the file's time."""
        ...

    def open_file(self, start: EpochStart, reader: FileReader) -> None:
        """Let libmpv demux a file whose bytes `reader` brings by `feed` and `finish`."""
        ...

    def feed(self, epoch: int, data: bytes) -> None:
        """Append bytes to an epoch's stream; ignored for one that is over."""
        ...

    def finish(self, epoch: int) -> None:
        """No more bytes: play what is there, then ENDED."""
        ...

    def set_paused(self, paused: bool) -> None:  # noqa: FBT001 - one switch, named by the method
        """Pause or go on."""
        ...

    def set_speed(self, speed: float) -> None:
        """Set the playback rate, pitch kept."""
        ...

    def step_frame(self, *, forward: bool) -> None:
        """While paused: show the next picture, or the one before where a file can be gone back in.

        What is fed cannot: there the one before is another epoch's start.
        """
        ...

    def set_volume(self, percent: int) -> None:
        """Set the volume, 0..100 (cubic, as mpv's)."""
        ...

    def set_muted(self, muted: bool) -> None:  # noqa: FBT001 - one switch, named by the method
        """Mute or unmute."""
        ...

    def decoders(self) -> frozenset[str]:
        """What can be decoded, by FFmpeg's names ("h264", "eac3" ...); empty: not known."""
        ...

    def set_hardware_decoding(self, enabled: bool) -> None:  # noqa: FBT001 - one switch
        """Let hardware decode where it can, from the next epoch on; or software alone."""
        ...

    def stop(self) -> None:
        """Drop all epochs and show black."""
        ...


class VideoSurface(Protocol):
    """mpv's render context without Qt; every method on the render thread, but for the callback."""

    def create(
        self,
        get_proc_address: Callable[[bytes], int],
        on_frame: Callable[[], None],
        *,
        x11_display: int = 0,
        wl_display: int = 0,
    ) -> None:
        """Make the context in the current OpenGL context; `on_frame` comes on any thread."""
        ...

    def render(self, fbo: int, width: int, height: int) -> None:
        """Draw the newest frame into framebuffer object `fbo`, sizes in pixels."""
        ...

    def invalidate(self) -> None:
        """The framebuffer object is new, even where its name and size are not."""
        ...

    def swapped(self) -> None:
        """Tell mpv that a frame reached the screen."""
        ...

    def free(self) -> None:
        """Give the context up; before mpv itself is destroyed."""
        ...
