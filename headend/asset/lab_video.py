"""Pictures in the codecs and shapes that the ordinary channels do not have."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, cast

import av
from av.video.codeccontext import VideoCodecContext

from headend.asset import av1, cea608, hevc, vp9
from headend.asset.avc import avc_config, length_prefixed, split_nal_units
from headend.asset.canvas import Planes
from headend.asset.card import Card
from headend.asset.encoded import Encoded, Unit, encoded
from headend.asset.ladder import FRAME_RATE, GOP_FRAMES, LOOP_FRAMES, Rung
from headend.asset.lineup import ChannelSpec
from headend.asset.model import VIDEO_TIMESCALE
from headend.asset.strip import flash_box, strip_height
from headend.asset.video import TICKS, video_frame

_BT709 = 1
_SEI, _DELIMITER = 6, 9
_X264 = "keyint=50:min-keyint=50:scenecut=0:open-gop=0:bframes=0:rc-lookahead=0:mbtree=0:threads=1"
_X265 = (
    "keyint=50:min-keyint=50:scenecut=0:open-gop=0:bframes=0:rc-lookahead=1:pools=none"
    ":frame-threads=1:log-level=none:repeat-headers=0"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One laboratory rung; `rung.index` is what its strip says."""

    rung: Rung
    encoder: str = "libx264"
    options: Mapping[str, str] = field(
        default_factory=lambda: {"preset": "superfast", "x264-params": _X264}
    )
    sar: str = "1:1"
    interlaced: bool = False
    captions: bool = False


def _rung(name: str, index: int, width: int = 426, height: int = 240) -> Rung:
    return Rung(id=name, index=index, width=width, height=height, bitrate=200_000)


PICTURES: Mapping[str, Picture] = {
    picture.rung.id: picture
    for picture in (
        Picture(rung=_rung("v240", 0)),
        Picture(rung=_rung("v360", 1, 640, 360)),
        Picture(
            rung=_rung("hevc240", 5),
            encoder="libx265",
            options={"preset": "ultrafast", "x265-params": _X265},
        ),
        Picture(
            rung=_rung("vp9240", 6),
            encoder="libvpx-vp9",
            options={
                "deadline": "realtime",
                "cpu-used": "8",
                "lag-in-frames": "0",
                "auto-alt-ref": "0",
                "keyint_min": "50",
            },
        ),
        Picture(
            rung=_rung("av1240", 7),
            encoder="libsvtav1",
            options={"preset": "12", "svtav1-params": "pred-struct=1:lp=1:scd=0:rc=2"},
        ),
        Picture(
            rung=_rung("v240-interlaced", 8),
            options={"preset": "superfast", "x264-params": f"{_X264}:tff=1"},
            interlaced=True,
        ),
        Picture(rung=_rung("v240-anamorphic", 9, 320, 240), sar="4:3"),
        Picture(rung=_rung("v240-cc", 11), captions=True),
    )
}


def encode_picture(
    spec: ChannelSpec,
    picture: Picture,
    *,
    frames: int = LOOP_FRAMES,
    step: Callable[[int], None],
) -> Encoded:
    """Encodes `frames` frames without reordering; `step` is told of each group."""
    rung = picture.rung
    os.environ.setdefault("SVT_LOG", "1")  # SVT-AV1 knows no other way to be asked for silence
    context = _encoder(picture)
    packets = list(_packets(context, spec, picture, frames, step))
    extra = bytes(context.extradata or b"")
    codecs, record, framed = _FAMILIES[picture.encoder](extra, packets, picture)
    said = cea608.loop_pairs(spec.number) if picture.captions else {}
    units = []
    for (number, key, _), bare in zip(packets, framed, strict=True):
        pair = said.get(number % LOOP_FRAMES, cea608.NOTHING)
        payload = cea608.with_captions(bare, pair) if picture.captions else bare
        time = number * TICKS
        units.append(Unit(pts=time, dts=time, duration=TICKS, key=key, payload=payload))
    return encoded(
        units,
        id=rung.id,
        kind="video",
        codecs=codecs,
        codec_config=record,
        timescale=VIDEO_TIMESCALE,
        name="",
        width=rung.width,
        height=rung.height,
        frame_rate=FRAME_RATE,
        sar=picture.sar,
        interlaced=picture.interlaced,
    )


Packet = tuple[int, bool, bytes]
"""Number of the frame, whether a decoder may start there, and the bytes."""


