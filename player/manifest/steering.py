"""Content steering manifests, the same for HLS and DASH (RFC 8216bis 7.2, ETSI TS 103 998)."""

import json
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from player.manifest import failures
from player.manifest.addresses import Base, ForeignSchemeError
from player.manifest.bounds import MOST_CLONES
from player.manifest.hls.resolve import PlaylistContext
from player.model.location import IndexSource, Location
from player.model.notes import Notes, quoted
from player.model.presentation import Period, Presentation, Representation, Track
from player.units import Micros, micros

USUAL_TTL = micros(300)
"""RFC 8216bis 7.2: what a steering manifest without TTL stays valid for."""
LONGEST_TTL = micros(7 * 86_400)
SHORTEST_TTL = micros(1)

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PathwayClone:
    """A location made of another by rewriting its addresses (RFC 8216bis 7.3).

    `host` and `params` replace the host and query parameters; `variants` and `renditions` lead
    from a STABLE-VARIANT-ID or STABLE-RENDITION-ID to an address of its own.
    """

    base_id: str
    id: str
    host: str = ""
    params: Pairs = field(default=(), repr=False)
    variants: Pairs = field(default=(), repr=False)
    renditions: Pairs = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SteeringManifest:
    """Which locations to prefer, best first, and when to ask again; `reload_uri` "": there."""

    ttl: Micros = USUAL_TTL
    reload_uri: str = field(default="", repr=False)
    priority: tuple[str, ...] = ()
    clones: tuple[PathwayClone, ...] = ()


def parse_steering(body: bytes, *, url: str, notes: Notes | None = None) -> SteeringManifest:
    """Read the JSON that came from `url`; raises PlayerError (manifest.invalid).

    PATHWAY-PRIORITY, or SERVICE-LOCATION-PRIORITY of DASH's first edition. What is strange but
    not needed is noted.
    """
    notes = notes or Notes()
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as bad:
        raise failures.invalid("the steering manifest is no JSON") from bad
    if not isinstance(told, dict):
        raise failures.invalid("the steering manifest is no JSON object")
    if told.get("VERSION") != 1:
        raise failures.invalid(f"steering manifest of version {told.get('VERSION')!r:.20}")
    priority = told.get("PATHWAY-PRIORITY", told.get("SERVICE-LOCATION-PRIORITY"))
    if not isinstance(priority, list):
        notes.warn(0, "the steering manifest names no priority")
        priority = []
    return SteeringManifest(
        ttl=_ttl(told.get("TTL"), notes),
        reload_uri=_reload_uri(told.get("RELOAD-URI"), url, notes),
        priority=tuple(dict.fromkeys(one for one in priority if isinstance(one, str) and one)),
        clones=_clones(told.get("PATHWAY-CLONES"), notes),
    )


def _ttl(told: object, notes: Notes) -> Micros:
    if told is None:
        return USUAL_TTL
    if isinstance(told, bool) or not isinstance(told, int | float) or not 0 < told < 1e12:
        notes.warn(0, "TTL of the steering manifest is unreadable")
        return USUAL_TTL
    return min(max(micros(told), SHORTEST_TTL), LONGEST_TTL)


def _reload_uri(told: object, url: str, notes: Notes) -> str:
    if not isinstance(told, str) or not told:
        return ""
    try:
        return Base(url).join(told)
    except ForeignSchemeError as refused:
        notes.warn(0, f"RELOAD-URI was refused: {refused}")
        return ""


def _clones(told: object, notes: Notes) -> tuple[PathwayClone, ...]:
    entries = told if isinstance(told, list) else []
    if len(entries) > MOST_CLONES:
        notes.warn(0, f"{len(entries)} pathway clones; the first {MOST_CLONES} are kept")
    found = [_clone(one, notes) for one in entries[:MOST_CLONES]]
    return tuple(one for one in found if one)


