"""Plays what a headend offers, and says what was fed, told and fetched: the features' judge."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import pairwise

import anyio
import httpx

from player.api import ErrorOccurred, Seek
from player.errors import PlayerError
from player.ports import ByteFetcher, EpochStart, FetchRequest, FetchResponse, RequestKind
from player.units import Micros
from tests.strip import unwrap
from tests.system.fed_stream import (
    FRAME_RATE,
    Fed,
    check_every_frame_once,
    check_flash_and_beep,
    check_gapless,
    decode,
)
from tests.system.published import Published
from tests.system.recording import RecordedPlayer, recorded_player

TOGETHER = 3
"""Players beside one another: the machine has two cores, and the headend needs some of them."""

FAST = 12.0
"""How much faster than time a film is played."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request that the player made; `failure` is a code and a status where it failed."""

    uri: str
    kind: RequestKind
    failure: str = ""

    @property
    def path(self) -> str:
        """The path of the address, without its query."""
        return httpx.URL(self.uri).path


class WatchedFetcher:
    """A ByteFetcher that notes each request that it passes on."""

    def __init__(self, fetcher: ByteFetcher, visits: list[Visit]) -> None:
        self._fetcher = fetcher
        self._visits = visits

    @asynccontextmanager
    async def open(self, request: FetchRequest) -> AsyncIterator[FetchResponse]:
        """See `ByteFetcher.open`."""
        at = len(self._visits)
        uri, kind = request.resource.uri, request.kind
        self._visits.append(Visit(uri=uri, kind=kind))
        try:
            async with self._fetcher.open(request) as response:
                yield response
        except PlayerError as failed:
            told = f"{failed.failure.code} {failed.failure.status or ''}".strip()
            self._visits[at] = Visit(uri=uri, kind=kind, failure=told)
            raise


@dataclass
class Played(Published):
    """What one playback was fed, said and asked for."""

    starts: list[EpochStart]
    streams: list[bytes]
    visits: list[Visit]

    @cached_property
    def feds(self) -> list[Fed]:
        """Each epoch's stream, decoded."""
        return [decode(stream) for stream in self.streams]

    @property
    def fed(self) -> Fed:
        """The one stream of a playback that needed one only."""
        (fed,) = self.feds
        return fed

    def fetched(self, word: str) -> list[Visit]:
        """The requests whose address has `word` in it."""
        return [visit for visit in self.visits if word in visit.uri]


Script = Callable[[RecordedPlayer], Awaitable[None]]
"""What is done with a player that was tuned, until it is over."""


async def to_the_end(rig: RecordedPlayer) -> None:
    """Play until the end or a fatal error."""
    await rig.until_over()


def for_seconds(media: float, patience: float = 45) -> Script:
    """Play until that many seconds went by since the first picture moved."""

    async def script(rig: RecordedPlayer) -> None:
        await rig.until(lambda: _fatal(rig) or rig.now.state == "playing", patience)
        begin = rig.now.position
        await rig.until(lambda: _fatal(rig) or rig.now.position >= begin + media * 1e6, patience)

    return script


def _fatal(rig: Published) -> bool:
    return any(error.failure.severity == "fatal" for error in rig.of(ErrorOccurred))


def play(url: str, script: Script = to_the_end, speed: float = FAST, **wish: object) -> Played:
    """Play `url` as `script` says, in an event loop of its own."""
    return anyio.run(_play, url, script, speed, wish)


async def _play(url: str, script: Script, speed: float, wish: Mapping[str, object]) -> Played:
    visits: list[Visit] = []
    async with recorded_player(speed, lambda fetcher: WatchedFetcher(fetcher, visits)) as rig:
        rig.play(url, **wish)
        await script(rig)
        starts = list(rig.sink.opened)
        return Played(
            starts, rig.streams, visits, events=rig.events, snapshots=rig.snapshots
        )
