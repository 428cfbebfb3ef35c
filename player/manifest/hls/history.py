"""A list beside its former load: older, started over, from elsewhere, badly counted. Pure."""

from urllib.parse import urlsplit

from player.manifest.hls.playlist import MediaPlaylist
from player.manifest.hls.playlist_index import PlaylistIndex
from player.model.notes import Notes
from player.model.segment import SegmentIndex
from player.units import Micros


def is_elsewhere(url: str, known: PlaylistIndex) -> bool:
    """Whether the list came from another place than before: another pathway, another edge."""
    return url.partition("?")[0] != known.url.partition("?")[0]


def shift_there(playlist: MediaPlaylist, known: PlaylistIndex, target: Micros) -> int:
    """What makes another place's media sequence numbers ours: dates tell, else they are equal."""
    for place, piece in enumerate(playlist.pieces) if known.utc else ():
        date = piece.program_date_time
        if date is not None:
            near = known.find(Micros(date + target // 4), date)
            if near is not None and abs(near.start - date) < target // 2:
                return near.number - playlist.first_sequence - place
            break
    return known.shift


def started_over(playlist: MediaPlaylist, known: PlaylistIndex) -> tuple[int, int]:
    """What makes the numbers of a list that started over ours: of segments, of discontinuities.

    It may repeat what was listed before (ExoPlayer#4328): the same address at the same date is
    the same segment. Else all of it comes after what is known, with time stamps of its own.
    """
    first = playlist.pieces[0]
    for one in known.segments if known.utc else ():
        same = _path(one.resource.uri) == _path(first.resource.uri)
        if same and one.start == first.program_date_time:
            return one.number - playlist.first_sequence, one.discontinuity - first.discontinuity
    last = known.segments[-1]
    return last.number + 1 - playlist.first_sequence, last.discontinuity + 1 - first.discontinuity


def ahead_of(known: PlaylistIndex, sibling: SegmentIndex | None) -> PlaylistIndex | None:
    """The sibling, where it knows of more time than a list without dates: loaded later, that is.

    Who starts over does so in all lists at once: what this one was last seen with lies behind.
    """
    if known.utc or not isinstance(sibling, PlaylistIndex) or not sibling.segments:
        return None
    return sibling if sibling.segments[-1].end > known.segments[-1].end else None


def started_over_beside(
    playlist: MediaPlaylist, known: PlaylistIndex, sibling: PlaylistIndex
) -> tuple[int, int]:
    """Like `started_over`, by what a sibling knows: new numbers of its own, or where it was."""
    first, last = playlist.pieces[0], sibling.segments[-1]
    number = playlist.first_sequence + sibling.shift
    if sibling.shift != known.shift and sibling.segments[0].number <= number <= last.number + 1:
        beside = sibling.segment(min(number, last.number))
        return sibling.shift, beside.discontinuity - first.discontinuity
    return last.number + 1 - playlist.first_sequence, last.discontinuity + 1 - first.discontinuity


def step_back(
    playlist: MediaPlaylist, known: PlaylistIndex, shift: int, *, elsewhere: bool
) -> str:
    """Tell a list that went backwards: "stale" (an old copy), "reset" (started over) or "".

    One from elsewhere may lag behind: its addresses are wanted all the same.
    """
    pieces = [one for one in playlist.pieces if not one.making]
    first = playlist.media_sequence + shift
    last = playlist.first_sequence + shift + len(pieces) - 1
    whole = [one for one in known.segments[-2:] if not one.making]
    if not whole:
        return ""
    oldest, newest = known.segments[0], whole[-1]
    if last >= newest.number or (playlist.ended and first >= oldest.number):
        return ""
    if elsewhere and last >= oldest.number:
        return ""
    if not pieces:
        return "stale"
    if last < oldest.number:
        dated = pieces[-1].program_date_time
        older = known.utc and dated is not None and dated < oldest.start
        return "stale" if older else "reset"
    there = known.segment(last).resource.uri
    return "stale" if _path(there) == _path(pieces[-1].resource.uri) else "reset"


def turned(playlist: MediaPlaylist, known: PlaylistIndex, shift: int, notes: Notes) -> int:
    """What makes discontinuity numbers those of the former load, for a server that forgot.

    It must count a discontinuity that leaves the list (6.2.2); whoever learned a discontinuity's
    time stamps must find it under the same number.
    """
    place = playlist.first_sequence + shift - known.segments[0].number
    if not 0 <= place < len(known.segments):
        return 0
    turn = known.segments[place].discontinuity - playlist.pieces[0].discontinuity
    if turn:
        notes.warn(0, "EXT-X-DISCONTINUITY-SEQUENCE does not count what left the list")
    return turn


def _path(uri: str) -> str:
    return urlsplit(uri).path
