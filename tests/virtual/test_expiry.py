"""Manifests that the media themselves call outdated (ISO/IEC 23009-1 5.10.4), live."""

import re
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import anyio
import httpx
import pytest

from player.api import (
    ErrorOccurred,
    EventReached,
    PlaybackEnded,
    PlayerState,
    RebufferStarted,
    Recovered,
)
from player.media.emsg import leading_events
from player.ports import Demuxed
from player.units import seconds
from tests.fakes.origin import RUNGS, SEGMENT, FakeOrigin
from tests.fakes.virtual import EPOCH, FakeDemuxer, VirtualClock, at_virtual_time
from tests.virtual.rig import Rig, player_rig

URL = "http://origin.test/manifest.mpd"
TURN = EPOCH // SEGMENT + 8
"""The segment with which everything changes: its first second comes 48 s after the start."""

TURNS_AT = (TURN * SEGMENT) - EPOCH
STYP = b"\0\0\0\x10styp" + bytes(8)


def emsg(data: bytes, *, start: int, duration: int = 0xFFFFFFFF, number: int = 1) -> bytes:
    """An event of version 1: `start` and `duration` in seconds of the media's time."""
    names = b"urn:mpeg:dash:event:2012\x001\0"
    body = struct.pack(">IIQII", 1 << 24, 1, start, duration, number) + names + data
    return struct.pack(">I4s", 8 + len(body), b"emsg") + body


def relative(data: bytes, *, delta: int) -> bytes:
    """An event of version 0: `delta` seconds after its segment begins."""
    names = b"\0\0\0\0urn:mpeg:dash:event:2012\x001\0"
    body = names + struct.pack(">IIII", 1, delta, 0xFFFFFFFF, 1) + data
    return struct.pack(">I4s", 8 + len(body), b"emsg") + body


