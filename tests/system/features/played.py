"""Plays what a headend offers, and says what was fed, told and fetched: the features' judge."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

import anyio
import httpx
import numpy as np

from app.workers import run_in_worker
from player.api import ErrorOccurred, FirstPicture, RebufferStarted
from player.clock import SystemClock
from player.errors import PlayerError, Severity
from player.ports import ByteFetcher, EpochStart, FetchRequest, FetchResponse, RequestKind
from player.streaming.store.segment_store import SegmentStore
from player.units import Micros
from tests.system.fed_stream import FRAME_RATE, Fed, decode
from tests.system.published import Published
from tests.system.recording import FastClock, RecordedPlayer, recorded_player

FAST = 12.0
"""How much faster than time a film is played."""

LOOP_SECONDS = 24
JOINT = 0.022
"""The sound of two programmes does not begin at the same sample: at most a frame of AAC."""


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
class Notes:
    """What a script saw: UTC at the command and at the first picture, and whatever it notes.

    `held_up` is the longest, in seconds, that the machine kept the player's own loop waiting.
    """

    started_at: Micros = Micros(0)
    joined_at: Micros = Micros(0)
    reached: list[tuple[str, str, float]] = field(default_factory=list)
    held_up: float = 0.0


FEEL, HELD_UP = 0.05, 0.5
"""How often the machine is felt, and how long it may hold a player up that is to be judged."""


@dataclass
class Played(Published):
    """What one playback was fed, said and asked for."""

    starts: list[EpochStart]
    streams: list[bytes]
    visits: list[Visit]
    notes: Notes

    @cached_property
    def feds(self) -> list[Fed]:
        """Each epoch's stream, decoded."""
        return [decode(stream) for stream in self.streams]

    @property
    def fed(self) -> Fed:
        """The one stream of a playback that needed one only."""
        (fed,) = self.feds
        return fed

    @property
    def stalls(self) -> list[RebufferStarted]:
        """When the picture waited for media; none where the machine held the player up itself."""
        return [] if self.notes.held_up > HELD_UP else self.of(RebufferStarted)

    @property
    def start(self) -> float:
        """Where in its one stream the picture began, in seconds."""
        (start,) = self.starts
        return start.start / 1e6

    @property
    def seconds(self) -> float:
        """How long the pictures of the one stream last."""
        return len(self.fed.times) / FRAME_RATE

    def fetched(self, word: str) -> list[Visit]:
        """The requests whose address has `word` in it."""
        return [visit for visit in self.visits if word in visit.uri]

    @property
    def refused(self) -> list[Visit]:
        """The requests that failed."""
        return [visit for visit in self.visits if visit.failure]


Script = Callable[[RecordedPlayer, Notes], Awaitable[None]]
"""What is done with a player that was tuned, until it is over."""


async def to_the_end(rig: RecordedPlayer, notes: Notes) -> None:
    """Play until the end or a fatal error."""
    del notes
    await rig.until_over()


def for_seconds(media: float, patience: float = 45) -> Script:
    """Play until so much of the programme went by since the first picture."""

    async def script(rig: RecordedPlayer, notes: Notes) -> None:
        await rig.until(lambda: is_fatal(rig) or rig.of(FirstPicture), patience)
        notes.joined_at = SystemClock().utc()
        await rig.until(lambda: is_fatal(rig) or rig.now.position > 0, patience)
        end = rig.now.position + media * 1e6
        await rig.until(lambda: is_fatal(rig) or rig.now.position >= end, patience)

    return script


def is_fatal(heard: Published) -> bool:
    """Whether the session ended with an error."""
    return any(one.failure.severity is Severity.FATAL for one in heard.of(ErrorOccurred))


def play(
    url: str,
    script: Script = to_the_end,
    speed: float = FAST,
    *,
    engine_speed: float = 1.0,
    kept: bool = False,
    **wish: object,
) -> Played:
    """Play `url` as `script` says, in an event loop of its own.

    `kept`: what is watched is kept on the disk meanwhile.
    With `engine_speed` the engine's own clock runs faster than the world: pauses of minutes end.
    """
    with ExitStack() as while_it_plays:
        store = SegmentStore(_folder(while_it_plays), run_in_worker) if kept else None
        if store is not None:
            while_it_plays.callback(store.close)
        return anyio.run(_play, url, script, (speed, engine_speed), store, wish)


def _folder(until_then: ExitStack) -> Path:
    return Path(until_then.enter_context(TemporaryDirectory()))


