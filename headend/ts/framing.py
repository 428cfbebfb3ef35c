"""What each codec wants around its frames in a transport stream."""

from collections.abc import Iterable

from headend.asset.model import Rendition
from headend.ts import pes
from headend.ts.hevc import hevc_annex_b, hevc_parameter_sets

_MPEG_AUDIO = 0xC0
_PRIVATE = 0xBD
_REGISTRATION = {"ac3": b"AC-3", "eac3": b"EAC3"}


def stream_id(rendition: Rendition) -> int:
    """The PES stream id of an audio rendition (ISO/IEC 13818-1 table 2-22)."""
    return _PRIVATE if rendition.codec in _REGISTRATION else _MPEG_AUDIO


def registration(rendition: Rendition) -> bytes:
    """A registration descriptor where the stream type is not everybody's (clause 2.6.8)."""
    name = _REGISTRATION.get(rendition.codec)
    return b"\x05\x04" + name if name else b""


def audio_frames(rendition: Rendition, frames: Iterable[memoryview]) -> bytes:
    """Frames as they travel: AAC behind ADTS heads, all others frame themselves."""
    return pes.adts(rendition, frames) if rendition.codec == "aac" else b"".join(frames)


def parameter_sets(rendition: Rendition) -> bytes:
    """The parameter sets of a video rendition with start codes."""
    if rendition.codec == "hevc":
        return hevc_parameter_sets(rendition.codec_config)
    return pes.parameter_sets(rendition.codec_config)


def access_unit(rendition: Rendition, sample: memoryview, sets: bytes) -> bytes:
    """A picture with start codes, behind a delimiter and `sets`."""
    framing = hevc_annex_b if rendition.codec == "hevc" else pes.annex_b
    return framing(sample, sets)
