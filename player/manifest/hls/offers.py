"""The same content in several places: redundant streams and pathways (RFC 8216bis 4.4.6.2, 7)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from player.manifest.hls.multivariant import Multivariant, Rendition, Variant
from player.model.notes import Notes

DEFAULT_PATHWAY = "."
"""The pathway of variants that name none (4.4.6.2)."""


@dataclass(slots=True)
class Offer:
    """A variant and every place that has it: location names and the variants there.

    `unnamed` counts those that name no pathway.
    """

    places: dict[str, Variant] = field(default_factory=dict)
    unnamed: int = 0

    @property
    def variant(self) -> Variant:
        """What the first place tells of it."""
        return next(iter(self.places.values()))


@dataclass(slots=True)
class Offers:
    """The variants of a playlist, each once; `groups` tells which rendition groups are the same.

    `groups` leads from (TYPE, GROUP-ID) to the group that stands for it and to the location name.
    """

    listed: list[Offer] = field(default_factory=list)
    key_frames: list[Offer] = field(default_factory=list)
    thumbnails: list[Offer] = field(default_factory=list)
    groups: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)


def offers_of(found: Multivariant, notes: Notes) -> Offers:
    """Sort variants by what they offer, in the playlist's order."""
    sounds = _Sounds(found.renditions)
    offers = Offers(
        listed=_listed(found.variants, sounds, notes),
        key_frames=_listed(found.key_frames, sounds, notes),
        thumbnails=_listed(found.thumbnails, sounds, notes),
    )
    for offer in offers.listed:
        for name, one in offer.places.items():
            _pair(offers, offer.variant, one, name)
    first = found.steering.default[:1] if found.steering else ()
    for offer in (*offers.listed, *offers.key_frames, *offers.thumbnails):
        _put_first(offer, first)
    return offers


def _listed(variants: Iterable[Variant], sounds: "_Sounds", notes: Notes) -> list[Offer]:
    offers: list[Offer] = []
    known: dict[tuple[object, ...], Offer] = {}
    uris: set[str] = set()
    for one in variants:
        if one.uri in uris:
            continue
        uris.add(one.uri)
        key = _key(one, sounds)
        offer = known.setdefault(key, Offer()) if key else Offer()
        if not offer.places:
            offers.append(offer)
        _add(offer, one, notes)
    return offers


def _key(one: Variant, sounds: "_Sounds") -> tuple[object, ...] | None:
    """Equal for the same content; None where too little is told to say so."""
    if one.stable_id:
        return (one.stable_id, one.codecs, one.bandwidth if not one.pathway else 0)
    if not one.bandwidth:
        return None
    return (
        one.bandwidth, one.codecs, one.size, one.frame_rate, one.video_range, one.sphere, one.name,
        sounds.signature("AUDIO", one.audio), sounds.signature("VIDEO", one.video),
    )  # fmt: skip


class _Sounds:
    """What rendition groups hold, so that groups of other pathways can be known as the same."""

    def __init__(self, renditions: Iterable[Rendition]) -> None:
        held: dict[tuple[str, str], set[tuple[object, ...]]] = {}
        for one in renditions:
            told = (one.name, one.language, one.channels, bool(one.uri))
            held.setdefault((one.type, one.group), set()).add(told)
        known: dict[frozenset[tuple[object, ...]], int] = {}
        self._signatures = {
            group: known.setdefault(frozenset(told), len(known)) for group, told in held.items()
        }

    def signature(self, kind: str, group: str) -> int:
        """Equal for groups that hold the same; -1 for one that holds nothing."""
        return self._signatures.get((kind, group), -1)


def _add(offer: Offer, one: Variant, notes: Notes) -> None:
    name = one.pathway or DEFAULT_PATHWAY
    if name in offer.places:
        notes.warn(one.line, "a redundant stream; used when the first one fails")
        name = (
            f"redundant-{offer.unnamed}"
            if not one.pathway
            else f"{name}-redundant-{len(offer.places)}"
        )
    if name not in offer.places:
        offer.places[name] = one
        offer.unnamed += not one.pathway


def _pair(offers: Offers, first: Variant, one: Variant, name: str) -> None:
    for kind, standing, group in _groups(first, one):
        offers.groups.setdefault((kind, group), (standing or group, name))


def _groups(first: Variant, one: Variant) -> Iterator[tuple[str, str, str]]:
    yield "AUDIO", first.audio, one.audio
    yield "SUBTITLES", first.subtitles, one.subtitles
    yield "VIDEO", first.video, one.video


def _put_first(offer: Offer, names: tuple[str, ...]) -> None:
    """The pathway that the playlist begins with comes first: its bytes are the own ones."""
    for name in names:
        if name in offer.places:
            offer.places = {name: offer.places[name], **offer.places}
