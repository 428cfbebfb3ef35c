"""The engine's neighbours for tests on trio's virtual clock."""

import json
from collections.abc import Awaitable, Callable, Iterator, MutableSequence
from contextlib import contextmanager
from dataclasses import replace
from random import Random
from typing import Any, TypeVar
from unittest.mock import patch

import trio
from trio._core import _run
from trio.testing import MockClock

from player.errors import ErrorCode, error
from player.model.presentation import Container, TrackKind
from player.model.sample import Sample, StreamHead
from player.ports import Demuxed
from player.units import MICROS_PER_SECOND, Micros

T = TypeVar("T")
Value = int | str
Line = dict[str, Value]

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


def at_virtual_time(scenario: Callable[[], Awaitable[None]], *, in_order: bool = False) -> None:
    """Run a scenario on a clock that jumps from one event to the next.

    Whoever is ready at one moment runs in any order, another one in each run: nothing may hang on
    it. `in_order`: the older task first, for runs that are held against each other.
    """
    if not in_order:
        trio.run(scenario, clock=MockClock(autojump_threshold=0))
        return
    with _older_tasks_first():
        trio.run(scenario, clock=MockClock(autojump_threshold=0))


class _InOrder(Random):
    """Lets trio, which takes tasks from the end of its list, begin with the oldest."""

    def shuffle(self, x: MutableSequence[Any]) -> None:
        x.reverse()


@contextmanager
def _older_tasks_first() -> Iterator[None]:
    """Take from trio's scheduler what it leaves to chance.

    It tosses a coin about the order of those who are ready at one moment. As hypothesis has it, it
    sorts them by age, to shuffle them with a seed.
    """
    with (
        patch.object(_run, "_ALLOW_DETERMINISTIC_SCHEDULING", new=True),
        patch.object(_run, "_r", _InOrder()),
    ):
        yield


async def inline_worker(work: Callable[[], T]) -> T:
    """Run a worker's work here: a jumping clock does not wait for threads."""
    return work()


def _lines(data: bytes) -> Iterator[bytes]:
    """What stands between line feeds; padding is passed over, without a copy of it."""
    start = 0
    while (end := data.find(b"\n", start)) >= 0:
        if data[start : start + 1] != b" ":
            yield data[start:end]
        start = end + 1
    yield data[start:]


class FakeDemuxer:
    """Reads segments that `fake_segment` wrote: one JSON line a sample."""

    def __init__(self, _container: Container) -> None:
        self._rest = b""
        self._heads: dict[int, StreamHead] = {}

    def feed(self, data: bytes) -> tuple[Demuxed, ...]:
        *lines, self._rest = _lines(self._rest + data if self._rest else data)
        try:
            found = [json.loads(line) for line in lines if line]
        except ValueError as wrong:
            raise error(ErrorCode.MEDIA_INVALID, "This is no media.") from wrong
        return tuple(self._demuxed(found))

    def flush(self) -> tuple[Demuxed, ...]:
        if self._rest.strip():
            raise error(ErrorCode.MEDIA_TRUNCATED, "This piece ended too early.")
        return ()

    @property
    def whole(self) -> bool:
        return not self._rest.strip()

    def close(self) -> None:
        self._rest = b""

    def _demuxed(self, lines: list[Line]) -> Iterator[Demuxed]:
        """One value, and one more for each sample whose stream changed its head."""
        heads: list[StreamHead] = []
        samples: list[Sample] = []
        for line in lines:
            head = _head(line)
            former = self._heads.get(head.stream)
            if head != former:
                if former is not None:
                    yield Demuxed(heads=tuple(heads), samples=tuple(samples))
                    heads, samples = [], []
                heads.append(head)
                self._heads[head.stream] = head
            samples.append(_sample(line))
        yield Demuxed(heads=tuple(heads), samples=tuple(samples))


def fake_segment(
    *, stream: int, start: Micros, duration: Micros, samples: int, size: int = 0, **more: Value
) -> bytes:
    """A segment of `samples` samples from media time `start`, padded to `size` bytes.

    `more`: codec="..." of another head, key=0 where no sample is a key frame.
    """
    step = duration // samples
    lines = [
        json.dumps({"stream": stream, "pts": start + step * number, "duration": step} | more)
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


def _head(line: Line) -> StreamHead:
    head = _HEADS[int(line["stream"])]
    return replace(head, codec=str(line["codec"])) if "codec" in line else head


def _sample(line: Line) -> Sample:
    pts = Micros(int(line["pts"]))
    return Sample(
        stream=int(line["stream"]),
        pts=pts,
        dts=pts,
        duration=Micros(int(line["duration"])),
        key=bool(line.get("key", 1)),
        data=b"sample",
    )
