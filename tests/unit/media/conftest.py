"""Test media, encoded at tiny sizes: every frame is one grey, told apart by its level."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache

import av
import numpy as np
import pytest
from av.audio.stream import AudioStream
from av.video.stream import VideoStream

FPS = 25
FRAGMENTED = "frag_keyframe+empty_moov+default_base_moof"
# Without rate control, so that two encodings of the same content are the same bytes.
_SAME_EACH_TIME = {"libx264": (("x264-params", "qp=20:threads=1:sync-lookahead=0"),)}
_SAMPLE_KINDS = {"s16": (32767, np.int16), "s32": (2**31 - 1, np.int32), "flt": (1, np.float32)}
FROM_ZERO = FRAGMENTED + "+negative_cts_offsets"


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """What to encode; `first` is the number of the first frame (its level, not its time)."""

    container: str = "mp4"
    video: str = "libx264"
    audio: str = ""
    width: int = 64
    height: int = 48
    first: int = 0
    frames: int = 25
    gop: int = 25
    b_frames: int = 2
    rate: int = 48_000
    movflags: str = FRAGMENTED
    options: tuple[tuple[str, str], ...] = field(default=())
    muxing: tuple[tuple[str, str], ...] = field(default=())


def level(frame: int) -> int:
    """Give the luma of frame number `frame` (distinct for 50 frames)."""
    return 20 + 4 * (frame % 50)


@cache
def make(recipe: Recipe) -> bytes:
    """Encode and mux by PyAV."""
    out = io.BytesIO()
    options = dict(recipe.muxing)
    if recipe.container == "mp4":
        options["movflags"] = recipe.movflags
    with av.open(out, "w", format=recipe.container, options=options) as container:
        video = _add_video(container, recipe) if recipe.video else None
        audio = _add_audio(container, recipe) if recipe.audio else None
        done = 0
        for number in range(recipe.frames):
            if video is not None:
                container.mux(video.encode(_picture(recipe, number)))
            while audio is not None and done * 1024 * FPS < (number + 1) * recipe.rate:
                container.mux(audio.encode(_sound(audio, recipe, done)))
                done += 1
        if video is not None:
            container.mux(video.encode(None))
        if audio is not None:
            container.mux(audio.encode(None))
    return out.getvalue()


def _add_audio(container: av.container.OutputContainer, recipe: Recipe) -> AudioStream:
    stream = container.add_stream(recipe.audio, rate=recipe.rate)
    assert isinstance(stream, AudioStream)
    return stream


def _add_video(container: av.container.OutputContainer, recipe: Recipe) -> VideoStream:
    options = dict(recipe.options or _SAME_EACH_TIME.get(recipe.video, ()))
    stream = container.add_stream(recipe.video, rate=FPS, options=options)
    assert isinstance(stream, VideoStream)
    stream.width, stream.height, stream.pix_fmt = recipe.width, recipe.height, "yuv420p"
    stream.codec_context.gop_size = recipe.gop
    stream.codec_context.max_b_frames = recipe.b_frames
    stream.codec_context.thread_count = 1
    return stream


def _picture(recipe: Recipe, number: int) -> av.VideoFrame:
    shape = (recipe.height * 3 // 2, recipe.width)
    planes = np.full(shape, 128, np.uint8)
    planes[: recipe.height] = level(recipe.first + number)
    frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
    frame.pts, frame.time_base = number, Fraction(1, FPS)
    return frame


def _sound(stream: AudioStream, recipe: Recipe, number: int) -> av.AudioFrame:
    times = np.arange(1024) + number * 1024
    wave = (0.3 * np.sin(times * 2 * np.pi * 440 / recipe.rate)).astype(np.float32)
    name = stream.codec_context.format.name
    scale, kind = _SAMPLE_KINDS[name.rstrip("p")]
    mono = (wave * scale).astype(kind)
    data = np.stack([mono, mono]) if name.endswith("p") else np.repeat(mono, 2)[None]
    frame = av.AudioFrame.from_ndarray(data, format=name, layout="stereo")
    frame.rate, frame.pts, frame.time_base = recipe.rate, number * 1024, Fraction(1, recipe.rate)
    return frame


@pytest.fixture(scope="session")
def made() -> Callable[..., bytes]:
    """Give `made(**recipe) -> bytes`, each recipe encoded once a session."""
    return lambda **recipe: make(Recipe(**recipe))
