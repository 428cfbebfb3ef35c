"""AdaptationSets as Tracks (ISO/IEC 23009-1 5.3.3, 5.3.5)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from player.manifest.addresses import Base, ForeignSchemeError
from player.manifest.codecs import container_of_type, container_of_uri, kinds_of
from player.manifest.dash.addressing import Addressing, Scope
from player.manifest.dash.channels import channel_count
from player.manifest.dash.nodes import Node
from player.manifest.dash.protection import read_protection
from player.model.presentation import Container, Representation, Track, TrackKind
from player.units import BitsPerSecond

TRICK_MODE = "http://dashif.org/guidelines/trickmode"
_FORCED = frozenset({"forced-subtitle", "forced_subtitle"})
_CAPTIONS = ("urn:scte:dash:cc:cea-608:2015", "urn:scte:dash:cc:cea-708:2015")
_PLAIN_KINDS = {
    "video": TrackKind.VIDEO,
    "audio": TrackKind.AUDIO,
    "text": TrackKind.TEXT,
    "image": TrackKind.IMAGE,
}


def base_below(base: Base, node: Node) -> Base:
    """Apply a level's BaseURL (5.6); the first of several is taken."""
    for one in node.children("BaseURL"):
        if not one.content:
            continue
        try:
            return Base(base.join(one.content))
        except ForeignSchemeError as refused:
            one.warn(f"a BaseURL was left out: {refused}")
    return base


@dataclass(slots=True)
class TrackReader:
    """Reads the tracks of one period."""

    period: Node
    base: Base
    scope: Scope
    _names: set[str] = field(init=False, default_factory=set)

    def tracks(self) -> tuple[Track, ...]:
        """All playable tracks, in the manifest's order, captions inside video at the end."""
        sets = list(self.period.children("AdaptationSet"))
        idents = _unique((one.text("id") for one in sets), "", set())
        found = [(one, self._track(one, ident)) for one, ident in zip(sets, idents, strict=True)]
        tracks = [track for _, track in found if track is not None]
        captions = (one for node, track in found if track for one in _captions(node, track))
        return (*tracks, *captions)

    def _track(self, node: Node, ident: str) -> Track | None:
        if _is_trick_mode(node):
            return None
        base = base_below(self.base, node)
        nodes = list(node.children("Representation"))
        idents = _unique((one.text("id") for one in nodes), f"{ident}-", self._names)
        rungs = [
            rung
            for one, name in zip(nodes, idents, strict=True)
            if (rung := self._representation(one, node, base, name)) is not None
        ]
        if not rungs:
            node.warn("an AdaptationSet without a usable Representation; left out")
            return None
        kind = _kind(rungs)
        roles = _roles(node)
        return Track(
            id=ident,
            kind=kind,
            language=node.text("lang") or _component(node, "lang"),
            name=_label(node),
            roles=roles,
            default="main" in roles,
            forced=not _FORCED.isdisjoint(roles),
            channels=channel_count((node, *nodes)) if kind is TrackKind.AUDIO else None,
            representations=tuple(sorted(rungs, key=lambda one: one.bandwidth)),
        )

    def _representation(
        self, node: Node, parent: Node, base: Base, ident: str
    ) -> Representation | None:
        both = (node, parent)
        below = base_below(base, node)
        bandwidth = max(node.integer("bandwidth", 0) or 0, 0)
        descriptors = [one for level in both for one in level.children("ContentProtection")]
        protection = read_protection(descriptors, url=self.base.url)
        addressed = Addressing(
            levels=(node, parent, self.period),
            base=below,
            scope=self.scope,
            representation_id=node.text("id"),
            bandwidth=bandwidth,
            protection=protection,
        ).find()
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
            container=_container(both, below),
            kinds=_kinds(both, codecs),
            index=addressed.index,
            source=addressed.source,
            init=addressed.init,
            protection=protection,
        )


def _unique(idents: Iterable[str], prefix: str, seen: set[str]) -> Iterator[str]:
    """Give each a name that is not `seen`: its id, or its place (5.3.5.2; real MPDs repeat)."""
    for place, one in enumerate(idents):
        name = one or f"{prefix}{place}"
        while name in seen:
            name = f"{name}+"
        seen.add(name)
        yield name


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


def _container(levels: Sequence[Node], base: Base) -> Container:
    told = container_of_type(_media_type(levels))
    return container_of_uri(base.url) if told is Container.UNKNOWN else told


def _kinds(levels: Sequence[Node], codecs: str) -> frozenset[TrackKind]:
    """What the bytes hold, by codecs, components, contentType and mimeType."""
    named = kinds_of(codecs)
    if len(named) > 1:
        return named
    parts = {
        one.text("contentType") for level in levels for one in level.children("ContentComponent")
    }
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


def _roles(node: Node) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(one.text("value") for one in node.children("Role") if one.text("value"))
    )


def _label(node: Node) -> str:
    told = next((one.content for one in node.children("Label") if one.content), "")
    return told or node.text("label")


def _is_trick_mode(node: Node) -> bool:
    properties = node.children("EssentialProperty", "SupplementalProperty")
    return any(one.text("schemeIdUri") == TRICK_MODE for one in properties)


def _captions(node: Node, track: Track) -> Iterator[Track]:
    """CEA-608/708 services inside the pictures (SCTE 214-1 7.1.1)."""
    for descriptor in node.children("Accessibility"):
        if descriptor.text("schemeIdUri") not in _CAPTIONS:
            continue
        for service in (descriptor.text("value") or "CC1").split(";")[:64]:
            name, _, said = service.partition("=")
            language = said.partition(",")[0].removeprefix("lang:") or name
            yield Track(
                id=f"{track.id}-{name}",
                kind=TrackKind.TEXT,
                language=language if said or not name.startswith("CC") else "",
                name=name,
                roles=("caption",),
                in_video=True,
            )
