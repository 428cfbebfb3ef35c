"""Decodes what the engine fed to libmpv, and says what is in it: pictures, flashes, sound."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import av
import numpy as np

from tests.strip import (
    StripReading,
    beep_onsets,
    flash_beep_offsets,
    flash_level,
    read_strip,
    unwrap,
)

FRAME_RATE = 25


@dataclass(slots=True, kw_only=True)
class Sound:
    """Decoded sound: one channel, and each block's (time in seconds, samples)."""

    rate: int
    pcm: "np.ndarray"
    blocks: list[tuple[float, int]]

    def gaps(self) -> list[float]:
        """For each joint, by how much the next block's time is off, in seconds."""
        return [b[0] - (a[0] + a[1] / self.rate) for a, b in pairwise(self.blocks)]


@dataclass(slots=True, kw_only=True)
class Fed:
    """A fed stream, decoded. `flashes` are onset times in seconds."""

    times: list[float] = field(default_factory=list)
    strips: list[StripReading | None] = field(default_factory=list)
    heights: list[int] = field(default_factory=list)
    flashes: list[float] = field(default_factory=list)
    sound: Sound | None = None

    @property
    def frames(self) -> list[int]:
        """The frame numbers, counted on over the loop's end."""
        return unwrap([strip.frame for strip in self.strips if strip])

    @property
    def rungs(self) -> list[int]:
        """The rungs, one for each run of the same."""
        all_of_them = [strip.rung for strip in self.strips if strip]
        return [a for a, b in pairwise([*all_of_them, -1]) if a != b]

    @property
    def beeps(self) -> list[float]:
        """The onset times of the beeps, in seconds of the stream."""
        if self.sound is None:
            return []
        first = self.sound.blocks[0][0]
        return [first + at for at in beep_onsets(self.sound.pcm, self.sound.rate)]


def decode(stream: bytes) -> Fed:
    """Decode a whole fed stream."""
    fed = Fed()
    blocks: list[np.ndarray] = []
    times: list[tuple[float, int]] = []
    rate = 48_000
    lit = True
    with av.open(io.BytesIO(stream)) as container:
        for found in container.streams.video:
            found.thread_type = "AUTO"
        for packet in container.demux():
            for frame in packet.decode():
                if isinstance(frame, av.AudioFrame):
                    rate = frame.sample_rate
                    times.append((frame.time or 0.0, frame.samples))
                    blocks.append(_first_channel(frame))
                elif isinstance(frame, av.VideoFrame):
                    lit = _take_picture(fed, frame, lit=lit)
    if blocks:
        fed.sound = Sound(rate=rate, pcm=np.concatenate(blocks), blocks=times)
    return fed


def _first_channel(frame: av.AudioFrame) -> "np.ndarray":
    """Planar formats have a row a channel, packed ones all channels in turn."""
    row: np.ndarray = frame.to_ndarray()[0]
    return row if frame.format.is_planar else row[:: frame.layout.nb_channels]


def _take_picture(fed: Fed, frame: av.VideoFrame, *, lit: bool) -> bool:
    plane = frame.planes[0]
    luma = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
    strip = read_strip(luma[: frame.height * 3 // 30, : frame.width])
    fed.times.append(frame.time)
    fed.strips.append(strip)
    fed.heights.append(frame.height)
    if strip is None or strip.frame % FRAME_RATE not in {0, 1, 2, FRAME_RATE - 1}:
        return False
    level = flash_level(luma[: frame.height * 8 // 30, : frame.width])
    now_lit = level is not None and level > 0.5
    if now_lit and not lit:
        fed.flashes.append(frame.time)
    return now_lit


def check_every_frame_once(fed: Fed, channel: int, frames: Sequence[int]) -> None:
    """Every picture is readable, of `channel`, and they are `frames`, each once, in order."""
    assert None not in fed.strips
    assert {strip.channel for strip in fed.strips if strip} == {channel}
    assert fed.frames == list(frames)
    steps = np.diff(fed.times) - 1 / FRAME_RATE
    assert np.abs(steps).max() < 0.001


def check_gapless(fed: Fed, seconds: float) -> None:
    """The sound has no hole, no overlap, no click, and lasts as long as the pictures."""
    sound = fed.sound
    assert sound is not None
    assert max(map(abs, sound.gaps())) < 0.0011
    assert abs(len(sound.pcm) / sound.rate - seconds) < 1024 / sound.rate
    drift = sound.blocks[-1][0] - sound.blocks[0][0] - (len(sound.pcm) - 1024) / sound.rate
    assert abs(drift) < 0.0011


def check_flash_and_beep(fed: Fed, seconds: int) -> None:
    """At every second but the first a flash and a beep, within 10 ms; the beeps 1 s apart.

    The first of all fades in, as after any start: AAC lacks its predecessor there.
    """
    flashes, beeps = fed.flashes, [at for at in fed.beeps if at > fed.times[0] + 0.5]
    assert len(flashes) == seconds - 1
    assert len(beeps) == seconds - 1
    offsets = flash_beep_offsets(flashes, beeps)
    assert len(offsets) == seconds - 1
    assert max(map(abs, offsets)) < 0.010
    assert max(abs(apart - 1) for apart in np.diff(beeps)) < 0.001
