"""Multivariant playlists (RFC 8216 section 4.3.4)."""

from collections.abc import Sequence
from dataclasses import dataclass

from headend.asset.model import Rendition

_AUDIO_GROUP, _TEXT_GROUP = "audio", "subtitles"
_VERSION, _DEFINE_VERSION = 6, 11


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One rung of the ladder.

    Attributes:
        rendition: the video, or the audio of a radio channel.
        uri: its media playlist, relative to the multivariant playlist.
        codecs: of everything that plays together, RFC 6381.
        peak: bits/s of the busiest segment of any combination of renditions.
        average: bits/s over the loop of the largest combination.
        audio: its group; "" for none.
        text: its group, if there are any.
        attributes: further ones, ready to be written.
    """

    rendition: Rendition
    uri: str
    codecs: str
    peak: int
    average: int
    audio: str = ""
    text: str = _TEXT_GROUP
    attributes: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """One audio or text rendition; no `uri` where the variants carry it themselves."""

    rendition: Rendition
    uri: str | None
    default: bool
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFrameStream:
    """A playlist of key frames (EXT-X-I-FRAME-STREAM-INF)."""

    rendition: Rendition
    uri: str
    peak: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageStream:
    """A playlist of thumbnails (EXT-X-IMAGE-STREAM-INF)."""

    uri: str
    width: int
    height: int
    peak: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Multivariant:
    """What a multivariant playlist says; `head` are lines for the presentation as a whole.

    Attributes:
        captions: whether the video carries CEA-608 captions.
        define: whether variables are used.
    """

    variants: Sequence[Variant]
    audio: Sequence[Alternative]
    text: Sequence[Alternative]
    key_frames: Sequence[KeyFrameStream] = ()
    images: Sequence[ImageStream] = ()
    head: Sequence[str] = ()
    captions: bool = False
    define: bool = False


def multivariant_playlist(playlist: Multivariant) -> str:
    """The multivariant playlist, the lowest rung first."""
    version = _DEFINE_VERSION if playlist.define else _VERSION
    lines = ["#EXTM3U", f"#EXT-X-VERSION:{version}", "#EXT-X-INDEPENDENT-SEGMENTS"]
    lines += [*playlist.head, ""]
    lines += [_media("AUDIO", alternative) for alternative in playlist.audio]
    lines += [_media("SUBTITLES", alternative) for alternative in playlist.text]
    if playlist.captions:
        lines.append(
            '#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="captions",LANGUAGE="en",'
            'NAME="English CC",INSTREAM-ID="CC1",DEFAULT=YES,AUTOSELECT=YES'
        )
    for variant in playlist.variants:
        lines += ["", _stream(playlist, variant), variant.uri]
    lines += [_key_frames(row) for row in playlist.key_frames]
    lines += [_images(row) for row in playlist.images]
    return "\n".join(lines) + "\n"


def _media(kind: str, alternative: Alternative) -> str:
    rendition = alternative.rendition
    attributes = [
        f"TYPE={kind}",
        f'GROUP-ID="{alternative.group}"',
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


def _stream(playlist: Multivariant, variant: Variant) -> str:
    attributes = [
        f"BANDWIDTH={variant.peak}",
        f"AVERAGE-BANDWIDTH={variant.average}",
        f'CODECS="{variant.codecs}"',
        *_picture(variant.rendition),
        *([f'AUDIO="{variant.audio}"'] if variant.audio else []),
        *([f'SUBTITLES="{variant.text}"'] if playlist.text else []),
        'CLOSED-CAPTIONS="captions"' if playlist.captions else "CLOSED-CAPTIONS=NONE",
        *variant.attributes,
    ]
    return "#EXT-X-STREAM-INF:" + ",".join(attributes)


def _picture(rendition: Rendition) -> list[str]:
    if rendition.kind != "video":
        return []
    return [_resolution(rendition), f"FRAME-RATE={rendition.frame_rate:.3f}"]


def _resolution(rendition: Rendition) -> str:
    """The size at which it is best shown: square pixels (RFC 8216 section 4.3.4.2)."""
    across, down = rendition.pixel
    return f"RESOLUTION={round(rendition.width * across / down)}x{rendition.height}"


def _key_frames(row: KeyFrameStream) -> str:
    return (
        f'#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH={row.peak},CODECS="{row.rendition.codecs}",'
        f'{_resolution(row.rendition)},URI="{row.uri}"'
    )


def _images(row: ImageStream) -> str:
    return (
        f'#EXT-X-IMAGE-STREAM-INF:BANDWIDTH={row.peak},CODECS="jpeg",'
        f'RESOLUTION={row.width}x{row.height},URI="{row.uri}"'
    )
