"""What an engine is built from: its neighbours, as one value, so that tests can swap any."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from player.abr.line_estimate import LineEstimate
from player.api import ErrorOccurred, PlayerEvent
from player.clock import Clock
from player.errors import Failure
from player.model.presentation import Container
from player.model.resource import Resource
from player.net.redirects import headers_toward
from player.ports import (
    AnswerHead,
    ByteFetcher,
    Demuxer,
    FetchRequest,
    MediaSink,
    RequestKind,
    Route,
    WorkerRunner,
)
from player.streaming.fetch.cache import SegmentCache
from player.streaming.fetch.client_data import ClientDataSession, RequestFacts
from player.streaming.fetch.load_control import LoadControl
from player.streaming.fetch.recovery import RecoveryPolicy
from player.streaming.fetch.wake import Wake
from player.streaming.store.segment_store import SegmentStore
from player.units import Micros

_SYSTEM = Route()


def _middle() -> float:
    return 0.5


class Reach(Protocol):
    """What it takes to fetch and read a manifest."""

    @property
    def fetcher(self) -> ByteFetcher:
        """The network."""
        ...

    @property
    def clock(self) -> Clock:
        """The time."""
        ...

    @property
    def worker(self) -> WorkerRunner:
        """Where parsing is done."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineParts:
    """The neighbours of one engine; those that outlive it are the player's.

    `draw` gives numbers of 0..1: pauses before a retry vary by it, and weighted locations are
    drawn by it; by default nothing is left to chance. `store` keeps what was fetched; None:
    nothing does. `aside` is the way to the network for what must never be in the pictures' way
    (its requests may raise DisplacedError); None: it has to do without.
    """

    fetcher: ByteFetcher
    sink: MediaSink
    cache: SegmentCache
    estimator: LineEstimate
    clock: Clock
    worker: WorkerRunner
    open_demuxer: Callable[[Container], Demuxer]
    control: LoadControl = field(default_factory=LoadControl)
    recovery: RecoveryPolicy = field(default_factory=RecoveryPolicy)
    draw: Callable[[], float] = _middle
    store: SegmentStore | None = None
    aside: ByteFetcher | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporter:
    """The way up for events: stamps them with the clock and the channel's tag."""

    clock: Clock
    tag: str
    publish: Callable[[PlayerEvent], None]

    def emit(self, make: Callable[[Micros, str], PlayerEvent]) -> None:
        """Publish what `make(at, tag)` builds."""
        self.publish(make(self.clock.monotonic(), self.tag))

    def error(self, failure: Failure) -> None:
        """Publish that something failed; its severity says whether playback goes on."""
        self.emit(lambda at, tag: ErrorOccurred(at=at, tag=tag, failure=failure))


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """How this channel's server is spoken to, and the bell of this channel's tasks.

    `headers` may hold credentials: to hosts other than that of `url` only harmless ones go.

    `streamed`: the segments come by themselves and cannot be fetched. `local`: the viewer opened
    a manifest of this machine, which may name its neighbours. `route` is how its servers are
    reached, `client_data` what they are told of us (None: nothing).
    """

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    local: bool = False
    streamed: bool = False
    wake: Wake = field(default_factory=Wake)
    route: Route = _SYSTEM
    client_data: ClientDataSession | None = field(default=None, repr=False)

    def request(
        self,
        resource: Resource,
        kind: RequestKind,
        facts: RequestFacts | None = None,
        *,
        unless_changed: str = "",
        head_only: bool = False,
        held: Micros = Micros(0),
    ) -> FetchRequest:
        """A request with as much of the source's own headers as may go there.

        `held`: see FetchRequest.
        """
        told = self.client_data
        return FetchRequest(
            resource=resource,
            kind=kind,
            headers=headers_toward(self.url, resource.uri, self.headers),
            by_viewer=self.local,
            head_only=head_only,
            unless_changed=unless_changed,
            route=self.route,
            report=told.data(resource, kind, facts) if told else None,
            held=held,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole body, where it came from after redirects, and what its head said."""

    url: str = field(repr=False)
    body: bytes = field(repr=False)
    head: AnswerHead = field(default_factory=AnswerHead)


async def read_answer(parts: Reach, request: FetchRequest) -> Answer:
    """Fetch a whole body; raises PlayerError (network.*, input.*)."""
    async with parts.fetcher.open(request) as response:
        body = b"".join([chunk async for chunk in response.chunks()])
        return Answer(url=response.url, body=body, head=response.head)


async def read_all(parts: Reach, request: FetchRequest) -> tuple[str, bytes]:
    """Fetch a whole body; gives the final URL and the bytes."""
    async with parts.fetcher.open(request) as response:
        body = b"".join([chunk async for chunk in response.chunks()])
        return response.url, body
