"""A live channel of short segments over one shared line, and who watches it closely."""

import math
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import anyio
import httpx

from player.api import PlayerState, RebufferStarted
from player.model.presentation import Container
from player.ports import Demuxer
from player.units import MICROS_PER_SECOND, Micros, micros
from tests.fakes.virtual import AUDIO, VIDEO, FakeDemuxer, VirtualClock, fake_segment
from tests.virtual.rig import TICK, Rig, player_rig

RUNGS = {"v1": 150_000, "v2": 400_000, "v3": 1_200_000}
SOUND = 48_000
TOP = RUNGS["v3"] + SOUND
LOOK = 0.25

RATES = '<PlaybackRate min="0.95" max="1.05"/>'
STILL = '<PlaybackRate min="1" max="1"/>'

MPD, HLS = "http://origin.test/live.mpd", "http://origin.test/live.m3u8"


@dataclass
class NearOrigin:
    """Whole segments of `segment` seconds, `rtt` away, over a line that all transfers share.

    `line` is what it carries at a time in seconds (0: nothing comes, nobody is reached).
    `target` and `service` are the MPD's ServiceDescription, `skew` how far its clock is ahead.
    There are `samples` pictures a second, and a segment comes in `pieces`.
    """

    clock: VirtualClock
    segment: float = 1.0
    target: float = 2.0
    line: Callable[[float], float] = lambda _: 1.5 * TOP
    rtt: float = 0.04
    skew: float = 0.0
    window: float = 30.0
    service: str = RATES
    hold_back: float = 3.0
    samples: int = 10
    pieces: int = 8
    early: int = 0
    asked: list[tuple[float, str]] = field(default_factory=list)
    _busy: float = 0.0

    @property
    def seconds(self) -> float:
        return self.clock.monotonic() / MICROS_PER_SECOND

    @property
    def utc(self) -> float:
        return self.clock.utc() / MICROS_PER_SECOND + self.skew

    @property
    def newest(self) -> int:
        return math.floor(self.utc / self.segment + 1e-9) - 1

    async def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.asked.append((self.seconds, path))
        if self.line(self.seconds) <= 0:
            await anyio.sleep(self.rtt)
            raise httpx.ConnectError("nobody there", request=request)
        await anyio.sleep(self.rtt / 2)
        if (text := self._text(path)) is not None:
            return self._sent(text.encode(), 1)
        found = re.fullmatch(r"/(\w+)/(\d+)\.seg", path)
        if found is None or not self._has(int(found[2])):
            self.early += found is not None
            await anyio.sleep(self.rtt / 2)
            return httpx.Response(404)
        return self._sent(self._body(found[1], int(found[2])), self.pieces)

    def _has(self, number: int) -> bool:
        return self.newest - 2 * self.window / self.segment < number <= self.newest

    def _sent(self, body: bytes, pieces: int) -> httpx.Response:
        async def sent() -> AsyncIterator[bytes]:
            size, left = -(-len(body) // pieces), self.seconds
            for at in range(0, len(body), size):
                left = await self._carry(min(size, len(body) - at) * 8, left)
                yield body[at : at + size]

        return httpx.Response(200, headers={"content-length": str(len(body))}, content=sent())

    async def _carry(self, bits: int, since: float) -> float:
        """Wait until what was handed in at `since` is here; gives when it had left.

        It goes behind all that others have handed in before.
        """
        while self.line(self.seconds) <= 0:
            since = self.seconds
            await anyio.sleep(0.05)
        self._busy = left = max(self._busy, since) + bits / self.line(self.seconds)
        await anyio.sleep(max(left + self.rtt / 2 - self.seconds, 0))
        return left

    def _body(self, rung: str, number: int) -> bytes:
        rate, length = RUNGS.get(rung, SOUND), micros(self.segment)
        count = max(round(self.segment * self.samples), 2)
        step = length // count
        size = round(rate * self.segment / 8 / count)
        return b"".join(
            fake_segment(
                stream=VIDEO if rung in RUNGS else AUDIO,
                start=Micros(number * length + place * step),
                duration=Micros(step),
                samples=1,
                size=size,
            )
            for place in range(count)
        )

    # ---- manifests ---------------------------------------------------------------------------

    def _text(self, path: str) -> str | None:
        if path == "/time":
            return datetime.fromtimestamp(self.utc, UTC).isoformat()
        if path == "/live.mpd":
            return self._mpd()
        if path == "/live.m3u8":
            return _master()
        found = re.fullmatch(r"/(\w+)\.m3u8", path)
        return self._playlist(found[1]) if found else None

    def _mpd(self) -> str:
        target = round(self.target * 1000)
        latency = f'<Latency target="{target}" min="{target // 2}" max="{target * 2 + 2000}"/>'
        parts = "".join(self._set(kind) for kind in ("video", "audio"))
        return (
            '<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="dynamic" '
            'profiles="urn:mpeg:dash:profile:isoff-live:2011" minBufferTime="PT1S" '
            'availabilityStartTime="1970-01-01T00:00:00Z" minimumUpdatePeriod="PT60S" '
            f'timeShiftBufferDepth="PT{self.window}S">'
            f'<ServiceDescription id="0">{latency}{self.service}</ServiceDescription>'
            f'<Period id="p" start="PT0S">{parts}</Period>'
            '<UTCTiming schemeIdUri="urn:mpeg:dash:utc:http-iso:2014" value="/time"/></MPD>'
        )

    def _set(self, kind: str) -> str:
        return _set(kind, self.segment)

    def _playlist(self, rung: str) -> str:
        last = self.newest
        numbers = range(last - round(self.window / self.segment) + 1, last + 1)
        date = datetime.fromtimestamp(numbers[0] * self.segment, UTC).isoformat()
        lines = [
            "#EXTM3U",
            "#EXT-X-VERSION:6",
            f"#EXT-X-TARGETDURATION:{math.ceil(self.segment)}",
            f"#EXT-X-SERVER-CONTROL:HOLD-BACK={self.hold_back:.1f}",
            f"#EXT-X-MEDIA-SEQUENCE:{numbers[0]}",
            f"#EXT-X-PROGRAM-DATE-TIME:{date}",
        ]
        for number in numbers:
            lines += [f"#EXTINF:{self.segment:.3f},", f"/{rung}/{number}.seg"]
        return "\n".join(lines) + "\n"


def _master() -> str:
    lines = [
        "#EXTM3U",
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="English",DEFAULT=YES,URI="/a1.m3u8"',
    ]
    for number, (rung, rate) in enumerate(RUNGS.items(), 1):
        lines += [
            f"#EXT-X-STREAM-INF:BANDWIDTH={rate + SOUND},RESOLUTION={320 * number}x{180 * number},"
            'CODECS="vp09.00.10.08,mp4a.40.2",AUDIO="a"',
            f"/{rung}.m3u8",
        ]
    return "\n".join(lines) + "\n"


def _set(kind: str, segment: float, more: str = "") -> str:
    rungs = [*RUNGS.items()] if kind == "video" else [("a1", SOUND)]
    codecs = "vp09.00.10.08" if kind == "video" else "opus"
    found = "".join(
        f'<Representation id="{rung}" bandwidth="{rate}" codecs="{codecs}"'
        + (f' width="{320 * number}" height="{180 * number}"/>' if kind == "video" else "/>")
        for number, (rung, rate) in enumerate(rungs, 1)
    )
    return (
        f'<AdaptationSet contentType="{kind}" mimeType="{kind}/webm" segmentAlignment="true">'
        '<SegmentTemplate media="/$RepresentationID$/$Number$.seg" startNumber="0" '
        f'timescale="1000" duration="{round(segment * 1000)}"{more}/>{found}</AdaptationSet>'
    )


@dataclass
class Watched:
    """What was seen: (seconds, true latency, rate, state) four times a second."""

    rig: Rig
    origin: NearOrigin
    seen: list[tuple[float, float, float, PlayerState]] = field(default_factory=list)

    async def look(self) -> None:
        while True:
            await anyio.sleep(LOOK)
            if not self.rig.snapshots:
                continue
            now = self.rig.now
            true = self.origin.utc - now.position / MICROS_PER_SECOND
            self.seen.append((self.origin.seconds, true, now.rate, now.state))

    def latencies(self, since: float = 0.0, until: float = math.inf) -> list[float]:
        """The latencies of a picture that plays."""
        return [
            latency
            for at, latency, _, state in self.seen
            if since <= at < until and state is PlayerState.PLAYING
        ]

    def mean(self, since: float = 0.0, until: float = math.inf) -> float:
        found = self.latencies(since, until)
        return sum(found) / len(found)

    @property
    def stalls(self) -> int:
        return len(self.rig.of(RebufferStarted))

    @property
    def rates(self) -> list[float]:
        """The rates one after another, each once."""
        found = [rate for _, _, rate, _ in self.seen]
        return [one for place, one in enumerate(found) if not place or found[place - 1] != one]

    def back_at(self, target: float, since: float, within: float = 0.3) -> float:
        """Seconds from a moment until the latency was, and stayed, near the target."""
        late = [at for at, latency, _, _ in self._after(since) if abs(latency - target) > within]
        return max(late, default=since) - since

    def _after(self, since: float) -> Iterator[tuple[float, float, float, PlayerState]]:
        return (one for one in self.seen if one[0] >= since)


@asynccontextmanager
async def near(
    url: str = MPD,
    *,
    wish: dict[str, object] | None = None,
    tick: float = TICK,
    make: Callable[..., NearOrigin] = NearOrigin,
    demuxer: Callable[[Container], Demuxer] = FakeDemuxer,
    **channel: object,
) -> AsyncIterator[Watched]:
    """A player tuned to a `NearOrigin` of these properties, and watched."""
    origins: list[NearOrigin] = []

    def network(clock: VirtualClock) -> httpx.AsyncBaseTransport:
        origins.append(make(clock, **channel))
        return httpx.MockTransport(origins[0].answer)

    rigged = player_rig(network, tick, keep=4, demuxer=demuxer)
    async with rigged as rig, anyio.create_task_group() as group:
        rig.play(url, **(wish or {}))
        watched = Watched(rig, origins[0])
        group.start_soon(watched.look)
        yield watched
        group.cancel_scope.cancel()
