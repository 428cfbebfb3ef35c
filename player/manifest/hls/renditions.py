"""EXT-X-MEDIA (RFC 8216bis 4.4.6.1): rendition groups merged into tracks that a viewer knows."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from player.manifest.codecs import audio_family_of, container_of_uri
from player.manifest.hls.multivariant import Multivariant, Rendition
from player.manifest.hls.offers import DEFAULT_PATHWAY, Offers
from player.manifest.hls.rendition_users import TYPES, RenditionUsers
from player.manifest.hls.tracks import Sources
from player.model.location import IndexSource
from player.model.notes import Notes, quoted
from player.model.presentation import Representation, Track, TrackKind
from player.units import BitsPerSecond


@dataclass(slots=True)
class RenditionTracks:
    """Merges what is the same to a viewer and to a decoder; one rung for each group."""

    found: Multivariant
    offers: Offers
    sources: Sources
    notes: Notes
    _users: RenditionUsers = field(init=False)

    def __post_init__(self) -> None:
        """Gather what the variants tell of the groups."""
        self._users = RenditionUsers(self.found.variants)

    def tracks(self) -> Iterator[Track]:
        """The tracks in the playlist's order."""
        merged: dict[tuple[object, ...], list[Rendition]] = {}
        for one in self.found.renditions:
            if one.type in TYPES:
                merged.setdefault(self._key(one), []).append(one)
            else:
                self._leave_out(one)
        for place, members in enumerate(merged.values()):
            yield self._merged(place, members)

    def _key(self, one: Rendition) -> tuple[object, ...]:
        """Sound of another codec or number of channels is never switched to by itself."""
        shown = (one.type, one.language, one.name, one.instream_id)
        if one.type != "AUDIO":
            return (*shown, one.forced)
        return (*shown, audio_family_of(self._users.codecs(one)), one.channels or 2)

    def _leave_out(self, one: Rendition) -> None:
        if one.type != "VIDEO":
            self.notes.warn(one.line, f"a rendition of unknown TYPE {quoted(one.type)}")
        elif one.uri and one.uri not in self._users.uris:
            self.notes.warn(one.line, "an alternative picture (TYPE=VIDEO) was left out")

    def _merged(self, place: int, members: list[Rendition]) -> Track:
        first = members[0]
        kind = TYPES[first.type]
        service = first.instream_id
        roles = [role for one in members for role in one.roles]
        if first.type == "CLOSED-CAPTIONS":
            roles.append("caption")
        ident = f"{kind}-{place}"
        return Track(
            id=f"{ident}-{service}" if service else ident,
            kind=kind,
            language=first.language,
            name=first.name,
            roles=tuple(dict.fromkeys(roles)),
            default=any(one.default for one in members),
            on_request=not any(one.autoselect or one.default for one in members),
            forced=any(one.forced for one in members),
            channels=max((one.channels for one in members if one.channels), default=None),
            in_video=not any(one.uri for one in members),
            representations=self._rungs(ident, kind, members),
        )

    def _rungs(
        self, ident: str, kind: TrackKind, members: list[Rendition]
    ) -> tuple[Representation, ...]:
        """One rung for each group that is not another pathway's word for the same."""
        places: dict[str, dict[str, Rendition]] = {}
        uris: set[str] = set()
        for one in members:
            if one.uri and one.uri not in uris:
                uris.add(one.uri)
                standing, name = self._standing(one)
                there = places.setdefault(standing, {})
                if name in there:
                    places[f"{standing}+{one.line}"] = {name: one}
                else:
                    there[name] = one
        ordered = sorted(places.values(), key=self._rank)
        return tuple(
            self._representation(f"{ident}-{step}", kind, there)
            for step, there in enumerate(ordered)
        )

    def _standing(self, one: Rendition) -> tuple[str, str]:
        told = self.offers.groups.get((one.type, one.group))
        if told is not None:
            return told
        return one.group, self._users.pathway(one) or DEFAULT_PATHWAY

    def _rank(self, there: dict[str, Rendition]) -> tuple[int, int]:
        """By bit rate; where none is told, by the lowest variant that uses the group."""
        one = next(iter(there.values()))
        return self._users.bandwidth(one), self._users.lowest(one)

    def _representation(
        self, ident: str, kind: TrackKind, there: dict[str, Rendition]
    ) -> Representation:
        ordered = self._own_first(there)
        first = next(iter(ordered.values()))
        sources = {
            name: self.sources.source(one.uri, one.stable_id, rendition=True)
            for name, one in ordered.items()
        }
        return Representation(
            id=ident,
            bandwidth=BitsPerSecond(self._users.bandwidth(first)),
            codecs=self._users.codecs(first),
            container=container_of_uri(first.uri),
            kinds=frozenset({kind}),
            source=_first(sources),
            protection=tuple(self.found.session_keys),
            locations=self.sources.locations(sources),
        )

    def _own_first(self, there: dict[str, Rendition]) -> dict[str, Rendition]:
        steering = self.found.steering
        wanted = steering.default[0] if steering and steering.default else ""
        return {wanted: there[wanted], **there} if wanted in there else there


def _first(sources: dict[str, IndexSource]) -> IndexSource:
    return next(iter(sources.values()))