def _encoder(picture: Picture) -> VideoCodecContext:
    context = cast("VideoCodecContext", av.CodecContext.create(picture.encoder, "w"))
    context.width, context.height = picture.rung.width, picture.rung.height
    context.pix_fmt = "yuv420p"
    context.time_base, context.framerate = Fraction(1, FRAME_RATE), Fraction(FRAME_RATE)
    context.bit_rate = picture.rung.bitrate
    context.gop_size = GOP_FRAMES
    context.max_b_frames = 0
    context.thread_count = 1
    context.sample_aspect_ratio = Fraction(picture.sar.replace(":", "/"))
    context.color_primaries = context.color_trc = context.colorspace = _BT709
    context.color_range = 1
    flags = av.codec.context.Flags
    context.flags |= flags.global_header
    if picture.interlaced:
        context.flags |= flags.interlaced_dct | flags.interlaced_me
    context.options = dict(picture.options)
    return context


def _packets(
    context: VideoCodecContext,
    spec: ChannelSpec,
    picture: Picture,
    frames: int,
    step: Callable[[int], None],
) -> Iterator[Packet]:
    for number in range(frames):
        frame = video_frame(_drawn(spec, picture, number))
        frame.pts, frame.time_base = number, Fraction(1, FRAME_RATE)
        if number % GOP_FRAMES == 0:
            frame.pict_type = av.video.frame.PictureType.I
        for packet in context.encode(frame):
            yield _packet(packet)
        if (number + 1) % GOP_FRAMES == 0:
            step(number + 1)
    for packet in context.encode(None):
        yield _packet(packet)


def _packet(packet: "av.Packet[Any]") -> Packet:
    return packet.pts or 0, packet.is_keyframe, bytes(packet)


_CARDS: dict[tuple[int, str], Card] = {}  # a worker draws one card at a time


def _drawn(spec: ChannelSpec, picture: Picture, number: int) -> Planes:
    key = (spec.number, picture.rung.id)
    if key not in _CARDS:
        _CARDS.clear()
        _CARDS[key] = Card(spec, picture.rung)
    card = _CARDS[key]
    planes = card.frame(number)
    return _woven(planes, card.frame(number + 1), picture.rung) if picture.interlaced else planes


def _woven(first: Planes, second: Planes, rung: Rung) -> Planes:
    """The lower field shows the next moment; strip and flash are of one moment, to be read."""
    woven = first.copy()
    for mine, later in ((woven.y, second.y), (woven.u, second.u), (woven.v, second.v)):
        mine[1::2] = later[1::2]
    top = strip_height(rung.height)
    left, begin, right, end = flash_box(rung.width, rung.height)
    woven.y[:top] = first.y[:top]
    woven.y[begin:end, left:right] = first.y[begin:end, left:right]
    return woven


Framed = tuple[str, bytes, list[bytes]]
"""RFC 6381 string, decoder configuration and the samples of ISO media."""


def _as_avc(extra: bytes, packets: list[Packet], picture: Picture) -> Framed:
    config = avc_config(extra)
    if not picture.interlaced:
        return config.codecs, config.record, [length_prefixed(data) for _, _, data in packets]
    # Field order is told by SEI, which is kept here.
    kept = [
        b"".join(
            len(unit).to_bytes(4, "big") + unit
            for unit in split_nal_units(data)
            if unit[0] & 0x1F in {1, 5, _SEI}
        )
        for _, _, data in packets
    ]
    return config.codecs, config.record, kept


def _as_hevc(extra: bytes, packets: list[Packet], _picture: Picture) -> Framed:
    record = hevc.hvcc(extra)
    return hevc.codecs(record), record, [hevc.sample(data) for _, _, data in packets]


def _as_vp9(_extra: bytes, packets: list[Packet], _picture: Picture) -> Framed:
    return vp9.CODECS, vp9.VPCC, [data for _, _, data in packets]


def _as_av1(extra: bytes, packets: list[Packet], _picture: Picture) -> Framed:
    header = av1.sequence_header(extra or packets[0][2])
    return av1.codecs(header), av1.av1c(header), [av1.sample(data) for _, _, data in packets]


_FAMILIES: Mapping[str, Callable[[bytes, list[Packet], Picture], Framed]] = {
    "libx264": _as_avc,
    "libx265": _as_hevc,
    "libvpx-vp9": _as_vp9,
    "libsvtav1": _as_av1,
}
