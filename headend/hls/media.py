"""Media playlists, live and on demand (RFC 8216 sections 4.3.2, 4.3.3)."""

from collections.abc import Sequence
from dataclasses import dataclass

from headend.clock import iso_utc


@dataclass(frozen=True, slots=True, kw_only=True)
class ByteRange:
    """A stretch of a resource: `size` bytes from `offset` on."""

    size: int
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a media playlist; times in ticks of the playlist's timescale."""

    uri: str
    start: int
    duration: int
    byte_range: ByteRange | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaPlaylist:
    """What a media playlist says.

    Attributes:
        entries: never empty.
        timescale: ticks a second of the entries' times.
        sequence: media sequence number of the first entry.
        target_s: longest segment, rounded, in seconds.
        live: whether it moves; a live one tells the wall clock of each segment.
        init_uri: initialisation segment, if the format has one.
        init_range: where it lies in `init_uri`, if it is not the whole.
    """

    entries: Sequence[Entry]
    timescale: int
    sequence: int
    target_s: int
    live: bool
    init_uri: str | None = None
    init_range: ByteRange | None = None


def media_playlist(playlist: MediaPlaylist) -> str:
    """The playlist as text."""
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:6",
        f"#EXT-X-TARGETDURATION:{playlist.target_s}",
        f"#EXT-X-MEDIA-SEQUENCE:{playlist.sequence}",
        *([] if playlist.live else ["#EXT-X-PLAYLIST-TYPE:VOD"]),
        "#EXT-X-INDEPENDENT-SEGMENTS",
        *_map(playlist),
    ]
    for entry in playlist.entries:
        lines += _entry(playlist, entry)
    return "\n".join([*lines, *([] if playlist.live else ["#EXT-X-ENDLIST"])]) + "\n"


def _map(playlist: MediaPlaylist) -> list[str]:
    if playlist.init_uri is None:
        return []
    where = playlist.init_range
    byte_range = f',BYTERANGE="{where.size}@{where.offset}"' if where else ""
    return [f'#EXT-X-MAP:URI="{playlist.init_uri}"{byte_range}']


def _entry(playlist: MediaPlaylist, entry: Entry) -> list[str]:
    lines = []
    if playlist.live:
        time = iso_utc(entry.start * 1000 // playlist.timescale)
        lines.append(f"#EXT-X-PROGRAM-DATE-TIME:{time}")
    lines.append(f"#EXTINF:{entry.duration / playlist.timescale:.6f},")
    if entry.byte_range:
        lines.append(f"#EXT-X-BYTERANGE:{entry.byte_range.size}@{entry.byte_range.offset}")
    return [*lines, entry.uri]
