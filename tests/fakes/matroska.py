"""Small Matroska streams for sinks: made with PyAV, as an outsider would make them."""

import io
from fractions import Fraction
from functools import lru_cache

import av
import numpy as np

from player.media.matroska import MatroskaWriter
from player.model.presentation import TrackKind
from player.model.sample import Sample, StreamHead
from player.units import Micros

RATE = 48_000


class _Pipe:
    """An output that cannot seek, as a live one."""

    def __init__(self) -> None:
        self.bytes = io.BytesIO()

    def write(self, data: bytes) -> int:
        return self.bytes.write(data)


@lru_cache(maxsize=32)
def matroska(
    *,
    frames: int = 50,
    rate: int = 25,
    base: float = 0.0,
    shade: int | None = None,
    top: int | None = None,
    size: tuple[int, int] = (160, 90),
    video: bool = True,
    audio: bool = True,
) -> bytes:
    """A stream of `frames` grey pictures and a tone; the first is the only key frame.

    Frame i lies at `base` + i / `rate`, its grey is `shade`, or 16 + 2 i; the upper half's
    is `top`, where given.
    """
    pipe = _Pipe()
    with av.open(pipe, "w", format="matroska", options={"live": "1"}) as out:
        picture = _video(out, rate, size) if video else None
        sound = _audio(out) if audio else None
        for i in range(frames):
            if picture is not None:
                out.mux(picture.encode(_grey(i, (shade, top), size, rate, base)))
            if sound is not None:
                out.mux(sound.encode(_tone(i, rate, base)))
        for stream in (picture, sound):
            if stream is not None:
                out.mux(stream.encode(None))
    return pipe.bytes.getvalue()


@lru_cache(maxsize=2)
def growing() -> bytes:
    """Two seconds of 25 pictures in one stream of our own writer: 160x90, then 320x180."""
    small, large = (_taken(size, base) for size, base in (((160, 90), 0.0), ((320, 180), 1.0)))
    writer = MatroskaWriter([small[0]])
    made = [writer.head()]
    for head, samples in (small, large):
        writer.begin_run(1, head)
        made += [writer.write(1, sample, sample.pts) for sample in samples]
    return b"".join(made)


def _taken(size, base):
    stream = io.BytesIO(matroska(frames=25, size=size, base=base, shade=60, audio=False))
    with av.open(stream) as container:
        video = container.streams.video[0]
        head = StreamHead(
            stream=0,
            kind=TrackKind.VIDEO,
            codec="h264",
            config=bytes(video.codec_context.extradata or b""),
            width=size[0],
            height=size[1],
        )
        return head, [_sample(packet) for packet in container.demux(video) if packet.size]


def _sample(packet):
    pts = Micros(round(packet.pts * packet.time_base * 1_000_000))
    return Sample(
        stream=0,
        pts=pts,
        dts=pts,
        duration=Micros(40_000),
        key=packet.is_keyframe,
        data=bytes(packet),
    )


def _video(out, rate, size):
    stream = out.add_stream("libx264", rate=rate)
    stream.width, stream.height = size
    stream.pix_fmt = "yuv420p"
    stream.gop_size = 10_000
    stream.options = {"preset": "ultrafast", "tune": "zerolatency", "sc_threshold": "0"}
    return stream


def _audio(out):
    return out.add_stream("pcm_s16le", rate=RATE, layout="mono")


def _grey(i, shades, size, rate, base):
    width, height = size
    shade, top = shades
    plane = np.full((height * 3 // 2, width), 128, np.uint8)
    plane[:height] = 16 + 2 * i if shade is None else shade
    if top is not None:
        plane[: height // 2] = top
    frame = av.VideoFrame.from_ndarray(plane, format="yuv420p")
    frame.pts, frame.time_base = i + round(base * rate), Fraction(1, rate)
    return frame


def _tone(i, rate, base):
    count = RATE // rate
    at = np.arange(count) + i * count
    wave = (8000 * np.sin(2 * np.pi * 440 * at / RATE)).astype(np.int16)
    frame = av.AudioFrame.from_ndarray(wave[None, :], format="s16", layout="mono")
    frame.sample_rate = RATE
    frame.pts, frame.time_base = round(base * RATE) + i * count, Fraction(1, RATE)
    return frame
