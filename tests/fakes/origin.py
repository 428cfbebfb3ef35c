"""An origin for httpx.MockTransport: every answer is a function of the clock, and of faults."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime

import anyio
import anyio.lowlevel
import httpx

from player.clock import Clock
from player.units import MICROS_PER_SECOND, Micros
from tests.fakes.origin_manifests import RUNGS, SEGMENT, mpd, multivariant, playlist, webvtt
from tests.fakes.virtual import AUDIO, VIDEO, fake_segment

__all__ = ["RUNGS", "SEGMENT", "FakeOrigin"]

PIECES = 24
"""Pieces in which a body comes, where its line is looked at while it comes."""


async def _break() -> None:
    raise httpx.ReadError("the connection broke")


async def _stall() -> None:
    await anyio.sleep(3600)


@dataclass
class FakeOrigin:
    """Serves one channel: a ladder of three, separate sound, a window of ten segments.

    `line` is what the line carries in bits a second at a time in seconds; `lost` tells which
    (rung, number) are 404; `dark` when nobody can reach the server. `stuck` is the time from
    which playlists grow no more, `reset` the time at which the media sequence starts over at 0.
    `vod` makes it a film of so many segments whose media begin at `media_start` seconds.
    `broken` tells which (rung, number) break off in the middle of every body that is not asked
    for by range, `stalls` which stand still in the middle of every body for an hour, `cut` which
    bodies end (whole for HTTP) in the middle, `bad` which hold no media,
    `empty` which hold media without a single sample.
    `tags` are lines that every media playlist holds, `extra` texts at paths of their own, `files`
    bytes that take their time on the line.
    `texts` are subtitle renditions (s1, s2 ...), a cue a segment.
    `refuse` gives the status with which a path is refused when asked for the nth time (0: not).
    `periods` are an MPD's (segments, content types), `gaps` the segments marked EXT-X-GAP,
    `joints` those before which there is a discontinuity and media time begins again at 0.
    `places` are pathways (HLS) or service locations (DASH), each with a host of its own; `down`
    tells when a host cannot be reached, `away` the status with which it refuses a path, `leads`
    where a path redirects to ("": nowhere). `steers`
    gives the status and the JSON of the nth question to /steering. Refusals ask to
    wait for `waits` seconds. `heads`: answers carry a Date. `uplink` tells how many
    seconds a request for a path is on its way before it is looked at.
    `skew` is how many seconds the server's clock is ahead; `timing` the MPD's UTCTiming.
    """

    clock: Clock
    line: Callable[[float], float] = lambda _: 20e6
    lost: Callable[[str, int], bool] = lambda *_: False
    dark: Callable[[float], bool] = lambda _: False
    broken: Callable[[str, int], bool] = lambda *_: False
    stalls: Callable[[str, int], bool] = lambda *_: False
    cut: Callable[[str, int], bool] = lambda *_: False
    bad: Callable[[str, int], bool] = lambda *_: False
    empty: Callable[[str, int], bool] = lambda *_: False
    refuse: Callable[[str, int], int] = lambda *_: 0
    window: int = 10
    dated: bool = True
    stuck: float = float("inf")
    reset: float = float("inf")
    vod: int | None = None
    media_start: int = 1000
    voices: tuple[str, ...] = ("a1",)
    texts: tuple[str, ...] = ()
    tags: str = ""
    extra: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    samples: int = 2
    pieces: bool = False
    skew: float = 0.0
    timing: str = ""
    periods: tuple[tuple[int, str], ...] = ()
    gaps: frozenset[int] = frozenset()
    joints: frozenset[int] = frozenset()
    places: tuple[str, ...] = ()
    down: Callable[[str, float], bool] = lambda *_: False
    away: Callable[[str, str], int] = lambda *_: 0
    leads: Callable[[str], str] = lambda _: ""
    steers: Callable[[int], tuple[int, str]] | None = None
    early: bool = False
    waits: int = 0
    heads: bool = False
    uplink: Callable[[str], float] = lambda _: 0.0
    hosts: list[tuple[float, str, str]] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    refused: int = 0
    asked: list[str] = field(default_factory=list)
    ranges: list[str] = field(default_factory=list)

    def transport(self) -> httpx.MockTransport:
        """The network that leads here."""
        return httpx.MockTransport(self.answer)

    async def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        await anyio.sleep(self.uplink(request.url.path))
        found = await self._answer(request)
        if self.heads:
            found.headers["date"] = format_datetime(datetime.fromtimestamp(int(self.utc), UTC))
        return found

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        path, host = request.url.path, request.url.host.removesuffix(".test")
        self.asked.append(path)
        self.hosts.append((self.seconds, host, path))
        if self.dark(self.seconds) or self.down(host, self.seconds):
            raise httpx.ConnectError("nobody there", request=request)
        if status := self.away(host, path):
            return httpx.Response(status)
        if to := self.leads(path):
            return httpx.Response(302, headers={"location": to})
        if path == "/steering" and self.steers is not None:
            self.questions.append(request.url.query.decode())
            status, text = self.steers(len(self.questions))
            return httpx.Response(status, text=text)
        if status := self.refuse(path, self.asked.count(path)):
            return httpx.Response(status, headers=self._patience())
        if (told := self._text(path)) is not None:
            return httpx.Response(200, text=told)
        if path in self.files:
            body = self.files[path]
            await anyio.sleep(len(body) * 8 / self.line(self.seconds))
            return httpx.Response(200, content=body)
        if found := re.fullmatch(r"/(\w+)/(\d+)\.seg", path):
            return await self._segment(found[1], int(found[2]), request)
        return httpx.Response(404)

    def _patience(self) -> dict[str, str]:
        return {"retry-after": str(self.waits)} if self.waits else {}

    @property
    def seconds(self) -> float:
        """Time since the test began."""
        return self.clock.monotonic() / MICROS_PER_SECOND

    @property
    def utc(self) -> float:
        """The server's clock in seconds."""
        return self.clock.utc() / MICROS_PER_SECOND + self.skew

    def segments(self) -> list[tuple[str, int]]:
        """(rung, number) of every segment asked for, in order."""
        found = (re.fullmatch(r"/(\w+)/(\d+)\.seg", path) for path in self.asked)
        return [(one[1], int(one[2])) for one in found if one]

    # ---- manifests ---------------------------------------------------------------------------

    @property
    def newest(self) -> int:
        """Number of the newest segment that stands whole on the server."""
        if self.vod is not None:
            return self.vod - 1
        return int(self.utc // SEGMENT) - 1

    def _numbers(self) -> range:
        if self.vod is not None:
            return range(self.vod)
        newest = self.newest - int(max(self.seconds - self.stuck, 0) // SEGMENT)
        return range(newest - self.window + 1, newest + 1)

    def _playlist(self, rung: str) -> str:
        numbers = self._numbers()
        started_over = self.seconds >= self.reset
        whole = playlist(
            rung,
            numbers,
            shift=-int(self._reset_number()) if started_over else 0,
            dated=self.dated and self.vod is None,
            ended=self.vod is not None,
            gaps=self.gaps,
            joints=self.joints,
        )
        head, mark, rest = whole.partition("#EXT-X-MEDIA-SEQUENCE")
        return f"{head}{self.tags}{mark}{rest}"

    def _text(self, path: str) -> str | None:
        """What is no media: manifests, the time, and whatever a test adds."""
        if path in self.extra:
            return self.extra[path]
        if path == "/master.m3u8":
            return multivariant(self.voices, self.places, self._steering(), self.texts)
        if path == "/manifest.mpd":
            return self._mpd()
        if path == "/time":
            return datetime.fromtimestamp(self.utc, UTC).isoformat()
        found = re.fullmatch(r"/(\w+)\.m3u8", path)
        return self._playlist(found[1]) if found else None

    def _steering(self) -> str:
        return "http://steer.test/steering" if self.steers is not None else ""

    def _reset_number(self) -> float:
        """What the segment on air at the reset was called before."""
        began = self.clock.utc() / MICROS_PER_SECOND + self.skew - self.seconds
        return (began + self.reset) // SEGMENT - self.window

    def _mpd(self) -> str:
        live = self.vod is None
        count = self.vod or self.window
        return mpd(
            live=live,
            segments=count,
            timing=self.timing,
            periods=self.periods,
            places=self.places,
            steering=self._steering(),
            early=self.early,
        )

    # ---- media -------------------------------------------------------------------------------

    async def _segment(self, rung: str, number: int, request: httpx.Request) -> httpx.Response:
        gone = number <= self.newest - self.window - 2 if self.vod is None else number < 0
        if number > self.newest or gone or self.lost(rung, number):
            self.refused += 1
            return httpx.Response(404)
        body = self._body(rung, number)
        status, headers = 200, {}
        if asked := re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("range", "")):
            self.ranges.append(asked[0])
            first, whole = int(asked[1]), len(body)
            body = body[first : int(asked[2]) + 1 if asked[2] else None]
            status = 206
            headers = {"content-range": f"bytes {first}-{first + len(body) - 1}/{whole}"}
        elif self.broken(rung, number):
            return self._paced(body, status, headers, _break)
        if self.stalls(rung, number):
            return self._paced(body, status, headers, _stall)
        if self.pieces:
            return self._paced(body, status, headers, anyio.lowlevel.checkpoint)
        await anyio.sleep(len(body) * 8 / self.line(self.seconds))
        return httpx.Response(status, headers=headers, content=body)

    def _body(self, rung: str, number: int) -> bytes:
        rate = RUNGS.get(rung, 64_000)
        size = rate * SEGMENT // 8
        if self.bad(rung, number):
            return b"{no media" + b" " * size + b"\n"
        if self.empty(rung, number):
            return b" " * (size - 1) + b"\n"
        start = number * SEGMENT + (self.media_start if self.vod is not None else 0)
        if begun := [one for one in self.joints if one <= number]:
            start = (number - max(begun)) * SEGMENT
        if rung in self.texts:
            return webvtt(rung, number, start).encode()
        body = fake_segment(
            stream=VIDEO if rung in RUNGS else AUDIO,
            start=Micros(start * MICROS_PER_SECOND),
            duration=Micros(SEGMENT * MICROS_PER_SECOND),
            samples=self.samples,
            size=size,
        )
        return body[: body.index(b"\n") + 1] if self.cut(rung, number) else body

    def _paced(
        self,
        body: bytes,
        status: int,
        headers: dict[str, str],
        in_the_middle: Callable[[], Awaitable[None]],
    ) -> httpx.Response:
        """A body that comes in pieces, each as fast as the line is when it sets out."""

        async def pieces() -> AsyncIterator[bytes]:
            size = -(-len(body) // PIECES)
            for at in range(0, len(body), size):
                if at <= len(body) // 2 < at + size:
                    await in_the_middle()
                piece = body[at : at + size]
                await anyio.sleep(len(piece) * 8 / self.line(self.seconds))
                yield piece

        headers = headers | {"content-length": str(len(body))}
        return httpx.Response(status, headers=headers, content=pieces())
