"""The engine's neighbours for tests on trio's virtual clock."""

import json
from collections.abc import Callable
from typing import TypeVar

import trio

from player.errors import ErrorCode, error
from player.model.presentation import Container, TrackKind
from player.model.sample import Sample, StreamHead
from player.ports import Demuxed
from player.units import MICROS_PER_SECOND, Micros

T = TypeVar("T")

EPOCH = 1_800_000_000
"""UTC seconds at which every virtual test begins."""


class VirtualClock:
    """Reads trio's clock, which MockClock moves."""

    def __init__(self) -> None:
        self._start = trio.current_time()

    def monotonic(self) -> Micros:
        return Micros(round((trio.current_time() - self._start) * MICROS_PER_SECOND))

    def utc(self) -> Micros:
        return Micros(EPOCH * MICROS_PER_SECOND + self.monotonic())


async def inline_worker(work: Callable[[], T]) -> T:
    """Run a worker's work here: a jumping clock does not wait for threads."""
    return work()


class FakeDemuxer:
    """Reads segments that `fake_segment` wrote: one JSON line a sample."""

    def __init__(self, _container: Container) -> None:
        self._rest = b""
        self._heads: dict[int, StreamHead] = {}

    def feed(self, data: bytes) -> tuple[Demuxed, ...]:
        *lines, self._rest = (self._rest + data).split(b"\n")
        try:
            found = [json.loads(line) for line in lines if line.strip()]
        except ValueError as wrong:
            raise error(ErrorCode.MEDIA_INVALID, "This is no media.") from wrong
        return (self._demuxed(found),)

    def flush(self) -> tuple[Demuxed, ...]:
        return ()

    def close(self) -> None:
        self._rest = b""

    def _demuxed(self, lines: list[dict[str, int]]) -> Demuxed:
        fresh = {line["stream"] for line in lines} - self._heads.keys()
        heads = {stream: _HEADS[stream] for stream in fresh}
        self._heads |= heads
        return Demuxed(heads=tuple(heads.values()), samples=tuple(_sample(line) for line in lines))


def fake_segment(
    *, stream: int, start: Micros, duration: Micros, samples: int, size: int
) -> bytes:
    """A segment of `samples` samples from media time `start`, padded to `size` bytes."""
    step = duration // samples
    lines = [
        json.dumps({"stream": stream, "pts": start + step * number, "duration": step})
        for number in range(samples)
    ]
    text = ("\n".join(lines) + "\n").encode()
    return text + b" " * max(0, size - len(text) - 1) + b"\n"


VIDEO, AUDIO = 0, 1

_HEADS = {
    VIDEO: StreamHead(stream=VIDEO, kind=TrackKind.VIDEO, codec="vp9", width=320, height=180),
    AUDIO: StreamHead(
        stream=AUDIO,
        kind=TrackKind.AUDIO,
        codec="aac",
        config=b"\x11\x90",
        sample_rate=48_000,
        channels=2,
    ),
}


def _sample(line: dict[str, int]) -> Sample:
    return Sample(
        stream=line["stream"],
        pts=Micros(line["pts"]),
        dts=Micros(line["pts"]),
        duration=Micros(line["duration"]),
        key=True,
        data=b"sample",
    )
