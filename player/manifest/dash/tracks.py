"""AdaptationSets as Tracks (ISO/IEC 23009-1 5.3.3, 5.3.5)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from player.manifest.bounds import MOST_SETS
from player.manifest.codecs import container_of_type, container_of_uri, kinds_of
from player.manifest.dash.accessibility import captions_of, roles_of
from player.manifest.dash.addressing import find_segments
from player.manifest.dash.channels import channel_count
from player.manifest.dash.levels import Scope, Subject, Timelines
from player.manifest.dash.names import UniqueNames
from player.manifest.dash.nodes import Node
from player.manifest.dash.places import Place, locations, places_below
from player.manifest.dash.properties import (
    is_trick_mode,
    sphere,
    switches_to,
    tile_grid,
    understood,
    video_range,
)
from player.manifest.dash.protection import read_protection
from player.manifest.dash.sets import ReadSet, by_family, joined
from player.model.presentation import Container, Representation, Track, TrackKind
from player.model.resource import Protection
from player.units import BitsPerSecond

_FORCED = frozenset({"forced-subtitle", "forced_subtitle"})
_PLAIN_KINDS = {
    "video": TrackKind.VIDEO,
    "audio": TrackKind.AUDIO,
    "text": TrackKind.TEXT,
    "image": TrackKind.IMAGE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracks:
    """A period's tracks: those to be played, and those for fast winding."""

    played: tuple[Track, ...]
    trick_play: tuple[Track, ...]


@dataclass(slots=True)
class TrackReader:
    """Reads the tracks of one period."""

    period: Node
    places: Sequence[Place]
    scope: Scope
    url: str = field(repr=False)
    _names: UniqueNames = field(init=False, default_factory=UniqueNames)
    _idents: UniqueNames = field(init=False, default_factory=UniqueNames)
    _timelines: Timelines = field(init=False, default_factory=Timelines)

    def tracks(self) -> Tracks:
        """All playable tracks, preferred ones first, captions inside video at the end."""
        nodes = list(self.period.children("AdaptationSet"))
        if len(nodes) > MOST_SETS:
            self.period.warn(f"{len(nodes)} AdaptationSets; the first {MOST_SETS} are kept")
            del nodes[MOST_SETS:]
        idents = self._idents.given((one.text("id") for one in nodes), "")
        read = [
            (one, list(self._sets(one, ident))) for one, ident in zip(nodes, idents, strict=True)
        ]
        whole = joined([part for _, parts in read for part in parts])
        played = sorted((one for one in whole if not one.trick), key=lambda one: -one.priority)
        captions = (
            track for node, parts in read if parts for track in captions_of(node, parts[0].track)
        )
        return Tracks(
            played=(*(one.track for one in played), *captions),
            trick_play=tuple(one.track for one in whole if one.trick),
        )

    def _sets(self, node: Node, ident: str) -> Iterator[ReadSet]:
        """The set, taken apart where its representations need several decoders."""
        if not understood(node):
            return
        rungs = self._representations(node, ident)
        if not rungs:
            node.warn("an AdaptationSet without a usable Representation; left out")
            return
        kind = _kind(rungs)
        whole = _track(node, ident, kind)
        for place, (family, part) in enumerate(by_family(rungs, kind).items()):
            name = self._idents.unique(f"{ident}-{family}") if place else ident
            yield ReadSet(
                track=replace(whole, id=name, representations=part),
                set_id=node.text("id"),
                family=family,
                switches=switches_to(node),
                priority=_priority(node),
                trick=is_trick_mode(node),
            )

    def _representations(self, node: Node, ident: str) -> list[Representation]:
        places = places_below(self.places, node)
        nodes = list(node.children("Representation"))
        idents = self._names.given((one.text("id") for one in nodes), f"{ident}-")
        inherited = read_protection(list(node.few("ContentProtection")), url=self.url)
        found = (
            self._representation(one, node, places, name, inherited)
            for one, name in zip(nodes, idents, strict=True)
            if understood(one)
        )
        return [rung for rung in found if rung is not None]

    def _representation(
        self,
        node: Node,
        parent: Node,
        above: Sequence[Place],
        ident: str,
        protection: tuple[Protection, ...],
    ) -> Representation | None:
        both, places = (node, parent), places_below(above, node)
        bandwidth = max(node.integer("bandwidth", 0) or 0, 0)
        if not node.text("bandwidth"):
            node.warn("a Representation without a bandwidth; 0 is assumed")
        if node.child("ContentProtection"):
            descriptors = [one for level in both for one in level.few("ContentProtection")]
            protection = read_protection(descriptors, url=self.url)
        subject = Subject(
            levels=(node, parent, self.period),
            base=places[0].base,
            early=places[0].early,
            complete=places[0].complete,
            scope=self.scope,
            representation_id=node.text("id"),
            bandwidth=bandwidth,
            timelines=self._timelines,
            protection=protection,
        )
        addressed = find_segments(subject)
        if addressed is None:
            return None
        codecs = _first(both, "codecs")
        return Representation(
            id=ident,
            bandwidth=BitsPerSecond(bandwidth),
            codecs=codecs,
            width=_size(both, "width"),
            height=_size(both, "height"),
            frame_rate=_frame_rate(_first(both, "frameRate")),
            container=_container(both, subject.base.url),
            kinds=_kinds(both, codecs),
            index=addressed.index,
            source=addressed.source,
            init=addressed.init,
            protection=protection,
            score=_score(node),
            video_range=video_range(both),
            sphere=sphere(both),
            tiles=tile_grid(both),
            locations=locations(places),
        )


