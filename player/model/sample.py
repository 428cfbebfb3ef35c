"""What comes out of a container: stream heads and samples, on the container's own timeline."""

from dataclasses import dataclass, field

from player.model.presentation import TrackKind
from player.model.sphere import Sphere
from player.units import Micros

HDR = {16: "PQ", 18: "HLG"}
"""Transfer characteristics of high dynamic range (ISO/IEC 23091-2): ST 2084, ARIB STD-B67."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColorInfo:
    """How the pictures' numbers become colours (ISO/IEC 23091-2; 2 is "unspecified").

    `full_range` as video_full_range_flag. Luminances in cd/m2 and CIE 1931 chromaticities as
    SMPTE ST 2086 and CTA-861.3 have them; None where the stream does not tell. `mastering` is
    red x, y, green x, y, blue x, y, white x, y, largest and smallest luminance.
    """

    primaries: int = 2
    transfer: int = 2
    matrix: int = 2
    full_range: bool = False
    mastering: tuple[float, ...] | None = None
    max_content_light: int | None = None
    max_frame_average_light: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamHead:
    """How the samples of one elementary stream are decoded.

    `codec` is "h264", "hevc", "vp9", "av1", "aac", "ac3", "eac3", "opus", "mp3", "mp2", "flac",
    ...; of TEXT "cea" (608 and 708 together), "wvtt", "stpp", "webvtt", "teletext", "dvbsub".
    `config` is the codec's own record (avcC, hvcC, av1C, AudioSpecificConfig, OpusHead,
    STREAMINFO, the `wvtt` header), empty where there is none. Whatever the container did, H.264
    and HEVC samples are length-prefixed (4 bytes) and AAC frames are raw. `codec_delay` is the
    priming that the decoder's first output holds (Opus: pre-skip); it counts only at the start of
    a run. `aspect` is the sample aspect ratio; `service` names a stream inside another ("CC1", a
    teletext page, "1" of CEA-708). `sphere` is how pictures lie around the viewer, None: flat.
    """

    stream: int
    kind: TrackKind
    codec: str
    config: bytes = field(default=b"", repr=False)
    language: str = ""
    width: int = 0
    height: int = 0
    sample_rate: int = 0
    channels: int = 0
    aspect: tuple[int, int] = (1, 1)
    interlaced: bool = False
    color: ColorInfo | None = None
    codec_delay: Micros = Micros(0)
    service: str = ""
    sphere: Sphere | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One coded picture, audio frame or cue.

    `pts` and `dts` are microseconds on the container's timeline, edit lists accounted for and
    33-bit time stamps unwrapped; never rebased. `stream` names its `StreamHead`. `skip` and
    `discard` are what of the decoded sound is not to be heard at its start and at its end
    (priming and padding, by edit list or by the codec).
    """

    stream: int
    pts: Micros
    dts: Micros
    duration: Micros
    key: bool
    data: bytes = field(repr=False)
    skip: Micros = Micros(0)
    discard: Micros = Micros(0)
