"""Real media through the real demuxers and the feeder, and what comes of it in libmpv."""

import io
import itertools
from collections.abc import Mapping
from pathlib import Path

import av
import numpy as np
import trio

from player.media.demux import open_demuxer
from player.model.presentation import Container, TrackKind
from player.model.resource import Resource
from player.model.segment import Segment
from player.ports import EpochStart
from player.streaming.feed.feeder import Feeder, FeederParts, FeedStart
from player.streaming.feed.track_buffer import BufferedSegment, TrackBuffer
from player.streaming.fetch.load_control import LoadControl
from player.streaming.fetch.wake import Wake
from player.units import Micros, micros
from tests.fakes.sink import FakeSink
from tests.fakes.virtual import VirtualClock
from tests.system.mpv.sink_bench import Rig
from tests.unit.streaming.streaming_feed import line_parts
from tests.unit.streaming.streaming_made import NEVER, buffered, lane, representation

NOTHING_YET = None
Epochs = list[tuple[EpochStart, bytes]]


class Taking(FakeSink):
    """Keeps the bytes of each epoch."""

    def __init__(self) -> None:
        super().__init__(VirtualClock(), end_of=lambda: lambda _: NOTHING_YET)
        self.data: dict[int, bytearray] = {}

    def open(self, start: EpochStart) -> None:
        super().open(start)
        self.data[start.epoch] = bytearray()

    def feed(self, epoch: int, data: bytes) -> None:
        self.data[epoch] += data


def piece(
    number: int, data: bytes, *, start: float, duration: float, rung: str = "v", **more: object
) -> BufferedSegment:
    """A whole file as a segment of its own discontinuity (or as told)."""
    values: dict[str, object] = {"discontinuity": number} | more
    one = Segment(
        number=number,
        start=micros(start),
        duration=micros(duration),
        resource=Resource(uri=f"http://h/{rung}/{number}"),
        **values,  # type: ignore[arg-type]
    )
    told = lane(representation(rung, container=Container.UNKNOWN))
    return buffered(one, data, lane=told)


def epochs(
    given: Mapping[TrackKind, list[BufferedSegment]], *, start: float = 0, exact: bool = False
) -> Epochs:
    """What the feeder makes of these segments."""

    async def run() -> Epochs:
        sink = Taking()
        buffers = {}
        for kind, chosen in given.items():
            buffers[kind] = TrackBuffer(Micros(0))
            for one in chosen:
                buffers[kind].append(one)
            buffers[kind].finished = True
        parts = FeederParts(
            sink=sink,
            line=line_parts([], open_demuxer),
            control=LoadControl(),
            wake=Wake(),
            epochs=itertools.count(1),
            position=lambda: NEVER,
            held=lambda: False,
            opened=lambda *_: None,
        )
        feeder = Feeder(buffers, FeedStart(position=micros(start), exact=exact), parts)
        with trio.fail_after(30):
            await feeder.run()
        return [(one, bytes(sink.data[one.epoch])) for one in sink.opened]

    return trio.run(run)


def play(rig: Rig, made: Epochs) -> None:
    """Give all of it to a real libmpv, at once."""
    for start, data in made:
        rig.sink.open(start)
        rig.sink.feed(start.epoch, data)
        rig.sink.finish(start.epoch)


def heard(rig: Rig, path: Path) -> None:
    """Let libmpv write what it would play: 16 bits, stereo."""
    core = rig.sink._core
    core["ao-pcm-file"] = str(path)
    core["ao-pcm-waveheader"] = False
    core["audio-format"] = "s16"
    core["audio-channels"] = "stereo"
    core["ao"] = "pcm"


def written(path: Path) -> "np.ndarray":
    """The left channel of what was written."""
    return np.fromfile(path, np.int16).reshape(-1, 2)[:, 0].astype(int)


def reference(data: bytes) -> "np.ndarray":
    """The left channel as libav decodes a file by itself, edit lists and all."""
    found = []
    with av.open(io.BytesIO(data)) as container:
        for frame in container.decode(audio=0):
            values = frame.to_ndarray()
            left = values[0] if frame.format.is_planar else values.reshape(-1, 2)[:, 0]
            scale = {"f": 32767, "i": 1}[values.dtype.kind]
            shift = 16 if values.dtype == np.int32 else 0
            found.append((left * scale).round().astype(int) >> shift)
    return np.concatenate(found)
