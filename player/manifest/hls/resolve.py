"""A media playlist's body as a ResolvedIndex."""

from dataclasses import dataclass

from player.manifest import failures
from player.manifest.codecs import container_of_uri
from player.manifest.hls.index import PlaylistIndex, place
from player.manifest.hls.media import MediaPlaylist, read_media
from player.manifest.notes import Notes
from player.manifest.resolved import ResolvedIndex
from player.model.presentation import Container, PresentationType
from player.model.segment import SegmentIndex
from player.units import Micros

HOLD_BACK_TARGETS = 3
"""RFC 8216bis 4.4.3.8: without HOLD-BACK a client stays three target durations back."""


@dataclass(frozen=True, slots=True)
class PlaylistContext:
    """What a multivariant playlist hands to its media playlists (IndexSource.context)."""

    variables: tuple[tuple[str, str], ...] = ()


def resolve_playlist(
    body: bytes,
    *,
    url: str,
    context: PlaylistContext,
    now: Micros,
    known: SegmentIndex | None,
    sibling: SegmentIndex | None,
) -> ResolvedIndex:
    """Read a media playlist; raises PlayerError (manifest.*, input.unsupported-scheme)."""
    notes = Notes()
    playlist = read_media(body, url=url, variables=dict(context.variables), notes=notes)
    _check(playlist, notes)
    index = place(playlist, known=known, sibling=sibling, now=now, notes=notes)
    changed = not isinstance(known, PlaylistIndex) or _tail(known) != _tail(index)
    return ResolvedIndex(
        index=index,
        type=_type(playlist),
        duration=_duration(index),
        target_latency=_latency(playlist, index),
        start_at=playlist.start_at,
        epoch=_epoch(index),
        container=_container(index),
        init=index.segments[0].init if index.segments else None,
        changed=changed,
        warnings=notes.taken(),
    )


def _check(playlist: MediaPlaylist, notes: Notes) -> None:
    if playlist.refused and playlist.refused == len(playlist.pieces):
        raise failures.foreign_scheme("every segment has a scheme that is not allowed")
    if playlist.pieces or playlist.skipped:
        return
    if playlist.ended:
        raise failures.no_tracks("the media playlist has ended and holds no segments")
    notes.warn(0, "the live list holds no segments yet")


def _tail(index: PlaylistIndex) -> tuple[int, bool]:
    return (index.segments[-1].number if index.segments else -1, index.ended)


def _type(playlist: MediaPlaylist) -> PresentationType:
    if playlist.ended:
        return PresentationType.VOD
    return PresentationType.EVENT if playlist.event else PresentationType.LIVE


def _duration(index: PlaylistIndex) -> Micros | None:
    if not index.ended or not index.segments:
        return None
    return Micros(index.segments[-1].end - index.segments[0].start)


def _latency(playlist: MediaPlaylist, index: PlaylistIndex) -> Micros | None:
    if index.reload_after is None:
        return None
    return playlist.hold_back or Micros(HOLD_BACK_TARGETS * index.reload_after)


def _epoch(index: PlaylistIndex) -> Micros | None:
    if index.utc:
        return Micros(0)
    for one in index.segments:
        if one.program_date_time is not None:
            return Micros(one.program_date_time - one.start)
    return None


def _container(index: PlaylistIndex) -> Container:
    for one in index.segments:
        if not one.gap:
            told = container_of_uri(one.resource.uri)
            return Container.FMP4 if one.init and told is Container.UNKNOWN else told
    return Container.UNKNOWN
