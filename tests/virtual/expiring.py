"""A live channel whose MPD is never loaded again, unless its media call it outdated."""

import re
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import httpx

from player.media.emsg import leading_events
from player.ports import Demuxed
from tests.fakes.origin import RUNGS, SEGMENT, FakeOrigin
from tests.fakes.virtual import EPOCH, FakeDemuxer, VirtualClock
from tests.virtual.rig import TICK, Rig, player_rig

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
async def expiring(tick: float = TICK, **channel: object) -> AsyncIterator[tuple[Rig, Expiring]]:
    """A player that watches the channel live; libmpv tells its position each `tick` seconds."""
    origins: list[Expiring] = []

    def network(clock: VirtualClock) -> httpx.AsyncBaseTransport:
        origins.append(Expiring(clock, **({"samples": 24} | channel)))  # type: ignore[arg-type]
        return origins[0].transport()

    async with player_rig(network, tick, 1 << 20, EventDemuxer) as rig:
        rig.play(URL)
        yield rig, origins[0]


def last_of_all(number: int) -> bytes:
    """The last segment says that nothing follows it: no publish time, no time left."""
    return emsg(b"\0", start=TURN * SEGMENT, duration=0) if number == TURN - 1 else b""


def manifests(origin: FakeOrigin) -> list[float]:
    """When the manifest was asked for."""
    return [at for at, _, path in origin.hosts if path == "/manifest.mpd"]
