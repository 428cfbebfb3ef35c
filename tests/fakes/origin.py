"""A live HLS origin for httpx.MockTransport: every answer is a function of the clock."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import anyio
import httpx

from player.clock import Clock
from player.units import MICROS_PER_SECOND, Micros
from tests.fakes.virtual import AUDIO, VIDEO, fake_segment

SEGMENT = 6
"""Seconds; what the HLS authoring rules recommend."""
RUNGS = {"v1": 100_000, "v2": 400_000, "v3": 1_000_000}


@dataclass
class FakeOrigin:
    """Serves one channel: a ladder of three, separate sound, a window of ten segments.

    `line` is what the line carries in bits a second at a time in seconds; `lost` tells which
    (rung, number) are 404.
    """

    clock: Clock
    line: Callable[[float], float] = lambda _: 5e6
    lost: Callable[[str, int], bool] = lambda *_: False
    window: int = 10
    dated: bool = True
    asked: list[str] = field(default_factory=list)

    def transport(self) -> httpx.MockTransport:
        """The network that leads here."""
        return httpx.MockTransport(self.answer)

    async def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        path = request.url.path
        self.asked.append(path)
        if path == "/master.m3u8":
            return httpx.Response(200, text=_multivariant())
        if found := re.fullmatch(r"/(\w+)\.m3u8", path):
            return httpx.Response(200, text=self._playlist(found[1]))
        if found := re.fullmatch(r"/(\w+)/(\d+)\.seg", path):
            return await self._segment(found[1], int(found[2]))
        return httpx.Response(404)

    def _newest(self) -> int:
        return int(self.clock.utc() // MICROS_PER_SECOND // SEGMENT) - 1

    def _playlist(self, rung: str) -> str:
        newest = self._newest()
        first = newest - self.window + 1
        date = datetime.fromtimestamp(first * SEGMENT, UTC).isoformat()
        lines = [
            "#EXTM3U",
            "#EXT-X-VERSION:6",
            f"#EXT-X-TARGETDURATION:{SEGMENT}",
            f"#EXT-X-MEDIA-SEQUENCE:{first}",
            *([f"#EXT-X-PROGRAM-DATE-TIME:{date}"] if self.dated else []),
        ]
        for number in range(first, newest + 1):
            lines += [f"#EXTINF:{SEGMENT}.000,", f"/{rung}/{number}.seg"]
        return "\n".join(lines) + "\n"

    async def _segment(self, rung: str, number: int) -> httpx.Response:
        if number > self._newest() or self.lost(rung, number):
            return httpx.Response(404)
        rate = RUNGS.get(rung, 64_000)
        body = fake_segment(
            stream=AUDIO if rung == "a1" else VIDEO,
            start=Micros(number * SEGMENT * MICROS_PER_SECOND),
            duration=Micros(SEGMENT * MICROS_PER_SECOND),
            samples=2,
            size=rate * SEGMENT // 8,
        )
        line = self.line(self.clock.monotonic() / MICROS_PER_SECOND)
        await anyio.sleep(len(body) * 8 / line)
        return httpx.Response(200, content=body)


def _multivariant() -> str:
    lines = [
        "#EXTM3U",
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="English",LANGUAGE="en",DEFAULT=YES,'
        'AUTOSELECT=YES,URI="/a1.m3u8"',
    ]
    for number, (rung, rate) in enumerate(RUNGS.items(), 1):
        lines += [
            f"#EXT-X-STREAM-INF:BANDWIDTH={rate},RESOLUTION={320 * number}x{180 * number},"
            'CODECS="vp09.00.10.08,mp4a.40.2",AUDIO="a"',
            f"/{rung}.m3u8",
        ]
    return "\n".join(lines) + "\n"
