"""Media playlists, live and on demand (RFC 8216 sections 4.3.2, 4.3.3)."""

from collections.abc import Sequence
from dataclasses import dataclass

from headend.clock import iso_utc

_VERSION = 6
_GAP_VERSION, _SKIP_VERSION = 8, 9


@dataclass(frozen=True, slots=True, kw_only=True)
class ByteRange:
    """A stretch of a resource: `size` bytes from `offset` on."""

    size: int
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartEntry:
    """One EXT-X-PART; duration in ticks of the playlist's timescale."""

    uri: str
    duration: int
    independent: bool
    gap: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a media playlist; times in ticks of the playlist's timescale.

    Attributes:
        start: since the epoch, for the wall clock; not on the media's own clock.
        init_uri: its initialisation segment where that is not the playlist's.
        joint: whether a discontinuity stands before it.
        gap: whether it is announced as missing.
        tags: lines that stand before it, date ranges for instance.
        parts: what it is made of, where that is told.
    """

    uri: str
    start: int
    duration: int
    byte_range: ByteRange | None = None
    init_uri: str | None = None
    joint: bool = False
    gap: bool = False
    tags: Sequence[str] = ()
    parts: Sequence[PartEntry] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaPlaylist:
    """What a media playlist says.

    Attributes:
        entries: never empty.
        timescale: ticks a second of the entries' times.
        sequence: media sequence number of the first entry.
        target_s: longest segment, rounded, in seconds.
        live: whether it moves.
        init_uri: initialisation segment, if the format has one.
        init_range: where it lies in `init_uri`, if it is not the whole.
        dated: whether the wall clock stands with each segment.
        joints_before: EXT-X-DISCONTINUITY-SEQUENCE; None to leave it out.
        head: further lines for the playlist as a whole.
        skipped: how many of the entries are left out and only counted (a delta update).
        event: nothing is ever taken out.
        ended: nothing will be added.
        key_frames: whether it lists key frames only.
        version: the lowest version that `head` asks for.
        making: the segment that is being made, by the parts that are there.
        tail: lines behind all others: hints and reports.
        init_key, key: the EXT-X-KEY for initialisation segments, and for all other ones.
    """

    entries: Sequence[Entry]
    timescale: int
    sequence: int
    target_s: int
    live: bool
    init_uri: str | None = None
    init_range: ByteRange | None = None
    dated: bool = False
    joints_before: int | None = None
    head: Sequence[str] = ()
    skipped: int = 0
    event: bool = False
    ended: bool = False
    key_frames: bool = False
    version: int = _VERSION
    making: Entry | None = None
    tail: Sequence[str] = ()
    init_key: str | None = None
    key: str | None = None


def media_playlist(playlist: MediaPlaylist) -> str:
    """The playlist as text."""
    lines = [
        "#EXTM3U",
        f"#EXT-X-VERSION:{_version(playlist)}",
        f"#EXT-X-TARGETDURATION:{playlist.target_s}",
        f"#EXT-X-MEDIA-SEQUENCE:{playlist.sequence}",
        *_joints_before(playlist),
        *_kind(playlist),
        "#EXT-X-INDEPENDENT-SEGMENTS",
        *(["#EXT-X-I-FRAMES-ONLY"] if playlist.key_frames else []),
        *playlist.head,
        *_body(playlist),
        *playlist.tail,
    ]
    over = not playlist.live or playlist.ended
    return "\n".join([*lines, *(["#EXT-X-ENDLIST"] if over else [])]) + "\n"


def _version(playlist: MediaPlaylist) -> int:
    gap = any(entry.gap for entry in playlist.entries)
    wanted = (playlist.version, _GAP_VERSION * gap, _SKIP_VERSION * bool(playlist.skipped))
    return max(wanted)


def _joints_before(playlist: MediaPlaylist) -> list[str]:
    if playlist.joints_before is None:
        return []
    return [f"#EXT-X-DISCONTINUITY-SEQUENCE:{playlist.joints_before}"]


def _kind(playlist: MediaPlaylist) -> list[str]:
    if not playlist.live:
        return ["#EXT-X-PLAYLIST-TYPE:VOD"]
    return ["#EXT-X-PLAYLIST-TYPE:EVENT"] if playlist.event else []


def _body(playlist: MediaPlaylist) -> list[str]:
    """Map tags wherever the initialisation segment is another one than before, and entries."""
    lines = [playlist.key] if playlist.key else []
    map_now: str | None = None
    if playlist.skipped:
        lines.append(f"#EXT-X-SKIP:SKIPPED-SEGMENTS={playlist.skipped}")
        map_now = playlist.entries[playlist.skipped - 1].init_uri or playlist.init_uri
    making = [playlist.making] if playlist.making else []
    for entry in [*playlist.entries[playlist.skipped :], *making]:
        wanted = entry.init_uri or playlist.init_uri
        if entry.joint:
            lines.append("#EXT-X-DISCONTINUITY")
        if wanted is not None and (wanted != map_now or entry.joint):
            lines += _keyed(playlist, _map(wanted, playlist.init_range))
        map_now = wanted
        lines += _entry(playlist, entry, whole=entry is not playlist.making)
    return lines


def _keyed(playlist: MediaPlaylist, line: str) -> list[str]:
    """A line under the key of initialisation segments, and the other one back in force."""
    if playlist.init_key is None or playlist.key is None:
        return [line]
    return [playlist.init_key, line, playlist.key]


def _map(uri: str, where: ByteRange | None) -> str:
    byte_range = f',BYTERANGE="{where.size}@{where.offset}"' if where else ""
    return f'#EXT-X-MAP:URI="{uri}"{byte_range}'


def _entry(playlist: MediaPlaylist, entry: Entry, *, whole: bool) -> list[str]:
    lines = [*entry.tags]
    if playlist.dated:
        time = iso_utc(entry.start * 1000 // playlist.timescale)
        lines.append(f"#EXT-X-PROGRAM-DATE-TIME:{time}")
    lines += [_part(playlist, part) for part in entry.parts]
    if not whole:
        return lines
    if entry.gap:
        lines.append("#EXT-X-GAP")
    lines.append(f"#EXTINF:{entry.duration / playlist.timescale:.6f},")
    if entry.byte_range:
        lines.append(f"#EXT-X-BYTERANGE:{entry.byte_range.size}@{entry.byte_range.offset}")
    return [*lines, entry.uri]


def _part(playlist: MediaPlaylist, part: PartEntry) -> str:
    """RFC 8216bis section 4.4.4.9."""
    marks = ",INDEPENDENT=YES" * part.independent + ",GAP=YES" * part.gap
    duration = part.duration / playlist.timescale
    return f'#EXT-X-PART:DURATION={duration:.6f},URI="{part.uri}"{marks}'
