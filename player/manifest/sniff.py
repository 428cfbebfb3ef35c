"""Tells what kind of manifest, if any, a body begins with."""

import re
from urllib.parse import urlsplit

from player.formats.transport_packets import STRIDES, SYNC_BYTE
from player.model.presentation import ManifestFormat

_MPD = re.compile(rb"<(?:[\w.-]{1,40}:)?MPD[\s/>]")
_HTML = re.compile(rb"\s*<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)
_BINARY = (b"\x1a\x45\xdf\xa3", b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"ID3",
           b"PK\x03\x04", b"%PDF", b"OggS", b"fLaC", b"RIFF", b"FLV\x01")  # fmt: skip
_BOXES = (b"ftyp", b"styp", b"moov", b"moof", b"sidx", b"mdat", b"free", b"emsg")
_TYPES = {
    "application/vnd.apple.mpegurl": ManifestFormat.HLS,
    "application/x-mpegurl": ManifestFormat.HLS,
    "audio/mpegurl": ManifestFormat.HLS,
    "audio/x-mpegurl": ManifestFormat.HLS,
    "application/dash+xml": ManifestFormat.DASH,
    "video/vnd.mpeg.dash.mpd": ManifestFormat.DASH,
    "video/mp2t": ManifestFormat.TS,
    "video/mpegts": ManifestFormat.TS,
    "audio/mp2t": ManifestFormat.TS,
}
_ENDINGS = {
    "m3u8": ManifestFormat.HLS,
    "m3u": ManifestFormat.HLS,
    "mpd": ManifestFormat.DASH,
    "ts": ManifestFormat.TS,
    "m2ts": ManifestFormat.TS,
    "mts": ManifestFormat.TS,
}


def sniff(head: bytes, *, content_type: str, url: str) -> ManifestFormat | None:
    """Tell the format by the first bytes, then by the media type, then by the URL's ending.

    `head` is the beginning of the body, some kilobytes if there are as many. None: it is no
    manifest that Farol knows (HTML, an empty body, a bare MP4 file ...). Never raises.
    """
    told = _by_bytes(_plain(head))
    if told is not None:
        return told
    if not head.strip() or _is_something_else(head):
        return None
    media_type = content_type.partition(";")[0].strip().lower()
    return _TYPES.get(media_type) or _by_ending(url)


def _plain(head: bytes) -> bytes:
    """Drop byte order marks and turn UTF-16 into UTF-8."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace").encode("utf-8", "replace")
    return head.removeprefix(b"\xef\xbb\xbf")


def _by_bytes(head: bytes) -> ManifestFormat | None:
    text = head.lstrip()
    if text.startswith(b"#EXT") or (text.startswith(b"#") and b"\n#EXTM3U" in text):
        return ManifestFormat.HLS
    if text.startswith(b"<") and not _HTML.match(text) and _MPD.search(text):
        return ManifestFormat.DASH
    return ManifestFormat.TS if is_transport(head) else None


def is_transport(head: bytes) -> bool:
    """Whether sync bytes stand a packet length apart (ISO/IEC 13818-1 2.4.3.2).

    Looks for five in a row (all there is, in a shorter head) anywhere in the first packet's
    length: four at least, two where the head begins with a packet.
    """
    return any(_in_step(head, at, stride) for stride in STRIDES for at in range(stride))


def _in_step(head: bytes, at: int, stride: int) -> bool:
    places = range(at, min(len(head), at + 5 * stride), stride)
    enough = len(places) >= (2 if at in (0, 4) else 4)
    return enough and all(head[place] == SYNC_BYTE for place in places)


def _is_something_else(head: bytes) -> bool:
    xml = _plain(head).lstrip().startswith(b"<")
    return xml or head.startswith(_BINARY) or head[4:8] in _BOXES


def _by_ending(url: str) -> ManifestFormat | None:
    try:
        path = urlsplit(url).path
    except ValueError:
        return None
    return _ENDINGS.get(path.rpartition(".")[2].lower())
