"""A live channel whose segments are offered while they are made, in chunks or in parts."""

import re
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass

import anyio
import httpx

from player.ports import Demuxed
from player.units import Micros, micros
from tests.fakes.virtual import AUDIO, VIDEO, FakeDemuxer, fake_segment
from tests.virtual.low_latency import RUNGS, SOUND, NearOrigin, _set

_HEAD = struct.Struct(">I4s")


class BoxedDemuxer(FakeDemuxer):
    """Reads what `FakeDemuxer` reads out of `mdat` boxes, each behind an empty `moof`."""

    _gathered = b""

    def feed(self, data: bytes) -> tuple[Demuxed, ...]:
        self._gathered += data
        found: list[Demuxed] = []
        while len(self._gathered) >= _HEAD.size:
            size, kind = _HEAD.unpack_from(self._gathered)
            if len(self._gathered) < size:
                break
            body, self._gathered = self._gathered[_HEAD.size : size], self._gathered[size:]
            if kind == b"mdat":
                found += super().feed(body)
        return tuple(found)

    @property
    def whole(self) -> bool:
        return not self._gathered


@dataclass
class ChunkOrigin(NearOrigin):
    """Segments of `parts` chunks, each of which can be had as soon as it is made (LL-DASH)."""

    segment: float = 2.0
    samples: int = 12
    parts: int = 6

    @property
    def part(self) -> float:
        return self.segment / self.parts

    def made_at(self, number: int, place: int) -> float:
        """When a part is there, in seconds of UTC."""
        return number * self.segment + (place + 1) * self.part

    def _set(self, kind: str) -> str:
        early = f' availabilityTimeOffset="{self.segment - self.part:.6f}"'
        return _set(kind, self.segment, early + ' availabilityTimeComplete="false"')

    async def answer(self, request: httpx.Request) -> httpx.Response:
        found = re.fullmatch(r"/(\w+)/(\d+)\.seg", request.url.path)
        number = int(found[2]) if found else 0
        growing = found is not None and number == self.newest + 1
        if found is None or not growing or self.line(self.seconds) <= 0:
            return await super().answer(request)
        self.asked.append((self.seconds, request.url.path))
        await anyio.sleep(self.rtt / 2)
        if self.utc < self.made_at(number, 0):
            self.early += 1
            await anyio.sleep(self.rtt / 2)
            return httpx.Response(404)
        return httpx.Response(200, content=self._as_made(found[1], number))

    async def _as_made(self, rung: str, number: int) -> AsyncIterator[bytes]:
        for place in range(self.parts):
            await anyio.sleep(max(self.made_at(number, place) - self.utc, 0))
            chunk = self.chunk(rung, number, place)
            left = self.seconds
            for at in range(0, len(chunk), 4000):
                left = await self._carry(len(chunk[at : at + 4000]) * 8, left)
                yield chunk[at : at + 4000]

    def _body(self, rung: str, number: int) -> bytes:
        return b"".join(self.chunk(rung, number, place) for place in range(self.parts))

    def chunk(self, rung: str, number: int, place: int) -> bytes:
        """One part of a segment, as boxes."""
        count = round(self.part * self.samples)
        length = micros(self.segment)
        step, size = length // (count * self.parts), RUNGS.get(rung, SOUND) * self.part / 8
        body = b"".join(
            fake_segment(
                stream=VIDEO if rung in RUNGS else AUDIO,
                start=Micros(number * length + (place * count + each) * step),
                duration=Micros(step),
                samples=1,
                size=round(size / count),
                key=int(rung not in RUNGS or (place == 0 and each == 0)),
            )
            for each in range(count)
        )
        return _HEAD.pack(8, b"moof") + _HEAD.pack(8 + len(body), b"mdat") + body
