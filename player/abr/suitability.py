"""Which rungs of a track the output can show: codecs, HDCP, video range, SCORE. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from player.model.presentation import Representation

_FAMILIES = {
    "avc": "h264",
    "hvc": "hevc",
    "hev": "hevc",
    "dvh": "hevc",
    "vp0": "vp9",
    "vp9": "vp9",
    "av0": "av1",
    "mp4a.40": "aac",
    "mp4a.66": "aac",
    "mp4a.67": "aac",
    "mp4a.69": "mp3",
    "mp4a.6b": "mp3",
    "mp4a.a5": "ac3",
    "mp4a.a6": "eac3",
    "ac-3": "ac3",
    "ec-3": "eac3",
    "opus": "opus",
    "flac": "flac",
    "vp8": "vp8",
    "vp08": "vp8",
    "dts": "dts",
}
"""Beginnings of RFC 6381 codec names, the longest match first, and what decodes them."""

_PICTURES = frozenset({"h264", "hevc", "vp8", "vp9", "av1"})

_HDCP = ("", "NONE", "TYPE-0", "TYPE-1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """What pictures and sound go to; pure data.

    `decoders` are libav's names, empty for unknown: everything is tried. `hdcp` is the highest
    level that the output has (RFC 8216bis 4.4.6.2 HDCP-LEVEL); nobody knows it, so that all is
    allowed unless told. `hdr`: high dynamic range is asked for. `avoided` are decoders that
    failed.
    """

    decoders: frozenset[str] = frozenset()
    hdcp: str = "TYPE-1"
    hdr: bool = False
    avoided: frozenset[str] = frozenset()


@lru_cache(maxsize=256)
def families(codecs: str) -> frozenset[str]:
    """What decodes a codecs attribute; what is not known is left out."""
    found = (_family(one.strip().lower()) for one in codecs.split(","))
    return frozenset(one for one in found if one)


def picture_family(codecs: str) -> str:
    """What decodes the pictures, "" where nobody tells."""
    return min(families(codecs) & _PICTURES, default="")


def sound_family(codecs: str) -> str:
    """What decodes the sound, "" where nobody tells."""
    return min(families(codecs) - _PICTURES, default="")


def _family(codec: str) -> str:
    names = sorted(_FAMILIES, key=len, reverse=True)
    return next((_FAMILIES[name] for name in names if codec.startswith(name)), "")


def is_decodable(one: Representation, output: Output) -> bool:
    """Whether every codec named can be decoded; what names none can be tried."""
    needed = families(one.codecs)
    if needed & output.avoided:
        return False
    return not output.decoders or needed <= output.decoders


def suitable(rungs: tuple[Representation, ...], output: Output) -> tuple[Representation, ...]:
    """The rungs to choose from, in their order; never empty where there was one.

    What cannot be decoded goes first; then levels of protection that the output lacks; then all
    but one video range and one codec family, since a switch between those shows.
    """
    left = _where(rungs, lambda one: is_decodable(one, output))
    left = _where(left, lambda one: _HDCP.index(_level(one)) <= _HDCP.index(output.hdcp))
    left = _where(left, lambda one: (one.video_range in {"", "SDR"}) is not output.hdr)
    family = _best_family(left)
    left = _where(left, lambda one: picture_family(one.codecs) == family)
    return tuple(one for one in left if not _dominated(one, left))


def _level(one: Representation) -> str:
    return one.hdcp_level if one.hdcp_level in _HDCP else "NONE"


def _where(
    rungs: tuple[Representation, ...], fits: Callable[[Representation], bool]
) -> tuple[Representation, ...]:
    return tuple(one for one in rungs if fits(one)) or rungs


def _best_family(rungs: tuple[Representation, ...]) -> str:
    """The family that needs the fewest bits a pixel (Shaka: the lowest average bandwidth)."""
    names = sorted({picture_family(one.codecs) for one in rungs})
    return min(names, key=lambda name: bits_a_pixel(_of(rungs, name)), default="")


def _of(rungs: tuple[Representation, ...], family: str) -> tuple[Representation, ...]:
    return tuple(one for one in rungs if picture_family(one.codecs) == family)


def bits_a_pixel(rungs: tuple[Representation, ...]) -> float:
    """Mean cost of a ladder; rungs without a size count as they are."""
    costs = [one.bandwidth / ((one.width or 1) * (one.height or 1)) for one in rungs]
    return sum(costs) / max(len(costs), 1)


def _dominated(one: Representation, rungs: tuple[Representation, ...]) -> bool:
    """Whether the author thinks more of a rung that needs no more (RFC 8216bis SCORE)."""
    return one.score is not None and any(
        other.score is not None and other.score > one.score and other.bandwidth <= one.bandwidth
        for other in rungs
    )