def moment(utc: float) -> bytes:
    """A publish time as MPDs and events have it."""
    return datetime.fromtimestamp(utc, UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode() + b"\0"


class EventDemuxer(FakeDemuxer):
    """Reads fake segments behind boxes, and tells of the events among these."""

    def feed(self, data: bytes) -> tuple[Demuxed, ...]:
        if not data.startswith(STYP):
            return super().feed(data)
        media = data.index(b"{")
        events = leading_events(data[:media])
        first, *rest = super().feed(data[media:]) or (Demuxed(),)
        return (replace(first, events=events), *rest)


@dataclass
class Expiring(FakeOrigin):
    """A channel whose MPD is never to be loaded again, unless the media say so.

    `tells` gives what stands before the media of a segment; `turned` is the MPD from the moment
    on at which segment `TURN` begins. Media of the second period have names of their own.
    """

    tells: Callable[[int], bytes] = lambda _: b""
    turned: Callable[[str], str] = lambda text: text
    sent: dict[str, float] = field(default_factory=dict)

    @property
    def begun(self) -> bool:
        """Whether everything has changed."""
        return self.utc >= TURN * SEGMENT

    def _mpd(self) -> str:
        text = super()._mpd().replace('minimumUpdatePeriod="PT30S" ', "")
        return self.turned(text) if self.begun else text

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        found = re.fullmatch(r"/(\w+?)(b?)/(\d+)\.seg", request.url.path)
        if not found:
            return await super()._answer(request)
        rung, other, number = found[1], bool(found[2]), int(found[3])
        if other != (number >= TURN and self.turned is second_period):
            self.refused += 1
            return httpx.Response(404)
        url = request.url.copy_with(path=f"/{rung}/{number}.seg")
        answer = await super()._answer(httpx.Request("GET", url, headers=request.headers))
        self.sent[request.url.path] = self.seconds
        return answer

    def _body(self, rung: str, number: int) -> bytes:
        told = self.tells(number) if rung in RUNGS else b""
        return STYP + told + super()._body(rung, number)


def second_period(text: str) -> str:
    """The MPD that has the first period end with segment `TURN`, and another one follow."""
    head, period = text.split("<Period ")
    body = period[period.index("<Adaptation") :].removesuffix("</MPD>")
    follows = body.replace("$RepresentationID$", "$RepresentationID$b")
    follows = follows.replace('startNumber="0"', f'startNumber="{TURN}"').replace(
        'presentationTimeOffset="0"', f'presentationTimeOffset="{TURN * SEGMENT}"'
    )
    begins = f'start="PT{TURN * SEGMENT}S"'
    return f'{head}<Period id="p0" start="PT0S">{body}<Period id="p1" {begins}>{follows}</MPD>'


def ending(text: str) -> str:
    """The MPD of a programme that ends before segment `TURN`."""
    length = f'mediaPresentationDuration="PT{TURN * SEGMENT}S" timeShift'
    return text.replace("timeShift", length, 1)


def over(text: str) -> str:
    """The MPD of a programme that has ended there."""
    return ending(text).replace('type="dynamic"', 'type="static"')


@asynccontextmanager
async def expiring(**channel: object) -> AsyncIterator[tuple[Rig, Expiring]]:
    """A player that watches the channel live."""
    origins: list[Expiring] = []

    def network(clock: VirtualClock) -> httpx.AsyncBaseTransport:
        origins.append(Expiring(clock, samples=24, **channel))  # type: ignore[arg-type]
        return origins[0].transport()

    async with player_rig(network, 0.25, 1 << 20, EventDemuxer) as rig:
        rig.play(URL)
        yield rig, origins[0]


def before_the_turn(number: int) -> bytes:
    """The last segment of the old MPD says so."""
    told = emsg(moment(EPOCH), start=TURN * SEGMENT)
    return told if number == TURN - 1 else b""


def before_the_turn_relative(number: int) -> bytes:
    """The same in the other version."""
    return relative(moment(EPOCH), delta=SEGMENT) if number == TURN - 1 else b""


def manifests(origin: FakeOrigin) -> list[float]:
    """When the manifest was asked for."""
    return [at for at, _, path in origin.hosts if path == "/manifest.mpd"]


def picture(origin: Expiring, number: int) -> float:
    """When the pictures of a segment were whole at the player."""
    found = (at for path, at in origin.sent.items() if re.fullmatch(rf"/v\db?/{number}.seg", path))
    return next(found)


def check_calm(rig: Rig, origin: Expiring) -> None:
    """It went on as if nothing had happened."""
    assert rig.of(RebufferStarted) == []
    assert rig.of(ErrorOccurred) == []
    assert rig.of(Recovered) == []
    assert rig.of(EventReached) == [], "such an event is for the player alone"
    assert origin.refused == 0


async def watch_beyond_the_turn(rig: Rig) -> None:
    await anyio.sleep(TURNS_AT + 60)
    assert rig.now.state is PlayerState.PLAYING
    assert rig.now.latency is not None
    assert 2 * SEGMENT < seconds(rig.now.latency) < 5 * SEGMENT


@pytest.mark.parametrize("tells", [before_the_turn, before_the_turn_relative])
def test_the_manifest_is_read_again_as_the_event_comes_and_the_next_period_plays(
    tells: Callable[[int], bytes],
) -> None:
    async def scenario() -> None:
        async with expiring(tells=tells, turned=second_period) as (rig, origin):
            await watch_beyond_the_turn(rig)
        check_calm(rig, origin)
        again = [at for at in manifests(origin) if at > 1]
        assert again[0] == pytest.approx(picture(origin, TURN - 1), abs=0.01)
        assert len(again) <= 4, "until the new one reaches beyond the turn"
        assert len(rig.sink.opened) == 1

    at_virtual_time(scenario)


def last_of_all(number: int) -> bytes:
    """The last segment says that nothing follows it: no publish time, no time left."""
    return emsg(b"\0", start=TURN * SEGMENT, duration=0) if number == TURN - 1 else b""


@pytest.mark.parametrize("turned", [over, ending])
def test_a_programme_ends_where_its_last_event_says(turned: Callable[[str], str]) -> None:
    async def scenario() -> None:
        async with expiring(tells=last_of_all, turned=turned) as (rig, origin):
            await anyio.sleep(TURNS_AT + 60)
            assert rig.now.state is PlayerState.ENDED
            assert len(rig.of(PlaybackEnded)) == 1
            assert seconds(rig.now.position) == pytest.approx(TURN * SEGMENT, abs=1)
        check_calm(rig, origin)

    at_virtual_time(scenario)


@pytest.mark.parametrize("status", [0, 404, 503])
def test_it_ends_there_even_if_no_manifest_says_so(status: int) -> None:
    def refuse(path: str, times: int) -> int:
        return status if path.endswith(".mpd") and times > 2 else 0

    async def scenario() -> None:
        more = {"tells": last_of_all, "lost": lambda _, number: number >= TURN}
        async with expiring(refuse=refuse, **more) as (rig, origin):
            await anyio.sleep(TURNS_AT + 60)
            assert rig.now.state is PlayerState.ENDED
            assert len(rig.of(PlaybackEnded)) == 1
            assert seconds(rig.now.position) == pytest.approx(TURN * SEGMENT, abs=1)
        check_calm(rig, origin)

    at_virtual_time(scenario)


@pytest.mark.parametrize("fresh", [False, True])
def test_what_expired_long_ago_disturbs_nothing(fresh: bool) -> None:
    """Each segment repeats an old event, or has one of its own that is old."""

    def tells(number: int) -> bytes:
        name = number & 0xFFFF if fresh else 1
        return emsg(moment(EPOCH - 7200), start=EPOCH - 3600, number=name)

    async def scenario() -> None:
        async with expiring(tells=tells) as (rig, origin):
            await watch_beyond_the_turn(rig)
        check_calm(rig, origin)
        segments = len({number for _, number in origin.segments()})
        assert len([at for at in manifests(origin) if at]) <= (segments if fresh else 1)

    at_virtual_time(scenario)


def test_a_manifest_that_asks_for_its_own_pace_again_gets_it() -> None:
    """Until the event it was never to be loaded, from then on each six seconds."""

    def turned(text: str) -> str:
        return text.replace('type="dynamic"', 'type="dynamic" minimumUpdatePeriod="PT6S"')

    async def scenario() -> None:
        async with expiring(tells=before_the_turn, turned=turned) as (rig, origin):
            await watch_beyond_the_turn(rig)
        check_calm(rig, origin)
        assert len([at for at in manifests(origin) if at > TURNS_AT + 15]) >= 6

    at_virtual_time(scenario)
