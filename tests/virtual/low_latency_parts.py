"""A live channel whose segments are offered while they are made, in chunks or in parts."""

import re
import struct
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

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


@dataclass
class PartOrigin(ChunkOrigin):
    """The same in HLS: parts, hints, blocking reloads (RFC 8216bis).

    `blocking`: it says that it blocks reloads; `heeds`: it does. `lost` are parts that it lists
    and has not got, `partless` until when it has none at all, `misleads` those at whose place it
    hints at another one.
    """

    hold_back: float = 6.0
    part_hold_back: float = 2.0
    blocking: bool = True
    heeds: bool = True
    hints: bool = True
    lost: tuple[tuple[int, int], ...] = ()
    partless: float = 0.0
    misleads: Callable[[int, int], bool] = lambda _number, _place: False
    queries: list[tuple[float, str, dict[str, str]]] = field(default_factory=list)

    def _has_part(self, number: int, place: int) -> bool:
        return self.utc >= self.made_at(number, place) - 1e-6

    async def answer(self, request: httpx.Request) -> httpx.Response:
        path, asked = request.url.path, dict(request.url.params)
        part = re.fullmatch(r"/(\w+)/(\d+)\.(\d+)\.part", path)
        if self.line(self.seconds) > 0 and self.heeds and "_HLS_msn" in asked:
            self.queries.append((self.seconds, path, asked))
            number, place = int(asked["_HLS_msn"]), int(asked.get("_HLS_part", self.parts - 1))
            await self._wait_for(number, place)
        if part is None or self.line(self.seconds) <= 0:
            return await super().answer(request)
        self.asked.append((self.seconds, path))
        return await self._part(part[1], int(part[2]), int(part[3]))

    async def _wait_for(self, number: int, place: int) -> None:
        number, place = number + place // self.parts, place % self.parts
        await anyio.sleep(max(self.made_at(number, place) - self.utc, 0))

    async def _part(self, rung: str, number: int, place: int) -> httpx.Response:
        await anyio.sleep(self.rtt / 2)
        known = 0 <= place < self.parts and (number, place) not in self.lost
        known = known and self.seconds >= self.partless
        if not known or self.utc < self.made_at(number, place) - 3 * self.part:
            await anyio.sleep(self.rtt / 2)
            return httpx.Response(404)
        await self._wait_for(number, place)
        return self._sent(self.chunk(rung, number, place), 4)

    def _playlist(self, rung: str) -> str:
        making = self.newest + 1
        last = sum(self._has_part(making, place) for place in range(self.parts))
        head, *segments = super()._playlist(rung).split("#EXTINF")
        control = "CAN-BLOCK-RELOAD=YES," if self.blocking else ""
        control += f"PART-HOLD-BACK={self.part_hold_back}"
        head = head.replace("HOLD-BACK=", f"{control},HOLD-BACK=")
        lines = [head + f"#EXT-X-PART-INF:PART-TARGET={self.part:.5f}"]
        first = making - len(segments)
        for number, told in enumerate(segments, first):
            if number >= making - 3:
                lines += [self._told(rung, number, place) for place in range(self.parts)]
            lines.append("#EXTINF" + told.strip())
        lines += [self._told(rung, making, place) for place in range(last)]
        if self.hints:
            away = 3 if self.misleads(making, last) else 0
            lines.append(
                f'#EXT-X-PRELOAD-HINT:TYPE=PART,URI="/{rung}/{making}.{last + away * 9}.part"'
            )
        lines += [
            f'#EXT-X-RENDITION-REPORT:URI="/{other}.m3u8",LAST-MSN={making},LAST-PART={last - 1}'
            for other in RUNGS
            if other != rung and last
        ]
        return "\n".join(lines) + "\n"

    def _told(self, rung: str, number: int, place: int) -> str:
        independent = ",INDEPENDENT=YES" if place == 0 else ""
        uri = f"/{rung}/{number}.{place}.part"
        return f'#EXT-X-PART:DURATION={self.part:.5f},URI="{uri}"{independent}'
