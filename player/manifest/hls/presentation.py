"""Playlists as Presentations: variants become video tracks, rendition groups are merged."""

from collections.abc import Iterable
from dataclasses import dataclass

from player.manifest import failures
from player.manifest.codecs import codec_list, container_of_uri, family_of, kind_of, kinds_of
from player.manifest.hls.multivariant import Multivariant, Rendition, Variant, read_multivariant
from player.manifest.hls.resolve import PlaylistContext, resolve_playlist
from player.manifest.notes import Notes
from player.model.location import IndexSource
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
from player.units import BitsPerSecond, Micros

PERIOD_ID = "0"
_BOTH = frozenset({TrackKind.VIDEO, TrackKind.AUDIO})
_TYPES = {
    "AUDIO": TrackKind.AUDIO,
    "SUBTITLES": TrackKind.TEXT,
    "CLOSED-CAPTIONS": TrackKind.TEXT,
}


def from_media(body: bytes, *, url: str, now: Micros) -> Presentation:
    """Make a Presentation of one track from a media playlist; raises PlayerError.

    The representation keeps its source, so that a live list can be loaded again.
    """
    context = PlaylistContext()
    found = resolve_playlist(body, url=url, context=context, now=now, known=None, sibling=None)
    kinds = _kinds_in(found.container)
    only = Representation(
        id="0",
        bandwidth=BitsPerSecond(0),
        container=found.container,
        kinds=kinds,
        index=found.index,
        source=IndexSource(resource=Resource(uri=url), context=context),
        init=found.init,
    )
    kind = TrackKind.VIDEO if TrackKind.VIDEO in kinds else next(iter(kinds))
    track = Track(id="main", kind=kind, default=True, representations=(only,))
    return Presentation(
        format=ManifestFormat.HLS,
        type=found.type,
        periods=(_period((track,), found.duration),),
        duration=found.duration,
        epoch=found.epoch,
        target_latency=found.target_latency,
        start_at=found.start_at,
        warnings=found.warnings,
    )


def _kinds_in(container: Container) -> frozenset[TrackKind]:
    if container is Container.PACKED_AUDIO:
        return frozenset({TrackKind.AUDIO})
    if container in (Container.WEBVTT, Container.TTML):
        return frozenset({TrackKind.TEXT})
    return _BOTH


def _period(tracks: tuple[Track, ...], duration: Micros | None) -> Period:
    return Period(id=PERIOD_ID, start=Micros(0), duration=duration, tracks=tracks)


def from_multivariant(body: bytes, *, url: str) -> Presentation:
    """Make a Presentation whose indexes are still to be loaded; raises PlayerError.

    Type VOD and no duration stand until the first index is adopted (player.manifest.resolved).
    """
    notes = Notes()
    found = read_multivariant(body, url=url, notes=notes)
    tracks = _Tracks(found, notes).all()
    if not tracks and found.refused:
        raise failures.foreign_scheme("every playlist has a scheme that is not allowed")
    if not any(track.representations for track in tracks):
        raise failures.no_tracks("the multivariant playlist names no playlist")
    return Presentation(
        format=ManifestFormat.HLS,
        type=PresentationType.VOD,
        periods=(_period(tracks, None),),
        start_at=found.start_at,
        warnings=notes.taken(),
    )


