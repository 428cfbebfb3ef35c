"""Variants as video (or audio) tracks, key frames as trick play, thumbnails as images."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from player.manifest.codecs import family_of, kinds_of
from player.manifest.hls.multivariant import Multivariant, Variant
from player.manifest.hls.offers import Offer, Offers
from player.manifest.hls.resolve import PlaylistContext
from player.model.location import IndexSource, Location
from player.model.notes import Notes
from player.model.presentation import Container, Representation, Track, TrackKind
from player.model.resource import Resource
from player.model.sphere import HALF_SPHERE
from player.units import BitsPerSecond

BOTH = frozenset({TrackKind.VIDEO, TrackKind.AUDIO})


@dataclass(slots=True)
class Sources:
    """Makes the sources and locations of playlists; `steered` wants even a single one named."""

    variables: tuple[tuple[str, str], ...] = field(repr=False)
    steered: bool

    def source(self, uri: str, stable_id: str = "", *, rendition: bool = False) -> IndexSource:
        """A media playlist still to be loaded."""
        context = PlaylistContext(
            variables=self.variables, stable_id=stable_id, rendition=rendition
        )
        return IndexSource(resource=Resource(uri=uri), context=context)

    def locations(self, sources: dict[str, IndexSource]) -> tuple[Location, ...]:
        """The named places; none for a single one that nobody steers."""
        if len(sources) < 2 and not self.steered:
            return ()
        return tuple(Location(name=name, source=each) for name, each in sources.items())


@dataclass(slots=True)
class VariantTracks:
    """Sorts variants into tracks: one for each decoder and dynamic range."""

    found: Multivariant
    offers: Offers
    sources: Sources
    notes: Notes
    _elsewhere: dict[str, bool] = field(init=False, default_factory=dict)
    _listed: set[str] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        """Look once at the renditions: which groups of sound have their own bytes, and where."""
        for one in self.found.renditions:
            self._listed.add(one.uri)
            if one.type == "AUDIO":
                own = self._elsewhere.get(one.group, True)
                self._elsewhere[one.group] = own and bool(one.uri)

    def tracks(self) -> Iterator[Track]:
        """Video tracks, or, where there is no picture, one audio track."""
        pairs = [(one, self._kinds(one.variant)) for one in self.offers.listed]
        pictures = any(TrackKind.VIDEO in kinds for _, kinds in pairs)
        groups: dict[str, list[Representation]] = {}
        for place, (offer, kinds) in enumerate(pairs):
            variant = offer.variant
            if pictures and TrackKind.VIDEO not in kinds:
                self._leave_out_audio_only(variant)
                continue
            key = _track_key(variant) if pictures else "audio"
            groups.setdefault(key, []).append(self._representation(str(place), offer, kinds))
        kind = TrackKind.VIDEO if pictures else TrackKind.AUDIO
        ladders = _unnamed_joined(groups)
        for place, rungs in enumerate(ladders):
            # Of several codecs or video ranges the list prefers none: the output decides.
            yield _track(f"{kind}{place}", kind, rungs, default=len(ladders) == 1)

    def trick_play(self) -> Iterator[Track]:
        """EXT-X-I-FRAME-STREAM-INF (4.4.6.3), sorted as the variants are."""
        groups: dict[str, list[Representation]] = {}
        kinds = frozenset({TrackKind.VIDEO})
        for place, one in enumerate(self.offers.key_frames):
            rung = self._representation(f"key-frames-{place}", one, kinds)
            groups.setdefault(_track_key(one.variant), []).append(rung)
        for place, rungs in enumerate(groups.values()):
            yield _track(f"key-frames{place}", TrackKind.VIDEO, rungs, default=not place)

    def thumbnails(self) -> Iterator[Track]:
        """EXT-X-IMAGE-STREAM-INF; the grid of tiles is told by the list itself."""
        kinds = frozenset({TrackKind.IMAGE})
        rungs = [
            replace(self._representation(f"image-{place}", one, kinds), container=Container.IMAGE)
            for place, one in enumerate(self.offers.thumbnails)
        ]
        if rungs:
            yield _track("image0", TrackKind.IMAGE, rungs, default=True)

    def _kinds(self, variant: Variant) -> frozenset[TrackKind]:
        """What the variant's own bytes hold: a group whose renditions all have bytes is not in."""
        told = kinds_of(variant.codecs) - {TrackKind.TEXT}
        kinds = told or BOTH
        if variant.size is not None:
            kinds |= {TrackKind.VIDEO}
        if TrackKind.VIDEO in kinds and self._has_own_audio(variant.audio):
            kinds -= {TrackKind.AUDIO}
        return frozenset(kinds)

    def _has_own_audio(self, group: str) -> bool:
        return bool(group) and self._elsewhere.get(group, False)

    def _leave_out_audio_only(self, variant: Variant) -> None:
        if variant.uri not in self._listed:
            self.notes.warn(variant.line, "an audio-only variant beside video; left out")

    def _representation(
        self, ident: str, offer: Offer, kinds: frozenset[TrackKind]
    ) -> Representation:
        variant = offer.variant
        width, height = variant.size or (None, None)
        average = variant.average_bandwidth
        sources = {
            name: self.sources.source(one.uri, one.stable_id) for name, one in offer.places.items()
        }
        return Representation(
            id=ident,
            bandwidth=BitsPerSecond(variant.bandwidth),
            average_bandwidth=None if average is None else BitsPerSecond(average),
            codecs=variant.codecs,
            width=width,
            height=height,
            frame_rate=variant.frame_rate,
            kinds=kinds,
            source=next(iter(sources.values())),
            protection=tuple(self.found.session_keys),
            score=variant.score,
            video_range=variant.video_range,
            hdcp_level=variant.hdcp_level,
            sphere=variant.sphere,
            locations=self.sources.locations(sources),
        )


def _track_key(variant: Variant) -> str:
    """SDR is what a variant without VIDEO-RANGE has (4.4.6.2)."""
    told = variant.video_range
    around = {None: "", HALF_SPHERE: "180"}.get(variant.sphere, "360")
    return f"{family_of(variant.codecs)}{'' if told == 'SDR' else told}{around}"


def _track(
    ident: str, kind: TrackKind, rungs: Iterable[Representation], *, default: bool
) -> Track:
    ordered = tuple(sorted(rungs, key=lambda one: one.bandwidth))
    return Track(id=ident, kind=kind, default=default, representations=ordered)


def _unnamed_joined(groups: dict[str, list[Representation]]) -> list[list[Representation]]:
    """Variants without CODECS cannot be told apart: one such makes all of them one track."""
    if "" in groups and len(groups) > 1:
        return [[one for rungs in groups.values() for one in rungs]]
    return list(groups.values())
