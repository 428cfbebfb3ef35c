"""What comes out of a container: stream heads and samples, on the container's own timeline."""

from dataclasses import dataclass, field

from player.model.presentation import TrackKind
from player.units import Micros


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamHead:
    """How the samples of one elementary stream are decoded.

    `codec` is "h264", "hevc", "vp9", "av1", "aac", "ac3", "eac3", "opus", "mp3", "mp2", ...;
    `config` is the codec's own record (avcC, hvcC, av1C, AudioSpecificConfig, OpusHead), empty
    where there is none. Whatever the container did, H.264 and HEVC samples are length-prefixed
    (4 bytes) and AAC frames are raw.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One coded picture, audio frame or cue.

    `pts` and `dts` are microseconds on the container's timeline, edit lists accounted for and
    33-bit time stamps unwrapped; never rebased. `stream` names its `StreamHead`.
    """

    stream: int
    pts: Micros
    dts: Micros
    duration: Micros
    key: bool
    data: bytes = field(repr=False)