@dataclass(slots=True)
class _Tracks:
    """Sorts variants and renditions into tracks."""

    found: Multivariant
    notes: Notes

    def all(self) -> tuple[Track, ...]:
        return (*self._variant_tracks(), *self._rendition_tracks())

    # ---- variants

    def _variant_tracks(self) -> Iterable[Track]:
        pairs = [(one, self._kinds(one)) for one in self._distinct()]
        pictures = any(TrackKind.VIDEO in kinds for _, kinds in pairs)
        groups: dict[str, list[Representation]] = {}
        for place, (variant, kinds) in enumerate(pairs):
            if pictures and TrackKind.VIDEO not in kinds:
                self._leave_out_audio_only(variant)
                continue
            key = f"{family_of(variant.codecs)}{variant.video_range}" if pictures else "audio"
            groups.setdefault(key, []).append(self._representation(place, variant, kinds))
        kind = TrackKind.VIDEO if pictures else TrackKind.AUDIO
        for place, rungs in enumerate(_unnamed_joined(groups)):
            rungs.sort(key=lambda one: one.bandwidth)
            yield Track(
                id=f"{kind}{place}", kind=kind, default=not place, representations=tuple(rungs)
            )

    def _distinct(self) -> list[Variant]:
        """Leave out the same list again, and redundant streams (RFC 8216bis 4.4.6.2)."""
        uris: set[str] = set()
        offers: set[tuple[object, ...]] = set()
        kept: list[Variant] = []
        for one in self.found.variants:
            if one.uri in uris:
                continue
            uris.add(one.uri)
            if one.bandwidth and _offer(one) in offers:
                self.notes.warn(one.line, "a redundant stream; the first one is kept")
                continue
            offers.add(_offer(one))
            kept.append(one)
        return kept

    def _kinds(self, variant: Variant) -> frozenset[TrackKind]:
        """What the variant's own bytes hold: a group whose renditions all have bytes is not in."""
        told = kinds_of(variant.codecs) - {TrackKind.TEXT}
        kinds = told or _BOTH
        if variant.size is not None:
            kinds |= {TrackKind.VIDEO}
        if TrackKind.VIDEO in kinds and self._has_own_audio(variant.audio):
            kinds -= {TrackKind.AUDIO}
        return frozenset(kinds)

    def _has_own_audio(self, group: str) -> bool:
        members = [
            one for one in self.found.renditions if one.type == "AUDIO" and one.group == group
        ]
        return bool(group and members) and all(one.uri for one in members)

    def _leave_out_audio_only(self, variant: Variant) -> None:
        if all(one.uri != variant.uri for one in self.found.renditions):
            self.notes.warn(variant.line, "an audio-only variant beside video; left out")

    def _representation(
        self, place: int, variant: Variant, kinds: frozenset[TrackKind]
    ) -> Representation:
        width, height = variant.size or (None, None)
        average = variant.average_bandwidth
        return Representation(
            id=str(place),
            bandwidth=BitsPerSecond(variant.bandwidth),
            average_bandwidth=None if average is None else BitsPerSecond(average),
            codecs=variant.codecs,
            width=width,
            height=height,
            frame_rate=variant.frame_rate,
            kinds=kinds,
            source=self._source(variant.uri),
            protection=tuple(self.found.session_keys),
        )

    def _source(self, uri: str) -> IndexSource:
        context = PlaylistContext(variables=tuple(self.found.variables.items()))
        return IndexSource(resource=Resource(uri=uri), context=context)

    # ---- renditions

    def _rendition_tracks(self) -> Iterable[Track]:
        merged: dict[tuple[str, str, str], list[Rendition]] = {}
        for one in self.found.renditions:
            if one.type in _TYPES:
                merged.setdefault((one.type, one.language, one.name), []).append(one)
            elif one.uri and all(other.uri != one.uri for other in self.found.variants):
                self.notes.warn(0, "an alternative picture (TYPE=VIDEO) was left out")
        for place, members in enumerate(merged.values()):
            yield self._merged(place, members)

    def _merged(self, place: int, members: list[Rendition]) -> Track:
        first = members[0]
        kind = _TYPES[first.type]
        uris = dict.fromkeys(one.uri for one in members if one.uri)
        groups = {one.uri: one.group for one in reversed(members)}
        return Track(
            id=f"{kind}-{place}",
            kind=kind,
            language=first.language,
            name=first.name,
            roles=tuple(dict.fromkeys(role for one in members for role in one.roles)),
            default=any(one.default for one in members),
            forced=any(one.forced for one in members),
            channels=max((one.channels for one in members if one.channels), default=None),
            in_video=not uris,
            representations=tuple(
                self._rendition(f"{kind}-{place}-{step}", uri, groups[uri], kind)
                for step, uri in enumerate(uris)
            ),
        )

    def _rendition(self, ident: str, uri: str, group: str, kind: TrackKind) -> Representation:
        """No bandwidth is told for a rendition: 0; its codec is what its variants name."""
        users = [one for one in self.found.variants if one.audio == group]
        codecs = {name for one in users for name in codec_list(one.codecs)}
        told = sorted(name for name in codecs if kind_of(name) is TrackKind.AUDIO)
        audio = kind is TrackKind.AUDIO
        return Representation(
            id=ident,
            bandwidth=BitsPerSecond(0),
            codecs=",".join(told) if audio else "",
            container=container_of_uri(uri),
            kinds=frozenset({kind}),
            source=self._source(uri),
            protection=tuple(self.found.session_keys),
        )


def _offer(one: Variant) -> tuple[object, ...]:
    return (one.bandwidth, one.codecs, one.size, one.frame_rate, one.video_range, one.audio)


def _unnamed_joined(groups: dict[str, list[Representation]]) -> list[list[Representation]]:
    """Variants without CODECS cannot be told apart: one such makes all of them one track."""
    if "" in groups and len(groups) > 1:
        return [[one for rungs in groups.values() for one in rungs]]
    return list(groups.values())
