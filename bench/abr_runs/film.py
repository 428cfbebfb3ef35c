"""The film that real runs play: five rungs of 0.4 to 5 Mbit/s, cheap to decode, made on the spot.

A loop of small pictures is encoded once for each rung, far below its rate; filler data (ISO/IEC
14496-10 clause 7.3.2.7) brings each segment to the size that the rung's film has there. The
rungs have pictures of different heights, so that the rung on the screen can be told.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.codec.context import Flags
from av.video.codeccontext import VideoCodecContext

from bench.abr.film import Film, made_film
from headend.asset.avc import AvcConfig, avc_config, length_prefixed
from headend.asset.model import Rendition
from headend.cmaf.fragment import FragmentSample, fragment_head
from headend.cmaf.init import init_segment

RATES_KBPS = (400, 800, 1400, 2800, 5000)
SIZES = ((256, 144), (320, 180), (384, 216), (512, 288), (640, 360))
SEGMENT_S = 2.0
COUNT = 150
SPREAD = 0.1
"""How much scenes differ in size: of a lognormal's logarithm. Near enough to constant that the
rates in the manifest are true within a tenth or two."""

HEIGHTS = {height: rate / 1e3 for (_, height), rate in zip(SIZES, RATES_KBPS, strict=True)}
"""Mbit/s of the rung whose pictures are so high."""

FRAME_RATE = 25
GOP = int(SEGMENT_S * FRAME_RATE)
LOOP = 5 * GOP
TICKS = 90_000 // FRAME_RATE
KEY_WEIGHT = 6
"""A key frame is so many times as large as another."""

_LEAST_FILLER = 4 + 2  # its length, its head, its trailing bits


def film(count: int = COUNT) -> Film:
    """The sizes of the film's first segments."""
    whole = made_film(RATES_KBPS, SEGMENT_S, COUNT, spread=SPREAD)
    return Film(whole.name, whole.segment_s, whole.rates, whole.sizes[:count])


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmRung:
    """One rung: its coded pictures (a loop) and how large its segments are meant to be."""

    width: int
    height: int
    bandwidth: int
    config: AvcConfig
    pictures: tuple[bytes, ...] = field(repr=False)
    sizes: tuple[int, ...] = field(repr=False)

    def init(self) -> bytes:
        """The initialisation segment."""
        return init_segment(
            Rendition(
                id=str(self.height),
                kind="video",
                codecs=self.config.codecs,
                timescale=90_000,
                bandwidth=self.bandwidth,
                average_bandwidth=self.bandwidth,
                language="",
                name="",
                width=self.width,
                height=self.height,
                frame_rate=FRAME_RATE,
                sample_rate=0,
                channels=0,
                codec_config=self.config.record,
                samples=(),
                data=memoryview(b""),
            )
        )

    def segment(self, number: int) -> bytes:
        """Media segment `number`, from 0."""
        samples = list(self._samples(number))
        rows = [
            FragmentSample(duration=TICKS, size=len(one), key=index == 0)
            for index, one in enumerate(samples)
        ]
        head = fragment_head(number + 1, number * GOP * TICKS, rows, video=True)
        return b"".join((head, *samples))

    def _samples(self, number: int) -> Iterator[bytes]:
        unit = self.sizes[number] / (KEY_WEIGHT + GOP - 1)
        first = number * GOP % LOOP
        for index, picture in enumerate(self.pictures[first : first + GOP]):
            yield filled(picture, round(unit * (1 if index else KEY_WEIGHT)))


def filled(picture: bytes, size: int) -> bytes:
    """A coded picture with filler data behind it, so that it has a size (or is larger already)."""
    spare = size - len(picture)
    if spare < _LEAST_FILLER:
        return picture
    filler = b"\x0c" + b"\xff" * (spare - _LEAST_FILLER) + b"\x80"
    return picture + len(filler).to_bytes(4, "big") + filler


def rungs() -> tuple[FilmRung, ...]:
    """Encode all; takes two seconds or so."""
    sizes = film().sizes
    return tuple(
        _rung(place, tuple(round(row[place] / 8) for row in sizes)) for place in range(len(SIZES))
    )


def _rung(place: int, sizes: tuple[int, ...]) -> FilmRung:
    width, height = SIZES[place]
    context = _encoder(width, height)
    packets = [
        packet for number in range(LOOP) for packet in context.encode(_picture(context, number))
    ]
    packets += context.encode(None)
    return FilmRung(
        width=width,
        height=height,
        bandwidth=1000 * RATES_KBPS[place],
        config=avc_config(bytes(context.extradata or b"")),
        pictures=tuple(length_prefixed(bytes(packet)) for packet in packets),
        sizes=sizes,
    )


def _encoder(width: int, height: int) -> VideoCodecContext:
    context = VideoCodecContext.create("libx264", "w")
    context.width, context.height, context.pix_fmt = width, height, "yuv420p"
    context.time_base, context.framerate = Fraction(1, FRAME_RATE), Fraction(FRAME_RATE)
    context.gop_size, context.max_b_frames, context.thread_count = GOP, 0, 1
    context.flags |= Flags.global_header
    context.options = {
        "preset": "ultrafast",
        "profile": "main",
        "level": "3.1",
        "crf": "34",
        "x264-params": f"keyint={GOP}:min-keyint={GOP}:scenecut=0:bframes=0:threads=1",
    }
    return context


def _picture(context: VideoCodecContext, number: int) -> Any:
    """A bar that walks over a ramp: something to look at, and next to nothing to decode."""
    planes = np.full((context.height * 3 // 2, context.width), 128, np.uint8)
    planes[: context.height] = np.linspace(40, 200, context.width, dtype=np.uint8)
    at = number * context.width // LOOP
    planes[: context.height, at : at + context.width // 16] = 235
    frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
    frame.pts = number
    return frame
