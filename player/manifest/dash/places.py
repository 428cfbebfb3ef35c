"""BaseURL: where a representation's bytes lie, and where else (ISO/IEC 23009-1 5.6)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from player.manifest.addresses import Base, ForeignSchemeError, scheme_of
from player.manifest.bounds import MOST_PLACES
from player.manifest.dash.nodes import Node
from player.manifest.times import LONGEST
from player.model.location import Location
from player.model.notes import quoted
from player.units import Micros, micros


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One choice of BaseURLs down to a level; `early` sums @availabilityTimeOffset.

    `name` is the serviceLocation, "" where nobody gave one. `early` is LONGEST for INF.
    `complete`: what is there that early is whole (@availabilityTimeComplete).
    """

    base: Base
    name: str = ""
    priority: int = 1
    weight: int = 1
    early: Micros = Micros(0)
    complete: bool = True


def places_below(above: Sequence[Place], node: Node) -> tuple[Place, ...]:
    """Apply a level's BaseURLs: each alternative to each place above, best priority first."""
    own = [one for one in node.children("BaseURL") if one.content]
    found: dict[str, Place] = {}
    for one in own:
        for place in above if _is_relative(one) else above[:1]:
            made = _joined(place, one)
            if made is not None:
                found.setdefault(made.base.url, made)
    if len(found) > MOST_PLACES:
        node.warn(f"{len(found)} BaseURL choices; the first {MOST_PLACES} are kept")
    best = sorted(found.values(), key=lambda one: one.priority)
    return tuple(best[:MOST_PLACES]) or tuple(above)


def _is_relative(node: Node) -> bool:
    return not scheme_of(node.content) and not node.content.startswith("//")


def _joined(place: Place, node: Node) -> Place | None:
    try:
        base = Base(place.base.join(node.content))
    except ForeignSchemeError as refused:
        node.warn(f"a BaseURL was left out: {refused}")
        return None
    inherits = _is_relative(node)
    told = time_offset(node, "availabilityTimeOffset")
    return Place(
        base=base,
        name=node.text("serviceLocation") or (place.name if inherits else ""),
        priority=node.integer("priority", place.priority) or 0,
        weight=max(node.integer("weight", place.weight) or 1, 1),
        early=Micros(min(place.early + told, LONGEST)),
        complete=place.complete and is_complete(node),
    )


def time_offset(node: Node, name: str) -> Micros:
    """An offset in seconds, LONGEST for INF; 0 (and a note) for nonsense."""
    text = node.text(name)
    if not text:
        return Micros(0)
    if text.upper() in ("INF", "+INF"):
        return LONGEST
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if 0 <= value < 86_400:
        return micros(value)
    node.warn(f"{name} is unreadable: {quoted(text)}")
    return Micros(0)


def is_complete(node: Node) -> bool:
    """@availabilityTimeComplete (5.3.9.5.3): False where segments are offered before all of them
    is made; true (and a note) for nonsense.
    """
    text = node.text("availabilityTimeComplete").strip().lower()
    if text not in ("", "true", "1", "false", "0"):
        node.warn(f"availabilityTimeComplete is unreadable: {quoted(text)}")
    return text not in ("false", "0")


def locations(places: Sequence[Place]) -> tuple[Location, ...]:
    """The model's view: names unique and never empty, () for a single place without a name.

    Who has no name is called by its server, never by its path or query, which may hold tokens.
    """
    if len(places) == 1 and not places[0].name:
        return ()
    names = _unique(one.name or _server(one.base.url) for one in places)
    return tuple(
        Location(name=name, base=one.base.url, priority=one.priority, weight=one.weight)
        for name, one in zip(names, places, strict=True)
    )


def _server(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2] or "local"


def _unique(names: Iterable[str]) -> list[str]:
    found: list[str] = []
    for name in names:
        again = sum(one.partition("#")[0] == name for one in found)
        found.append(f"{name}#{again + 1}" if again else name)
    return found
