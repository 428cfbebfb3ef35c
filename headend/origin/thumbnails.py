"""Sheets of small pictures, from the key frames of the lowest rung."""

from fractions import Fraction
from typing import cast

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext
from starlette.exceptions import HTTPException

from headend.origin.packager import ChannelPackager

COLUMNS, ROWS, WIDTH, HEIGHT = 4, 3, 160, 90
_DECODERS = {"h264": "h264", "hevc": "hevc", "vp9": "vp9", "av1": "libdav1d"}


def thumbnail_sheet(packager: ChannelPackager, begin_s: int) -> bytes:
    """A JPEG of twelve pictures, one a segment, from `begin_s` on row by row."""
    videos = packager.renditions("video")
    if not videos:
        raise HTTPException(404, "There is nothing to see on that channel.")
    timeline = packager.timelines[videos[0].id]
    first = begin_s // packager.asset.segment_s
    sheet = np.zeros((ROWS * HEIGHT, COLUMNS * WIDTH, 3), np.uint8)
    for index in range(COLUMNS * ROWS):
        segment = timeline.segment(first + index)
        name = _DECODERS[timeline.rendition.codec]
        context = cast("VideoCodecContext", av.CodecContext.create(name, "r"))
        if timeline.rendition.codec in {"h264", "hevc"}:
            context.extradata = timeline.rendition.codec_config
        packet = av.Packet(bytes(timeline.payload(segment.samples[0])))
        frame = [*context.decode(packet), *context.decode(None)][0]
        small = frame.reformat(WIDTH, HEIGHT, "rgb24").to_ndarray()
        top, left = index // COLUMNS * HEIGHT, index % COLUMNS * WIDTH
        sheet[top : top + HEIGHT, left : left + WIDTH] = small
    return _jpeg(sheet)


def _jpeg(picture: "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]") -> bytes:
    frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="yuvj420p")
    context = VideoCodecContext.create("mjpeg", "w")
    context.width, context.height, context.pix_fmt = frame.width, frame.height, "yuvj420p"
    context.time_base = Fraction(1, 25)
    return b"".join(bytes(packet) for packet in [*context.encode(frame), *context.encode(None)])