async def _play(
    url: str,
    script: Script,
    speeds: tuple[float, float],
    store: SegmentStore | None,
    wish: Mapping[str, object],
) -> Played:
    visits: list[Visit] = []
    notes = Notes()
    clock = SystemClock() if speeds[1] == 1.0 else FastClock(speeds[1])
    async with recorded_player(
        speeds[0], lambda fetcher: WatchedFetcher(fetcher, visits), clock, store
    ) as rig:
        notes.started_at = SystemClock().utc()
        rig.play(url, **wish)
        async with anyio.create_task_group() as group:
            group.start_soon(_feel, notes)
            await script(rig, notes)
            group.cancel_scope.cancel()
        return Played(
            list(rig.sink.opened),
            rig.streams,
            list(visits),
            notes,
            events=list(rig.events),
            snapshots=list(rig.snapshots),
        )


async def _feel(notes: Notes) -> None:
    """Note how late a short sleep ends."""
    while True:
        due = anyio.current_time() + FEEL
        await anyio.sleep(FEEL)
        notes.held_up = max(notes.held_up, anyio.current_time() - due)


def play_all(runs: Mapping[str, Callable[[], Played]], together: int = 3) -> dict[str, Played]:
    """All of them, some beside one another: the machine has two cores."""
    with ThreadPoolExecutor(together) as pool:
        futures = {name: pool.submit(run) for name, run in runs.items()}
        return {name: future.result() for name, future in futures.items()}


# ---- what it must look and sound like ------------------------------------------------------


def shown(fed: Fed) -> list[tuple[int, int]]:
    """Channel and frame of each picture, in order; an unreadable one fails."""
    assert None not in fed.strips
    return [(strip.channel, strip.frame) for strip in fed.strips if strip]


def stretch(channel: int, *seconds: float) -> list[tuple[int, int]]:
    """The frames of a channel from one second of its loop to another."""
    first, end = (round(one * FRAME_RATE) for one in seconds)
    return [(channel, frame % (LOOP_SECONDS * FRAME_RATE)) for frame in range(first, end)]


def beeps(fed: Fed) -> list[float]:
    """The onsets of the beeps in stream time, by the time of the block that each lies in."""
    sound = fed.sound
    assert sound is not None
    begins = np.cumsum([0, *(count for _, count in sound.blocks)]) / sound.rate
    found = []
    for beep in fed.beeps:
        at = beep - sound.blocks[0][0]
        block = int(np.searchsorted(begins, at, side="right")) - 1
        found.append(sound.blocks[block][0] + at - begins[block])
    return found


def check_even(fed: Fed) -> None:
    """Pictures come one after the other without a pause."""
    assert np.abs(np.diff(fed.times) - 1 / FRAME_RATE).max() < 0.001


def check_in_time(fed: Fed, joints: Sequence[float] = ()) -> None:
    """Each flash has its beep within 10 ms, but at the `joints`, where a beep may be cut off.

    What was fed of a live programme may end with pictures that have no sound yet.
    """
    heard = beeps(fed)
    end = fed.sound.blocks[-1][0] - 0.1 if fed.sound else 0.0
    free = [
        flash
        for flash in fed.flashes
        if flash < end and all(abs(flash - joint) > 0.1 for joint in joints)
    ]
    assert len(free) >= 3
    for flash in free:
        assert min(abs(flash - beep) for beep in heard) < 0.010, (flash, heard)


def check_unbroken(fed: Fed, seconds: float) -> None:
    """The sound has no hole, no overlap, no click, and lasts `seconds`, give or take a frame."""
    sound = fed.sound
    assert sound is not None
    assert max(map(abs, sound.gaps())) < 0.0011
    (first, _), (last, count) = sound.blocks[0], sound.blocks[-1]
    assert abs(last + count / sound.rate - first - len(sound.pcm) / sound.rate) < 0.0011
    longest = max(count for _, count in sound.blocks)
    assert abs(len(sound.pcm) / sound.rate - seconds) < longest / sound.rate


def check_joints(fed: Fed) -> None:
    """The sound has no hole and no overlap longer than a frame."""
    assert fed.sound is not None
    assert max(map(abs, fed.sound.gaps())) < JOINT


def live_second(played: Played) -> float:
    """Second of the loop of the first picture that was shown."""
    fed = played.fed
    first = next(at for at, time in enumerate(fed.times) if time > played.start - 0.02)
    strip = fed.strips[first]
    assert strip is not None
    return strip.frame / FRAME_RATE


def latency_at_join(played: Played, skew: float = 0.0) -> tuple[float, float]:
    """How far behind the server's time the first picture was, told by the picture itself.

    When it was asked for, and when it was seen: how long that took is the machine's affair.
    """
    first = live_second(played)
    times = (played.notes.started_at, played.notes.joined_at)
    asked, seen = ((time / 1e6 + skew - first + 6) % LOOP_SECONDS - 6 for time in times)
    return asked, seen
