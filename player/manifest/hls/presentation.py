"""Playlists as Presentations: variants become video tracks, rendition groups are merged."""

from dataclasses import replace

from player.manifest import failures
from player.manifest.hls.multivariant import read_multivariant
from player.manifest.hls.offers import offers_of
from player.manifest.hls.renditions import RenditionTracks
from player.manifest.hls.resolve import PlaylistContext, resolve_playlist
from player.manifest.hls.tracks import BOTH, Sources, VariantTracks
from player.manifest.resolved import with_events
from player.model.location import IndexSource
from player.model.notes import Notes
from player.model.presentation import (
    Container,
    ManifestFormat,
    Period,
    Presentation,
    PresentationType,
    Representation,
    Track,
    TrackKind,
)
from player.model.resource import Resource
from player.units import Micros

PERIOD_ID = "0"


def from_media(body: bytes, *, url: str, now: Micros) -> Presentation:
    """Make a Presentation of one track from a media playlist; raises PlayerError.

    The representation keeps its source, so that a live list can be loaded again.
    """
    context = PlaylistContext()
    found = resolve_playlist(body, url=url, context=context, now=now, known=None, sibling=None)
    kinds = _kinds_in(found.container)
    only = Representation(
        id="0",
        bandwidth=found.bandwidth,
        container=found.container,
        kinds=kinds,
        index=found.index,
        source=IndexSource(resource=Resource(uri=url), context=context),
        init=found.init,
    )
    kind = TrackKind.VIDEO if TrackKind.VIDEO in kinds else next(iter(kinds))
    track = Track(id="main", kind=kind, default=True, representations=(only,))
    whole = Presentation(
        format=ManifestFormat.HLS,
        type=found.type,
        periods=(_period((track,), found.duration),),
        duration=found.duration,
        epoch=found.epoch,
        target_latency=found.target_latency,
        start_at=found.start_at,
        start_precise=found.start_precise,
        warnings=found.warnings,
    )
    return with_events(whole, found)


def _kinds_in(container: Container) -> frozenset[TrackKind]:
    if container is Container.PACKED_AUDIO:
        return frozenset({TrackKind.AUDIO})
    if container in (Container.WEBVTT, Container.TTML):
        return frozenset({TrackKind.TEXT})
    return BOTH


def _period(tracks: tuple[Track, ...], duration: Micros | None) -> Period:
    return Period(id=PERIOD_ID, start=Micros(0), duration=duration, tracks=tracks)


def from_multivariant(body: bytes, *, url: str) -> Presentation:
    """Make a Presentation whose indexes are still to be loaded; raises PlayerError.

    Type VOD and no duration stand until the first index is adopted (player.manifest.resolved).
    """
    notes = Notes()
    found = read_multivariant(body, url=url, notes=notes)
    offers = offers_of(found, notes)
    sources = Sources(tuple(found.variables.items()), steered=found.steering is not None)
    pictures = VariantTracks(found, offers, sources, notes)
    played = (*pictures.tracks(), *RenditionTracks(found, offers, sources, notes).tracks())
    if not played and found.refused:
        raise failures.foreign_scheme("every playlist has a scheme that is not allowed")
    if not any(track.representations for track in played):
        raise failures.no_tracks("the multivariant playlist names no playlist")
    period = replace(
        _period((*played, *pictures.thumbnails()), None),
        trick_play=tuple(pictures.trick_play()),
    )
    return Presentation(
        format=ManifestFormat.HLS,
        type=PresentationType.VOD,
        periods=(period,),
        start_at=found.start_at,
        start_precise=found.start_precise,
        session_data=tuple(found.session_data),
        steering=found.steering,
        warnings=notes.taken(),
    )
