"""A line and a feeder without a network: filled buffers in, recorded blocks out."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import trio

from player.errors import Failure
from player.model.presentation import Container, TrackKind
from player.model.segment import Segment
from player.ports import Demuxer, EpochStart
from player.streaming.feed.feeder import Feeder, FeederParts, FeedStart
from player.streaming.feed.timeline import MediaTimeline
from player.streaming.feed.track_buffer import BufferedSegment, TrackBuffer
from player.streaming.feed.track_line import LineParts
from player.streaming.fetch.load_control import LoadControl
from player.streaming.fetch.recovery import RecoveryPolicy
from player.streaming.fetch.wake import Wake
from player.units import Micros, micros
from tests.fakes.sink import FakeSink, MatroskaEnd
from tests.fakes.virtual import (
    AUDIO,
    VIDEO,
    FakeDemuxer,
    VirtualClock,
    fake_segment,
    inline_worker,
)
from tests.unit.streaming.streaming_made import NEVER, buffered, lane, representation, segment

MEDIA = 500.0
"""Seconds that the containers' time stamps are ahead of presentation time."""

STREAMS = {TrackKind.VIDEO: VIDEO, TrackKind.AUDIO: AUDIO}


def body(one: Segment, kind: TrackKind, **more: object) -> bytes:
    """The bytes of a segment: six samples, or as told."""
    values: dict[str, object] = {
        "stream": STREAMS[kind],
        "start": micros(one.start / 1e6 + MEDIA),
        "duration": one.duration,
        "samples": 6,
    } | more
    return fake_segment(**values)  # type: ignore[arg-type]


def filled(*chosen: BufferedSegment, start: float = 0) -> TrackBuffer:
    """A finished buffer of these segments."""
    buffer = TrackBuffer(micros(start))
    for one in chosen:
        buffer.append(one)
    buffer.finished = True
    return buffer


def pieces(kind: TrackKind, *numbers: int, rung: str = "v1") -> list[BufferedSegment]:
    """Whole segments of a rung."""
    told = lane(representation(rung, kinds=frozenset({kind})), kind)
    return [buffered(segment(n), body(segment(n), kind), lane=told) for n in numbers]


class Blocks(MatroskaEnd):
    """(track, seconds) of every block of one epoch's stream."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, float]] = []

    def _take(self, kind: int, body: bytes) -> None:
        super()._take(kind, body)
        if kind in {0xA3, 0xA1} and len(body) > 3:
            ticks = self._cluster + int.from_bytes(body[1:3], signed=True)
            self.found.append((body[0] & 0x7F, ticks * self._scale / 1e9))


@dataclass
class Recorded:
    """What came of a feed."""

    opened: list[EpochStart]
    blocks: list[list[tuple[int, float]]]
    finished: list[int]
    reports: list[Failure]
    origins: list[float] = field(default_factory=list)
    feeder: Feeder | None = None

    def times(self, track: int, epoch: int = 0) -> list[float]:
        """Presentation seconds of one track's blocks in one epoch."""
        assert self.feeder is not None
        stream = [micros(at) for number, at in self.blocks[epoch] if number == track]
        found = [self.feeder.locate(self.opened[epoch].epoch, at) for at in stream]
        return [round((at or 0) / 1e6, 3) for at in found]

    def stream(self, track: int, epoch: int = 0) -> list[float]:
        """The stream's own seconds of one track's blocks in one epoch."""
        return [round(at, 3) for number, at in self.blocks[epoch] if number == track]


def gop(one: Segment, kind: TrackKind = TrackKind.VIDEO, **more: object) -> bytes:
    """The bytes of a segment whose first sample alone is a key frame."""
    whole = body(one, kind, **more).splitlines(keepends=True)
    rest = [line.replace(b'"pts"', b'"key": 0, "pts"') for line in whole[1:]]
    return b"".join([whole[0], *rest])


def line_parts(
    reports: list[Failure],
    open_demuxer: Callable[[Container], Demuxer] = FakeDemuxer,
    **more: object,
) -> LineParts:
    """The neighbours of a line, with a timeline of their own."""
    return LineParts(
        worker=inline_worker,
        open_demuxer=open_demuxer,
        timeline=MediaTimeline(),
        recovery=RecoveryPolicy(),
        key_for=lambda _: None,
        report=reports.append,
        lacked=lambda _, failure: reports.append(failure),
        **more,  # type: ignore[arg-type]
    )


def feed(
    buffers: Mapping[TrackKind, TrackBuffer],
    *,
    start: float = 0,
    exact: bool = False,
    open_demuxer: Callable[[Container], Demuxer] = FakeDemuxer,
    **more: object,
) -> Recorded:
    """Feed all of these buffers to a sink that only writes down."""
    readers: list[Blocks] = []

    def reader() -> Blocks:
        readers.append(Blocks())
        return readers[-1]

    async def run() -> Recorded:
        sink = FakeSink(VirtualClock(), end_of=reader)
        reports: list[Failure] = []
        origins: list[float] = []
        parts = FeederParts(
            sink=sink,
            line=line_parts(reports, open_demuxer, **more),
            control=LoadControl(),
            wake=Wake(),
            epochs=itertools.count(1),
            position=lambda: NEVER,
            held=lambda: True,
            opened=lambda _, origin: origins.append(origin / 1e6),
        )
        feeder = Feeder(buffers, FeedStart(position=micros(start), exact=exact), parts)
        with trio.fail_after(5):
            await feeder.run()
        blocks = [one.found for one in readers]
        return Recorded(sink.opened, blocks, sink.finished, reports, origins, feeder)

    return trio.run(run)


ZERO = Micros(0)
