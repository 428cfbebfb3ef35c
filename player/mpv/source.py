"""What may be opened, and the options an epoch is opened with. Pure."""

import ssl
from collections.abc import Mapping
from urllib.parse import urlsplit

from player.units import MICROS_PER_SECOND, Micros

EXACT = Micros(5_000)
"""How much earlier than its time a picture may lie and still be the one meant (libmpv's own
tolerance for exact seeks): Matroska rounds time stamps."""

_NESTED = {
    # What each scheme may make FFmpeg open below it.
    "file": "file,crypto,data",
    "http": "http,https,tcp,tls,crypto,data,httpproxy",
    "rtsp": "rtsp,rtsps,rtp,srtp,udp,tcp,tls,crypto",
    "rtmp": "rtmp,rtmps,rtmpt,tcp,tls,crypto",
    "udp": "udp,rtp,srtp,crypto",
    "srt": "srt",
}
_SCHEMES = {
    "": "file",
    "file": "file",
    "http": "http",
    "https": "http",
    "rtsp": "rtsp",
    "rtsps": "rtsp",
    "rtmp": "rtmp",
    "rtmps": "rtmp",
    "udp": "udp",
    "rtp": "udp",
    "srt": "srt",
}
_ENCRYPTED = frozenset({"https", "rtsps", "rtmps"})
_VERIFIED = {"tls-verify": "yes"} | (
    {"tls-ca-file": cafile} if (cafile := ssl.get_default_verify_paths().cafile) else {}
)
_CONTROL = {chr(code) for code in (*range(32), 127)}


def openable(url: str) -> bool:
    """Whether libmpv may open `url`: an absolute path, or a scheme of the list.

    Its own schemes (edl://, memory://, lavf://, av:// ...) would carry options and files.
    """
    if _CONTROL & set(url):
        return False
    if "://" not in url:
        return url.startswith("/") or url[1:3] in (":\\", ":/")
    scheme = url.partition("://")[0].lower()
    return scheme in _SCHEMES and scheme != "" and _has_target(url)


def url_options(
    url: str, headers: Mapping[str, str], start: Micros, *, references: bool = False
) -> dict[str, str]:
    """Give libmpv's per-file options for `url`, which must be `openable`.

    A header with a line break in it is left out: it would become two. With `references`, the
    manifest at `url` may lead to others of the same kind of address, whatever their names.
    Certificates are verified, which libmpv by itself does not.
    """
    scheme = url.partition("://")[0].lower() if "://" in url else ""
    nested = f"protocol_whitelist=[{_NESTED[_SCHEMES[scheme]]}]"
    options = {"demuxer-lavf-o": nested}
    if references:
        options = {"demuxer-lavf-o": f"{nested},extension_picky=0", "access-references": "yes"}
    if scheme in _ENCRYPTED or references:
        options.update(_VERIFIED)
    options.update(_header_options(headers))
    return options | _beginning(start)


def file_options(start: Micros) -> dict[str, str]:
    """Give libmpv's per-file options for a file whose bytes come from us: it leads nowhere."""
    return {"demuxer-lavf-o": "protocol_whitelist=[crypto,data]"} | _beginning(start)


def _beginning(start: Micros) -> dict[str, str]:
    return {"start": f"{start / MICROS_PER_SECOND:.6f}"} if start > 0 else {}


def stream_options(
    start: Micros, *, interlaced: bool = False, stills: bool = False
) -> dict[str, str]:
    """Give libmpv's per-file options for an epoch of ours.

    libmpv cannot seek in a stream without a seek callback, and its cache holds nothing yet: what
    lies before `start` is decoded as fast as it goes and trimmed off, so that the first picture
    and sound are exact, in an appended epoch as well. Trimming looks at time stamps only; frames
    of hardware decoders pass through. `interlaced` pictures are deinterlaced, by whatever suits
    the decoder; libmpv 0.35 would do it to all pictures or to none. Of `stills` one decodes after
    the other: each further thread of a decoder holds one back.
    """
    # Never guess: a broken stream is no other format. A bitmap subtitle track is there only when
    # it was chosen.
    options = {"demuxer": "mkv", "sid": "1"}
    if interlaced:
        options["deinterlace"] = "yes"
    if stills:
        options["vd-lavc-threads"] = "1"
    if start > EXACT:
        options["vf"] = f"lavfi=[trim=start={start - EXACT}us]"
        options["af"] = f"lavfi=[atrim=start={start}us]"
    return options


def encoded(options: Mapping[str, str]) -> str:
    """Write options as one argument of `loadfile`, lengths first, so that nothing is special."""
    return ",".join(f"{name}=%{len(value.encode())}%{value}" for name, value in options.items())


def _has_target(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return bool(parts.netloc or parts.path.strip("/"))


def _header_options(headers: Mapping[str, str]) -> dict[str, str]:
    safe = {
        name: value
        for name, value in headers.items()
        if not _CONTROL & set(name + value) and ":" not in name
    }
    named = {"user-agent": "user-agent", "referer": "referrer"}
    options = {named[key.lower()]: value for key, value in safe.items() if key.lower() in named}
    others = [f"{k}: {v}" for k, v in safe.items() if k.lower() not in named]
    if others:
        options["http-header-fields"] = ",".join(_escaped(line) for line in others)
    return options


def _escaped(line: str) -> str:
    # Only the comma is special in libmpv's string lists, and a backslash right before one.
    return line.rstrip("\\").replace(",", "\\,")
