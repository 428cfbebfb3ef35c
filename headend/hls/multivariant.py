"""Multivariant playlists (RFC 8216 section 4.3.4)."""

from collections.abc import Sequence
from dataclasses import dataclass

from headend.asset.model import Rendition

_AUDIO_GROUP, _TEXT_GROUP = "audio", "subtitles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One rung of the ladder.

    Attributes:
        rendition: the video.
        uri: its media playlist, relative to the multivariant playlist.
        codecs: of everything that plays together, RFC 6381.
        peak: bits/s of the busiest segment of any combination of renditions.
        average: bits/s over the loop of the largest combination.
    """

    rendition: Rendition
    uri: str
    codecs: str
    peak: int
    average: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """One audio or text rendition; no `uri` where the variants carry it themselves."""

    rendition: Rendition
    uri: str | None
    default: bool


def multivariant_playlist(
    variants: Sequence[Variant], audio: Sequence[Alternative], text: Sequence[Alternative]
) -> str:
    """The multivariant playlist, the lowest rung first."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:6", "#EXT-X-INDEPENDENT-SEGMENTS", ""]
    lines += [_media("AUDIO", _AUDIO_GROUP, alternative) for alternative in audio]
    lines += [_media("SUBTITLES", _TEXT_GROUP, alternative) for alternative in text]
    for variant in variants:
        lines += ["", _stream(variant, audio=bool(audio), text=bool(text)), variant.uri]
    return "\n".join(lines) + "\n"


def _media(kind: str, group: str, alternative: Alternative) -> str:
    rendition = alternative.rendition
    attributes = [
        f"TYPE={kind}",
        f'GROUP-ID="{group}"',
        f'LANGUAGE="{rendition.language}"',
        f'NAME="{rendition.name}"',
        f"DEFAULT={'YES' if alternative.default else 'NO'}",
        "AUTOSELECT=YES",
    ]
    if kind == "AUDIO":
        attributes.append(f'CHANNELS="{rendition.channels}"')
    if alternative.uri is not None:
        attributes.append(f'URI="{alternative.uri}"')
    return "#EXT-X-MEDIA:" + ",".join(attributes)


def _stream(variant: Variant, *, audio: bool, text: bool) -> str:
    rendition = variant.rendition
    attributes = [
        f"BANDWIDTH={variant.peak}",
        f"AVERAGE-BANDWIDTH={variant.average}",
        f'CODECS="{variant.codecs}"',
        f"RESOLUTION={rendition.width}x{rendition.height}",
        f"FRAME-RATE={rendition.frame_rate:.3f}",
        *([f'AUDIO="{_AUDIO_GROUP}"'] if audio else []),
        *([f'SUBTITLES="{_TEXT_GROUP}"'] if text else []),
        "CLOSED-CAPTIONS=NONE",
    ]
    return "#EXT-X-STREAM-INF:" + ",".join(attributes)
