"""One rung of a channel: its card encoded with libx264."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext

from headend.asset.avc import avc_config, length_prefixed
from headend.asset.canvas import Planes
from headend.asset.card import Card
from headend.asset.encoded import Encoded, Unit, encoded
from headend.asset.ladder import FRAME_RATE, LOOP_FRAMES, SEGMENT_SECONDS, Rung
from headend.asset.lineup import ChannelSpec
from headend.asset.model import VIDEO_TIMESCALE

TICKS = VIDEO_TIMESCALE // FRAME_RATE
_BT709 = 1  # ITU-T H.273: primaries, transfer and matrix all have the number 1
_LIMITED = 1


def encode_video(
    spec: ChannelSpec,
    rung: Rung,
    *,
    frames: int = LOOP_FRAMES,
    segment_s: int = SEGMENT_SECONDS,
    step: Callable[[int], None],
) -> Encoded:
    """Encodes ``frames`` frames of a card, a closed group a segment, each beginning with an IDR.

    B pictures are used, hence ``dts`` runs ahead: the first is negative. ``step`` is told the
    number of frames done after each group, in the calling thread.
    """
    group = FRAME_RATE * segment_s
    context = _encoder(rung, group)
    card = Card(spec, rung)
    units = list(_units(context, card, frames, group, step))
    config = avc_config(bytes(context.extradata or b""))
    return encoded(
        units,
        id=rung.id,
        kind="video",
        codecs=config.codecs,
        codec_config=config.record,
        timescale=VIDEO_TIMESCALE,
        name=f"{rung.height}p",
        width=rung.width,
        height=rung.height,
        frame_rate=FRAME_RATE,
        segment_s=segment_s,
    )


def _encoder(rung: Rung, group: int) -> VideoCodecContext:
    context = VideoCodecContext.create("libx264", "w")
    context.width, context.height, context.pix_fmt = rung.width, rung.height, "yuv420p"
    context.time_base = Fraction(1, FRAME_RATE)
    context.framerate = Fraction(FRAME_RATE)
    context.bit_rate = rung.bitrate
    context.gop_size = group
    context.max_b_frames = 2
    context.thread_count = 1  # the workers are the parallelism
    context.color_primaries = context.color_trc = context.colorspace = _BT709
    context.color_range = _LIMITED
    context.flags |= av.codec.context.Flags.global_header
    context.options = {"preset": "superfast", "x264-params": _parameters(rung, group)}
    return context


def _parameters(rung: Rung, group: int) -> str:
    kilobits = rung.bitrate // 1000
    return (
        f"keyint={group}:min-keyint={group}:scenecut=0:open-gop=0:bframes=2:b-adapt=0"
        f":b-pyramid=none:vbv-maxrate={kilobits * 5 // 4}:vbv-bufsize={kilobits * 2}"
        ":rc-lookahead=10:mbtree=0:weightp=0:aq-mode=0:subme=0:partitions=none:chroma-me=0:threads=1"
    )


def _units(
    context: VideoCodecContext, card: Card, frames: int, group: int, step: Callable[[int], None]
) -> Iterator[Unit]:
    for number in range(frames):
        for packet in context.encode(_picture(card.frame(number), number)):
            yield _unit(packet)
        if (number + 1) % group == 0:
            step(number + 1)
    for packet in context.encode(None):
        yield _unit(packet)


def _unit(packet: "av.Packet[Any]") -> Unit:
    if packet.pts is None or packet.dts is None:
        raise ValueError("the encoder gave a picture no time")
    return Unit(
        pts=packet.pts * TICKS,
        dts=packet.dts * TICKS,
        duration=TICKS,
        key=packet.is_keyframe,
        payload=length_prefixed(bytes(packet)),
    )


def _picture(planes: Planes, number: int) -> "av.VideoFrame":
    frame = video_frame(planes)
    frame.pts = number
    frame.time_base = Fraction(1, FRAME_RATE)
    return frame


def video_frame(planes: Planes) -> "av.VideoFrame":
    """A frame for libav with the planes' content, marked as BT.709 in limited range."""
    height, width = planes.y.shape
    frame = av.VideoFrame(width, height, "yuv420p")
    for target, source in zip(frame.planes, (planes.y, planes.u, planes.v), strict=True):
        lines = np.frombuffer(memoryview(target), np.uint8).reshape(-1, target.line_size)
        lines[: source.shape[0], : source.shape[1]] = source
    frame.colorspace, frame.color_range = _BT709, _LIMITED
    return frame
