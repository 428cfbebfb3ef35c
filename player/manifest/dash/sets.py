"""AdaptationSets put together and taken apart: what one decoder can go on with (5.3.3)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from player.manifest.codecs import codec_list, family_of, kind_of
from player.model.presentation import Container, Representation, Track, TrackKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSet:
    """A set, or that part of one that holds one codec family.

    `switches` are the ids of the sets that it may be switched with; `priority` is
    @selectionPriority, higher first.
    """

    track: Track
    set_id: str
    family: str
    switches: tuple[str, ...] = ()
    priority: int = 1
    trick: bool = False


def family(codecs: str, kind: TrackKind) -> str:
    """Name the decoder that a representation needs: mp4a.40 and mp4a.6b are two."""
    if kind is TrackKind.VIDEO:
        return family_of(codecs)
    for one in codec_list(codecs):
        if kind_of(one) is kind:
            head, _, rest = one.lower().partition(".")
            return f"{head}.{rest.partition('.')[0]}" if head == "mp4a" else head
    return ""


def by_family(
    rungs: Iterable[Representation], kind: TrackKind
) -> dict[str, tuple[Representation, ...]]:
    """Part representations by decoder; who names no codec goes with the first."""
    parts: dict[str, list[Representation]] = {}
    nameless: list[Representation] = []
    for one in rungs:
        name = family(one.codecs, kind)
        (parts.setdefault(name, []) if name else nameless).append(one)
    first = next(iter(parts), "")
    parts.setdefault(first, []).extend(nameless)
    return {name: _sorted(found) for name, found in parts.items()}


def joined(sets: Sequence[ReadSet]) -> list[ReadSet]:
    """Make one of sets that may be switched with one another and need the same decoder."""
    whole: list[list[ReadSet]] = []
    named: dict[tuple[object, ...], int] = {}
    linked: dict[tuple[object, ...], int] = {}
    for one in sets:
        place = None if one.trick else _place(one, named, linked)
        if place is None:
            place = len(whole)
            whole.append([])
            if not one.trick:
                named.setdefault((_nature(one), one.set_id), place)
        else:
            _lower(linked, (_nature(one), one.set_id), place)
        for ident in () if one.trick else one.switches:
            _lower(linked, (_nature(one), ident), place)
        whole[place].append(one)
    return [_union(found) for found in whole]


def _place(
    one: ReadSet, named: dict[tuple[object, ...], int], linked: dict[tuple[object, ...], int]
) -> int | None:
    """The first of those that name it, or that it names."""
    nature = _nature(one)
    places = [named.get((nature, ident)) for ident in one.switches]
    places.append(linked.get((nature, one.set_id)))
    return min((place for place in places if place is not None), default=None)


def _lower(known: dict[tuple[object, ...], int], key: tuple[object, ...], place: int) -> None:
    known[key] = min(known.get(key, place), place)


def _nature(one: ReadSet) -> tuple[str, TrackKind, str, tuple[str, ...], frozenset[Container]]:
    track = one.track
    containers = frozenset(rung.container for rung in track.representations)
    return one.family, track.kind, track.language, track.roles, containers


def _union(found: Sequence[ReadSet]) -> ReadSet:
    first = found[0]
    if len(found) == 1:
        return first
    rungs = _sorted(rung for one in found for rung in one.track.representations)
    return replace(
        first,
        track=replace(first.track, representations=rungs),
        switches=tuple(ident for one in found for ident in one.switches),
        priority=max(one.priority for one in found),
    )


def _sorted(rungs: Iterable[Representation]) -> tuple[Representation, ...]:
    return tuple(sorted(rungs, key=lambda one: one.bandwidth))
