"""What a channel's loop is once encoded: the data that every packager reads.

All times are ticks of the rendition's own timescale and cover exactly one loop. Video starts at
``pts == 0`` and is stored in decoding order; its first ``dts`` is negative by the reordering
delay, so that ``dts + loop`` of the first sample follows the last sample's ``dts`` exactly.
"""

from dataclasses import dataclass, field
from typing import Literal

VIDEO_TIMESCALE = 90_000
TEXT_TIMESCALE = 1_000

_CODECS = {
    "avc1": "h264",
    "hvc1": "hevc",
    "vp09": "vp9",
    "av01": "av1",
    "mp4a.40.2": "aac",
    "mp4a.40.33": "mp2",
    "mp4a.40.34": "mp3",
    "ac-3": "ac3",
    "ec-3": "eac3",
    "opus": "opus",
    "flac": "flac",
    "wvtt": "wvtt",
    "stpp": "ttml",
    "dvbs": "dvbsub",
    "dvbt": "teletext",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One access unit: a coded picture, an AAC frame or a cue.

    Times are ticks of the rendition's timescale; ``offset`` and ``size`` are bytes of
    ``Rendition.data``. ``dts <= pts`` always.
    """

    pts: int
    dts: int
    duration: int
    key: bool
    offset: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendition:
    """One encoding of one channel's loop.

    Video data holds NAL units with a 4 byte length and no parameter sets, audio data raw AAC
    frames, text data UTF-8 cue payloads (one sample a cue).
    """

    id: str
    kind: Literal["video", "audio", "text"]
    codecs: str  # RFC 6381
    timescale: int
    bandwidth: int  # bits/s, the peak over the loop's segments
    average_bandwidth: int  # bits/s
    language: str  # BCP 47, "" for video
    name: str
    width: int  # 0 where not video, like the next two
    height: int
    frame_rate: int
    sample_rate: int  # 0 where not audio, like the next
    channels: int
    codec_config: bytes = field(repr=False)  # AVCDecoderConfigurationRecord, AudioSpecificConfig
    samples: tuple[Sample, ...] = field(repr=False)
    data: memoryview = field(repr=False, compare=False)  # read-only, mapped from the cache
    sar: str = "1:1"  # shape of a pixel, as MPDs write it
    interlaced: bool = False

    @property
    def codec(self) -> str:
        """The codec in one word: h264, hevc, aac, ac3 ..."""
        return _CODECS.get(self.codecs) or _CODECS[self.codecs.partition(".")[0]]

    @property
    def pixel(self) -> tuple[int, int]:
        """Width and height of a pixel, in parts of each other."""
        across, _, down = self.sar.partition(":")
        return int(across), int(down)


@dataclass(frozen=True, slots=True, kw_only=True)
class Colours:
    """A channel's palette as ``#rrggbb``, for its card and its logo."""

    night: str  # upper background
    deep: str  # lower background
    accent: str  # what moves
    light: str  # lettering


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One channel: a loop in all its renditions."""

    number: int
    name: str
    duration_s: int
    segment_s: int
    renditions: tuple[Rendition, ...]
    colours: Colours


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressReport:
    """How far the encoding has come; ``done == total`` is the last one of a run.

    ``done`` and ``total`` are in steps of equal work (roughly a million pixels each).
    """

    done: int
    total: int
    text: str
