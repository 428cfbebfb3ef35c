"""Sheets of tiles for tests: each tile in a colour of its own."""

from fractions import Fraction
from typing import TYPE_CHECKING, cast

import av
import numpy as np

if TYPE_CHECKING:
    from av.video.codeccontext import VideoCodecContext


def sheet(
    columns: int, rows: int, size: tuple[int, int] = (64, 36), codec: str = "mjpeg"
) -> bytes:
    """A coded picture of `columns` x `rows` tiles of `size`; see `colour`."""
    width, height = size
    pixels = np.zeros((rows * height, columns * width, 3), np.uint8)
    for number in range(columns * rows):
        top, left = number // columns * height, number % columns * width
        pixels[top : top + height, left : left + width] = colour(number)
    form = "yuvj420p" if codec == "mjpeg" else "rgb24"
    frame = av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format=form)
    context = cast("VideoCodecContext", av.CodecContext.create(codec, "w"))
    context.width, context.height, context.pix_fmt = frame.width, frame.height, form
    context.time_base = Fraction(1, 25)
    return b"".join(bytes(one) for one in [*context.encode(frame), *context.encode(None)])


def colour(number: int) -> tuple[int, int, int]:
    """What tile `number` is filled with."""
    return number * 20 % 256, 250 - number * 20 % 250, 100
