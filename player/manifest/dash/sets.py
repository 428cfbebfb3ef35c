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
    whole: list[ReadSet] = []
    for one in sets:
        place = next((at for at, other in enumerate(whole) if _together(other, one)), None)
        if place is None:
            whole.append(one)
        else:
            whole[place] = _union(whole[place], one)
    return whole


def _together(one: ReadSet, other: ReadSet) -> bool:
    linked = other.set_id in one.switches or one.set_id in other.switches
    return linked and not one.trick and not other.trick and _nature(one) == _nature(other)


def _nature(one: ReadSet) -> tuple[str, TrackKind, str, tuple[str, ...], frozenset[Container]]:
    track = one.track
    containers = frozenset(rung.container for rung in track.representations)
    return one.family, track.kind, track.language, track.roles, containers


def _union(one: ReadSet, other: ReadSet) -> ReadSet:
    rungs = _sorted((*one.track.representations, *other.track.representations))
    return replace(
        one,
        track=replace(one.track, representations=rungs),
        switches=(*one.switches, *other.switches, other.set_id),
        priority=max(one.priority, other.priority),
    )


def _sorted(rungs: Iterable[Representation]) -> tuple[Representation, ...]:
    return tuple(sorted(rungs, key=lambda one: one.bandwidth))