def _clone(entry: Any, notes: Notes) -> PathwayClone | None:
    names = {key: _text(entry, key) for key in ("BASE-ID", "ID")}
    if not all(names.values()):
        notes.warn(0, "a pathway clone without BASE-ID or ID")
        return None
    rules = entry.get("URI-REPLACEMENT")
    return PathwayClone(
        base_id=names["BASE-ID"],
        id=names["ID"],
        host=_text(rules, "HOST"),
        params=_pairs(rules, "PARAMS"),
        variants=_pairs(rules, "PER-VARIANT-URIS"),
        renditions=_pairs(rules, "PER-RENDITION-URIS"),
    )


def _text(entry: object, name: str) -> str:
    found = entry.get(name) if isinstance(entry, dict) else None
    return found if isinstance(found, str) else ""


def _pairs(entry: object, name: str) -> Pairs:
    found = entry.get(name) if isinstance(entry, dict) else None
    pairs = found.items() if isinstance(found, dict) else ()
    return tuple((key, value) for key, value in pairs if isinstance(value, str))


# ---- clones ----------------------------------------------------------------------------------


def apply_clones(
    presentation: Presentation, clones: tuple[PathwayClone, ...], *, notes: Notes | None = None
) -> Presentation:
    """Give every representation that is at a clone's base a location more (7.3).

    A clone may be the base of a later one; a name that a representation has already stays as it
    is. Addresses with a scheme that no manifest may name are refused and noted.
    """
    if not clones:
        return presentation
    cloning = _Cloning(clones, notes or Notes())
    return replace(
        presentation, periods=tuple(cloning.period(one) for one in presentation.periods)
    )


@dataclass(slots=True)
class _Cloning:
    clones: tuple[PathwayClone, ...]
    notes: Notes

    def period(self, one: Period) -> Period:
        return replace(
            one, tracks=self._tracks(one.tracks), trick_play=self._tracks(one.trick_play)
        )

    def _tracks(self, tracks: tuple[Track, ...]) -> tuple[Track, ...]:
        return tuple(
            replace(one, representations=tuple(map(self._representation, one.representations)))
            for one in tracks
        )

    def _representation(self, one: Representation) -> Representation:
        places = {place.name: place for place in one.locations}
        for clone in self.clones:
            base = places.get(clone.base_id)
            if base is not None and clone.id not in places:
                made = self._location(clone, base)
                if made is not None:
                    places[clone.id] = made
        return replace(one, locations=tuple(places.values()))

    def _location(self, clone: PathwayClone, base: Location) -> Location | None:
        try:
            return Location(
                name=clone.id,
                base=_moved(base.base, clone, params=False) if base.base else "",
                source=_source(base.source, clone),
                priority=base.priority,
                weight=base.weight,
            )
        except ForeignSchemeError as refused:
            self.notes.warn(0, f"pathway clone {quoted(clone.id)} was refused: {refused}")
            return None


def _source(source: IndexSource | None, clone: PathwayClone) -> IndexSource | None:
    if source is None:
        return None
    own = _own_address(source.context, clone)
    old = source.resource.uri
    moved = Base(old).join(own) if own else old
    return replace(source, resource=replace(source.resource, uri=_moved(moved, clone, own=own)))


def _own_address(context: object, clone: PathwayClone) -> str:
    """PER-VARIANT-URIS and PER-RENDITION-URIS."""
    if not isinstance(context, PlaylistContext) or not context.stable_id:
        return ""
    told = dict(clone.renditions if context.rendition else clone.variants)
    return told.get(context.stable_id, "")


def _moved(uri: str, clone: PathwayClone, *, params: bool = True, own: str = "") -> str:
    """Put the clone's host and parameters in; an address of its own keeps its host."""
    try:
        parts = urlsplit(uri)
        if clone.host and not own:
            parts = parts._replace(netloc=clone.host)
        if clone.params and params:
            told = dict(clone.params)
            kept = parse_qsl(parts.query, keep_blank_values=True)
            query = [one for one in kept if one[0] not in told]
            parts = parts._replace(query=urlencode([*query, *clone.params]))
        return Base(uri).join(parts.geturl())
    except ValueError as bad:
        raise ForeignSchemeError("unreadable") from bad