def _track(node: Node, ident: str, kind: TrackKind) -> Track:
    roles = roles_of(node, kind)
    nodes = (node, *node.children("Representation"))
    return Track(
        id=ident,
        kind=kind,
        language=node.text("lang") or _component(node, "lang"),
        name=_label(node),
        roles=roles,
        default="main" in roles,
        forced=not _FORCED.isdisjoint(roles),
        channels=channel_count(nodes) if kind is TrackKind.AUDIO else None,
    )


def _priority(node: Node) -> int:
    """@selectionPriority: what the author would have chosen, higher first."""
    value = node.integer("selectionPriority", 1)
    return 1 if value is None else value


def _score(node: Node) -> float | None:
    """@qualityRanking, of which 0 is the best, as a score between 0 and 1 (5.3.5.2)."""
    ranking = node.integer("qualityRanking")
    return None if ranking is None or ranking < 0 else 1 / (1 + ranking)


def _first(levels: Sequence[Node], name: str) -> str:
    return next((found for one in levels if (found := one.text(name))), "")


def _size(levels: Sequence[Node], name: str) -> int | None:
    value = next((one.integer(name) for one in levels if one.text(name)), None)
    return value if value is not None and value > 0 else None


def _frame_rate(text: str) -> float | None:
    """`25` or `30000/1001` (5.3.7.2)."""
    above, _, below = text.partition("/")
    try:
        rate = float(above) / float(below or 1)
    except (ValueError, ZeroDivisionError):
        return None
    return rate if 0 < rate < 10_000 else None


def _media_type(levels: Sequence[Node]) -> str:
    return _first(levels, "mimeType").lower()


def _container(levels: Sequence[Node], url: str) -> Container:
    told = container_of_type(_media_type(levels))
    return container_of_uri(url) if told is Container.UNKNOWN else told


def _kinds(levels: Sequence[Node], codecs: str) -> frozenset[TrackKind]:
    """What the bytes hold, by codecs, components, contentType and mimeType."""
    named = kinds_of(codecs)
    if len(named) > 1:
        return named
    parts = {one.text("contentType") for level in levels for one in level.few("ContentComponent")}
    components = frozenset(_PLAIN_KINDS[one] for one in parts if one in _PLAIN_KINDS)
    if len(components) > 1:
        return components
    kind = _plain_kind(levels, named or components)
    return frozenset({kind}) if kind else frozenset({TrackKind.VIDEO, TrackKind.AUDIO})


def _plain_kind(levels: Sequence[Node], named: frozenset[TrackKind]) -> TrackKind | None:
    told = _PLAIN_KINDS.get(_first(levels, "contentType").lower())
    if told is not None:
        return told
    if named:
        return next(iter(named))
    media_type = _media_type(levels)
    if "ttml" in media_type or media_type.endswith("vtt"):
        return TrackKind.TEXT
    return _PLAIN_KINDS.get(media_type.partition("/")[0])


def _kind(rungs: Sequence[Representation]) -> TrackKind:
    kinds = frozenset(kind for one in rungs for kind in one.kinds)
    order = (TrackKind.VIDEO, TrackKind.AUDIO, TrackKind.TEXT, TrackKind.IMAGE)
    return next(kind for kind in order if kind in kinds)


def _component(node: Node, name: str) -> str:
    return next((one.text(name) for one in node.children("ContentComponent")), "")


def _label(node: Node) -> str:
    told = next((one.content for one in node.children("Label") if one.content), "")
    return told or node.text("label")
