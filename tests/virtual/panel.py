"""A server of endless transport streams at virtual time, as panels are: bursts, breaks, moods."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import trio

from player.errors import ErrorCode, error
from player.net.failures import interrupted
from player.ports import AnswerHead, FetchRequest
from tests.fakes.transport import AUDIO, TICKS, picture, tables
from tests.fakes.virtual import EPOCH, VirtualClock

URL = "http://panel.test/live/user/s3cret/7.ts"
FPS, GOP = 25, 50


@dataclass
class Panel:
    """Implements `ByteFetcher`: one channel, whose picture `n` was on air `n / FPS` s after EPOCH.

    Each answer begins with the key picture `burst` seconds ago. `dark(now)`: nobody is there, and
    who is connected is thrown out; `excuse(now)`: whoever comes gets a page of words; `lasts`:
    each answer ends politely after so many seconds.
    `offset(now)` is added to the time stamps (s); `shape(now, packets)` may do anything to them.
    """

    clock: VirtualClock
    burst: float = 0
    lasts: float = 1e9
    ends: float = 1e9
    dark: Callable[[float], bool] = lambda _: False
    excuse: Callable[[float], bool] = lambda _: False
    offset: Callable[[float], float] = lambda _: 50_000
    shape: Callable[[float, bytes], bytes] = lambda _, packets: packets
    asked: list[float] = field(default_factory=list)

    @property
    def now(self) -> float:
        """Seconds since EPOCH."""
        return self.clock.utc() / 1e6 - EPOCH

    @asynccontextmanager
    async def open(self, request: FetchRequest) -> AsyncIterator["_Answer"]:
        """See `ByteFetcher.open`."""
        self.asked.append(self.now)
        if self.dark(self.now):
            raise error(ErrorCode.NETWORK_UNREACHABLE, "Nobody there.")
        yield _Answer(self)

    def frame(self, number: int) -> bytes:
        """One picture with its sound, and the tables once a second."""
        at = number / FPS
        pts = round((at + self.offset(at)) * TICKS)
        media = picture(pts, key=number % GOP == 0) + picture(pts, key=False, pid=AUDIO)
        return self.shape(at, (tables() if number % FPS == 0 else b"") + media)


@dataclass
class _Answer:
    panel: Panel
    url: str = URL
    content_type: str = "video/mp2t"
    length: None = None
    head: AnswerHead = field(default_factory=AnswerHead)

    began: float = 0
    number: int = 0
    excused: bool = False

    def __post_init__(self) -> None:
        self.began = self.panel.now
        self.number = max(int((self.began - self.panel.burst) * FPS), 0) // GOP * GOP

    def chunks(self) -> AsyncIterator[bytes]:
        return self

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        panel = self.panel
        if panel.excuse(self.began):
            if self.excused:
                raise StopAsyncIteration
            self.excused = True
            return b"<html><body>Too many connections</body></html>"
        while panel.now - self.began < panel.lasts and self.number / FPS < panel.ends:
            if panel.dark(panel.now):
                raise interrupted(self.url, "reset")
            ready = bytearray()
            while self.number / FPS <= min(panel.now, panel.ends - 1 / FPS):
                ready += panel.frame(self.number)
                self.number += 1
            if ready:
                return bytes(ready)
            await trio.sleep(0.2)
        raise StopAsyncIteration
