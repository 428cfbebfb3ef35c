"""A media playlist's body as a ResolvedIndex."""

from dataclasses import dataclass, field, replace

from player.manifest import failures
from player.manifest.addresses import Base
from player.manifest.codecs import container_of_uri
from player.manifest.hls.dates import DateRange, events_of, merged
from player.manifest.hls.history import is_elsewhere
from player.manifest.hls.index import place
from player.manifest.hls.interstitials import interstitials_of
from player.manifest.hls.media import read_media
from player.manifest.hls.playlist import MediaPlaylist
from player.manifest.hls.playlist_index import PlaylistIndex
from player.manifest.hls.repeated import Known
from player.manifest.resolved import ResolvedIndex
from player.model.notes import Notes
from player.model.presentation import Container, PresentationType
from player.model.segment import SegmentIndex
from player.units import Micros

HOLD_BACK_TARGETS = 3
"""RFC 8216bis 4.4.3.8: without HOLD-BACK a client stays three target durations back."""


@dataclass(frozen=True, slots=True)
class PlaylistContext:
    """What a multivariant playlist hands to its media playlists (IndexSource.context).

    `stable_id` is the STABLE-VARIANT-ID or, of a `rendition`, the STABLE-RENDITION-ID.
    """

    variables: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    stable_id: str = ""
    rendition: bool = False


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
    former = known if isinstance(known, PlaylistIndex) else None
    playlist = read_media(
        body, url=url, variables=dict(context.variables), notes=notes, known=_known(former, url)
    )
    _check(playlist, notes)
    index = place(playlist, known=known, sibling=sibling, now=now, notes=notes, url=url)
    if index is not former:
        index = replace(index, dates=_dates(playlist, former, index, notes))
    return ResolvedIndex(
        index=index,
        type=_type(index, playlist),
        duration=_duration(index),
        target_latency=_latency(playlist, index),
        least_latency=_by_parts(playlist),
        start_at=playlist.start_at,
        start_precise=playlist.start_precise and playlist.start_at is not None,
        epoch=_epoch(index),
        container=_container(index),
        init=index.segments[0].init if index.segments else None,
        changed=former is None or _tail(former) != _tail(index),
        bandwidth=playlist.bitrate,
        tiles=playlist.tiles,
        events=events_of(index.dates, notes),
        interstitials=interstitials_of(index.dates, Base(url), notes),
        removed=playlist.removed_dates,
        warnings=notes.taken(),
    )


def _known(former: PlaylistIndex | None, url: str) -> Known | None:
    """The same text from elsewhere may lead elsewhere: it is read as if it were new."""
    if former is None or is_elsewhere(url, former):
        return None
    return Known(segments=former.segments, shift=former.shift, memory=former.memory)


def _dates(
    playlist: MediaPlaylist, former: PlaylistIndex | None, index: PlaylistIndex, notes: Notes
) -> tuple[DateRange, ...]:
    known = former.dates if former else ()
    dated = [
        (one.program_date_time, one.start)
        for one in (index.segments if playlist.date_ranges else ())
        if one.program_date_time is not None
    ]
    if not dated and (index.dated or index.utc):
        dated = [index.dated or (Micros(0), Micros(0))]
    return merged(playlist.date_ranges, known, playlist.removed_dates, dated, notes)


def _check(playlist: MediaPlaylist, notes: Notes) -> None:
    if playlist.refused and playlist.refused == len(playlist.pieces) and not playlist.skipped:
        raise failures.foreign_scheme("every segment has a scheme that is not allowed")
    if playlist.pieces or playlist.skipped:
        return
    if playlist.ended:
        raise failures.no_tracks("the media playlist has ended and holds no segments")
    notes.warn(0, "the live list holds no segments yet")


def _tail(index: PlaylistIndex) -> tuple[int, int, bool]:
    last = index.segments[-1] if index.segments else None
    growing = len(last.parts) if last is not None and last.making else -1
    return (last.number if last else -1, growing, index.ended)


def _type(index: PlaylistIndex, playlist: MediaPlaylist) -> PresentationType:
    if index.ended:
        return PresentationType.VOD
    return PresentationType.EVENT if playlist.event else PresentationType.LIVE


def _duration(index: PlaylistIndex) -> Micros | None:
    if not index.ended or not index.segments:
        return None
    return Micros(index.segments[-1].end - index.segments[0].start)


def _latency(playlist: MediaPlaylist, index: PlaylistIndex) -> Micros | None:
    if index.reload_after is None:
        return None
    return (
        _by_parts(playlist) or playlist.hold_back or Micros(HOLD_BACK_TARGETS * index.reload_after)
    )


def _by_parts(playlist: MediaPlaylist) -> Micros | None:
    """PART-HOLD-BACK (4.4.3.8), at least twice the part target; None: there are no parts.

    Without it a client that plays parts stays three part targets back.
    """
    if playlist.part_target is None or playlist.ended:
        return None
    told = playlist.part_hold_back or Micros(HOLD_BACK_TARGETS * playlist.part_target)
    return Micros(max(told, 2 * playlist.part_target))


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
