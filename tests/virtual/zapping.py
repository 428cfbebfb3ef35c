"""Several channels over one line that all transfers share, and who watches one of them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpx

from player.api import Expect, Play, PlayRequest
from tests.fakes.origin import RUNGS, FakeOrigin
from tests.fakes.virtual import VirtualClock
from tests.virtual.rig import TICK, Rig, player_rig

SOUND = 64_000
TOP = RUNGS["v3"] + SOUND
PIECE = 50_000


class OneLine(FakeOrigin):
    """The same channel at each host; all is sent over one line, piece by piece in turn."""

    turn: anyio.Lock

    def _paced(
        self,
        body: bytes,
        status: int,
        headers: dict[str, str],
        in_the_middle: Callable[[], Awaitable[None]],
    ) -> httpx.Response:
        async def pieces() -> AsyncIterator[bytes]:
            for at in range(0, len(body), PIECE):
                piece = body[at : at + PIECE]
                async with self.turn:
                    await anyio.sleep(len(piece) * 8 / self.line(self.seconds))
                yield piece

        headers = headers | {"content-length": str(len(body))}
        return httpx.Response(status, headers=headers, content=pieces())

    def had(self, host: str) -> list[tuple[str, int]]:
        """(rung, number) of the segments asked for at a host, in order."""
        paths = [path.strip("/").removesuffix(".seg") for _, at, path in self.hosts if at == host]
        parts = [path.split("/") for path in paths if "/" in path]
        return [(rung, int(number)) for rung, number in parts]


class Counting(httpx.AsyncBaseTransport):
    """Counts the answers that are under way: `now`, and `most` that there were at once."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self.now = self.most = self.all = 0
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.now, self.all = self.now + 1, self.all + 1
        self.most = max(self.most, self.now)
        try:
            answer = await self._inner.handle_async_request(request)
        except BaseException:
            self._over()
            raise
        if answer.is_stream_consumed:
            self._over()
            return answer
        stream = _Counted(answer.aiter_raw(), answer, self._over)
        return httpx.Response(answer.status_code, headers=answer.headers, stream=stream)

    def _over(self) -> None:
        self.now -= 1


class _Counted(httpx.AsyncByteStream):
    def __init__(
        self, pieces: AsyncIterator[bytes], answer: httpx.Response, over: Callable[[], None]
    ) -> None:
        self._pieces, self._answer, self._over = pieces, answer, over
        self._closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._pieces:
            yield piece

    async def aclose(self) -> None:
        if not self._closed:
            self._closed = True
            self._over()
        await self._answer.aclose()


class Sofa:
    """A viewer with channels a, b, c ... before him."""

    def __init__(self, rig: Rig, origin: OneLine, network: Counting, **wish: Any) -> None:
        self.rig, self.origin, self.network = rig, origin, network
        self._wish = wish

    def request(self, name: str, path: str = "master.m3u8", **wish: Any) -> PlayRequest:
        return PlayRequest(url=f"http://{name}.test/{path}", tag=name, **(self._wish | wish))

    def play(self, name: str, path: str = "master.m3u8") -> None:
        self.rig.do(Play(request=self.request(name, path)))

    def expect(self, *names: str, path: str = "master.m3u8") -> None:
        self.rig.do(Expect(requests=tuple(self.request(name, path) for name in names)))


@asynccontextmanager
async def sofa(
    rate: float, *, wish: dict[str, Any] | None = None, tick: float = TICK, **channel: Any
) -> AsyncIterator[Sofa]:
    """A player on a line of `rate` bit/s to channels of these properties (see `FakeOrigin`)."""
    made: list[tuple[OneLine, Counting]] = []

    def network(clock: VirtualClock) -> httpx.AsyncBaseTransport:
        settings: dict[str, Any] = {"samples": 4, "pieces": True, "line": lambda _: rate} | channel
        origin = OneLine(clock, **settings)
        origin.turn = anyio.Lock()
        made.append((origin, Counting(origin.transport())))
        return made[0][1]

    async with player_rig(network, tick) as rig:
        yield Sofa(rig, *made[0], **({"abr": "throughput"} | (wish or {})))
