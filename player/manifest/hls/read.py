"""Tells the kinds of playlist apart and reads each."""

import re

from player.manifest import failures
from player.manifest.hls.lines import decoded
from player.manifest.hls.presentation import from_media, from_multivariant
from player.model.presentation import Presentation
from player.units import Micros

_MEDIA_TAG = re.compile(
    r"^[^\S\n]*#EXT(?:INF|-X-TARGETDURATION|-X-MEDIA-SEQUENCE)\b", re.MULTILINE
)
_SEGMENT_TAG = re.compile(r"^[^\S\n]*#EXTINF\b", re.MULTILINE)
_MULTIVARIANT_TAG = re.compile(
    r"^[^\S\n]*#EXT-X-(?:STREAM-INF|MEDIA|I-FRAME-STREAM-INF)\s*:", re.MULTILINE
)
_STREAMING_TAG = re.compile(r"^[^\S\n]*#EXT-X-[A-Z]", re.MULTILINE)
_CHANNEL = re.compile(
    r"^[^\S\n]*#EXTINF\s*:\s*(?:-1\b|[^,\n]*\b(?:tvg-|group-title|channel-id|radio=))",
    re.MULTILINE | re.IGNORECASE,
)


def parse_hls(body: bytes, *, url: str, now: Micros) -> Presentation:
    """Read either kind of playlist (RFC 8216bis 4); raises PlayerError."""
    text = decoded(body).lstrip("\ufeff \t\r\n\x00")
    if not text:
        raise failures.empty()
    text = text.replace("\r", "\n")
    if not text.startswith("#EXT") and not (text.startswith("#") and "\n#EXTM3U" in text):
        raise failures.not_a_manifest("the text does not begin with #EXTM3U")
    if _CHANNEL.search(text) and not _STREAMING_TAG.search(text):
        raise failures.channel_list()
    if _MULTIVARIANT_TAG.search(text) and not _SEGMENT_TAG.search(text):
        return from_multivariant(body, url=url)
    if _MEDIA_TAG.search(text):
        return from_media(body, url=url, now=now)
    raise failures.no_tracks("neither EXTINF nor EXT-X-STREAM-INF is present")
