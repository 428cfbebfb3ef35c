"""IndexShelf: the newest index of each rung asked for, and when it came."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from player.clock import Clock
from player.model.segment import SegmentIndex
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.locations import key_of
from player.streaming.presentation.programme import Programme
from player.streaming.presentation.whereabouts import Whereabouts
from player.units import Micros

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedIndex:
    """An index with its history on the monotonic clock.

    `changed`: the last load brought something new. `usable`: it is of the place that is good
    now; another's tells times, but nothing to fetch.
    """

    index: SegmentIndex
    loaded_at: Micros
    changed_at: Micros
    changed: bool = True
    usable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """When an index was loaded, what that brought, when it last changed, and of which place."""

    loaded_at: Micros
    changed_at: Micros
    changed: bool = True
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loads:
    """All that a shelf knows beside the tree; times are the monotonic clock's."""

    manifest_at: Micros
    indexes: Mapping[Key, Load] = field(default_factory=dict)


class IndexShelf:
    """The indexes lie in the programme's tree; here is what is known of their loads.

    Lanes are those of the newest manifest. Engine thread only.
    """

    def __init__(self, programme: Programme, whereabouts: Whereabouts, clock: Clock) -> None:
        """Begin with a manifest that came now."""
        self._programme = programme
        self._whereabouts = whereabouts
        self._clock = clock
        self._loads: dict[Key, Load] = {}
        self._known: dict[Key, LoadedIndex] = {}
        self.manifest_at = clock.monotonic()

    @property
    def loads(self) -> Loads:
        """What is known of the loads so far."""
        return Loads(manifest_at=self.manifest_at, indexes=dict(self._loads))

    def resume(self, loads: Loads) -> None:
        """Go on with a tree that another shelf knew so."""
        self.manifest_at, self._loads = loads.manifest_at, dict(loads.indexes)
        self._known.clear()

    def of(self, lane: Lane) -> LoadedIndex | None:
        """The newest index of a lane, None where it was not loaded yet."""
        index = lane.representation.index
        if index is None:
            return None
        known = self._known.get(lane.key)
        if known is not None and known.index is index:
            return known
        loaded = self._looked_up(lane, index)
        if not lane.representation.locations:  # else it depends on which of them is good now
            self._known[lane.key] = loaded
        return loaded

    def _looked_up(self, lane: Lane, index: SegmentIndex) -> LoadedIndex:
        load = self._loads.get(self._programme.own(lane).key)
        if load is None:
            load = Load(loaded_at=self.manifest_at, changed_at=self.manifest_at)
        chosen = self._whereabouts.chosen(lane)
        own_index = chosen is not None and chosen.source is not None
        return LoadedIndex(
            index=index,
            loaded_at=load.loaded_at,
            changed_at=load.changed_at,
            changed=load.changed,
            usable=not own_index or chosen is None or load.place in ("", key_of(chosen)),
        )

    def age(self, loaded: LoadedIndex) -> Micros:
        """Time since an index was loaded."""
        return Micros(self._clock.monotonic() - loaded.loaded_at)

    def stale_for(self, loaded: LoadedIndex | None) -> Micros:
        """Time since an index last brought anything new."""
        if loaded is None:
            return Micros(0)
        return Micros(self._clock.monotonic() - loaded.changed_at)

    def manifest_came(self) -> None:
        """The manifest was loaded again, and with it what indexes it holds itself."""
        self.manifest_at = self._clock.monotonic()

    def came(self, lane: Lane, *, changed: bool, asked: Micros, place: str) -> None:
        """An index was loaded that was asked for at `asked`; then its tree is renewed."""
        former = self._loads.get(lane.key)
        changed = changed or former is None
        changed_at = asked if changed or former is None else former.changed_at
        self._loads[lane.key] = Load(
            loaded_at=asked, changed_at=changed_at, changed=changed, place=place
        )

    def renewed(self) -> None:
        """The tree is another one: what was looked up counts no more.

        Nor do loads in periods that are gone: in days of live television there are many, and an
        id may come again for something else.
        """
        self._known.clear()
        trees = (self._programme.main, self._programme.presentation)
        left = {period.id for tree in trees for period in tree.periods}
        self._loads = {key: load for key, load in self._loads.items() if key[0] in left}
